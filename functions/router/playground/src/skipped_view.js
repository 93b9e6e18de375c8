// The providers that were skipped for a family's picture, each with the reason.
import { skippedText } from "./families.js";
import { html } from "./html.js";

export function SkippedProviders({ tried }) {
  if (!tried?.length) return null;
  return html`<ul class="left">${tried.map((each) => html`<li key=${each.provider} class="hint" title=${each.message}>${skippedText(each)}</li>`)}</ul>`;
}
