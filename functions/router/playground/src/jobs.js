// Generations in progress. The deployment runs them; this page stores their ids, so that it can be closed meanwhile.
import { computed, signal } from "@preact/signals";
import { call, newKey, withRetries, pause } from "./api.js";
import { ownerHeaders, tokenHeaders } from "./credentials.js";
import { factsOf, factsOfBody, textOf } from "./errors.js";
import { shortDuration } from "./languages.js";
import { addPicture } from "./pictures.js";
import { withImage } from "./source_image.js";
import { read, write } from "./storage.js";

// Maximum number of concurrent calls that start a job. A new AWS account runs only ten functions at once.
const AT_ONCE = 3;
// Seconds between two polls of a job. The first ones are shorter, because errors of the request come at once.
const FIRST_SECONDS = [0.5, 1];
const LOOK_SECONDS = 2;

// Oldest first. Each is `{ key, path, asked, group, place, state, jobId, progress, error, since }`. `place` is its position
// in a comparison. The states are `waiting` (on this page), `sending`, `queued`, `running` and `failed`. A succeeded job
// becomes a picture.
export const jobs = signal([]);
export const underWay = computed(() => jobs.value.filter((job) => job.state !== "failed"));
// Text for screen readers: the last event.
export const announcement = signal("");

let starting = 0;

function update(key, values) {
  jobs.value = jobs.value.map((job) => (job.key === key ? { ...job, ...values } : job));
  remember();
}

function remember() {
  write("jobs", jobs.value);
}

function find(key) {
  return jobs.value.find((job) => job.key === key);
}

export function dismiss(key) {
  jobs.value = jobs.value.filter((job) => job.key !== key);
  remember();
}

// Continues the jobs that were in progress when the page was closed. A call without a response is repeated with its
// Idempotency-Key, which returns the same job.
export function resumeJobs() {
  jobs.value = read("jobs", []).map((job) => (job.state === "sending" ? { ...job, state: "waiting" } : job));
  jobs.value.filter((job) => job.jobId && job.state !== "failed").forEach((job) => watch(job.key));
  startWaiting();
}

// Starts a job for each request. `onRefused(facts)` may show an error at a field of the form; it returns whether it did.
export function generate(requests, { group, place, onRefused } = {}) {
  add(requests.map((asked, at) => ({ path: "/api/generate", asked, group, place: place ?? at })), onRefused);
}

export function upscale(picture, scale) {
  const { url, details } = picture;
  const asked = { provider: "huggingface", model: "upscaler", prompt: details.prompt, url, scale };
  add([{ path: "/api/upscale", asked, group: picture.group }]);
}

function add(entries, onRefused) {
  const since = Date.now();
  const made = entries.map((entry) => ({ ...entry, key: newKey(), state: "waiting", since }));
  made.forEach((job) => refusals.set(job.key, onRefused));
  jobs.value = [...jobs.value, ...made];
  remember();
  startWaiting();
}

const refusals = new Map();

function startWaiting() {
  while (starting < AT_ONCE) {
    const next = jobs.value.find((job) => job.state === "waiting");
    if (!next) return;
    starting += 1;
    update(next.key, { state: "sending", since: Date.now() });
    start(next).finally(() => {
      starting -= 1;
      startWaiting();
    });
  }
}

async function start({ key, path, asked }) {
  const headers = { ...tokenHeaders(asked), Prefer: "respond-async", "Idempotency-Key": key };
  try {
    const body = path === "/api/upscale" ? { url: asked.url, scale: asked.scale } : await withImage(asked);
    const answer = await withRetries(() => call("POST", path, { body, headers }));
    if (!find(key)) return; // it was dismissed
    update(key, { state: "queued", jobId: answer.body.jobId });
    watch(key);
  } catch (error) {
    if (find(key) && refusals.get(key)?.(factsOf(error, asked))) dismiss(key);
    else fail(key, error);
  }
}

function fail(key, error) {
  const facts = factsOf(error, find(key)?.asked);
  update(key, { state: "failed", error: facts });
  announcement.value = textOf(facts);
}

// Polls the job. A long poll would keep a function running, and billed, while the picture is generated.
async function watch(key) {
  const headers = ownerHeaders();
  for (let looks = 0; find(key)?.jobId; looks += 1) {
    let answer;
    try {
      answer = await withRetries(() => call("GET", `/api/jobs/${find(key).jobId}`, { headers }));
    } catch (error) {
      if (error.status === 0 && find(key)) { // offline: the job continues in the deployment
        await pause(5);
        continue;
      }
      if (find(key)) fail(key, error);
      return;
    }
    headers["If-None-Match"] = answer.headers.get("ETag");
    if (!find(key)) return;
    if (answer.body && (await take(key, answer.body))) return;
    await pause(FIRST_SECONDS[looks] ?? LOOK_SECONDS);
  }
}

// Applies a job's response. Returns true if the job has ended.
async function take(key, job) {
  if (job.status === "failed") {
    fail(key, factsOfBody(job));
    return true;
  }
  if (job.status !== "succeeded") {
    const begun = find(key).begun ?? (job.status === "running" ? Date.now() : undefined);
    update(key, { state: job.status, progress: job.progress, tried: job.tried, begun });
    return false;
  }
  const { asked, group, place } = find(key);
  const { imageDetails: details, format, warnings, tried } = job;
  await addPicture({ id: job.jobId, asked, group, place, details, format, warnings, tried, url: details.url, createdAt: job.createdAt });
  dismiss(key);
  announcement.value = `${details.model}: ${details.dimensions}, ${shortDuration(details.duration)}`;
  return true;
}

// Cancels a job that has not started. The provider finishes a started job, and its card says so.
export async function cancel(key) {
  const { jobId, state } = find(key);
  if (state === "waiting" || !jobId) return dismiss(key);
  try {
    const { body } = await call("DELETE", `/api/jobs/${jobId}`, { headers: ownerHeaders() });
    if (!find(key)) return;
    if (body.cancelled) dismiss(key);
    else update(key, { tooLate: true });
  } catch (error) {
    if (find(key)) update(key, { tooLate: true });
  }
}

export function again(key) {
  const { path, asked, group, place } = find(key);
  dismiss(key);
  add([{ path, asked, group, place }]);
}
