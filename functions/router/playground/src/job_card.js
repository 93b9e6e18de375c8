// A generation in progress: the provider's progress, or the model's usual time.
import { effect, signal } from "@preact/signals";
import { modelOf, namesOf } from "./catalog.js";
import { Failed } from "./error_view.js";
import { html } from "./html.js";
import { Icon } from "./icons.js";
import { cancel, dismiss, underWay } from "./jobs.js";
import { duration, t } from "./languages.js";
import { SkippedProviders } from "./skipped_view.js";

const now = signal(Date.now());
let ticking;

// The clock runs only while a generation is in progress.
effect(() => {
  clearInterval(ticking);
  if (underWay.value.length) ticking = setInterval(() => { now.value = Date.now(); }, 500);
});

export function JobCard({ job }) {
  const names = namesOf(job.asked);
  const title = job.asked.scale ? t("Upscaling") : names.model;
  return html`
    <article class=${`job ${job.state}`} aria-label=${`${title}: ${job.asked.prompt ?? ""}`}>
      <p class="prompt">${job.asked.prompt}</p>
      <div class="job-foot">
        <p><b>${title}</b> <span>${names.provider}</span></p>
        ${job.state === "failed" ? html`<${Failed} job=${job} />` : html`<${Waiting} job=${job} />`}
      </div>
    </article>
  `;
}

function Waiting({ job }) {
  const { text, share } = progressOf(job, now.value);
  return html`
    <${SkippedProviders} tried=${job.tried} />
    <p class="state">${text}</p>
    <progress aria-label=${t("Progress")} ...${share === null ? {} : { value: share, max: 1 }}></progress>
    ${job.tooLate
      ? html`<p class="hint">${t("It has already started, so the provider will finish it.")}</p>
          <button type="button" class="quiet" onClick=${() => dismiss(job.key)}>${t("Stop waiting")}</button>`
      : html`<button type="button" class="quiet" onClick=${() => cancel(job.key)}>${t("Cancel")}</button>`}
  `;
}

// Returns the state's text and the filled share of the progress bar, or null if it is unknown.
export function progressOf(job, at) {
  const { queuePosition, etaSeconds, percent } = job.progress ?? {};
  const left = etaSeconds === undefined ? "" : t("about {time} left", { time: duration(etaSeconds) });
  if (percent !== undefined) return { text: joined(`${percent} %`, left), share: percent / 100 };
  if (queuePosition !== undefined) return { text: joined(t("in the provider's queue: {n}", { n: queuePosition }), left), share: null };
  if (job.state === "waiting") return { text: t("waiting to be sent"), share: null };
  const passed = Math.max(0, at - (job.begun ?? job.since)) / 1000;
  if (job.state !== "running") return { text: t("submitted"), share: null };
  const usual = modelOf(job.asked.provider, job.asked.model)?.typicalSeconds ?? 20;
  const elapsed = t("{time}, usually {usual}", { time: duration(passed), usual: duration(usual) });
  return { text: joined(elapsed, left), share: Math.min(0.95, passed / usual) };
}

function joined(...texts) {
  return texts.filter(Boolean).join(" · ");
}
