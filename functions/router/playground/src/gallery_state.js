// Which pictures the gallery shows, and which one is open.
import { computed, signal } from "@preact/signals";
import { jobs } from "./jobs.js";
import { pictures } from "./pictures.js";

// The comparison that is shown alone; null shows everything.
export const shownGroup = signal(null);
// The id of the picture that is open.
export const openId = signal(null);

const inGroup = (entry) => !shownGroup.value || entry.group === shownGroup.value;

export const shownJobs = computed(() => jobs.value.filter(inGroup).reverse());
export const shownPictures = computed(() => pictures.value.filter(inGroup));
