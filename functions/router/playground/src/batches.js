// Batches that were started here: this browser remembers their ids, and the deployment knows everything else.
import { signal } from "@preact/signals";
import { call, pause } from "./api.js";
import { accessHeaders } from "./credentials.js";
import { t } from "./languages.js";
import { read, write } from "./storage.js";

// Newest first. Each is `{ id, name, status, lines, error }`: `status` as the API tells it, `lines` its results once
// they are there.
export const batches = signal([]);
// The file that was dropped: `{ file, lines, total, error }`, validated and not started yet.
export const manifest = signal(null);

const LOOK_SECONDS = 2;
// What is sent to be validated. A manifest may have millions of lines; the API reads the first twenty.
const BEGINNING = 64 * 1024;

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

// Has the first lines of a file validated. Nothing is stored and nothing is spent.
export async function preview(file) {
  manifest.value = { file };
  try {
    const whole = file.size <= BEGINNING;
    const bytes = new Uint8Array(await file.slice(0, BEGINNING).arrayBuffer());
    const end = whole ? bytes.length : bytes.lastIndexOf(10) + 1 || bytes.length;
    const answer = await call("POST", "/api/batches/preview", { text: bytes.slice(0, end), headers: { "Content-Type": "application/octet-stream" } });
    manifest.value = { file, lines: answer.body.lines };
  } catch (error) {
    manifest.value = { file, error: error.message };
  }
}

export function forgetManifest() {
  manifest.value = null;
}

// Uploads the file and starts its batch. The same file is the same batch: what succeeded is not made again.
export async function startBatch() {
  const { file } = manifest.value;
  manifest.value = { ...manifest.value, starting: true, error: undefined };
  try {
    const headers = accessHeaders();
    const named = { size: file.size, name: file.name, digest: await digest(file) };
    const { body: place } = await call("POST", "/api/batches/uploads", { body: named, headers });
    await upload(place, file);
    const { body } = await call("POST", "/api/batches", { body: { manifest: place.manifest }, headers });
    follow(body.batchId, file.name);
    manifest.value = null;
  } catch (error) {
    manifest.value = { ...manifest.value, starting: false, error: error.message };
  }
}

// Puts the file into the bucket, which takes it from the origins that the deployment allows.
async function upload({ uploadUrl, uploadHeaders }, file) {
  const answer = await fetch(uploadUrl, { method: "PUT", headers: uploadHeaders, body: file }).catch(() => null);
  if (!answer?.ok) throw new Error(t("The bucket did not take the file. Does AllowedOrigins of the deployment name {origin}?", { origin: location.origin }));
}

// A digest of the file's content, which makes the same file the same batch. Browsers compute one on https pages only;
// elsewhere its name, size and time stand for it.
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

// Looks at a batch until it has ended, then reads what became of its lines.
export async function watch(id) {
  if (watched.has(id)) return;
  watched.add(id);
  try {
    for (;;) {
      const answer = await call("GET", `/api/batches/${id}`, { headers: accessHeaders() });
      if (!find(id)) return;
      update(id, { status: answer.body, error: undefined });
      if (answer.body.finishedAt) break;
      await pause(Number(answer.headers.get("Retry-After")) || LOOK_SECONDS);
    }
    update(id, { lines: await readLines(id) });
  } catch (error) {
    update(id, { error: error.message });
  } finally {
    watched.delete(id);
  }
}

function find(id) {
  return batches.value.find((batch) => batch.id === id);
}

export async function readResults(id) {
  const answer = await fetch(`/api/batches/${id}/results`, { headers: accessHeaders() });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  return answer.blob();
}

async function readLines(id) {
  const text = await (await readResults(id)).text();
  return text.split("\n").filter(Boolean).map((line) => JSON.parse(line));
}

export async function cancelBatch(id) {
  await change(id, () => call("DELETE", `/api/batches/${id}`, { headers: accessHeaders() }));
}

// Runs what has not succeeded again.
export async function retryBatch(id) {
  await change(id, () => call("POST", "/api/batches", { body: { retry: id }, headers: accessHeaders() }));
  update(id, { lines: undefined });
}

async function change(id, work) {
  try {
    await work();
    watch(id);
  } catch (error) {
    update(id, { error: error.message });
  }
}

export function forgetBatch(id) {
  batches.value = batches.value.filter((batch) => batch.id !== id);
  remember();
}
