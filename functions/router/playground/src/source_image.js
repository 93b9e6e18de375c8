// The source picture for models that accept one: a file, or a picture of the gallery. A file stays in this tab. The form,
// jobs and the gallery store only its `blob:` address.
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

// Maximum bytes of a call, and formats that the API accepts. Other files are converted to a smaller JPEG.
const MAX_BYTES = 4e6;
const TYPES = ["image/png", "image/jpeg", "image/webp"];
const LONGEST_SIDE = 2048;

const files = new Map();
const over = signal(false);

// The field for a source picture. It is shown only for models that accept one.
export function SourceImage({ model }) {
  if (!model.features.edits) return null;
  const { image } = form.value;
  const error = fieldTexts.value.image;
  const hint = model.features.needsImage ? t("This model changes a picture") : t("Optional; without a picture, only the prompt is used");
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
    const blob = file.size <= MAX_BYTES && TYPES.includes(file.type) ? file : await smaller(bitmap);
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

// Sets the source picture, and a size with its ratio.
function start(image, { width, height }) {
  const model = modelOf(form.value.provider, form.value.model);
  change({ image, ...fitted({ width, height }, model) });
}

// Whether any usable model accepts a source picture.
export function canEdit() {
  return Boolean(editingModel());
}

function editingModel() {
  const own = modelOf(form.value.provider, form.value.model);
  const possible = [own, ...catalog.value.models].filter((model) => model?.features.edits && canCall(model.provider, model.id));
  return possible[0];
}

// Uses a picture of the gallery as the source, with a model that accepts one.
export function startFrom({ url, details }) {
  const model = editingModel();
  if (model.id !== form.value.model || model.provider !== form.value.provider) chooseModel(model);
  const [width, height] = details.dimensions.match(/\d+/g).map(Number);
  start(new URL(pictureUrl(url), location.href).href, { width, height });
}

// Returns the body to send, in which the file's content replaces its address.
export async function withImage(body) {
  if (!body.image?.startsWith("blob:")) return body;
  const blob = files.get(body.image);
  if (!blob) throw new ApiError(400, { error: "the source picture is no longer available; choose it again", code: "INVALID_PARAMS", details: { field: "image" } });
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
