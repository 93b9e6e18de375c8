"""Draws the pictures the emulators hand out: real files of the asked size, the same for the same request.

Flat shapes on a sky of one colour per row: quick to draw, and a 2048² PNG stays small where noise or detail would
make it ten megabytes.
"""

import hashlib
import io
import random
import re
from typing import Literal

from PIL import Image, ImageDraw, ImageFont

Format = Literal["PNG", "WEBP", "JPEG", "AVIF", "TIFF"]
Colour = tuple[int, int, int]

CAPTION_LENGTH = 48
_SKY_ROWS = 128
_UNDRAWABLE = re.compile("[^\x20-\x7e\u00a0-\u017f\u2013-\u2026]+")
_SAVE_OPTIONS: dict[str, dict[str, int]] = {
    "PNG": {"compress_level": 1},
    "WEBP": {"quality": 75, "method": 0},
    "JPEG": {"quality": 85},
    "AVIF": {"quality": 50, "speed": 10},
    "TIFF": {},
}


def draw(prompt: str, seed: int, width: int, height: int, format: Format = "PNG") -> bytes:
    """A landscape in colours drawn from prompt and seed, marked as emulated; same arguments, same bytes."""
    chance = random.Random(hashlib.sha256(f"{seed}\0{prompt}".encode()).digest())
    picture = _landscape(chance, width, height)
    _label(picture, f"emulated · seed {seed}", caption(prompt))
    return encode(picture, format)


def encode(picture: Image.Image, format: Format) -> bytes:
    """The picture as a file, with fast settings that always give the same bytes."""
    buffer = io.BytesIO()
    picture.save(buffer, format, **_SAVE_OPTIONS[format])
    return buffer.getvalue()


def caption(prompt: str) -> str:
    """The prompt on one line, cut short; what Pillow's own font has no letters for becomes dots."""
    line = _UNDRAWABLE.sub("…", " ".join(prompt.split()))
    return line if len(line) <= CAPTION_LENGTH else line[: CAPTION_LENGTH - 1] + "…"


def _landscape(chance: random.Random, width: int, height: int) -> Image.Image:
    """Sky, sun and three ranges of hills."""
    low, high = _colour(chance, 40, 140), _colour(chance, 150, 255)
    sky = Image.new("RGB", (1, _SKY_ROWS))
    for y in range(_SKY_ROWS):
        sky.putpixel((0, y), _blend(low, high, y / _SKY_ROWS))
    picture = sky.resize((width, height), Image.Resampling.BILINEAR)
    brush = ImageDraw.Draw(picture)
    radius = min(width, height) * chance.uniform(0.08, 0.2)
    x, y0 = chance.uniform(0.2, 0.8) * width, chance.uniform(0.2, 0.5) * height
    brush.ellipse((x - radius, y0 - radius, x + radius, y0 + radius), fill=_colour(chance, 200, 255))
    hill = _colour(chance, 30, 170)
    for distance in (0.0, 0.35, 0.7):
        _hills(brush, chance, picture.size, 0.5 + distance * 0.45, _blend(hill, (15, 20, 35), distance))
    return picture


def _hills(brush: ImageDraw.ImageDraw, chance: random.Random, size: tuple[int, int], top: float, fill: Colour) -> None:
    width, height = size
    step = max(1, width // chance.randint(4, 9))
    ridge = [(x, height * (top + chance.uniform(-0.12, 0.12))) for x in range(-step, width + 2 * step, step)]
    brush.polygon([(-step, height), *ridge, (width + 2 * step, height)], fill=fill)


def _label(picture: Image.Image, *lines: str) -> None:
    """Says in the picture that no model drew it, so that nobody takes the demo for a provider's work."""
    brush = ImageDraw.Draw(picture)
    font = _font(max(10, min(picture.size) // 28))
    for number, line in enumerate(lines):
        place = (font.size * 0.7, picture.height - font.size * 1.4 * (len(lines) - number) - font.size * 0.3)
        brush.text((place[0] + 1, place[1] + 1), line, font=font, fill=(0, 0, 0))
        brush.text(place, line, font=font, fill=(255, 255, 255))


def _font(size: int) -> ImageFont.FreeTypeFont:
    """Pillow's own font: the same on every machine, which byte-identical pictures need."""
    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):  # pragma: no cover - Pillow built without FreeType
        raise RuntimeError("the emulators need a Pillow with FreeType")
    return font


def _colour(chance: random.Random, low: int, high: int) -> Colour:
    return chance.randint(low, high), chance.randint(low, high), chance.randint(low, high)


def _blend(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue
