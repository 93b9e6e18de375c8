"""Detect a file's image format, read the picture's size and find the end of the file, without decoding pixels.

The package imagesize reads width and height. It detects neither the format nor a truncated file; this module does.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from typing import NamedTuple
from zlib import crc32

from easel.common.contents import PIECE_BYTES, Content, pieces

HEADER_BYTES = 2**20
"""Bytes at the start of a file in which width and height must be. The limit bounds the work on hostile files."""
DETECTION_BYTES = 512
"""Bytes at the start of a file from which its format is detected."""
_PADDING = b"\0\r\n "
"""Bytes that may follow the end of a picture."""
_TRUNCATED = -1
"""Result of `Format.end` for a truncated file of unknown length."""
_AVIF = (b"avif", b"avis")
_HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1")


class Format(NamedTuple):
    """A format that Easel stores.

    Attributes:
        name: the format's name in the API.
        extension: the stored file's extension, without a dot.
        media_type: the stored file's `Content-Type`.
        begins: takes a file's first bytes; returns True if it has the format.
        end: returns the offset of the picture's end, or `_TRUNCATED` if the end is missing and its offset unknown.
    """

    name: str
    extension: str
    media_type: str
    begins: Callable[[bytes], bool]
    end: Callable[[Content], int]


def detect(data: Content) -> Format | None:
    """Return the file's format; None if Easel does not store it."""
    start = data[:DETECTION_BYTES]
    return next((each for each in FORMATS if each.begins(start)), None)


def load() -> None:
    """Import imagesize before the first picture, because the import takes time."""
    import imagesize  # type: ignore[import-untyped]  # noqa: F401


def read_size(data: Content) -> tuple[int, int]:
    """Return width and height in pixels, or (-1, -1) if the header is broken."""
    import imagesize

    width, height = imagesize.get(BytesIO(data[:HEADER_BYTES]), exif_rotation=False)
    return int(width), int(height)


def is_whole(data: Content, kind: Format) -> bool:
    """Return True if the file is not truncated, as far as its format shows."""
    return 0 < kind.end(data) <= len(data)


def is_intact(data: bytes, kind: Format) -> bool:
    """Return False if a PNG has a wrong checksum. Other formats have no checksums."""
    at = 8
    while kind.name == "PNG" and at + 12 <= len(data):
        end = at + 8 + int.from_bytes(data[at : at + 4])
        kept = int.from_bytes(data[end : end + 4])
        if data[at + 4 : at + 8] in (b"IHDR", b"IDAT") and crc32(memoryview(data)[at + 4 : end]) != kept:
            return False
        at = end + 4
    return True


def has_trailing_data(data: Content, kind: Format) -> bool:
    """Return True if data other than padding follows the picture's end, such as another file."""
    return any(piece.strip(_PADDING) for piece in pieces(data, kind.end(data)))


def unsupported_name(data: Content) -> str | None:
    """Return the name of a known format that Easel does not store, such as `a TIFF`. Return None for other data."""
    start = data[:DETECTION_BYTES]
    return next((name for name, pattern in UNSUPPORTED if re.match(pattern, start, re.S | re.I)), None)


def _png_end(data: Content) -> int:
    at = 8
    while at + 12 <= len(data):
        kind = data[at + 4 : at + 8]
        at += 12 + int.from_bytes(data[at : at + 4])
        if kind == b"IEND":
            return at
    return _TRUNCATED


def _jpeg_end(data: Content) -> int:
    end = len(data)
    while end and not (whole := data[max(0, end - PIECE_BYTES) : end].rstrip(_PADDING)):
        end -= min(end, PIECE_BYTES)
    if not end:
        return _TRUNCATED
    end = max(0, end - PIECE_BYTES) + len(whole)
    return end if data[max(0, end - 2) : end] == b"\xff\xd9" else _TRUNCATED


def _webp_end(data: Content) -> int:
    size = int.from_bytes(data[4:8], "little")
    return 8 + size


def _bmp_end(data: Content) -> int:
    return int.from_bytes(data[2:6], "little")


