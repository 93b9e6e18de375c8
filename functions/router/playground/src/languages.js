// The page's language. Texts are in English where they are used; `chinese.js` translates them.
import { effect, signal } from "@preact/signals";
import { chinese } from "./chinese.js";
import { read, write } from "./storage.js";

const preferred = navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";

export const language = signal(read("language", preferred));

effect(() => {
  document.documentElement.lang = language.value === "zh" ? "zh-Hans" : "en";
});

export function setLanguage(name) {
  language.value = name;
  write("language", name);
}

// Returns the text in the page's language, with each `{name}` replaced by its value.
export function t(text, values = {}) {
  return filled(language.value === "zh" ? (chinese[text] ?? text) : text, values);
}

// In Chinese, a space separates a value in Latin letters from the text, but not a Chinese value.
const SPACE_IN_CHINESE = /(?<=[\u3000-\u9fff\uff00-\uffef]) (?=[\u3000-\u9fff\uff00-\uffef])/g;

export function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole).replace(SPACE_IN_CHINESE, "");
}

// Joins sentences. In Chinese, no space follows a full stop.
export function joined(...texts) {
  return texts.filter(Boolean).join(language.value === "zh" ? "" : " ");
}

// Converts a duration of the API, such as `716ms` or `14.2s`, to `0.7 s` or `14 s`.
export function shortDuration(text) {
  const seconds = parseFloat(text) / (text.endsWith("ms") ? 1000 : 1);
  return seconds < 9.95 ? t("{n} s", { n: Math.max(0.1, seconds).toFixed(1) }) : duration(seconds);
}

// Returns seconds as `12 s`, `1:05` or `2:00:05`.
export function duration(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return t("{n} s", { n: whole });
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const units = parts[0] ? parts : parts.slice(1);
  return units.map((part, place) => (place ? String(part).padStart(2, "0") : part)).join(":");
}

export function clock(epochSeconds, options = {}) {
  const when = new Date(epochSeconds * 1000);
  const sameDay = when.toDateString() === new Date().toDateString();
  const day = sameDay ? {} : { month: "short", day: "numeric" };
  return when.toLocaleString(language.value === "zh" ? "zh-CN" : "en", { hour: "2-digit", minute: "2-digit", ...day, ...options });
}

export function clockWithZone(epochSeconds) {
  return clock(epochSeconds, { timeZoneName: "short" });
}
