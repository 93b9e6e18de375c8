#!/usr/bin/env bash
# pillow-jxl-plugin saves the JPEG file on disk instead of the edited picture. Image.open() keeps `format` and
# `filename`, and edits in place (thumbnail, paste, ImageDraw) keep them too. The plugin treats such a picture as an
# unchanged JPEG and stores the data of the file without loss. Its warning mentions JPEG reconstruction, not lost edits.
# WebP and AVIF contain the edits, and so does JPEG XL with lossless_jpeg=False.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check pillow==13.0.0 pillow-jxl-plugin==1.3.8
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys
import warnings
from importlib.metadata import version

import pillow_jxl  # noqa: F401 (registers the format)
from PIL import Image, ImageDraw

GREEN, RED = (0, 160, 0), (220, 0, 0)
folder = sys.argv[1]
Image.new("RGB", (640, 320), GREEN).save(f"{folder}/picture.jpg", quality=95)


def edit_and_save(name, **options):
    """Make a small picture with a red corner. Return the saved size, the corner's colour and the warnings."""
    with Image.open(f"{folder}/picture.jpg") as picture, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        picture.thumbnail((64, 64))
        ImageDraw.Draw(picture).rectangle((0, 0, 31, 31), fill=RED)
        picture.save(f"{folder}/{name}", **options)
    with Image.open(f"{folder}/{name}") as saved:
        red, green, _ = saved.convert("RGB").getpixel((8, 8))
        result = (saved.size, "red" if red > green else "green")
    print(f"{name} {options}: {result}, warnings: {[str(each.message) for each in caught]}")
    return result


print(f"pillow {version('pillow')}, pillow-jxl-plugin {version('pillow-jxl-plugin')}")
edited = ((64, 32), "red")
assert edit_and_save("picture.webp") == edit_and_save("picture.avif") == edited
assert edit_and_save("pixels.jxl", lossless_jpeg=False) == edited
for options in ({}, {"quality": 50}):
    result = edit_and_save("picture.jxl", **options)
    assert result == ((640, 320), "green"), "pillow-jxl-plugin behaves otherwise now"
print("OK: a JPEG that was edited in place and saved as JPEG XL has its old size and content.")
PYTHON
