// The pictures that the gallery shows, and the open one.
import { computed, signal } from "@preact/signals";
import { jobs } from "./jobs.js";
import { pictures } from "./pictures.js";

// The comparison to show; null shows all pictures.
export const shownGroup = signal(null);
// The id of the open picture.
export const openId = signal(null);

const inGroup = (entry) => !shownGroup.value || entry.group === shownGroup.value;

export const shownJobs = computed(() => jobs.value.filter(inGroup).reverse());
export const shownPictures = computed(() => pictures.value.filter(inGroup));
