// The window that starts the same prompt on several models.
import { useState } from "preact/hooks";
import { newKey } from "./api.js";
import { catalog, modelsOf } from "./catalog.js";
import { canCall } from "./credentials.js";
import { shownGroup } from "./gallery_state.js";
import { html } from "./html.js";
import { generate } from "./jobs.js";
import { t } from "./languages.js";
import { Dialog } from "./parts.js";
import { canGenerate, MAX_SEED, randomSeed, requestFor } from "./request.js";
import { sameSize } from "./sizes.js";

// Returns an error that would occur with every model, or null.
function refusalOf({ prompt, seed, width, height }) {
  const whole = (value, most) => /^\d+$/.test(String(value).trim()) && Number(value) <= most;
  if (prompt.length > 4000) return { code: "INVALID_PROMPT", field: "prompt" };
  if (seed !== "" && !whole(seed, MAX_SEED)) return { code: "INVALID_PARAMS", field: "seed" };
  if (!whole(width, Infinity)) return { code: "INVALID_DIMENSIONS", field: "width" };
  return whole(height, Infinity) ? null : { code: "INVALID_DIMENSIONS", field: "height" };
}

export function CompareDialog({ values, onRefused, onClose }) {
  const key = (model) => `${model.provider} ${model.id}`;
  const possible = catalog.value.models.filter((model) => canCall(model.provider) && canGenerate(model, values));
  const [chosen, setChosen] = useState(() => new Set(possible.map(key)));
  const toggle = (model) =>
    setChosen((before) => {
      const after = new Set(before);
      if (!after.delete(key(model))) after.add(key(model));
      return after;
    });
  const run = () => {
    onClose();
    const refusal = refusalOf(values);
    if (refusal) return onRefused({ ...refusal, asked: values });
    const seed = values.seed === "" ? randomSeed() : values.seed;
    const models = possible.filter((model) => chosen.has(key(model)));
    const group = newKey();
    generate(models.map((model) => requestFor(model, values, seed)), { group });
    shownGroup.value = group;
    document.querySelector(".gallery").scrollIntoView();
    return undefined;
  };
  const prompt = values.prompt.trim();
  return html`
    <${Dialog} title=${t("One prompt, several models")} onClose=${onClose}>
      <p class="quote">${prompt || t("Write a prompt first.")}</p>
      <p class="hint">${t("All use the same seed, and the same size if they support it. Steps and guidance are each model's defaults. Each picture counts at its provider.")}</p>
      <div class="buttons">
        <button type="button" onClick=${() => setChosen(new Set(possible.map(key)))}>${t("All")}</button>
        <button type="button" onClick=${() => setChosen(new Set())}>${t("None")}</button>
      </div>
      <div class="models">
        ${catalog.value.providers.map((provider) => html`
          <fieldset key=${provider.id}>
            <legend>${provider.name}</legend>
            ${canCall(provider.id) ? "" : html`<p class="hint">${t("{provider} needs your token.", { provider: provider.name })}</p>`}
            ${modelsOf(provider.id).filter((model) => canGenerate(model, values)).map((model) => html`
              <label key=${model.id} class="check">
                <input type="checkbox" disabled=${!canCall(provider.id)} checked=${chosen.has(key(model))} onChange=${() => toggle(model)} />
                <span>${model.name}<small>${differences(model, values)}</small></span>
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

// Returns a text about the model's differences: its size, and whether it ignores the seed.
function differences(model, values) {
  const { width, height } = requestFor(model, values, 0);
  const size = sameSize(values, { width, height }) ? "" : `${width} × ${height}`;
  return [size, model.features.seed ? "" : t("picks its own seed")].filter(Boolean).join(" · ");
}
