// The Easel key's limits and usage, from `GET /api/key`.
import { effect, signal } from "@preact/signals";
import { get } from "./api.js";
import { accessHeaders, credentials } from "./credentials.js";
import { factsOf } from "./errors.js";
import { underWay } from "./jobs.js";

const TYPING_MILLISECONDS = 500;

// `{ facts }`, the response of `GET /api/key`, or `{ error }`; null without a key.
export const key = signal(null);

let asked = 0;

export async function loadKey() {
  asked += 1;
  const mine = asked;
  const answer = await get("/api/key", accessHeaders()).then((facts) => ({ facts }), (error) => ({ error: factsOf(error) }));
  if (mine === asked) key.value = answer; // otherwise the key has been changed
}

// Loads the key's facts when the key changes, and when a generation starts or ends.
export function watchKey() {
  let before;
  effect(() => {
    const { access } = credentials.value;
    const changed = access !== before;
    before = access;
    underWay.value.length; // read, so that this runs again
    asked += 1;
    if (changed) key.value = null;
    if (!access) return undefined;
    const timer = setTimeout(loadKey, TYPING_MILLISECONDS);
    return () => clearTimeout(timer);
  });
}
