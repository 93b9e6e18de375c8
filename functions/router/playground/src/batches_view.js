// The view "Batches": choose and validate a file, start its batch, and see its results.
import { signal } from "@preact/signals";
import { BatchCard } from "./batch_card.js";
import { batches, forgetManifest, manifest, preview, showEarlierBatch, startBatch } from "./batches.js";
import { providerOf } from "./catalog.js";
import { credentials } from "./credentials.js";
import { ErrorText } from "./error_text.js";
import { asResult, FailedLines, textOfLine } from "./failed_lines.js";
import { html } from "./html.js";
import { Icon } from "./icons.js";
import { clock, clockWithZone, joined, t } from "./languages.js";
import { QuotaButton } from "./quota_view.js";
import { warningText } from "./warnings.js";

const over = signal(false);

const EXAMPLE = `provider,model,prompt,width,height,count
gitee,z-image-turbo,a lighthouse at dawn,1024,768,2
huggingface,flux-1-schnell,a paper boat on a pond,,,1`;

export function Batches({ onTokens }) {
  return html`
    <div class="batches">
      <section aria-label=${t("New batch")}>
        <header><h2>${t("New batch")}</h2><${QuotaButton} /></header>
        <p>${t("Generate many pictures from a file: CSV with a header, or JSON Lines with one request per line.")}</p>
        ${manifest.value ? html`<${Manifest} onTokens=${onTokens} />` : html`<${Drop} />`}
      </section>
      <section aria-label=${t("Batches")}>
        <h2>${t("Batches")}</h2>
        ${batches.value.length === 0 && html`<p class="hint">${t("Batches that you start are listed here.")}</p>`}
        ${batches.value.map((batch) => html`<${BatchCard} key=${batch.id} batch=${batch} />`)}
      </section>
    </div>
  `;
}

function Drop() {
  const take = (files) => files[0] && preview(files[0]);
  const drop = (event) => {
    event.preventDefault();
    over.value = false;
    take(event.dataTransfer.files);
  };
  return html`
    <label class=${over.value ? "drop over" : "drop"} onDragOver=${(event) => { event.preventDefault(); over.value = true; }}
      onDragLeave=${() => { over.value = false; }} onDrop=${drop}>
      <${Icon} name="upload" />
      <span><b>${t("Choose a file")}</b> ${t("or drop it here")}</span>
      <input type="file" accept=".csv,.jsonl,.ndjson,.json,.txt,text/csv" onChange=${(event) => take(event.target.files)} />
    </label>
    <details>
      <summary>${t("Example of a file")}</summary>
      <pre tabindex="0"><code>${EXAMPLE}</code></pre>
    </details>
  `;
}

// The chosen file with the API's validation. Nothing starts before a button is pressed.
function Manifest({ onTokens }) {
  const { file, preview: validated, before, error } = manifest.value;
  const access = credentials.value.access;
  return html`
    <div class="manifest">
      <p><b>${file.name}</b> <span class="hint">${t("{n} KB", { n: Math.max(1, Math.round(file.size / 1024)) })}</span></p>
      ${!validated && !error && html`<p role="status">${t("Checking the file…")}</p>`}
      ${error && html`<${ErrorText} error=${error} />`}
      ${validated && html`<${Validated} />`}
      ${validated && !access && html`
        <div class="notice"><p>${t("Starting a batch needs an Easel key.")}</p>
          <button type="button" onClick=${onTokens}><${Icon} name="key" /> ${t("Enter the key")}</button></div>`}
      ${before && html`<p class="notice" role="status">${earlierBatchText(before)}</p>`}
      <${StartButtons} />
    </div>
  `;
}

function Validated() {
  const { preview: { lines, invalid, counts, quota = [] }, whole } = manifest.value;
  const values = { ...counts, good: counts.lines - counts.invalid, bad: counts.invalid };
  const sum = whole ? t("{good} valid lines with {pictures} pictures.", values)
    : t("The first {lines} lines have {pictures} pictures. The file has more lines.", values);
  return html`
    <p role="status">${joined(sum, !counts.invalid && t("All lines are valid."), t("Nothing is charged yet."))}</p>
    ${quota.map((each) => html`<${Forecast} key=${each.provider} ...${each} />`)}
    ${counts.invalid > 0 && html`
      <details class="wrong">
        <summary>${counts.invalid === 1 ? t("1 line is invalid: show it") : t("{bad} lines are invalid: show them", values)}</summary>
        <${FailedLines} lines=${invalid.map(asResult)} label=${t("Invalid lines")} />
      </details>`}
    <${Lines} lines=${lines} label=${t("First lines")} />
    ${counts.lines > lines.length && html`<p class="hint">${t("These are the first {n} lines.", { n: lines.length })}</p>`}
  `;
}

