// Batches: a file is dropped and validated, then runs, and its results are looked at.
import { signal } from "@preact/signals";
import { BatchCard } from "./batch_card.js";
import { batches, forgetManifest, manifest, preview, startBatch } from "./batches.js";
import { credentials } from "./credentials.js";
import { html } from "./html.js";
import { Icon } from "./icons.js";
import { t } from "./languages.js";

const over = signal(false);

const EXAMPLE = `provider,model,prompt,width,height,count
gitee,z-image-turbo,a lighthouse at dawn,1024,768,2
huggingface,flux-1-schnell,a paper boat on a pond,,,1`;

export function Batches({ onTokens }) {
  return html`
    <div class="batches">
      <section aria-label=${t("New batch")}>
        <h2>${t("New batch")}</h2>
        <p>${t("A file of prompts becomes pictures overnight: a CSV with a header, or JSON Lines with one request a line.")}</p>
        ${manifest.value ? html`<${Manifest} onTokens=${onTokens} />` : html`<${Drop} />`}
      </section>
      <section aria-label=${t("Batches")}>
        <h2>${t("Batches")}</h2>
        ${batches.value.length === 0 && html`<p class="hint">${t("Batches that you start here are listed here.")}</p>`}
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
      <summary>${t("What such a file looks like")}</summary>
      <pre tabindex="0"><code>${EXAMPLE}</code></pre>
    </details>
  `;
}

// The first lines as the API validated them; nothing is spent before the button is pressed.
function Manifest({ onTokens }) {
  const { file, lines, error, starting } = manifest.value;
  const bad = (lines ?? []).filter((line) => line.error);
  const access = credentials.value.access;
  return html`
    <div class="manifest">
      <p><b>${file.name}</b> <span class="hint">${t("{n} KB", { n: Math.max(1, Math.round(file.size / 1024)) })}</span></p>
      ${!lines && !error && html`<p role="status">${t("Looking at the first lines…")}</p>`}
      ${error && html`<p class="error" role="alert">${error}</p>`}
      ${lines && html`
        <p role="status">${bad.length
          ? t("Of the first {n} lines, {bad} would fail.", { n: lines.length, bad: bad.length })
          : t("The first {n} lines are good.", { n: lines.length })} ${t("Nothing is spent yet.")}</p>
        <${Lines} lines=${lines} />`}
      ${lines && !access && html`
        <div class="notice"><p>${t("Starting a batch needs an Easel key.")}</p>
          <button type="button" onClick=${onTokens}><${Icon} name="key" /> ${t("Enter the key")}</button></div>`}
      <div class="buttons">
        ${lines?.length > 0 && html`<button type="button" class="primary" disabled=${!access || starting} onClick=${startBatch}>
          ${starting ? t("Starting…") : t("Start the batch")}</button>`}
        <button type="button" onClick=${forgetManifest}>${t("Other file")}</button>
      </div>
    </div>
  `;
}

function Lines({ lines }) {
  return html`
    <div class="scroll" tabindex="0" role="region" aria-label=${t("First lines")}>
      <table>
        <thead><tr><th scope="col">${t("Line")}</th><th scope="col">${t("Prompt")}</th><th scope="col">${t("Model")}</th><th scope="col">${t("Size")}</th><th scope="col">${t("Pictures")}</th></tr></thead>
        <tbody>
          ${lines.map(({ line, request, error, count, warnings }) => error
            ? html`<tr key=${line} class="bad"><th scope="row">${line}</th><td colspan="4">${error}</td></tr>`
            : html`<tr key=${line}><th scope="row">${line}</th><td>${request.prompt}${warnings.map((text) => html`<small key=${text}>${text}</small>`)}</td>
                <td>${request.provider} / ${request.model}</td><td>${request.width} x ${request.height}</td><td>${count}</td></tr>`)}
        </tbody>
      </table>
    </div>
  `;
}
