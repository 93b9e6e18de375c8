// Providers and models, as the API tells them. The page knows none by name.
import { signal } from "@preact/signals";
import { call, get } from "./api.js";

// `{ providers, models, fields, features, access, anonymousPictures, picturesNeedKey, version, emulated, localKey }` once it is there. The
// last two are those of `make run`: ids of providers that are emulated, and a key that stands for any token.
export const catalog = signal(null);
export const catalogError = signal(null);

export async function loadCatalog() {
  try {
    const [health, { providers }, { models, fields }] = await Promise.all([call("GET", "/api"), get("/api/providers"), get("/api/models")]);
    const { features, access, anonymousPictures, picturesNeedKey, version } = health.body;
    const emulated = (health.headers.get("X-Emulated-Providers") ?? "").split(/[, ]+/).filter(Boolean);
    const localKey = health.headers.get("X-Local-Key");
    catalog.value = { providers, models, fields, features, access, anonymousPictures, picturesNeedKey, version, emulated, localKey };
    catalogError.value = null;
  } catch (error) {
    catalogError.value = error;
  }
}

// Whether this deployment offers more than pictures: `batches`, `openai`, `keys`.
export function offers(feature) {
  return catalog.value.features.includes(feature);
}

export function providerOf(id) {
  return catalog.value?.providers.find((provider) => provider.id === id);
}

export function modelsOf(providerId) {
  return catalog.value.models.filter((model) => model.provider === providerId);
}

export function modelOf(providerId, modelId) {
  return catalog.value?.models.find((model) => model.provider === providerId && model.id === modelId);
}

// The model's and provider's display names; an id that is in the catalog no more stands for itself.
export function namesOf({ provider, model }) {
  return { provider: providerOf(provider)?.name ?? provider, model: modelOf(provider, model)?.name ?? model };
}

// The same weights at other providers.
export function relatives(model) {
  return catalog.value.models.filter((other) => other.family === model.family && other.provider !== model.provider);
}
