// Pictures under way and pictures that are there, in one grid, newest first.
import { signal } from "@preact/signals";
import { savePictures } from "./downloads.js";
import { openId, shownGroup, shownJobs, shownPictures } from "./gallery_state.js";
import { html } from "./html.js";
import { Icon } from "./icons.js";
import { JobCard } from "./job_card.js";
import { t } from "./languages.js";
import { Confirm } from "./parts.js";
import { addressOf, galleryError, removePictures } from "./pictures.js";

const removing = signal(false);
// Pictures drawn at first; a gallery of thousands would be slow.
const PAGE = 60;
const drawn = signal(PAGE);

export function Gallery() {
  const all = shownPictures.value;
  const running = shownJobs.value;
  const group = shownGroup.value;
  const remove = () => removePictures(all.map((picture) => picture.id));
  return html`
    <section class="gallery" aria-label=${t("Pictures")}>
      <div class="gallery-head">
        <h2>${group ? t("Comparison") : t("Pictures")} <span class="count">${all.length || ""}</span></h2>
        <div class="buttons">
          ${group && html`<button type="button" onClick=${() => { shownGroup.value = null; }}><${Icon} name="back" /> ${t("All pictures")}</button>`}
          ${all.length > 0 && html`
            <button type="button" onClick=${() => savePictures(all)}><${Icon} name="download" /> ${t("Download all")}</button>
            <button type="button" class="quiet" onClick=${() => { removing.value = true; }}><${Icon} name="trash" /> ${t("Remove all")}</button>`}
        </div>
      </div>
      ${galleryError.value && html`<p class="notice">${t(galleryError.value)}</p>`}
      ${!all.length && !running.length && html`<${Empty} />`}
      <ul class=${group ? "grid comparing" : "grid"}>
        ${running.map((job) => html`<li key=${job.key}><${JobCard} job=${job} /></li>`)}
        ${all.slice(0, drawn.value).map((picture) => html`<li key=${picture.id}><${Tile} picture=${picture} /></li>`)}
      </ul>
      ${all.length > drawn.value && html`
        <button type="button" class="more" onClick=${() => { drawn.value += PAGE; }}>${t("Show more")}</button>`}
      ${removing.value && html`
        <${Confirm} title=${t("Remove all pictures?")} yes=${t("Remove")} onYes=${remove} onClose=${() => { removing.value = false; }}
          text=${t("{n} pictures are removed from this browser. Their links live on until the deployment removes them.", { n: all.length })} />`}
    </section>
  `;
}

function Tile({ picture }) {
  const { details, asked } = picture;
  const [width, height] = details.dimensions.split(" x ").map(parseFloat);
  return html`
    <button type="button" class="tile" onClick=${() => { openId.value = picture.id; }}>
      <img src=${addressOf(picture)} alt=${asked.prompt ?? ""} width=${width} height=${height} loading="lazy" decoding="async" />
      <span class="caption"><b>${details.model}</b> <span>${details.provider} · ${details.duration}</span></span>
    </button>
  `;
}

function Empty() {
  return html`
    <div class="empty">
      <svg viewBox="0 0 120 96" aria-hidden="true"><path d="M60 6v12M42 66 30 92M78 66l12 26M60 66v20" /><rect x="22" y="18" width="76" height="48" rx="4" /><path d="m32 56 18-20 14 14 9-9 15 15" /><circle cx="76" cy="32" r="4" /></svg>
      <p>${t("Nothing here yet. Describe a picture, and it appears here.")}</p>
    </div>
  `;
}
