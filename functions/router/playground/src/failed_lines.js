// Lines of a manifest without a picture, each with its error in the page's language and the API's own text.
import { Source } from "./error_text.js";
import { textOf } from "./errors.js";
import { html } from "./html.js";
import { t } from "./languages.js";

// Maximum number of rows.
const MAX_ROWS = 200;

// Returns the text of a line's error `{ code, message, field, provider }`.
export function textOfLine({ error: { code, field, provider }, provider: payer, model }) {
  return textOf({ code, field, provider, asked: { provider: payer, model } });
}

// Converts a preview's line to the format of a result, in which `error` is an object.
export function asResult({ line, error, code, details }) {
  return { line, error: { code, message: error, ...details } };
}

export function FailedLines({ lines, label }) {
  return html`
    <div class="scroll" tabindex="0" role="region" aria-label=${label}>
      <table>
        <thead><tr><th scope="col">${t("Line")}</th><th scope="col">${t("Reason")}</th></tr></thead>
        <tbody>
          ${lines.slice(0, MAX_ROWS).map((line) => html`
            <tr key=${`${line.line}-${line.copy}`}><th scope="row">${line.line}</th>
              <td>${textOfLine(line)} <${Source} error=${line.error} /></td></tr>`)}
        </tbody>
      </table>
    </div>
  `;
}
