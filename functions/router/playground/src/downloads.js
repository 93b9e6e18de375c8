// Save pictures and files through the browser.
import { addressOf, fileName } from "./pictures.js";
import { zip } from "./zip.js";

export function save(blob, name) {
  const address = URL.createObjectURL(blob);
  follow(address, name);
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

function follow(address, name) {
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
}

export function savePicture(picture) {
  follow(addressOf(picture), fileName(picture));
}

// Returns a picture's request and result, for `parameters.json`.
export function parametersOf(picture) {
  const { id, asked, details, format, warnings, tried, createdAt } = picture;
  return { file: fileName(picture), jobId: id, createdAt, asked, obtained: { ...details, format }, tried, warnings };
}

// Saves the pictures as a ZIP with `parameters.json`. Pictures without bytes are only in that file, with their links.
export async function savePictures(pictures) {
  const here = pictures.filter((picture) => picture.blob);
  const files = await Promise.all(
    here.map(async (picture) => ({ name: fileName(picture), bytes: new Uint8Array(await picture.blob.arrayBuffer()) })),
  );
  const parameters = new TextEncoder().encode(JSON.stringify(pictures.map(parametersOf), null, 2));
  save(zip([...files, { name: "parameters.json", bytes: parameters }]), "easel-pictures.zip");
}
