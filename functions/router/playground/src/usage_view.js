// The Easel key's pictures of the last 30 days, from `GET /api/usage`.
import { signal } from "@preact/signals";
import { get } from "./api.js";
import { namesOf } from "./catalog.js";
import { accessHeaders } from "./credentials.js";
import { ErrorText } from "./error_text.js";
import { factsOf } from "./errors.js";
import { html } from "./html.js";
import { t } from "./languages.js";

// `{ lines }` or `{ error }`; null while it is loading.
const usage = signal(null);

async function onToggle(event) {
  if (!event.currentTarget.open) return;
  usage.value = null;
  usage.value = await get("/api/usage", accessHeaders()).then((answer) => ({ lines: answer.usage }), (error) => ({ error: factsOf(error) }));
}

export function KeyUsage() {
  const { lines, error } = usage.value ?? {};
  return html`
    <details class="usage" onToggle=${onToggle}>
      <summary>${t("Pictures of the last 30 days")}</summary>
      ${error && html`<${ErrorText} error=${error} />`}
      ${lines && html`<${Table} lines=${lines} />`}
    </details>
  `;
}

function Table({ lines }) {
  const dollars = lines.reduce((sum, { awsUsd }) => sum + awsUsd, 0);
  return html`
    <table>
      <tr><th>${t("Day")}</th><th>${t("Model")}</th><th>${t("Pictures")}</th><th>${t("Failed")}</th><th>${t("Price")}</th></tr>
      ${lines.map((line) => html`<${Row} ...${line} />`)}
    </table>
    <p class="hint">${t("About {n} US dollars at AWS.", { n: dollars.toFixed(4) })}</p>
  `;
}

function Row({ day, provider, model, outcome, pictures, price, priceUnit }) {
  const names = namesOf({ provider, model });
  const cost = priceUnit === "CNY" ? t("{n} yuan", { n: price }) : t("{n} magicubes", { n: price });
  return html`
    <tr>
      <td>${day}</td>
      <td>${names.model}<small>${names.provider}</small></td>
      <td>${pictures}</td>
      <td>${outcome === "succeeded" ? "" : outcome}</td>
      <td>${price && cost}</td>
    </tr>
  `;
}
