// The gallery: pictures with their requests and results, stored in this browser's IndexedDB.
import { signal } from "@preact/signals";
import { callForBlob, withRetries, pictureUrl } from "./api.js";
import { ownerHeaders } from "./credentials.js";

// Newest first. Each is `{ id, asked, details, format, warnings, createdAt, group, place, url, blob }`. `blob` is missing if
// the picture could not be read.
export const pictures = signal([]);
export const galleryError = signal("");

const addresses = new Map();
let database = null;

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function store(mode) {
  return database.transaction("pictures", mode).objectStore("pictures");
}

export async function openGallery() {
  try {
    const opening = indexedDB.open("easel", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("pictures", { keyPath: "id" });
    database = await done(opening);
    const all = await done(store("readonly").getAll());
    pictures.value = all.sort((one, other) => other.createdAt - one.createdAt);
  } catch {
    galleryError.value = "This browser stores no gallery. Pictures are lost when you close the page.";
  }
}

// Adds a picture and stores its bytes, so that it stays after the link has expired.
export async function addPicture(picture) {
  if (pictures.value.some((known) => known.id === picture.id)) return;
  const blob = await readBytes(picture.url);
  const whole = blob ? { ...picture, blob } : picture;
  pictures.value = [whole, ...pictures.value].sort((one, other) => other.createdAt - one.createdAt);
  await keep((target) => target.put(whole));
}

export async function readBytes(url) {
  try {
    return await withRetries(() => callForBlob(pictureUrl(url), ownerHeaders()));
  } catch {
    return null;
  }
}

export async function removePictures(ids) {
  pictures.value = pictures.value.filter((picture) => !ids.includes(picture.id));
  for (const id of ids) {
    URL.revokeObjectURL(addresses.get(id));
    addresses.delete(id);
    await keep((target) => target.delete(id));
  }
}

async function keep(change) {
  if (!database) return;
  try {
    await done(change(store("readwrite")));
  } catch {
    galleryError.value = "This browser's storage is full. New pictures are lost when you close the page.";
  }
}

// Returns a URL for an <img>.
export function addressOf(picture) {
  if (!picture.blob) return pictureUrl(picture.url);
  if (!addresses.has(picture.id)) addresses.set(picture.id, URL.createObjectURL(picture.blob));
  return addresses.get(picture.id);
}

export function fileName(picture) {
  const extension = { JPEG: "jpg" }[picture.format] ?? picture.format.toLowerCase();
  const { asked, details, id } = picture;
  const prompt = inName(asked.prompt ?? "upscaled").slice(0, 40) || "picture";
  return `${prompt}-${inName(details.model)}-${inName(details.provider)}-${id.slice(-6)}.${extension}`;
}

function inName(text) {
  return text.replace(/[^\p{L}\p{N}.]+/gu, "-").replace(/^[-.]+|[-.]+$/g, "");
}
