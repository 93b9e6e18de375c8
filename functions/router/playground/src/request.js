// The form's values, and the request that is built from them.
import { signal } from "@preact/signals";
import { AUTO, catalog, modelOf, modelsOf } from "./catalog.js";
import { offeredFamilies } from "./families.js";
import { isNumber, otherFields } from "./fields.js";
import { fitted } from "./sizes.js";
import { read, write } from "./storage.js";

export const MAX_SEED = 2147483647;
export const MAX_COUNT = 8;

const EMPTY = { prompt: "", negativePrompt: "", width: 1024, height: 1024, seed: "", count: 1, image: "" };

export const form = signal(EMPTY);
// The API's errors about fields, by name.
export const fieldErrors = signal({});

// Restores the form's stored values. A model that is no longer in the catalog is replaced.
export function openForm() {
  const before = { ...EMPTY, ...read("form", {}) };
  if (before.image.startsWith("blob:")) before.image = ""; // a file of the earlier tab
  const known = modelOf(before.provider, before.model);
  form.value = before;
  if (!known) chooseModel(catalog.value.models[0]);
}

export function change(values) {
  form.value = { ...form.value, ...values };
  forgetErrors(Object.keys(values));
  write("form", form.value);
}

// Removes the errors of changed fields. A token's error has the name of its header.
export function forgetErrors(names) {
  fieldErrors.value = Object.fromEntries(Object.entries(fieldErrors.value).filter(([name]) => !names.includes(name)));
}

export function chooseProvider(id) {
  const { family } = modelOf(form.value.provider, form.value.model);
  const models = id === AUTO ? offeredFamilies() : modelsOf(id);
  chooseModel(models.find((model) => model.family === family) ?? models[0]);
}

// Selects a model. Prompt, size and seed stay. Steps and guidance become the model's defaults, because models differ much
// in them. A family has no defaults.
export function chooseModel(model) {
  change({
    provider: model.provider,
    model: model.id,
    steps: model.features.steps.default ?? "",
    guidanceScale: model.features.guidanceScale?.default ?? "",
    ...fitted(form.value, model),
  });
}

// Fills the form with an earlier request.
export function fillForm(request) {
  const model = modelOf(request.provider, request.model);
  if (model) chooseModel(model);
  const { prompt, negativePrompt = "", width, height, seed, steps = "", guidanceScale, image = "" } = request;
  const others = Object.fromEntries(otherFields().map(({ name }) => [name, request[name] ?? ""]));
  const values = { prompt, negativePrompt, width, height, seed: seed ?? "", image, ...others };
  change(model ? { ...values, steps, ...(guidanceScale === undefined ? {} : { guidanceScale }) } : values);
}

// Returns the body of the call, without empty fields and without fields that the model does not support.
export function requestOf(values) {
  const model = modelOf(values.provider, values.model);
  const { guidanceScale: guidance, negativePrompt, edits } = model.features;
  const body = {
    provider: values.provider,
    model: values.model,
    prompt: values.prompt,
    negativePrompt: negativePrompt ? values.negativePrompt : "",
    width: number(values.width),
    height: number(values.height),
    steps: number(values.steps),
    guidanceScale: guidance ? number(values.guidanceScale) : "",
    seed: number(values.seed),
    image: edits ? values.image : "",
  };
  for (const field of otherFields()) {
    const value = values[field.name] ?? "";
    body[field.name] = isNumber(field) ? number(value) : value;
  }
  return Object.fromEntries(Object.entries(body).filter(([name, value]) => name === "prompt" || value !== ""));
}

// Converts a text to a number. Other texts are sent unchanged, and the API returns an error for them.
function number(text) {
  const value = typeof text === "string" ? text.trim() : text;
  return value === "" || Number.isNaN(Number(value)) ? value : Number(value);
}

// Returns a request for each picture. If the seed is given, the following pictures have the following seeds.
export function requestsOf(values) {
  const request = requestOf(values);
  return Array.from({ length: Number(values.count) || 1 }, (_, place) =>
    Number.isInteger(request.seed) && place ? { ...request, seed: Math.min(MAX_SEED, request.seed + place) } : request,
  );
}

// Returns the request for another model: same prompt, seed and size, with that model's default steps and guidance.
export function requestFor(model, values, seed) {
  const { steps, guidanceScale } = model.features;
  const own = { provider: model.provider, model: model.id, steps: steps.default, guidanceScale: guidanceScale?.default ?? "" };
  return requestOf({ ...values, ...own, ...fitted(values, model), seed });
}

// Whether a model can generate from these values: from the prompt, or from the source picture if there is one.
export function canGenerate({ features }, values) {
  const starts = modelOf(values.provider, values.model).features.edits && values.image;
  return starts ? features.edits : !features.needsImage;
}

export function randomSeed() {
  return crypto.getRandomValues(new Uint32Array(1))[0] % (MAX_SEED + 1);
}
