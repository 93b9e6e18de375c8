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

// The answer as `{ status, body, headers }`; the body is null where it is no JSON.
export async function call(method, path, { body, headers = {}, text } = {}) {
  const sent = { ...headers };
  if (body !== undefined) sent["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(path, { method, headers: sent, body: text ?? (body === undefined ? undefined : JSON.stringify(body)) });
  } catch {
    throw new ApiError(0, { error: "The network failed. Is Easel running?" });
  }
  const content = await answer.json().catch(() => null);
  if (!answer.ok && answer.status !== 304) throw new ApiError(answer.status, content, answer.headers);
  return { status: answer.status, body: content, headers: answer.headers };
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
