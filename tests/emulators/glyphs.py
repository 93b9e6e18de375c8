"""Chinese in the emulators' pictures: bitmaps of the characters of GB 2312, 16 x 16 pixels each.

Pillow's own font has no Chinese, and installed fonts differ among machines. `unifont-gb2312.xz` has 32 bytes per
character, in Unicode's order: GNU Unifont 15.0.01, SIL Open Font License 1.1 (https://unifoundry.com/unifont).
"""

import lzma
from functools import cache
from itertools import product
from pathlib import Path

from PIL import Image

SIDE = 16
_BYTES = SIDE * SIDE // 8
_FILE = Path(__file__).with_name("unifont-gb2312.xz")


@cache
def places() -> dict[str, int]:
    """Return each character's index in the file: the characters of GB 2312 from U+3000, including punctuation."""
    pairs = (bytes(pair).decode("gb2312", "ignore") for pair in product(range(0xA1, 0xF8), range(0xA1, 0xFF)))
    return {character: place for place, character in enumerate(sorted(each for each in pairs if each >= "\u3000"))}


def glyph(character: str, side: int) -> Image.Image:
    """Return the character as a mask of `side` x `side` pixels."""
    start = places()[character] * _BYTES
    bitmap = Image.frombytes("1", (SIDE, SIDE), _bitmaps()[start : start + _BYTES])
    return bitmap.convert("L").resize((side, side), Image.Resampling.BILINEAR)


@cache
def _bitmaps() -> bytes:
    return lzma.decompress(_FILE.read_bytes())
