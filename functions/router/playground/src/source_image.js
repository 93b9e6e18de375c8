// The picture that the next one starts from, for models that take one: a file, or a picture of the gallery.
// A file stays in this tab: the form, jobs and the gallery know it by its `blob:` address, so nothing large is kept.
import { signal } from "@preact/signals";
import { ApiError, pictureUrl } from "./api.js";
import { catalog, modelOf } from "./catalog.js";
import { canCall } from "./credentials.js";
import { fieldTexts } from "./errors.js";
import { html } from "./html.js";
import { Icon } from "./icons.js";
import { t } from "./languages.js";
import { described, Field } from "./parts.js";
import { change, chooseModel, fieldErrors, form } from "./request.js";
import { fitted } from "./sizes.js";

// What a call can carry, and what the API reads; anything else is drawn anew, and made smaller.
const MOST_BYTES = 4e6;
const TYPES = ["image/png", "image/jpeg", "image/webp"];
const LONGEST_SIDE = 2048;

const files = new Map();
const over = signal(false);

// Shows a model's place for a picture; nothing for a model that takes none.
export function SourceImage({ model }) {
  if (!model.features.edits) return null;
  const { image } = form.value;
  const error = fieldTexts.value.image;
  const hint = model.features.needsImage ? t("This model changes a picture") : t("Optional; without it, only the prompt counts");
  const drop = (event) => {
    event.preventDefault();
    over.value = false;
    take(event.dataTransfer.files[0]);
  };
  return html`
    <${Field} id="image" label=${t("Picture to start from")} error=${error} hint=${!image && hint}>
      <label class=${over.value ? "drop source over" : "drop source"} onDragOver=${(event) => { event.preventDefault(); over.value = true; }}
        onDragLeave=${() => { over.value = false; }} onDrop=${drop}>
        ${image ? html`<img src=${pictureUrl(image)} alt=${t("Picture to start from")} />` : html`<${Icon} name="upload" />`}
        <span><b>${image ? t("Other file") : t("Choose a file")}</b> ${!image && t("or drop it here")}</span>
        <input id="image" type="file" accept="image/*" ...${described("image", error, !image && hint)} onChange=${(event) => take(event.target.files[0])} />
      </label>
      ${image && html`<button type="button" class="quiet" onClick=${() => change({ image: "" })}><${Icon} name="close" /> ${t("Start without a picture")}</button>`}
    <//>
  `;
}

async function take(file) {
  if (!file) return;
  try {
    const bitmap = await createImageBitmap(file);
    const blob = file.size <= MOST_BYTES && TYPES.includes(file.type) ? file : await smaller(bitmap);
    const address = URL.createObjectURL(blob);
    files.set(address, blob);
    start(address, bitmap);
  } catch {
    fieldErrors.value = { ...fieldErrors.value, image: { code: "INVALID_PARAMS", field: "image", asked: form.value } };
  }
}

function smaller(bitmap) {
  const share = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(bitmap.width * share);
  canvas.height = Math.round(bitmap.height * share);
  canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.92));
}

// Takes a picture up, in its own shape.
function start(image, { width, height }) {
  const model = modelOf(form.value.provider, form.value.model);
  change({ image, ...fitted({ width, height }, model) });
}

// Whether some model that can be called takes a picture.
export function canEdit() {
  return Boolean(editingModel());
}

function editingModel() {
  const own = modelOf(form.value.provider, form.value.model);
  const possible = [own, ...catalog.value.models].filter((model) => model?.features.edits && canCall(model.provider, model.id));
  return possible[0];
}

// Starts the next picture from one of the gallery, with a model that takes it.
export function startFrom({ url, details }) {
  const model = editingModel();
  if (model.id !== form.value.model || model.provider !== form.value.provider) chooseModel(model);
  const [width, height] = details.dimensions.match(/\d+/g).map(Number);
  start(new URL(pictureUrl(url), location.href).href, { width, height });
}

// The body to send: the file itself in place of its address.
export async function withImage(body) {
  if (!body.image?.startsWith("blob:")) return body;
  const blob = files.get(body.image);
  if (!blob) throw new ApiError(400, { error: "the picture to start from is not there any more", code: "INVALID_PARAMS", details: { field: "image" } });
  return { ...body, image: await dataLink(blob) };
}

function dataLink(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
