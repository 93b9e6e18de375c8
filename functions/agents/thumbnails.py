"""Small copies of pictures, which a tool's result can hold."""

from __future__ import annotations

import base64
import io
import re

from mcp.types import ImageContent
from PIL import Image, ImageOps

from easel.common import image_formats
from easel.common.telemetry import logger
from easel.store import images

SIDE = 512
"""Longest side of a thumbnail in pixels. As a JPEG it has at most about 150 kB."""
QUALITY = 75
MAX_PIXELS = 2 * 2048 * 2048
"""Pixels of a picture that is decoded here, since decoding takes four bytes of memory for each."""
_PICTURE = re.compile(r".*/api/(images/[\w-]+\.\w+)")


def load() -> None:
    """Import the modules of the formats before the first picture."""
    image_formats.load()
    Image.preinit()


def thumbnail(url: str) -> ImageContent | None:
    """Return a JPEG of a stored picture by its link. None if it is elsewhere, too large, or cannot be read."""
    stored = _PICTURE.fullmatch(url)
    if not stored:
        return None
    try:
        data = shrunk(images.load(stored[1]))
    except Exception:  # whatever S3 or a picture does, the link is the result
        logger.exception("no thumbnail")
        return None
    return ImageContent(data=base64.b64encode(data).decode("ascii"), mime_type="image/jpeg") if data else None


def shrunk(data: bytes) -> bytes:
    """Return a picture as a small JPEG on white. Empty if it has too many pixels."""
    width, height = image_formats.read_size(data)
    if width * height > MAX_PIXELS:
        return b""
    with Image.open(io.BytesIO(data)) as picture:
        picture.draft("RGB", (SIDE, SIDE))  # a JPEG is decoded at a fraction of its size
        small = ImageOps.exif_transpose(picture)
        small.thumbnail((SIDE, SIDE))
        small = small.convert("RGBA")
        on_white = Image.new("RGB", small.size, "white")
        on_white.paste(small, mask=small.getchannel("A"))
    written = io.BytesIO()
    on_white.save(written, "JPEG", quality=QUALITY)
    return written.getvalue()
