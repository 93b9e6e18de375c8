// Fields of a request that the form does not define. They are built from the API's descriptions.
import { catalog } from "./catalog.js";

const PLACED = ["provider", "model", "prompt", "negativePrompt", "width", "height", "size", "image", "steps", "guidanceScale", "seed", "responseFormat", "webhook"];

// Returns each field's `{ name, type, enum, minimum, maximum, description, default }`.
export function otherFields() {
  const fields = Object.entries(catalog.value.fields ?? {}).filter(([name]) => !PLACED.includes(name));
  return fields.map(([name, { anyOf = [], ...rules }]) => ({ name, ...anyOf.find(({ type }) => type !== "null"), ...rules }));
}

export function isNumber({ type }) {
  return type === "integer" || type === "number";
}

// Converts `samplerName` to "Sampler name".
export function labelOf({ name }) {
  const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words[0].toUpperCase() + words.slice(1);
}
