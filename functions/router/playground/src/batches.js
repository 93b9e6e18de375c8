// Batches that were started on this page. The browser stores their ids; everything else comes from the deployment.
import { signal } from "@preact/signals";
import { ApiError, call, callForBlob, pause } from "./api.js";
import { BatchResults } from "./batch_results.js";
import { accessHeaders } from "./credentials.js";
import { save } from "./downloads.js";
import { factsOf } from "./errors.js";
import { read, write } from "./storage.js";

// Newest first. Each is `{ id, name, status, lines, more, error }`: `status` is the API's response, `lines` the results so
// far, `more` whether the batch has further results that are not read here, `error` the facts of an error.
export const batches = signal([]);
// The chosen file before its start: `{ file, preview, whole, before, starting, error }`. `preview` is the API's response,
// `whole` whether the whole file was validated, `before` the file's earlier batch.
export const manifest = signal(null);

const LOOK_SECONDS = 2;
// Maximum bytes that the API validates. A manifest may have millions of lines.
const BEGINNING = 256 * 1024;

function update(id, values) {
  batches.value = batches.value.map((batch) => (batch.id === id ? { ...batch, ...values } : batch));
}

function remember() {
  write("batches", batches.value.map(({ id, name }) => ({ id, name })));
}

export function openBatches() {
  batches.value = read("batches", []);
  batches.value.forEach(({ id }) => watch(id));
}

// Lets the API validate a small file, or the beginning of a large one. Nothing is stored or charged.
export async function preview(file) {
  manifest.value = { file };
  try {
    const small = file.size <= BEGINNING;
    const bytes = new Uint8Array(await file.slice(0, BEGINNING).arrayBuffer());
    const end = small ? bytes.length : bytes.lastIndexOf(10) + 1 || bytes.length;
    const headers = { ...accessHeaders(), "Content-Type": "application/octet-stream" };
    const { body } = await call("POST", `/api/batches/preview?size=${file.size}`, { text: bytes.slice(0, end), headers });
    if (manifest.value?.file !== file) return;
    manifest.value = { file, preview: body, whole: small && body.complete };
    if (accessHeaders().Authorization) changeManifest(file, { before: (await announce(file)).batch });
  } catch (error) {
    changeManifest(file, { error: factsOf(error) });
  }
}

function changeManifest(file, values) {
  if (manifest.value?.file === file) manifest.value = { ...manifest.value, ...values };
}

export function forgetManifest() {
  manifest.value = null;
}

// Uploads the file and starts its batch. If the file was started before, `wanted` is required: "rest" retries the lines
// without a picture, "all" runs the whole file as a new batch.
export async function startBatch(wanted) {
  const { file, before } = manifest.value;
  manifest.value = { ...manifest.value, starting: true, error: undefined };
  try {
    const body = wanted === "rest" ? { retry: before.batchId } : await uploaded(file, wanted);
    if (!body) return;
    const started = await call("POST", "/api/batches", { body, headers: accessHeaders() });
    follow(started.body.batchId, file.name);
    manifest.value = null;
  } catch (error) {
    changeManifest(file, { starting: false, error: factsOf(error) });
  }
}

// Uploads the file. Returns the body that starts its batch, or null if the file ran before and `wanted` is not given.
async function uploaded(file, wanted) {
  const place = await announce(file);
  if (place.batch && !wanted) {
    changeManifest(file, { starting: false, before: place.batch });
    return null;
  }
  await upload(place, file);
  return { manifest: place.manifest, ...(wanted === "all" ? { scheduledTime: new Date().toISOString() } : {}) };
}

// Returns the upload address of the file, and its earlier batch, if any.
async function announce(file) {
  const body = { size: file.size, name: file.name, digest: await digest(file) };
  return (await call("POST", "/api/batches/uploads", { body, headers: accessHeaders() })).body;
}

// Shows the earlier batch of the chosen file.
export function showEarlierBatch() {
  const { file, before } = manifest.value;
  follow(before.batchId, file.name);
  manifest.value = null;
}

// Uploads the file to the bucket, which accepts it only from the origins that the deployment allows.
async function upload({ uploadUrl, uploadHeaders }, file) {
  const answer = await fetch(uploadUrl, { method: "PUT", headers: uploadHeaders, body: file }).catch(() => null);
  if (!answer?.ok) throw new ApiError(answer?.status ?? 0, { code: "BUCKET_REFUSED" });
}

// Returns a digest of the file's content, by which the API recognises the file. Browsers compute digests on https pages
// only. Elsewhere the file's size and time replace it.
async function digest(file) {
  if (!crypto.subtle) return `${file.size}-${file.lastModified}`;
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  return Array.from(bytes.slice(0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function follow(id, name) {
  batches.value = [{ id, name }, ...batches.value.filter((batch) => batch.id !== id)];
  remember();
  watch(id);
}

const watched = new Set();

// Polls a batch and its results until both have ended.
export async function watch(id) {
  if (watched.has(id)) return;
  watched.add(id);
  let results;
  let seen = 0;
  const show = () => update(id, { lines: results.lines, more: results.more });
  try {
    for (;;) {
      const answer = await call("GET", `/api/batches/${id}`, { headers: accessHeaders() });
      if (!find(id)) return;
      const { counts, run, finishedAt } = answer.body;
      update(id, { status: answer.body, error: undefined });
      if (!results?.isOf(run)) results = new BatchResults(id, run);
      const ended = counts.succeeded + counts.failed + counts.cancelled;
      if (ended !== seen) {
        await results.look();
        show();
      }
      seen = ended;
      if (finishedAt) break;
      await pause(Number(answer.headers.get("Retry-After")) || LOOK_SECONDS);
    }
    while (await results.look(true)) show();
  } catch (error) {
    update(id, { error: factsOf(error) });
  } finally {
    watched.delete(id);
  }
}

function find(id) {
  return batches.value.find((batch) => batch.id === id);
}

// Saves all results of an ended batch as a file.
export async function saveResults({ id, name }) {
  try {
    save(await callForBlob(`/api/batches/${id}/results`, accessHeaders()), `${name}.results.jsonl`);
  } catch (error) {
    update(id, { error: factsOf(error) });
  }
}

export async function cancelBatch(id) {
  await change(id, () => call("DELETE", `/api/batches/${id}`, { headers: accessHeaders() }));
}

// Retries the pictures that have not succeeded.
export async function retryBatch(id) {
  await change(id, () => call("POST", "/api/batches", { body: { retry: id }, headers: accessHeaders() }));
  update(id, { status: undefined, lines: undefined }); // from the earlier run
}

async function change(id, work) {
  try {
    await work();
    watch(id);
  } catch (error) {
    update(id, { error: factsOf(error) });
  }
}

export function forgetBatch(id) {
  batches.value = batches.value.filter((batch) => batch.id !== id);
  remember();
}
