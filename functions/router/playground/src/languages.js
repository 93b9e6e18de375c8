// Texts are written in English where they are used; `chinese.js` has each of them in Chinese.
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

// The text in the language of the page, with `{name}` replaced by the value of that name.
export function t(text, values = {}) {
  return filled(language.value === "zh" ? (chinese[text] ?? text) : text, values);
}

// Chinese texts have a space next to a name in Latin letters, and none next to a Chinese name.
const SPACE_IN_CHINESE = /(?<=[\u3000-\u9fff\uff00-\uffef]) (?=[\u3000-\u9fff\uff00-\uffef])/g;

export function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole).replace(SPACE_IN_CHINESE, "");
}

// Texts one after the other: in Chinese no space follows a full stop.
export function joined(...texts) {
  return texts.filter(Boolean).join(language.value === "zh" ? "" : " ");
}

// What the API writes as `716ms` or `14.2s`: `0.7 s`, `14 s`.
export function took(text) {
  const seconds = parseFloat(text) / (text.endsWith("ms") ? 1000 : 1);
  return seconds < 9.95 ? t("{n} s", { n: Math.max(0.1, seconds).toFixed(1) }) : duration(seconds);
}

// `12 s`, `1:05`, `2:00:05`
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
