// Icons of buttons. They are decorative: each button also has a text or a label.
import { html } from "./html.js";

const PATHS = {
  again: "M20 11a8 8 0 1 0-2.3 6.3M20 4v7h-7",
  arrow: "M5 12h14M13 6l6 6-6 6",
  back: "M19 12H5M11 6l-6 6 6 6",
  brush: "M14 4l6 6-8 8H6v-6zM4 20h16",
  check: "m5 13 4 4L19 7",
  close: "M6 6l12 12M18 6 6 18",
  code: "m8 7-5 5 5 5M16 7l5 5-5 5",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  die: "M5 5h14v14H5zM9 9h.01M15 9h.01M9 15h.01M15 15h.01M12 12h.01",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  enlarge: "M9 4H4v5M15 20h5v-5M4 4l6 6M20 20l-6-6",
  gauge: "M4 18a9 9 0 1 1 16 0M12 14l4-5",
  grid: "M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z",
  key: "M21 3l-9.3 9.3M16 8l3 3M12.5 15.5a4.5 4.5 0 1 1-9 0 4.5 4.5 0 0 1 9 0z",
  locked: "M6 11h12v9H6zM8 11V8a4 4 0 0 1 8 0v3",
  moon: "M20 14A8 8 0 1 1 10 4a6.5 6.5 0 0 0 10 10z",
  open: "M6 11h12v9H6zM8 11V8a4 4 0 0 1 7.5-2",
  spark: "M12 3v6M12 15v6M3 12h6M15 12h6M6 6l3 3M15 15l3 3M18 6l-3 3M9 15l-3 3",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M4.9 4.9l1.4 1.4M17.7 17.7l1.4 1.4M2 12h2M20 12h2M4.9 19.1l1.4-1.4M17.7 6.3l1.4-1.4",
  swap: "M4 8h14M14 4l4 4-4 4M20 16H6M10 12l-4 4 4 4",
  trash: "M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13",
  upload: "M12 20V9M7 13l5-5 5 5M5 4h14",
  vary: "M4 7h3l10 10h3M4 17h3l3-3M14 10l3-3h3M17 4l3 3-3 3M17 14l3 3-3 3",
};

export function Icon({ name }) {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d=${PATHS[name]} /></svg>`;
}
