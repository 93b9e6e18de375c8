// The window that starts the same prompt on several models.
import { useState } from "preact/hooks";
import { newKey } from "./api.js";
import { catalog, providerOf } from "./catalog.js";
import { canCall } from "./credentials.js";
import { shownGroup } from "./gallery_state.js";
import { html } from "./html.js";
import { generate } from "./jobs.js";
import { t } from "./languages.js";
import { Dialog } from "./parts.js";
import { draws, randomSeed, requestFor } from "./request.js";

export function CompareDialog({ values, onRefused, onClose }) {
  const key = (model) => `${model.provider} ${model.id}`;
  const possible = catalog.value.models.filter((model) => canCall(model.provider) && draws(model, values));
  const [chosen, setChosen] = useState(() => new Set(possible.map(key)));
  const toggle = (model) =>
    setChosen((before) => {
      const after = new Set(before);
      if (!after.delete(key(model))) after.add(key(model));
      return after;
    });
  const run = () => {
    const seed = values.seed === "" ? randomSeed() : values.seed;
    const models = possible.filter((model) => chosen.has(key(model)));
    const group = newKey();
    generate(models.map((model) => requestFor(model, values, seed)), { group, onRefused });
    shownGroup.value = group;
    onClose();
  };
  const prompt = values.prompt.trim();
  return html`
    <${Dialog} title=${t("Same prompt on several models")} onClose=${onClose}>
      <p class="quote">${prompt || t("Write a prompt first.")}</p>
      <p class="hint">${t("Same size and seed for all; steps and guidance are each model's own. Each picture counts at its provider.")}</p>
      <div class="models">
        ${catalog.value.providers.map((provider) => html`
          <fieldset key=${provider.id}>
            <legend>${provider.name}</legend>
            ${canCall(provider.id) ? "" : html`<p class="hint">${t("{provider} needs a token of yours.", { provider: providerOf(provider.id).name })}</p>`}
            ${catalog.value.models.filter((model) => model.provider === provider.id && draws(model, values)).map((model) => html`
              <label key=${model.id} class="check">
                <input type="checkbox" disabled=${!canCall(provider.id)} checked=${chosen.has(key(model))} onChange=${() => toggle(model)} />
                <span>${model.name}</span>
              </label>`)}
          </fieldset>`)}
      </div>
      <div class="buttons end">
        <button type="button" onClick=${onClose}>${t("Cancel")}</button>
        <button type="button" class="primary" disabled=${!chosen.size || !prompt} onClick=${run}>${t("Generate {n} pictures", { n: chosen.size })}</button>
      </div>
    <//>
  `;
}
