// Calls to this deployment's API. Tokens go in headers, never in an address.

// An error response of the API: its message, its code, and the invalid field, if any.
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

  // Whether a retry may succeed, because the gateway or the network failed.
  get temporary() {
    return this.status === 0 || this.status === 503;
  }
}

// Maximum number of concurrent calls. A browser opens six connections to a host. Two of them stay free, so that the page
// can be reloaded while many pictures are generated.
const AT_ONCE = 4;
const line = [];
let underWay = 0;

// Waits until fewer than AT_ONCE calls run, then fetches and returns the body, read with `read`.
async function withLimit(path, options, read) {
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

// Returns the response as `{ status, body, headers }`. The body is null if it is not JSON.
export function call(method, path, { body, headers = {}, text } = {}) {
  const sent = { ...headers };
  if (body !== undefined) sent["Content-Type"] = "application/json";
  const options = { method, headers: sent, body: text ?? (body === undefined ? undefined : JSON.stringify(body)) };
  return withLimit(path, options, async (answer) => {
    const content = await answer.json().catch(() => null);
    if (!answer.ok && answer.status !== 304) throw new ApiError(answer.status, content, answer.headers);
    return { status: answer.status, body: content, headers: answer.headers };
  });
}

// Returns the bytes of a picture or a file.
export function callForBlob(path, headers) {
  return withLimit(path, { headers }, async (answer) => {
    if (!answer.ok) throw new ApiError(answer.status, await answer.json().catch(() => null), answer.headers);
    return answer.blob();
  });
}

// Runs `work`, and retries it if the network or the gateway failed.
export async function withRetries(work) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ApiError && error.temporary) || attempt === 4) throw error;
      await pause(attempt);
    }
  }
}

export async function get(path, headers) {
  return (await call("GET", path, { headers })).body;
}

// Returns a picture's URL for this page: the path of the deployment's own pictures, because its host name may differ.
export function pictureUrl(url) {
  const { pathname } = new URL(url, location.href);
  return pathname.startsWith("/api/images/") ? pathname : url;
}

// Returns a random Idempotency-Key. (`randomUUID` requires https.)
export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function pause(seconds) {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
