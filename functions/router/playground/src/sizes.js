// Sizes by aspect ratio: about a megapixel each, as these models were trained on.

export const RATIOS = [
  { name: "1:1", width: 1024, height: 1024 },
  { name: "4:3", width: 1152, height: 864 },
  { name: "3:4", width: 864, height: 1152 },
  { name: "3:2", width: 1248, height: 832 },
  { name: "2:3", width: 832, height: 1248 },
  { name: "16:9", width: 1280, height: 720 },
  { name: "9:16", width: 720, height: 1280 },
];

// The sizes to offer for a model: its own where it makes only some.
export function ratiosOf(model) {
  return model.sizes.only ?? RATIOS;
}

export function sameSize(one, other) {
  return Number(one.width) === other.width && Number(one.height) === other.height;
}

// The model's own size that is nearest in shape; as asked where the model makes any.
export function fitted(size, model) {
  const { only } = model.sizes;
  if (!only || only.some((own) => sameSize(size, own))) return { width: size.width, height: size.height };
  const shape = size.width / size.height || 1;
  const distance = (own) => Math.abs(Math.log(own.width / own.height / shape));
  const nearest = only.reduce((best, own) => (distance(own) < distance(best) ? own : best));
  return { width: nearest.width, height: nearest.height };
}
