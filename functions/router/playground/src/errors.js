// What errors say to people: texts by the error's code and field, in the page's language, and what can be done about each.
import { computed } from "@preact/signals";
import { catalog, modelOf, namesOf, relatives } from "./catalog.js";
import { canCall, needsToken } from "./credentials.js";
import texts from "./error_texts.json";
import { clockWithZone, filled, language, t } from "./languages.js";
import { draws, fieldErrors } from "./request.js";

// Errors that are about one value of a request. The others say more by their code.
const OF_FIELDS = /^INVALID_/;
const PLACEHOLDER = /\{(\w+)\}/g;
const OWN = { 0: "OFFLINE", 413: "PAYLOAD_TOO_LARGE", 429: "BUSY", 503: "BUSY" };
// What may be tried again as it is.
const PASSING = ["RATE_LIMITED", "PROVIDER_ERROR", "UPSTREAM_ERROR", "TIMEOUT", "GENERATION_FAILED", "NO_PICTURE", "DOWNLOAD_FAILED", "UNKNOWN", "BUSY", "OFFLINE", "CANCELLED", "QUOTA_EXCEEDED", "NOT_FOUND"];
const ELSEWHERE = ["RATE_LIMITED", "QUOTA_EXCEEDED", "PROVIDER_ERROR", "UPSTREAM_ERROR", "TIMEOUT", "GENERATION_FAILED", "NO_PICTURE", "MODEL_RETIRED", "PROMPT_REJECTED", "AUTH_REQUIRED", "AUTH_INVALID", "AUTH_EXPIRED"];

// An error as a job keeps it: plain, with when it came. `asked` is the request that it is about.
export function factsOf(error, asked) {
  const { code, field, status, retryAfter, provider, elsewhere, tried, message } = error;
  return { code: code || (OWN[status] ?? "UNKNOWN"), field, retryAfter, provider, elsewhere, tried, message, asked, at: Date.now() };
}

// The facts of an error's body, as a job, a batch or a line of a manifest has it.
export function factsOfBody({ error, code, details }, asked) {
  return factsOf({ message: error, code, ...details }, asked);
}

export function textOf(facts) {
  const values = valuesOf(facts);
  const [english, chinese] = entryOf(facts, values);
  return filled(language.value === "zh" ? chinese : english, values);
}

// What the form says at its fields, by their names.
export const fieldTexts = computed(() => Object.fromEntries(Object.entries(fieldErrors.value).map(([name, facts]) => [name, textOf(facts)])));

// The text of the field, where all that it names is known; of a line in a manifest, the model may not be.
function entryOf({ code, field, provider, retryAfter }, values) {
  const { codes, fields } = texts;
  const ofField = OF_FIELDS.test(code) && ((provider && fields[`${field}.provider`]) || fields[field]);
  if (ofField && [...ofField[0].matchAll(PLACEHOLDER)].every(([, name]) => values[name])) return ofField;
  const variant = { AUTH: field === "Authorization" || !provider ? "key" : "", RATE: provider ? "" : "own", QUOTA: !provider ? "own" : retryAfter ? "" : "account" }[code.split("_")[0]];
  return codes[`${code}.${variant}`] ?? codes[code] ?? codes.UNKNOWN;
}

function valuesOf({ asked = {}, provider }) {
  const names = namesOf({ ...asked, provider: provider ?? asked.provider });
  const model = modelOf(asked.provider, asked.model);
  const range = (limits) => (limits ? t("{min} to {max}", limits) : "");
  const sides = model && (model.sizes.step ? t("{min} to {max} pixels, in steps of {step}", model.sizes) : t("{min} to {max} pixels", model.sizes));
  return {
    provider: names.provider ?? t("The provider"),
    model: names.model ?? t("This model"),
    sides,
    origin: location.origin,
    steps: range(model?.features.steps),
    guidance: range(model?.features.guidanceScale),
  };
}

// When a new try makes sense, with its time zone: minutes and days from now may be another date elsewhere.
export function waitOf({ retryAfter, at }) {
  return retryAfter > 0 ? t("Again from {time}", { time: clockWithZone(at / 1000 + retryAfter) }) : "";
}

// What helps: `{ token, edit, again, elsewhere }`, where `edit` is the field to change and `elsewhere` models to take.
export function remediesOf({ code, field, asked, provider, elsewhere, tried = [] }) {
  const model = asked && modelOf(asked.provider, asked.model);
  const others = model ? relatives(model).filter((one) => draws(one, asked) && ![provider, ...tried.map((each) => each.provider)].includes(one.provider)) : (elsewhere ?? []).map(({ provider, model: id }) => modelOf(provider, id)).filter(Boolean);
  const easily = (one) => (canCall(one.provider) ? 0 : 1);
  return {
    token: code.startsWith("AUTH_"),
    edit: { PROMPT_REJECTED: "prompt", PAYLOAD_TOO_LARGE: "prompt", INVALID_DIMENSIONS: "width", MODEL_RETIRED: "model" }[code] ?? (OF_FIELDS.test(code) ? (field ?? "prompt") : ""),
    again: PASSING.includes(code),
    elsewhere: ELSEWHERE.includes(code) && field !== "Authorization" ? others.sort((one, other) => easily(one) - easily(other)) : [],
  };
}

// The provider that draws without a token, where the deployment lets it.
export function freeProvider() {
  return catalog.value.providers.find((provider) => !needsToken(provider) && canCall(provider.id));
}