def _gif_end(data: Content) -> int:
    """Skip the blocks. Each block is a list of sub-blocks that ends with an empty one."""
    at = 13 + _gif_colors(data[10:11])
    while at < len(data) and data[at] in b"!,":
        if data[at] == ord("!"):
            at += 2
        else:
            at += 11 + _gif_colors(data[at + 9 : at + 10])
        while at < len(data) and data[at]:
            at += 1 + data[at]
        at += 1
    return at + 1 if data[at : at + 1] == b";" else _TRUNCATED


def _gif_colors(flags: bytes) -> int:
    """Return the length in bytes of the color table that these flags announce."""
    return 3 * 2 ** ((flags[0] & 7) + 1) if flags and flags[0] & 0x80 else 0


def _boxes_end(data: Content) -> int:
    """Skip the boxes of an ISO base media file (ISO/IEC 14496-12). One of them must be `mdat`, which has the pixels."""
    at, has_pixels = 0, False
    while at + 8 <= len(data) and data[at + 4 : at + 8].isalnum():
        size, kind = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8]
        if size == 1:
            size = int.from_bytes(data[at + 8 : at + 16])
        elif size == 0:
            size = len(data) - at
        if size < 8:
            return _TRUNCATED
        at, has_pixels = at + size, has_pixels or kind == b"mdat"
    return at if has_pixels else _TRUNCATED


def _brands(data: bytes) -> list[bytes]:
    """Return the brands in the first box of an ISO base media file, major brand first."""
    if data[4:8] != b"ftyp":
        return []
    box = data[8 : min(int.from_bytes(data[:4]), 256)]
    return [box[:4], *(box[at : at + 4] for at in range(8, len(box), 4))]


def _is_avif(data: bytes) -> bool:
    return any(brand in _AVIF for brand in _brands(data))


def _is_heic(data: bytes) -> bool:
    return any(brand in _HEIC for brand in _brands(data)) and not _is_avif(data)


FORMATS = (
    Format("PNG", "png", "image/png", lambda data: data.startswith(b"\x89PNG\r\n\x1a\n"), _png_end),
    Format("JPEG", "jpg", "image/jpeg", lambda data: data.startswith(b"\xff\xd8\xff"), _jpeg_end),
    Format("WebP", "webp", "image/webp", lambda data: data[:4] == b"RIFF" and data[8:12] == b"WEBP", _webp_end),
    Format("GIF", "gif", "image/gif", lambda data: data[:6] in (b"GIF87a", b"GIF89a"), _gif_end),
    Format("AVIF", "avif", "image/avif", _is_avif, _boxes_end),
    Format("HEIC", "heic", "image/heic", _is_heic, _boxes_end),
    Format("BMP", "bmp", "image/bmp", lambda data: data[:2] == b"BM" and data[6:10] == bytes(4), _bmp_end),
)
EXTENSIONS = "|".join(each.extension for each in FORMATS)
"""Regular expression of the extensions of stored pictures."""
BY_NAME = {each.name: each for each in FORMATS}
BY_EXTENSION = {each.extension: each for each in FORMATS}

UNSUPPORTED: tuple[tuple[str, bytes], ...] = (
    ("a TIFF", rb"II[*+]\0|MM\0[*+]"),
    ("a JPEG XL", rb"\xff\x0a|\0\0\0\x0cJXL "),
    ("a JPEG 2000", rb"\0\0\0\x0cjP|\xff\x4f\xff\x51"),
    ("an SVG", rb"(?:\xef\xbb\xbf)?\s*<(?!html|!doctype html)(?:svg|[^\0]*<svg)[\s>]"),
    ("an icon", rb"\0\0[\x01\x02]\0"),
    ("a Photoshop", rb"8BPS"),
    ("an OpenEXR", rb"v/1\x01"),
    ("a Radiance HDR", rb"#\?R"),
    ("a QOI", rb"qoif"),
    ("a DDS", rb"DDS "),
    ("a Netpbm", rb"P[1-7]\s"),
)
"""Known formats that are refused, by pattern. Most browsers cannot show them, and most do not show a truncation. An SVG
is a document that may run scripts."""
