"""Draw the emulators' pictures: real files of the requested size. Equal requests give equal files."""

import hashlib
import io
import random
import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Literal

from PIL import Image, ImageDraw, ImageFont

from tests.emulators import glyphs, scenes

Format = Literal["PNG", "WEBP", "JPEG", "AVIF", "TIFF"]

CAPTION_LENGTH = 48
"""Maximum letters on a line. A Chinese character counts as two."""
_UNDRAWABLE = re.compile("[^\x20-\x7e\u00a0-\u017f\u2013-\u2026]+")
_SAVE_OPTIONS: dict[str, dict[str, int]] = {
    "PNG": {"compress_level": 1},
    "WEBP": {"quality": 75, "method": 0},
    "JPEG": {"quality": 85},
    "AVIF": {"quality": 50, "speed": 10},
    "TIFF": {},
}


def draw(
    prompt: str,
    seed: int,
    width: int,
    height: int,
    format: Format = "PNG",
    model: str = "",
    sources: Sequence[bytes] = (),
) -> bytes:
    """Return a scene that depends on the model, the prompt and the seed, and is marked as emulated.

    Equal arguments give equal bytes. Source pictures are drawn above the scene, side by side.
    """
    chance = random.Random(hashlib.sha256(f"{model}\0{seed}\0{prompt}".encode()).digest())
    name = model.rpartition("/")[2]
    picture = scenes.paint(prompt, chance, (width, height), model)
    for number, source in enumerate(sources):
        left, right = (width * edge // len(sources) for edge in (number, number + 1))
        picture.paste(Image.open(io.BytesIO(source)).convert("RGB").resize((right - left, height * 2 // 3)), (left, 0))
    _label(picture, " · ".join(["emulated", *([name] if name else []), f"seed {seed}"]), caption(prompt))
    return encode(picture, format)


def encode(picture: Image.Image, format: Format) -> bytes:
    """Encode the picture with fast settings that always give the same bytes."""
    buffer = io.BytesIO()
    picture.save(buffer, format, **_SAVE_OPTIONS[format])
    return buffer.getvalue()


def caption(prompt: str) -> str:
    """Return the prompt shortened to one line. Characters that no font here has become dots."""
    line = "".join(_drawable(" ".join(prompt.split())))
    widths = [_width(character) for character in line]
    if sum(widths) <= CAPTION_LENGTH:
        return line
    fitting = next(end for end in range(len(line), -1, -1) if sum(widths[:end]) < CAPTION_LENGTH)
    return line[:fitting] + "…"


def _drawable(line: str) -> Iterator[str]:
    for chinese, part in _runs(line):
        yield part if chinese else _UNDRAWABLE.sub("…", part)


def _runs(line: str) -> Iterator[tuple[bool, str]]:
    """Split a line into runs, each with whether `glyphs` draws it."""
    for chinese, characters in groupby(line, glyphs.places().__contains__):
        yield chinese, "".join(characters)


def _width(character: str) -> int:
    return 2 if character in glyphs.places() else 1


def _label(picture: Image.Image, *lines: str) -> None:
    """Write into the picture that it is emulated, so that nobody takes it for a provider's work."""
    brush = ImageDraw.Draw(picture)
    font = _font(max(10, min(picture.size) // 28))
    for number, line in enumerate(lines):
        x, y = font.size * 0.7, picture.height - font.size * 1.4 * (len(lines) - number) - font.size * 0.3
        _write(brush, (x + 1, y + 1), line, font, (0, 0, 0))
        _write(brush, (x, y), line, font, (255, 255, 255))


def _write(
    brush: ImageDraw.ImageDraw, place: tuple[float, float], line: str, font: ImageFont.FreeTypeFont, fill: scenes.Colour
) -> None:
    x, y = place
    side = round(font.size * 1.1)
    for chinese, part in _runs(line):
        if not chinese:
            brush.text((x, y), part, font=font, fill=fill)
            x += font.getlength(part)
            continue
        for character in part:
            brush.bitmap((round(x), round(y)), glyphs.glyph(character, side), fill=fill)
            x += side


def _font(size: int) -> ImageFont.FreeTypeFont:
    """Return Pillow's own font, which is the same on every machine, so pictures are byte-identical."""
    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):  # pragma: no cover - Pillow built without FreeType
        raise RuntimeError("the emulators need a Pillow with FreeType")
    return font
