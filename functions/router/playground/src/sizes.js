// Sizes by aspect ratio. Each has about a megapixel, the size that these models were trained on.

export const RATIOS = [
  { name: "1:1", width: 1024, height: 1024 },
  { name: "4:3", width: 1152, height: 864 },
  { name: "3:4", width: 864, height: 1152 },
  { name: "3:2", width: 1248, height: 832 },
  { name: "2:3", width: 832, height: 1248 },
  { name: "16:9", width: 1280, height: 720 },
  { name: "9:16", width: 720, height: 1280 },
];

// Returns the sizes to offer for a model: its fixed sizes, or the usual ones fitted to its limits.
export function ratiosOf(model) {
  return model.sizes.only ?? RATIOS.map((ratio) => ({ ...ratio, ...withinLimits(ratio, model.sizes) }));
}

export function sameSize(one, other) {
  return Number(one.width) === other.width && Number(one.height) === other.height;
}

// Returns the model's fixed size with the nearest ratio, or without fixed sizes, the size fitted to the model's limits.
export function fitted(size, model) {
  const { only } = model.sizes;
  if (!only) return withinLimits(size, model.sizes);
  if (only.some((own) => sameSize(size, own))) return { width: size.width, height: size.height };
  const shape = size.width / size.height || 1;
  const distance = (own) => Math.abs(Math.log(own.width / own.height / shape));
  const nearest = only.reduce((best, own) => (distance(own) < distance(best) ? own : best));
  return { width: nearest.width, height: nearest.height };
}

// Reduces a size, in its ratio, until both sides are within the limits and steps. Values that are not numbers stay unchanged.
function withinLimits({ width, height }, { min, max, step = 1 }) {
  const longest = Math.max(width, height);
  const share = longest > max ? max / longest : 1;
  const side = (value) => {
    const steps = Math.floor((max - min) / step);
    const wanted = Math.round((value * share - min) / step);
    return Number(value) > 0 ? min + Math.min(Math.max(wanted, 0), steps) * step : value;
  };
  return { width: side(width), height: side(height) };
}
