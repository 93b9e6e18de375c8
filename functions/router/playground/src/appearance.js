// Light or dark: the device's setting, or the user's choice on this page.
import { signal } from "@preact/signals";
import { read, write } from "./storage.js";

const device = window.matchMedia("(prefers-color-scheme: dark)");
const chosen = read("appearance", null);

export const dark = signal(chosen ? chosen === "dark" : device.matches);

function show() {
  document.documentElement.dataset.theme = dark.value ? "dark" : "light";
}

device.addEventListener("change", () => {
  if (read("appearance", null)) return;
  dark.value = device.matches;
  show();
});
show();

export function toggleDark() {
  dark.value = !dark.value;
  write("appearance", dark.value ? "dark" : "light");
  show();
}
