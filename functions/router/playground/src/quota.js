// The state of this deployment's tokens, from `GET /api/quota`.
import { signal } from "@preact/signals";
import { get } from "./api.js";
import { accessHeaders } from "./credentials.js";
import { factsOf } from "./errors.js";

// `{ providers, at }` or `{ error }`; null while it is loading.
export const quota = signal(null);
export const quotaOpen = signal(false);

export async function loadQuota() {
  quota.value = null;
  const at = Date.now() / 1000;
  quota.value = await get("/api/quota", accessHeaders()).then(({ providers }) => ({ providers, at }), (error) => ({ error: factsOf(error) }));
}

export function openQuota() {
  quotaOpen.value = true;
  loadQuota();
}