const LIMITS = { auto: () => t("Automatic"), key: () => t("Your key"), deployment: () => t("This deployment") };

// How many of the batch's pictures the deployment's tokens and Easel's limits allow today.
function Forecast({ provider, pictures, left, moreAt }) {
  const values = { provider: LIMITS[provider]?.() ?? providerOf(provider)?.name ?? provider, n: left, all: pictures, time: moreAt && clockWithZone(moreAt) };
  if (left === undefined) return html`<p class="hint">${t("{provider}: it is unknown how many of the {all} pictures are possible today.", values)}</p>`;
  const some = moreAt ? t("{provider}: {n} of {all} pictures are possible today, the rest after about {time}.", values)
    : t("{provider}: {n} of {all} pictures are possible today, the rest after the quota renews.", values);
  return html`<p class="hint">${left >= pictures ? t("{provider}: all {all} pictures are possible today.", values) : some}</p>`;
}

// Returns a text about the file's earlier batch: its time and its outcome.
function earlierBatchText({ createdAt, finishedAt, counts }) {
  if (!finishedAt) return t("This file was started at {time} and is still running.", { time: clock(createdAt) });
  const values = { time: clock(createdAt), n: counts.succeeded, all: counts.requests - counts.invalid, failed: counts.failed - counts.invalid + counts.cancelled };
  return t("This file ran before, at {time}: {n} of {all} pictures, {failed} without one. What should it do now?", values);
}

function StartButtons() {
  const { preview: validated, whole, before, starting } = manifest.value;
  const access = credentials.value.access;
  const disabled = !access || starting;
  const pictures = validated?.counts.pictures;
  const start = pictures === 1 ? t("Start 1 picture") : whole ? t("Start {n} pictures", { n: pictures }) : t("Start the batch");
  const missing = before?.finishedAt && before.counts.failed + before.counts.cancelled - before.counts.invalid;
  return html`
    <div class="buttons">
      ${pictures > 0 && !before && html`<button type="button" class="primary" disabled=${disabled} onClick=${() => startBatch()}>
        ${starting ? t("Starting…") : start}</button>`}
      ${before && html`<button type="button" class="primary" onClick=${showEarlierBatch}>${t("See that batch")}</button>`}
      ${missing > 0 && html`<button type="button" disabled=${disabled} onClick=${() => startBatch("rest")}>
        ${t("Retry the {n} without a picture", { n: missing })}</button>`}
      ${before && pictures > 0 && html`<button type="button" disabled=${disabled} onClick=${() => startBatch("all")}>
        ${t("Run all again")}</button>`}
      <button type="button" onClick=${forgetManifest}>${t("Other file")}</button>
    </div>
  `;
}

function Lines({ lines, label }) {
  return html`
    <div class="scroll" tabindex="0" role="region" aria-label=${label}>
      <table>
        <thead><tr><th scope="col">${t("Line")}</th><th scope="col">${t("Prompt")}</th><th scope="col">${t("Model")}</th><th scope="col">${t("Size")}</th><th scope="col">${t("Pictures")}</th></tr></thead>
        <tbody>
          ${lines.map(({ line, request, error, count, warnings, ...rest }) => error
            ? html`<tr key=${line} class="bad"><th scope="row">${line}</th><td colspan="4">${textOfLine(asResult({ line, error, ...rest }))}</td></tr>`
            : html`<tr key=${line}><th scope="row">${line}</th><td>${request.prompt}${warnings.map((text) => html`<small key=${text}>${warningText(text)}</small>`)}</td>
                <td>${request.provider} / ${request.model}</td><td>${request.width} x ${request.height}</td><td>${count}</td></tr>`)}
        </tbody>
      </table>
    </div>
  `;
}
