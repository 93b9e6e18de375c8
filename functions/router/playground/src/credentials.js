// The providers' tokens by provider, and the Easel key as `access`. They are stored in this tab, or on this device if the
// user chooses that, and are sent only in headers of calls to this deployment.
import { signal } from "@preact/signals";
import { AUTO, catalog, modelOf, providerOf } from "./catalog.js";
import { read, write } from "./storage.js";

const onDevice = read("credentials", null);

const inTab = read("credentials", null, "sessionStorage");

export const kept = signal(onDevice !== null);
export const credentials = signal(onDevice ?? inTab ?? {});

// On a local stack, fills in the emulators' tokens unless the user has entered or cleared one.
export function fillLocalTokens() {
  const { emulated, localKey } = catalog.value;
  if (onDevice || inTab || !localKey) return;
  credentials.value = Object.fromEntries([...emulated, "access"].map((name) => [name, localKey]));
}

// Characters that are often pasted with a token: quotes, "Bearer ", line ends, invisible characters.
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

// Whether every generation needs an Easel key.
export function needsKey() {
  return catalog.value.access === "keys";
}

// Whether the provider or this deployment requires a token.
export function needsToken({ requiresAuth }) {
  return requiresAuth || !catalog.value.anonymousPictures;
}

// Returns the models of a family that a call can use: those of providers with a token. A key is preferred to a single
// token, because it can use all of the family's models.
export function usableMembers(familyId) {
  const { access, ...tokens } = credentials.value;
  const members = modelOf(AUTO, familyId)?.members ?? [];
  if (needsKey() && !access) return [];
  const own = members.filter(({ provider }) => tokens[provider]);
  if (own.length > 1 || (own.length && !access)) return own;
  return access ? members : members.filter(({ provider }) => !needsToken(providerOf(provider)));
}

// Returns the providers of the tokens that a call sends.
export function tokensOf({ provider, model }) {
  const providers = provider === AUTO ? usableMembers(model).map((member) => member.provider) : [provider];
  const all = providers.every((id) => credentials.value[id]);
  return all ? [...new Set(providers)] : [];
}

// Whether the credentials suffice for a call to the provider or the family. A key replaces the tokens.
export function canCall(providerId, modelId) {
  if (providerId === AUTO) return usableMembers(modelId).length > 0;
  const { [providerId]: token, access } = credentials.value;
  return Boolean(access || (!needsKey() && (token || !needsToken(providerOf(providerId)))));
}

// Whether a call sends the key. It is sent only if needed, because each such picture counts against the key's limits.
export function paysWithKey(request) {
  return needsKey() || Boolean(credentials.value.access && !tokensOf(request).length);
}

export function tokenHeaders(request) {
  const tokens = tokensOf(request).map((id) => [providerOf(id).authHeader, credentials.value[id]]);
  return { ...(paysWithKey(request) ? accessHeaders() : {}), ...Object.fromEntries(tokens) };
}

// Returns the headers for reading a job or picture, if only its owner may read it.
export function ownerHeaders() {
  return catalog.value.picturesNeedKey ? accessHeaders() : {};
}

export function accessHeaders() {
  const { access } = credentials.value;
  return access ? { Authorization: `Bearer ${access}` } : {};
}
