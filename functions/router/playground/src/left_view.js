// Who was asked for a family's picture before, and why each was left.
import { leftText } from "./families.js";
import { html } from "./html.js";

export function Left({ tried }) {
  if (!tried?.length) return null;
  return html`<ul class="left">${tried.map((each) => html`<li key=${each.provider} class="hint" title=${each.message}>${leftText(each)}</li>`)}</ul>`;
}
