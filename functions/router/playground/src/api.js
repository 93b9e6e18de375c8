// Calls to this deployment's API. Tokens go in headers, never in an address.

// What the API refuses with: its message, its code, and the request's field at fault where there is one.
export class ApiError extends Error {
  constructor(status, body, headers) {
    super(body?.error ?? body?.message ?? `HTTP ${status}`);
    this.status = status;
    this.code = body?.code ?? "";
    this.field = body?.details?.field ?? "";
    this.provider = body?.details?.provider;
    this.elsewhere = body?.details?.elsewhere;
    this.retryAfter = Number(headers?.get("Retry-After")) || body?.details?.retryAfter || 0;
  }

  // Whether the same call may well succeed a little later: the gateway or the network hiccuped.
  get passing() {
    return this.status === 0 || this.status === 503;
  }
}

// Calls that are under way at once; the others wait here. A browser has six connections to a host: two stay free, so that
// the page can be loaded again while many pictures are drawn.
const AT_ONCE = 4;
const line = [];
let underWay = 0;

// Fetches and reads the body with `read`, when it is this call's turn.
async function inTurn(path, options, read) {
  if (underWay === AT_ONCE) await new Promise((resolve) => line.push(resolve));
  else underWay += 1;
  try {
    const answer = await fetch(path, options).catch(() => {
      throw new ApiError(0, { error: "" });
    });
    return await read(answer);
  } finally {
    const next = line.shift();
    if (next) next();
    else underWay -= 1;
  }
}

// The answer as `{ status, body, headers }`; the body is null where it is no JSON.
export function call(method, path, { body, headers = {}, text } = {}) {
  const sent = { ...headers };
  if (body !== undefined) sent["Content-Type"] = "application/json";
  const options = { method, headers: sent, body: text ?? (body === undefined ? undefined : JSON.stringify(body)) };
  return inTurn(path, options, async (answer) => {
    const content = await answer.json().catch(() => null);
    if (!answer.ok && answer.status !== 304) throw new ApiError(answer.status, content, answer.headers);
    return { status: answer.status, body: content, headers: answer.headers };
  });
}

// The bytes of a picture or a file.
export function callForBlob(path, headers) {
  return inTurn(path, { headers }, async (answer) => {
    if (!answer.ok) throw new ApiError(answer.status, await answer.json().catch(() => null), answer.headers);
    return answer.blob();
  });
}

// Tries again where the network or the gateway hiccuped.
export async function patiently(work) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ApiError && error.passing) || attempt === 4) throw error;
      await pause(attempt);
    }
  }
}

export async function get(path, headers) {
  return (await call("GET", path, { headers })).body;
}

// A picture's link as this page can read it: its own pictures by their path, whatever name the deployment goes by.
export function pictureUrl(url) {
  const { pathname } = new URL(url, location.href);
  return pathname.startsWith("/api/images/") ? pathname : url;
}

// A text that no other call has: the Idempotency-Key of a generation. (`randomUUID` wants https.)
export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function pause(seconds) {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
