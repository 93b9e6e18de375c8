// Tokens of the providers, by provider, and the access key of this deployment as `access`. They stay in this tab, or on
// this device where that is asked for, and go nowhere but into the headers of calls to this deployment.
import { signal } from "@preact/signals";
import { offers, providerOf } from "./catalog.js";
import { read, write } from "./storage.js";

const onDevice = read("credentials", null);

export const kept = signal(onDevice !== null);
export const credentials = signal(onDevice ?? read("credentials", {}, "sessionStorage"));

export function setCredential(name, value) {
  credentials.value = { ...credentials.value, [name]: value.trim() };
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

// Whether a call to the provider can work: it needs no token, or there is one, or a key that stands for the deployment's.
export function canCall(providerId) {
  const provider = providerOf(providerId);
  return Boolean(!provider.requiresAuth || credentials.value[providerId] || (offers("keys") && credentials.value.access));
}

export function tokenHeaders(providerId) {
  const token = credentials.value[providerId];
  if (token) return { [providerOf(providerId).authHeader]: token };
  return offers("keys") ? accessHeaders() : {};
}

export function accessHeaders() {
  const { access } = credentials.value;
  return access ? { Authorization: `Bearer ${access}` } : {};
}
