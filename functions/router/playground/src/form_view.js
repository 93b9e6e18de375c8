// The form. It is built from the catalog, so new models appear automatically.
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { generateOrAsk, refuse } from "./ask_token.js";
import { AUTO, catalog, modelOf, modelsOf, namesOf, relatives } from "./catalog.js";
import { Code } from "./code_view.js";
import { CompareDialog } from "./compare_view.js";
import { credentials, needsKey, needsToken } from "./credentials.js";
import { fieldTexts } from "./errors.js";
import { isFamily, offeredFamilies, triedProvidersText, unsupportedAt } from "./families.js";
import { isNumber, labelOf, otherFields } from "./fields.js";
import { html } from "./html.js";
import { Icon } from "./icons.js";
import { KeyLeft } from "./key_view.js";
import { duration, t } from "./languages.js";
import { Choice, described, Dialog, Field } from "./parts.js";
import { change, chooseModel, chooseProvider, form, MAX_COUNT, randomSeed, requestOf, requestsOf } from "./request.js";
import { Size } from "./size_view.js";
import { SourceImage } from "./source_image.js";

const comparing = signal(false);
const codeShown = signal(false);

export function RequestForm() {
  const values = form.value;
  const model = modelOf(values.provider, values.model);
  const errors = fieldTexts.value;
  useEffect(() => {
    document.querySelector(".request [aria-invalid]")?.focus();
  }, [Object.keys(errors).join()]);
  const submit = (event) => {
    event?.preventDefault();
    generateOrAsk(requestsOf(values));
  };
  const keys = (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submit(event);
  };
  return html`
    <form class="request" onSubmit=${submit} onKeyDown=${keys} noValidate aria-label=${t("Picture")}>
      <${Prompts} model=${model} />
      <${ModelChoice} model=${model} />
      <${Size} model=${model} />
      <div class="knobs">
        <${Knob} name="steps" whole=${!model.features.guidanceScale} label=${t("Steps")} limits=${model.features.steps} step="1" />
        ${model.features.guidanceScale && html`<${Knob} name="guidanceScale" label=${t("Guidance")} limits=${model.features.guidanceScale} except=${unsupportedAt(model, "guidanceScale")} step="0.1" />`}
        <${Seed} />
        <${Count} />
        ${otherFields().map((field) => html`<${OtherField} key=${field.name} field=${field} />`)}
        ${isFamily(model) && html`<p class="hint whole">${t("If the chosen model does not support a value, the nearest one is used, with a note.")}</p>`}
      </div>
      <div class="go">
        <${KeyLeft} />
        <div class="buttons">
          <button type="submit" class="primary" title="Ctrl + ↵">${t("Generate")}</button>
          <button type="button" onClick=${() => { comparing.value = true; }}><${Icon} name="grid" /> ${t("Compare models")}</button>
          <button type="button" onClick=${() => { codeShown.value = true; }}><${Icon} name="code" /> ${t("Code")}</button>
        </div>
      </div>
      ${codeShown.value && html`
        <${Dialog} title=${t("Code of this call")} onClose=${() => { codeShown.value = false; }}><${Code} id="form-code" request=${requestOf(values)} /><//>`}
      ${comparing.value && html`<${CompareDialog} values=${values} onRefused=${refuse} onClose=${() => { comparing.value = false; }} />`}
    </form>
  `;
}

function Prompts({ model }) {
  const { prompt, negativePrompt } = form.value;
  const errors = fieldTexts.value;
  return html`
    <${Field} id="prompt" label=${t("Prompt")} error=${errors.prompt} extra=${html`<span class="hint">${prompt.length} / 4000</span>`}>
      <textarea id="prompt" rows=${model.features.edits ? 2 : 3} value=${prompt} placeholder=${t("What should be in the picture?")} ...${described("prompt", errors.prompt)}
        onInput=${(event) => change({ prompt: event.target.value })}></textarea>
    <//>
    <div class="pair">
      <${SourceImage} model=${model} />
      ${model.features.negativePrompt && html`
        <${Field} id="negativePrompt" label=${t("Negative prompt")} error=${errors.negativePrompt} extra=${html`<span class="hint">${unsupportedAt(model, "negativePrompt")}</span>`}>
          <textarea id="negativePrompt" rows="1" value=${negativePrompt} placeholder=${t("low quality, blurry")} ...${described("negativePrompt", errors.negativePrompt)}
            onInput=${(event) => change({ negativePrompt: event.target.value })}></textarea>
        <//>`}
    </div>
  `;
}

// Returns a short note about the credentials that a call to the provider uses.
function noteOf(provider) {
  if (catalog.value.emulated.includes(provider.id)) return t("emulated");
  if (needsKey() && !credentials.value.access) return t("needs an Easel key");
  if (credentials.value[provider.id]) return t("your token");
  if (credentials.value.access) return t("your Easel key");
  return needsToken(provider) ? t("needs a token") : t("no token needed");
}

function ModelChoice({ model }) {
  const errors = fieldTexts.value;
  const elsewhere = isFamily(model) ? [] : relatives(model).map((other) => namesOf({ provider: other.provider }).provider);
  const facts = [
    t("usually {time}", { time: duration(model.typicalSeconds) }),
    elsewhere.length ? t("also at {providers}", { providers: elsewhere.join(", ") }) : "",
    model.features.seed ? "" : t("picks its own seed"),
  ];
  const hint = facts.filter(Boolean).join(" · ");
  const families = offeredFamilies();
  const automatic = families.length || isFamily(model) ? [{ id: AUTO, name: namesOf({ provider: AUTO }).provider, note: t("the first that accepts"), whole: true }] : [];
  const providers = catalog.value.providers.map((provider) => ({ id: provider.id, name: provider.name, note: noteOf(provider) }));
  const models = isFamily(model) ? catalog.value.families.filter((family) => families.includes(family) || family === model) : modelsOf(model.provider);
  return html`
    <${Choice} name="provider" label=${t("Provider")} options=${[...providers, ...automatic]} value=${model.provider} onChoose=${chooseProvider} className="providers" />
    <${Field} id="model" label=${t("Model")} error=${errors.model ?? errors.provider} extra=${html`<span class="hint" id="model-hint">${hint}</span>`}>
      <select id="model" value=${model.id} ...${described("model", errors.model, hint)}
        onChange=${(event) => chooseModel(modelOf(model.provider, event.target.value))}>
        ${models.map((one) => html`<option key=${one.id} value=${one.id} selected=${one.id === model.id}>${one.name}</option>`)}
      </select>
      ${isFamily(model) && html`<p class="hint">${triedProvidersText(model)}</p>`}
    <//>
  `;
}

// A number field with a slider.
function Knob({ name, label, limits, step, whole, except }) {
  const value = form.value[name];
  const error = fieldTexts.value[name];
  const onInput = (event) => change({ [name]: event.target.value });
  return html`
    <${Field} id=${name} label=${label} error=${error} className=${whole ? "whole" : ""} hint=${except} extra=${html`<span class="hint">${limits.min} – ${limits.max}</span>`}>
      <div class="knob">
        <input type="range" aria-label=${t("{label}, slider", { label })} min=${limits.min} max=${limits.max} step=${step} value=${value} onInput=${onInput} />
        <input id=${name} type="number" inputmode="decimal" placeholder=${t("default")} min=${limits.min} max=${limits.max} step=${step} value=${value} onInput=${onInput} ...${described(name, error, except)} />
      </div>
    <//>
  `;
}

// Unlocked: each picture has a random seed. Locked: the next pictures use this seed.
function Seed() {
  const { seed } = form.value;
  const error = fieldTexts.value.seed;
  const locked = seed !== "";
  return html`
    <${Field} id="seed" label=${t("Seed")} error=${error}>
      <div class="seed">
        <input id="seed" type="text" inputmode="numeric" value=${seed} placeholder=${t("random")} ...${described("seed", error)}
          onInput=${(event) => change({ seed: event.target.value })} />
        <button type="button" class="quiet round" aria-label=${t("Random seed")} title=${t("Random seed")} onClick=${() => change({ seed: randomSeed() })}><${Icon} name="die" /></button>
        <button type="button" class="quiet round" aria-pressed=${String(locked)} aria-label=${t("Keep the seed")} title=${t("Keep the seed")}
          onClick=${() => change({ seed: locked ? "" : randomSeed() })}><${Icon} name=${locked ? "locked" : "open"} /></button>
      </div>
    <//>
  `;
}

function Count() {
  return html`
    <${Field} id="count" label=${t("Pictures")}>
      <select id="count" value=${form.value.count} onChange=${(event) => change({ count: Number(event.target.value) })}>
        ${Array.from({ length: MAX_COUNT }, (_, place) => html`<option key=${place} value=${place + 1} selected=${form.value.count === place + 1}>${place + 1}</option>`)}
      </select>
    <//>
  `;
}

// A field that only the catalog knows. Its type decides whether it is a select, a checkbox, a number or a text.
function OtherField({ field }) {
  const { name, description: hint } = field;
  const value = form.value[name] ?? "";
  const error = fieldTexts.value[name];
  const about = { id: name, ...described(name, error, hint) };
  const onInput = (event) => change({ [name]: event.target.value });
  const usual = String(field.default ?? "");
  const ticked = value === "" ? field.default === true : value;
  return html`
    <${Field} id=${name} label=${labelOf(field)} error=${error} hint=${hint}>
      ${field.enum ? html`
        <select ...${about} value=${value} onChange=${onInput}>
          <option value="">${usual}</option>
          ${field.enum.filter((one) => one !== usual).map((one) => html`<option key=${one} value=${one} selected=${one === value}>${one}</option>`)}
        </select>`
      : field.type === "boolean" ? html`
        <input ...${about} type="checkbox" checked=${ticked} onChange=${(event) => change({ [name]: event.target.checked })} />`
      : html`
        <input ...${about} type=${isNumber(field) ? "number" : "text"} step=${field.type === "integer" ? 1 : "any"} min=${field.minimum} max=${field.maximum}
          placeholder=${usual} value=${value} onInput=${onInput} />`}
    <//>
  `;
}
