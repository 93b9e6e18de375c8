// An error in the page's language, the time for a retry, and the API's own text.
import { textOf, waitOf } from "./errors.js";
import { html } from "./html.js";
import { joined } from "./languages.js";

export function ErrorText({ error }) {
  return html`<p class="error" role="alert">${joined(textOf(error), waitOf(error))} <${Source} error=${error} /></p>`;
}

// The error's code and the API's own text, which can be searched for.
export function Source({ error: { code, message } }) {
  return html`<small lang="en"><code>${code}</code> ${message}</small>`;
}
