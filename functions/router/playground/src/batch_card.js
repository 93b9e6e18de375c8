// One batch: its progress, what it waits for, and its results.
import { useEffect, useState } from "preact/hooks";
import { pictureUrl } from "./api.js";
import { cancelBatch, forgetBatch, retryBatch, saveResults, watch } from "./batches.js";
import { catalog, namesOf } from "./catalog.js";
import { save } from "./downloads.js";
import { ErrorText } from "./error_text.js";
import { factsOfBody } from "./errors.js";
import { FailedLines } from "./failed_lines.js";
import { html } from "./html.js";
import { Icon } from "./icons.js";
import { clockWithZone, duration, t } from "./languages.js";
import { readBytes } from "./pictures.js";

// Number of pictures that are shown at first, and added by "Show more".
const PAGE = 24;

const STATUS_TEXTS = {
  planning: "Reading the file",
  running: "Running",
  completed: "Completed",
  cancelled: "Cancelled",
  failed: "Failed",
};

export function BatchCard({ batch }) {
  const { name, status, lines, error } = batch;
  const refused = error ?? (status?.error && factsOfBody(status.error));
  return html`
    <article class="batch" aria-label=${name}>
      <header><h3>${name}</h3><span class=${`badge ${status?.status ?? ""}`} role="status">${t(STATUS_TEXTS[status?.status] ?? status?.status ?? "…")}</span></header>
      ${refused && html`<${ErrorText} error=${refused} />`}
      ${status && html`<${Progress} status=${status} />`}
      <${Buttons} batch=${batch} />
      ${lines && html`<${Results} batch=${batch} />`}
    </article>
  `;
}

function Progress({ status }) {
  const { requests, succeeded, failed, invalid, running, pending, cancelled } = status.counts;
  const pictures = requests - invalid;
  const done = succeeded + failed - invalid + cancelled;
  const counts = [
    t("{n} of {all} pictures", { n: succeeded, all: pictures }),
    failed > invalid && t("{n} failed", { n: failed - invalid }),
    invalid > 0 && (invalid === 1 ? t("1 invalid line") : t("{n} invalid lines", { n: invalid })),
    cancelled && t("{n} cancelled", { n: cancelled }),
    running && t("{n} running", { n: running }),
    pending && t("{n} pending", { n: pending }),
  ];
  const pace = [
    status.rate > 0 && t("{n} a minute", { n: (status.rate * 60).toFixed(status.rate < 0.2 ? 1 : 0) }),
    status.etaSeconds !== undefined && t("about {time} left", { time: duration(status.etaSeconds) }),
    status.finishedAt && t("took {time}", { time: duration(status.finishedAt - status.startedAt) }),
  ];
  return html`
    <progress aria-label=${t("Progress")} max=${pictures || 1} value=${done}></progress>
    <p class="counts">${counts.filter(Boolean).join(" · ")}</p>
    <p class="hint">${pace.filter(Boolean).join(" · ")}</p>
    ${(status.waitingFor ?? []).map((wait) => html`<p class="notice" key=${wait.provider}>${waitText(wait)}</p>`)}
  `;
}

function waitText({ provider, until, cause }) {
  const values = { provider: namesOf({ provider }).provider, time: until ? clockWithZone(until) : "" };
  return {
    turn: () => t("Waiting: another batch is running at {provider}.", values),
    quota: () => t("The quota at {provider} is used up. The batch continues at {time}.", values),
    rest: () => t("{provider} accepts no calls now. The batch continues at {time}.", values),
    budget: () => t("This Easel's limit is used up. The batch continues at {time}.", values),
  }[cause]();
}

function Buttons({ batch: { id, name, status, lines, error } }) {
  const ended = Boolean(status?.finishedAt);
  const unfinished = ended && status.counts.succeeded < status.counts.requests - status.counts.invalid;
  return html`
    <div class="buttons">
      ${status && !ended && html`<button type="button" onClick=${() => cancelBatch(id)}>${t("Cancel the batch")}</button>`}
      ${unfinished && html`<button type="button" onClick=${() => retryBatch(id)}><${Icon} name="again" /> ${t("Retry the rest")}</button>`}
      ${ended && html`<button type="button" onClick=${() => saveResults({ id, name })}><${Icon} name="download" /> ${t("Results as a file")}</button>`}
      ${!ended && lines?.length > 0 && html`<button type="button" onClick=${() => save(asFile(lines), `${name}.results.jsonl`)}><${Icon} name="download" /> ${t("Results so far as a file")}</button>`}
      ${error && html`<button type="button" onClick=${() => watch(id)}>${t("Refresh")}</button>`}
      <button type="button" class="quiet" onClick=${() => forgetBatch(id)}>${t("Remove from the list")}</button>
    </div>
  `;
}

// Returns the results so far, in the format of the batch's results file.
function asFile(lines) {
  return new Blob(lines.map((line) => `${JSON.stringify(line)}\n`), { type: "application/x-ndjson" });
}

function Results({ batch: { lines, more, status } }) {
  const [drawn, setDrawn] = useState(PAGE);
  const pictures = lines.filter((line) => line.status === "succeeded");
  const failures = lines.filter((line) => line.status === "failed");
  return html`
    ${more && html`<p class="hint">${t("These are the first {n} results. The file will have all of them.", { n: lines.length })}</p>`}
    ${failures.length > 0 && html`
      <details open>
        <summary>${status.finishedAt ? t("{n} without a picture", { n: failures.length }) : t("{n} without a picture so far", { n: failures.length })}</summary>
        <${FailedLines} lines=${failures} label=${t("Failed lines")} />
      </details>`}
    ${pictures.length > 0 && html`
      <ul class="grid small">
        ${pictures.slice(0, drawn).map((line) => html`
          <li key=${line.jobId}><${Drawn} line=${line} /></li>`)}
      </ul>
      ${pictures.length > drawn && html`<button type="button" class="more" onClick=${() => setDrawn(drawn + PAGE)}>${t("Show more")}</button>`}`}
  `;
}

// A line's picture. If pictures need a key, which an <img> cannot send, the picture's bytes are fetched first.
function Drawn({ line }) {
  const { picturesNeedKey } = catalog.value;
  const [address, setAddress] = useState(picturesNeedKey ? null : pictureUrl(line.url));
  useEffect(() => {
    if (!picturesNeedKey) return undefined;
    let made;
    let gone = false;
    readBytes(line.url).then((blob) => {
      if (!blob || gone) return;
      made = URL.createObjectURL(blob);
      setAddress(made);
    });
    return () => {
      gone = true;
      URL.revokeObjectURL(made);
    };
  }, []);
  if (!address) return null;
  return html`<a href=${address} target="_blank" rel="noopener"><img src=${address} alt=${t("Line {n}", { n: line.line })} loading="lazy" /></a>`;
}
