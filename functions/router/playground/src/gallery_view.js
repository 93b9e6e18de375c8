// The gallery: pictures in progress and finished pictures in one grid, newest first.
import { signal } from "@preact/signals";
import { catalog, namesOf } from "./catalog.js";
import { credentials } from "./credentials.js";
import { savePictures } from "./downloads.js";
import { Empty } from "./empty_view.js";
import { openId, shownGroup, shownJobs, shownPictures } from "./gallery_state.js";
import { html } from "./html.js";
import { Icon } from "./icons.js";
import { JobCard } from "./job_card.js";
import { joined, shortDuration, t } from "./languages.js";
import { Confirm } from "./parts.js";
import { addressOf, galleryError, removePictures } from "./pictures.js";

const removing = signal(false);
// Number of pictures that are shown at first, because thousands would be slow.
const PAGE = 60;
const drawn = signal(PAGE);

export function Gallery() {
  const all = shownPictures.value;
  const running = shownJobs.value;
  const group = shownGroup.value;
  // A comparison keeps the order of its models.
  const cells = [...running, ...all.slice(0, drawn.value)];
  if (group) cells.sort((one, other) => one.place - other.place);
  const remove = () => removePictures(all.map((picture) => picture.id));
  return html`
    <section class="gallery" aria-label=${t("Pictures")}>
      <${Emulated} />
      <div class="gallery-head">
        <h2 class=${cells.length ? "" : "hidden"}>${group ? t("Comparison") : t("Pictures")} <span class="count">${all.length || ""}</span></h2>
        <div class="buttons">
          ${group && html`<button type="button" onClick=${() => { shownGroup.value = null; }}><${Icon} name="back" /> ${t("All pictures")}</button>`}
          ${all.length > 0 && html`
            <button type="button" onClick=${() => savePictures(all)}><${Icon} name="download" /> ${t("Download all")}</button>
            <button type="button" class="quiet" onClick=${() => { removing.value = true; }}><${Icon} name="trash" /> ${t("Remove all")}</button>`}
        </div>
      </div>
      ${galleryError.value && html`<p class="notice">${t(galleryError.value)}</p>`}
      ${!all.length && !running.length && html`<${Empty} />`}
      <ul class=${`grid rows ${group ? "comparing" : ""}`}>
        ${cells.map((entry) => html`<${Cell} key=${entry.key ?? entry.id} entry=${entry} />`)}
      </ul>
      ${all.length > drawn.value && html`
        <button type="button" class="more" onClick=${() => { drawn.value += PAGE; }}>${t("Show more")}</button>`}
      ${removing.value && html`
        <${Confirm} title=${t("Remove all pictures?")} yes=${t("Remove")} onYes=${remove} onClose=${() => { removing.value = false; }}
          text=${t("{n} pictures will be removed from this browser. Their links keep working until the deployment removes them.", { n: all.length })} />`}
    </section>
  `;
}

// Returns width by height, within the limits of the gallery's layout.
function ratioOf(width, height) {
  return Math.min(2.4, Math.max(0.5, width / height || 1));
}

function Cell({ entry }) {
  const { details, asked } = entry;
  const [width, height] = details ? details.dimensions.split(" x ").map(parseFloat) : [asked.width, asked.height];
  return html`
    <li class=${entry.state ? "under-way" : ""} style=${{ "--ratio": ratioOf(width, height) }}>
      ${entry.state ? html`<${JobCard} job=${entry} />` : html`<${Tile} picture=${entry} width=${width} height=${height} />`}
    </li>
  `;
}

function Tile({ picture, width, height }) {
  const { details, asked } = picture;
  return html`
    <button type="button" class="tile" onClick=${() => { openId.value = picture.id; }}>
      <img src=${addressOf(picture)} alt=${asked.prompt ?? ""} width=${width} height=${height} loading="lazy" decoding="async" />
      <span class="which">${details.model}<small>${details.provider}</small></span>
      <span class="caption"><span class="prompt">${asked.prompt}</span><span><b>${details.model}</b> <span>${details.provider} · ${shortDuration(details.duration)}</span></span></span>
    </button>
  `;
}

// On a local stack: a note that pictures are emulated.
function Emulated() {
  const { emulated, localKey, providers } = catalog.value;
  if (!emulated.length) return null;
  const all = emulated.length === providers.length;
  const names = emulated.map((provider) => namesOf({ provider }).provider).join(", ");
  const text = all ? t("Pictures are emulated here: no provider is called, nothing is charged, and any token works.") : t("Emulated here, so any token works: {names}.", { names });
  return html`<p class="emulated"><${Icon} name="spark" /> <span>${joined(text, localKey && credentials.value.access === localKey && t("Tokens are filled in."))}</span></p>`;
}
