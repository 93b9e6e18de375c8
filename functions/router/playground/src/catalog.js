// Providers and models from the API. The page's code contains no names of them.
import { signal } from "@preact/signals";
import { call, get } from "./api.js";
import { t } from "./languages.js";

// Used as a provider's id: the first provider of a family that accepts the call generates the picture.
export const AUTO = "auto";

// `{ providers, models, families, fields, features, access, anonymousPictures, picturesNeedKey, version, emulated, localKey }`,
// or null while it is loading. `make run` sets the last two: the ids of emulated providers, and a key that works as any token.
export const catalog = signal(null);
export const catalogError = signal(null);

export async function loadCatalog() {
  try {
    const [health, { providers }, { models, families, fields }] = await Promise.all([call("GET", "/api"), get("/api/providers"), get("/api/models")]);
    const { features, access, anonymousPictures, picturesNeedKey, version } = health.body;
    const emulated = (health.headers.get("X-Emulated-Providers") ?? "").split(/[, ]+/).filter(Boolean);
    const localKey = health.headers.get("X-Local-Key");
    const several = families.map((family) => asModel(family, models)).filter(({ members }) => new Set(members.map(({ provider }) => provider)).size > 1);
    catalog.value = { providers, models, families: several, fields, features, access, anonymousPictures, picturesNeedKey, version, emulated, localKey };
    catalogError.value = null;
  } catch (error) {
    catalogError.value = error;
  }
}

// Returns a family in the format of a model. It supports what at least one member supports, and has no defaults.
function asModel({ id, name }, models) {
  const members = models.filter(({ family }) => family === id);
  const span = (ranges) => ({ min: Math.min(...ranges.map(({ min }) => min)), max: Math.max(...ranges.map(({ max }) => max)) });
  const some = (name) => members.some(({ features }) => features[name]);
  const guidance = members.map(({ features }) => features.guidanceScale).filter(Boolean);
  return {
    id, name, members, provider: AUTO, family: id,
    features: {
      negativePrompt: some("negativePrompt"),
      steps: span(members.map(({ features }) => features.steps)),
      guidanceScale: guidance.length ? span(guidance) : undefined,
      seed: some("seed"),
      edits: some("edits"),
    },
    sizes: span(members.map(({ sizes }) => sizes)),
    typicalSeconds: Math.min(...members.map(({ typicalSeconds }) => typicalSeconds)),
  };
}

// Whether this deployment has a feature: `batches`, `openai` or `keys`.
export function offers(feature) {
  return catalog.value.features.includes(feature);
}

export function providerOf(id) {
  return catalog.value?.providers.find((provider) => provider.id === id);
}

export function modelsOf(providerId) {
  return providerId === AUTO ? catalog.value.families : catalog.value.models.filter((model) => model.provider === providerId);
}

export function modelOf(providerId, modelId) {
  return catalog.value && modelsOf(providerId).find((model) => model.id === modelId);
}

// Returns the display names of the model and the provider. An id that is no longer in the catalog is its own name.
export function namesOf({ provider, model }) {
  const name = provider === AUTO ? t("Automatic") : providerOf(provider)?.name;
  return { provider: name ?? provider, model: modelOf(provider, model)?.name ?? model };
}

// Returns the models with the same weights at other providers.
export function relatives(model) {
  return catalog.value.models.filter((other) => other.family === model.family && other.provider !== model.provider);
}
