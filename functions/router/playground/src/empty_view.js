// The empty gallery: what this page does, and example prompts to click.
import { generateOrAsk } from "./ask_token.js";
import { html } from "./html.js";
import { t } from "./languages.js";
import { change, form, requestsOf } from "./request.js";

// In the order of the samples in samples.webp, which `make pictures` creates.
const prompts = () => [
  t("a paper boat on a quiet lake at dawn"),
  t("a lighthouse in a storm, oil painting"),
  t("a rainy city street at night, neon signs"),
  t("a fox asleep in a snowy forest"),
  t("an astronaut resting on the moon"),
  t("mountains above the clouds, ink wash"),
];

export function Empty() {
  const draw = (prompt) => {
    change({ prompt });
    generateOrAsk(requestsOf(form.value));
  };
  return html`
    <div class="empty">
      <h2>${t("Describe what you want to see.")}</h2>
      <p>${t("Write a prompt, or click an example to generate it.")}</p>
      <ul class="samples">
        ${prompts().map((prompt, place) => html`
          <li key=${place}><button type="button" class="sample" onClick=${() => draw(prompt)}><span class=${`sample-picture at-${place}`}></span><span>${prompt}</span></button></li>`)}
      </ul>
      <p class="hint">${t("The samples come from Easel's own emulator. Your pictures stay in this browser.")}</p>
    </div>
  `;
}
