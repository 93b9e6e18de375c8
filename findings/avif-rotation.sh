#!/usr/bin/env bash
# Libraries that read dimensions misread the rotation of an AVIF picture. Pillow writes Exif orientation 6 (rotate by 90
# degrees clockwise) as the property "irot" 3, which means 270 degrees anti-clockwise in HEIF (ISO/IEC 23008-12).
# probe-image-size reports orientation 8, the opposite rotation. imagesize returns (-1, -1). image-size ignores the
# property. For the same picture as a JPEG, all of them report orientation 6. Needs Node as well.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check pillow==13.0.0 imagesize==2.0.1
npm install --silent --no-audit --no-fund --prefix "$folder/node" probe-image-size@7.5.0 image-size@2.1.0 sharp@0.35.5
cat >"$folder/node/read.mjs" <<'NODE'
import { readFileSync } from "node:fs";
import { imageSize } from "image-size";
import probe from "probe-image-size";
import sharp from "sharp";

const found = {};
for (const name of ["jpeg", "avif"]) {
  const bytes = readFileSync(`${process.argv[2]}/picture.${name}`);
  const upright = await sharp(bytes).autoOrient().raw().toBuffer({ resolveWithObject: true });
  const [red, green] = upright.data;
  found[name] = {
    "probe-image-size": probe.sync(bytes).orientation ?? null,
    "image-size": imageSize(bytes).orientation ?? null,
    sharp: [upright.info.width, upright.info.height, red > green ? "red" : "green"],
  };
}
console.log(JSON.stringify(found));
NODE
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import json
import subprocess
import sys

import imagesize
import PIL
from PIL import Image, ImageOps

folder = sys.argv[1]
picture = Image.new("RGB", (64, 32), (0, 160, 0))
# The red corner is below on the left; the turn brings it to the upper left.
picture.paste((220, 0, 0), (0, 16, 16, 32))
exif = Image.Exif()
exif[0x0112] = 6
for name in ("jpeg", "avif"):
    picture.save(f"{folder}/picture.{name}", exif=exif)
command = ["node", f"{folder}/node/read.mjs", folder]
found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
print(f"pillow {PIL.__version__}, imagesize 2.0.1, probe-image-size 7.5.0, image-size 2.1.0, sharp 0.35.5")
for name in ("jpeg", "avif"):
    path = f"{folder}/picture.{name}"
    with Image.open(path) as stored:
        upright = ImageOps.exif_transpose(stored).convert("RGB")
        red, green, _ = upright.getpixel((4, 4))
        found[name]["Pillow"] = [*upright.size, "red" if red > green else "green"]
    found[name]["imagesize"] = list(imagesize.get(path))
    print(f"{name}: {found[name]}")
jpeg, avif = found["jpeg"], found["avif"]
for right in (jpeg["Pillow"], jpeg["sharp"], avif["Pillow"], avif["sharp"]):
    assert right == [32, 64, "red"]
assert (jpeg["probe-image-size"], jpeg["image-size"], jpeg["imagesize"]) == (6, 6, [32, 64])
assert avif["probe-image-size"] == 8, "probe-image-size behaves otherwise now"
assert avif["imagesize"] == [-1, -1], "imagesize behaves otherwise now"
assert avif["image-size"] is None, "image-size behaves otherwise now"
print("OK: for a rotated AVIF, probe-image-size returns the opposite rotation, imagesize no size, image-size none.")
PYTHON
