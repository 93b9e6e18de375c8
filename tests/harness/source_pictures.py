"""A source picture for models that change pictures."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Any

from PIL import Image

from easel import catalog
from tests.emulators.drawing import draw, encode

if TYPE_CHECKING:
    from tests.emulators.drawing import Format

RED = (255, 0, 0)
PICTURE = encode(Image.new("RGB", (320, 256), RED), "PNG")
"""A red picture. Emulators draw it into their pictures, so that tests can recognise it."""
DATA_LINK = f"data:image/png;base64,{base64.b64encode(PICTURE).decode()}"


def in_format(kind: Format) -> bytes:
    return draw("a cat", 1, 64, 48, kind)


def needed(provider: str, model: str) -> dict[str, Any]:
    """Return the field `image` for a model that requires a source picture, else {}."""
    return {"image": DATA_LINK} if catalog.provider(provider).model(model).needs_image else {}


def shows(drawn: bytes) -> bool:
    """Return whether a generated picture contains the red source picture."""
    red, green, blue = Image.open(io.BytesIO(drawn)).convert("RGB").getpixel((20, 20))  # type: ignore[misc]
    return bool(red > 200 and green < 60 and blue < 60)
