"""Thumbnails of pictures for tools' results."""

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
"""Maximum pixels of a picture. Decoding takes four bytes of memory for each pixel."""
_PICTURE = re.compile(r".*/api/(images/[\w-]+\.\w+)")


def load() -> None:
    """Import the modules of the formats before the first picture."""
    image_formats.load()
    Image.preinit()


def thumbnail(url: str) -> ImageContent | None:
    """Return a stored picture's JPEG thumbnail. Return None if it is not stored here, too large or unreadable."""
    stored = _PICTURE.fullmatch(url)
    if not stored:
        return None
    try:
        data = shrink(images.load(stored[1]))
    except Exception:  # the result needs only the link, so no error of S3 or of a picture may fail it
        logger.exception("no thumbnail")
        return None
    return ImageContent(data=base64.b64encode(data).decode("ascii"), mime_type="image/jpeg") if data else None


def shrink(data: bytes) -> bytes:
    """Return a picture as a small JPEG on a white background, or b"" if it has too many pixels."""
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
