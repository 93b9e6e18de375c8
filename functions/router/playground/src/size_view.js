// The form's size: aspect ratios to choose from, and width and height as numbers.
import { fieldTexts } from "./errors.js";
import { html } from "./html.js";
import { Icon } from "./icons.js";
import { t } from "./languages.js";
import { Choice, described, Field } from "./parts.js";
import { change, form } from "./request.js";
import { ratiosOf, sameSize } from "./sizes.js";

export function Size({ model }) {
  const { width, height } = form.value;
  const ratios = ratiosOf(model).map((ratio) => ({ ...ratio, id: ratio.name, shape: ratio }));
  const chosen = ratios.find((ratio) => sameSize(form.value, ratio));
  const choose = (id) => {
    const ratio = ratios.find((one) => one.id === id);
    change({ width: ratio.width, height: ratio.height });
  };
  const errors = fieldTexts.value;
  const error = errors.width ?? errors.height;
  const range = model.sizes.step ? t("{min} to {max} pixels, in steps of {step}", model.sizes) : t("{min} to {max} pixels", model.sizes);
  const hint = model.sizes.only ? t("this model supports only these sizes") : range;
  const side = (name, label) => html`
    <input id=${name} aria-label=${label} type="number" inputmode="numeric" min=${model.sizes.min} max=${model.sizes.max} step=${model.sizes.step ?? 1}
      value=${form.value[name]} readOnly=${Boolean(model.sizes.only)} ...${described("width", errors[name], hint)}
      onInput=${(event) => change({ [name]: event.target.value })} />`;
  return html`
    <${Field} id="width" label=${t("Size")} error=${error} extra=${html`
      <span class="hint" id="width-hint">${hint}</span>
      <span class="sides">
        ${side("width", t("Width"))}
        <button type="button" class="quiet round" aria-label=${t("Swap width and height")} title=${t("Swap width and height")}
          onClick=${() => change({ width: height, height: width })}><${Icon} name="swap" /></button>
        ${side("height", t("Height"))}
      </span>`}>
      <${Choice} name="ratio" label=${t("Aspect ratio")} options=${ratios} value=${chosen?.id} onChoose=${choose} className="shapes" />
    <//>
  `;
}
