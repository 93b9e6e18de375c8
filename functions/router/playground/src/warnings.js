// The API's warnings about a picture, such as changed or dropped values. Warnings have no codes, so their Chinese
// translations are found by matching the English text.
import { filled, language, t } from "./languages.js";
import texts from "./warning_texts.json";

const PLACEHOLDER = /\\\{(\w+)\\\}/g;
const FORMS = texts.map(([english, chinese]) => {
  const literal = english.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return [new RegExp(`^${literal.replace(PLACEHOLDER, "(?<$1>.+?)")}$`), chinese];
});
const FIELDS = { size: () => t("Size"), steps: () => t("Steps"), guidanceScale: () => t("Guidance"), negativePrompt: () => t("Negative prompt") };

export function warningText(text) {
  if (language.value !== "zh") return text;
  for (const [form, chinese] of FORMS) {
    const match = form.exec(text);
    const { field, ...values } = match?.groups ?? {};
    if (match) return filled(chinese, { ...values, field: FIELDS[field]?.() ?? field });
  }
  return text;
}
