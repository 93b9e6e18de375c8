// Preact's elements written as HTML: html`<p>${text}</p>`. No build step turns anything into this.
import { h } from "preact";
import htm from "htm";

export const html = htm.bind(h);
