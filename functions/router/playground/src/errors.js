// Texts of errors in the page's language, by code and field, and the remedies for each error.
import { computed } from "@preact/signals";
import { catalog, modelOf, namesOf, relatives } from "./catalog.js";
import { canCall, needsToken } from "./credentials.js";
import texts from "./error_texts.json";
import { clockWithZone, filled, language, t } from "./languages.js";
import { canGenerate, fieldErrors } from "./request.js";

// Codes of errors about one field. The texts of other errors depend on the code only.
const OF_FIELDS = /^INVALID_/;
const PLACEHOLDER = /\{(\w+)\}/g;
const CODES_BY_STATUS = { 0: "OFFLINE", 413: "PAYLOAD_TOO_LARGE", 429: "BUSY", 503: "BUSY" };
// Codes of errors for which the same request may be retried.
const RETRYABLE = ["RATE_LIMITED", "PROVIDER_ERROR", "UPSTREAM_ERROR", "TIMEOUT", "GENERATION_FAILED", "NO_PICTURE", "DOWNLOAD_FAILED", "UNKNOWN", "BUSY", "OFFLINE", "CANCELLED", "QUOTA_EXCEEDED", "NOT_FOUND"];
const ELSEWHERE = ["RATE_LIMITED", "QUOTA_EXCEEDED", "PROVIDER_ERROR", "UPSTREAM_ERROR", "TIMEOUT", "GENERATION_FAILED", "NO_PICTURE", "MODEL_RETIRED", "PROMPT_REJECTED", "AUTH_REQUIRED", "AUTH_INVALID", "AUTH_EXPIRED"];

// Returns an error's facts as a plain object, with the present time. `asked` is the request.
export function factsOf(error, asked) {
  const { code, field, status, retryAfter, provider, elsewhere, tried, message } = error;
  return { code: code || (CODES_BY_STATUS[status] ?? "UNKNOWN"), field, retryAfter, provider, elsewhere, tried, message, asked, at: Date.now() };
}

// Returns the facts of an error body of a job, a batch or a manifest's line.
export function factsOfBody({ error, code, details }, asked) {
  return factsOf({ message: error, code, ...details }, asked);
}

export function textOf(facts) {
  const values = valuesOf(facts);
  const [english, chinese] = entryOf(facts, values);
  return filled(language.value === "zh" ? chinese : english, values);
}

// The error texts of the form's fields, by name.
export const fieldTexts = computed(() => Object.fromEntries(Object.entries(fieldErrors.value).map(([name, facts]) => [name, textOf(facts)])));

// Returns the field's text if all its placeholders have values, which may be missing for a manifest's line; else the code's.
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

// Returns a text with the time for a retry, in the user's time zone.
export function waitOf({ retryAfter, at }) {
  return retryAfter > 0 ? t("Try again from {time}", { time: clockWithZone(at / 1000 + retryAfter) }) : "";
}

// Returns the remedies `{ token, edit, again, elsewhere }`: `edit` is the field to change, `elsewhere` has other models.
export function remediesOf({ code, field, asked, provider, elsewhere, tried = [] }) {
  const model = asked && modelOf(asked.provider, asked.model);
  const others = model ? relatives(model).filter((one) => canGenerate(one, asked) && ![provider, ...tried.map((each) => each.provider)].includes(one.provider)) : (elsewhere ?? []).map(({ provider, model: id }) => modelOf(provider, id)).filter(Boolean);
  const easily = (one) => (canCall(one.provider) ? 0 : 1);
  return {
    token: code.startsWith("AUTH_"),
    edit: { PROMPT_REJECTED: "prompt", PAYLOAD_TOO_LARGE: "prompt", INVALID_DIMENSIONS: "width", MODEL_RETIRED: "model" }[code] ?? (OF_FIELDS.test(code) ? (field ?? "prompt") : ""),
    again: RETRYABLE.includes(code),
    elsewhere: ELSEWHERE.includes(code) && field !== "Authorization" ? others.sort((one, other) => easily(one) - easily(other)) : [],
  };
}

// Returns a provider that generates without a token, if the deployment allows it.
export function freeProvider() {
  return catalog.value.providers.find((provider) => !needsToken(provider) && canCall(provider.id));
}
