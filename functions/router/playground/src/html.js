// Preact elements as tagged templates: html`<p>${text}</p>`. They need no build step.
import { h } from "preact";
import htm from "htm";

export const html = htm.bind(h);
