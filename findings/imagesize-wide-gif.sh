#!/usr/bin/env bash
# imagesize reads the dimensions of a GIF as signed numbers. More than 32767 pixels become a negative number, without an
# error.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check imagesize==2.0.1 pillow==12.0.0
"$folder/venv/bin/python" - <<'PYTHON'
import importlib.metadata
import io

import imagesize
from PIL import Image

# "Logical Screen Width" is unsigned: https://www.w3.org/Graphics/GIF/spec-gif89a.txt, section 18.
SIDES = [(32767, 1), (32768, 1), (40000, 2), (65535, 1)]

found = {}
for sides in SIDES:
    file = io.BytesIO()
    Image.new("P", sides).save(file, "GIF")
    found[sides] = imagesize.get(io.BytesIO(file.getvalue()))
    with Image.open(file) as picture:
        assert picture.size == sides
for library in ("imagesize", "pillow"):
    print(library, importlib.metadata.version(library))
for sides, read in found.items():
    print(f"a GIF of {sides}: imagesize reads {read}")
assert found[32767, 1] == (32767, 1)
assert [found[sides][0] for sides in SIDES[1:]] == [-32768, -25536, -1], "imagesize behaves otherwise now"
print("OK: imagesize returns negative numbers for more than 32767 pixels, and -1, its value for failure, for 65535.")
PYTHON
