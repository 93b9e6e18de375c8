// One picture at full size, with its request and its result.
import { useEffect, useState } from "preact/hooks";
import { pictureUrl } from "./api.js";
import { AUTO, namesOf } from "./catalog.js";
import { Code } from "./code_view.js";
import { parametersOf, savePicture } from "./downloads.js";
import { openId, shownGroup, shownPictures } from "./gallery_state.js";
import { html } from "./html.js";
import { Icon } from "./icons.js";
import { generate, upscale } from "./jobs.js";
import { shortDuration, t } from "./languages.js";
import { SkippedProviders } from "./skipped_view.js";
import { CopyButton, Dialog } from "./parts.js";
import { addressOf, removePictures } from "./pictures.js";
import { fillForm } from "./request.js";
import { canEdit, startFrom } from "./source_image.js";
import { warningText } from "./warnings.js";

export function Viewer() {
  const all = shownPictures.value;
  const at = all.findIndex((picture) => picture.id === openId.value);
  if (at < 0) return null;
  const show = (place) => {
    if (all[place]) openId.value = all[place].id;
  };
  return html`<${Open} key="viewer" picture=${all[at]} onStep=${(step) => show(at + step)} first=${at === 0} last=${at === all.length - 1} />`;
}

function Open({ picture, onStep, first, last }) {
  const [zoomed, setZoomed] = useState(false);
  useEffect(() => setZoomed(false), [picture.id]);
  useEffect(() => {
    const keys = (event) => {
      if (event.target.closest("input, textarea, select, [role=tablist], pre")) return;
      if (event.key === "ArrowRight") onStep(1);
      if (event.key === "ArrowLeft") onStep(-1);
    };
    document.addEventListener("keydown", keys);
    return () => document.removeEventListener("keydown", keys);
  });
  const close = () => { openId.value = null; };
  const { asked, details } = picture;
  return html`
    <${Dialog} title=${`${details.model}, ${details.provider}`} className="viewer" onClose=${close}>
      <div class="viewer-inside">
        <div class=${zoomed ? "stage zoomed" : "stage"} tabindex=${zoomed ? 0 : -1}>
          <button type="button" class="zoom" aria-pressed=${String(zoomed)} aria-label=${t("Zoom to full size")} onClick=${() => setZoomed(!zoomed)}>
            <img src=${addressOf(picture)} alt=${asked.prompt ?? ""} />
          </button>
        </div>
        <div class="facts">
          <nav class="buttons" aria-label=${t("Other pictures")}>
            <button type="button" class="quiet round" disabled=${first} aria-label=${t("Newer picture")} onClick=${() => onStep(-1)}><${Icon} name="back" /></button>
            <button type="button" class="quiet round" disabled=${last} aria-label=${t("Older picture")} onClick=${() => onStep(1)}><${Icon} name="arrow" /></button>
          </nav>
          <${Actions} picture=${picture} close=${close} />
          <${Facts} picture=${picture} />
          ${asked.scale ? null : html`<h3>${t("Code")}</h3><${Code} id="viewer-code" request=${asked} />`}
        </div>
      </div>
    <//>
  `;
}

function Actions({ picture, close }) {
  const { asked, details } = picture;
  const withSeed = { ...asked, seed: details.seed };
  const { seed, ...withoutSeed } = asked;
  const act = (work) => () => { close(); work(); };
  return html`
    <div class="buttons actions">
      <button type="button" onClick=${() => savePicture(picture)}><${Icon} name="download" /> ${t("Download")}</button>
      ${asked.scale ? null : html`
        <button type="button" onClick=${act(() => fillForm(withSeed))}><${Icon} name="again" /> ${t("Use these settings")}</button>
        <button type="button" onClick=${act(() => generate([withoutSeed]))}><${Icon} name="vary" /> ${t("Vary the seed")}</button>`}
      ${[2, 4].map((scale) => html`
        <button key=${scale} type="button" onClick=${act(() => upscale(picture, scale))}><${Icon} name="enlarge" /> ${t("Upscale {scale}×", { scale })}</button>`)}
      ${canEdit() && html`<button type="button" onClick=${act(() => startFrom(picture))}><${Icon} name="brush" /> ${t("Use this picture")}</button>`}
      ${picture.group && html`
        <button type="button" onClick=${act(() => { shownGroup.value = picture.group; })}><${Icon} name="grid" /> ${t("Show the comparison")}</button>`}
      <${CopyButton} text=${new URL(pictureUrl(picture.url), location.href).href} label=${t("Copy link")} />
      <${CopyButton} text=${JSON.stringify(parametersOf(picture), null, 2)} label=${t("Copy parameters")} />
      <button type="button" class="quiet" onClick=${act(() => removePictures([picture.id]))}><${Icon} name="trash" /> ${t("Remove")}</button>
    </div>
  `;
}

// A table of the request and the result.
function Facts({ picture }) {
  const { asked, details, format, warnings, tried } = picture;
  const size = asked.width ? `${asked.width} x ${asked.height}` : "";
  const rows = [
    ...(asked.provider === AUTO ? [[t("Provider"), namesOf(asked).provider, details.provider]] : []),
    [t("Size"), size, details.dimensions],
    [t("Seed"), asked.seed ?? t("random"), details.seed],
    [t("Steps"), asked.steps ?? "", details.steps],
    [t("Guidance"), asked.guidanceScale ?? "", ""],
    [t("Time"), "", shortDuration(details.duration)],
    [t("Format"), "", format],
  ];
  const visible = asked.scale ? [[t("Scale"), `${asked.scale}×`, details.dimensions], ...rows.slice(4)] : rows;
  return html`
    <p class="quote">${asked.prompt}</p>
    ${asked.negativePrompt && html`<p class="hint">${t("Negative prompt")}: ${asked.negativePrompt}</p>`}
    <table class="compare">
      <thead><tr><td></td><th scope="col">${t("Requested")}</th><th scope="col">${t("Result")}</th></tr></thead>
      <tbody>
        ${visible.filter(([, one, other]) => one !== "" || other !== "").map(([name, one, other]) => html`<tr key=${name}><th scope="row">${name}</th><td>${one}</td><td>${other}</td></tr>`)}
      </tbody>
    </table>
    <${SkippedProviders} tried=${tried} />
    ${warnings.length > 0 && html`<ul class="warnings">${warnings.map((warning) => html`<li key=${warning}>${warningText(warning)}</li>`)}</ul>`}
  `;
}
