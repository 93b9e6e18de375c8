// The Easel key: what it allows and how much of that is used, as the deployment tells its holder.
import { effect, signal } from "@preact/signals";
import { get } from "./api.js";
import { accessHeaders, credentials } from "./credentials.js";
import { factsOf } from "./errors.js";
import { underWay } from "./jobs.js";

const TYPING_MILLISECONDS = 500;

// `{ facts }` as `GET /api/key` has them, or `{ error }`; null without a key.
export const key = signal(null);

let asked = 0;

export async function lookAtKey() {
  asked += 1;
  const mine = asked;
  const answer = await get("/api/key", accessHeaders()).then((facts) => ({ facts }), (error) => ({ error: factsOf(error) }));
  if (mine === asked) key.value = answer; // else the key was changed meanwhile
}

// Looks again when the key is changed, and each time that a generation begins or ends.
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
    const timer = setTimeout(lookAtKey, TYPING_MILLISECONDS);
    return () => clearTimeout(timer);
  });
}
