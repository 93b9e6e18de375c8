// Lines of a manifest that have no picture, each with the reason in the page's language and the API's sentence below it.
import { Source } from "./error_text.js";
import { textOf } from "./errors.js";
import { html } from "./html.js";
import { t } from "./languages.js";

// Rows that are drawn at most.
const MOST = 200;

// The facts of a line's error, as a preview or a result has it: `{ code, message, field, provider }`.
export function textOfLine({ error: { code, field, provider }, provider: payer, model }) {
  return textOf({ code, field, provider, asked: { provider: payer, model } });
}

// A line of a preview in the form of a result, whose `error` is an object.
export function asResult({ line, error, code, details }) {
  return { line, error: { code, message: error, ...details } };
}

export function FailedLines({ lines, label }) {
  return html`
    <div class="scroll" tabindex="0" role="region" aria-label=${label}>
      <table>
        <thead><tr><th scope="col">${t("Line")}</th><th scope="col">${t("Reason")}</th></tr></thead>
        <tbody>
          ${lines.slice(0, MOST).map((line) => html`
            <tr key=${`${line.line}-${line.copy}`}><th scope="row">${line.line}</th>
              <td>${textOfLine(line)} <${Source} error=${line.error} /></td></tr>`)}
        </tbody>
      </table>
    </div>
  `;
}
