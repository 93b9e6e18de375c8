// Tokens of the providers, by provider, and the Easel key as `access`. They stay in this tab, or on
// this device where that is asked for, and go nowhere but into the headers of calls to this deployment.
import { signal } from "@preact/signals";
import { AUTO, catalog, modelOf, providerOf } from "./catalog.js";
import { read, write } from "./storage.js";

const onDevice = read("credentials", null);

const inTab = read("credentials", null, "sessionStorage");

export const kept = signal(onDevice !== null);
export const credentials = signal(onDevice ?? inTab ?? {});

// On a local stack, who has not entered or cleared a token yet has those that its emulators take.
export function fillLocalTokens() {
  const { emulated, localKey } = catalog.value;
  if (onDevice || inTab || !localKey) return;
  credentials.value = Object.fromEntries([...emulated, "access"].map((name) => [name, localKey]));
}

// What people paste around a token: quotes, "Bearer ", line ends, characters that show nothing.
const AROUND = /^(?:[\s"'`<>“”‘’\u00ad\u200b-\u200f\u2060\ufeff]|\\[nr]|bearer(?:[\s:]+|$))+|(?:[\s"'`<>“”‘’\u00ad\u200b-\u200f\u2060\ufeff]|\\[nr])+$/gi;

export function setCredential(name, value) {
  credentials.value = { ...credentials.value, [name]: value.replace(AROUND, "") };
  store();
}

export function keepCredentials(keep) {
  kept.value = keep;
  store();
}

export function forgetCredentials() {
  credentials.value = {};
  kept.value = false;
  store();
}

function store() {
  const filled = Object.fromEntries(Object.entries(credentials.value).filter(([, value]) => value));
  write("credentials", kept.value ? filled : undefined);
  write("credentials", kept.value ? undefined : filled, "sessionStorage");
}

// Whether nobody may generate here without an Easel key.
export function needsKey() {
  return catalog.value.access === "keys";
}

// Whether the provider draws here only with a token: it asks for one, or this deployment does.
export function needsToken({ requiresAuth }) {
  return requiresAuth || !catalog.value.anonymousPictures;
}

// The models of a family that a call draws with: those of the providers whose tokens there are. A key reaches all of
// them, so that it comes before a single token.
export function drawersOf(familyId) {
  const { access, ...tokens } = credentials.value;
  const members = modelOf(AUTO, familyId)?.members ?? [];
  if (needsKey() && !access) return [];
  const own = members.filter(({ provider }) => tokens[provider]);
  if (own.length > 1 || (own.length && !access)) return own;
  return access ? members : members.filter(({ provider }) => !needsToken(providerOf(provider)));
}

// The providers whose tokens a call shows.
export function tokensOf({ provider, model }) {
  const drawers = provider === AUTO ? drawersOf(model).map((drawer) => drawer.provider) : [provider];
  const all = drawers.every((id) => credentials.value[id]);
  return all ? [...new Set(drawers)] : [];
}

// Whether a call to the provider, or for the family, can work. A key stands for a token: it pays with the deployment's.
export function canCall(providerId, modelId) {
  if (providerId === AUTO) return drawersOf(modelId).length > 0;
  const { [providerId]: token, access } = credentials.value;
  return Boolean(access || (!needsKey() && (token || !needsToken(providerOf(providerId)))));
}

// Whether a call shows the key: only where it is needed, since it counts every picture that it is shown for.
export function paysWithKey(request) {
  return needsKey() || Boolean(credentials.value.access && !tokensOf(request).length);
}

export function tokenHeaders(request) {
  const tokens = tokensOf(request).map((id) => [providerOf(id).authHeader, credentials.value[id]]);
  return { ...(paysWithKey(request) ? accessHeaders() : {}), ...Object.fromEntries(tokens) };
}

// What shows a job and its picture to their owner, where they are shown to nobody else.
export function ownerHeaders() {
  return catalog.value.picturesNeedKey ? accessHeaders() : {};
}

export function accessHeaders() {
  const { access } = credentials.value;
  return access ? { Authorization: `Bearer ${access}` } : {};
}
