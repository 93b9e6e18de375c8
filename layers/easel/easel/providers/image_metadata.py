"""Search the texts and metadata in a picture's file for the token.

Pixels are not searched. A token that is hidden in them, or in a size, is not found (see SECURITY.md).
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

from easel.common import contents
from easel.common.contents import Content
from easel.common.token_redaction import chunk_contains_token

MAX_DECOMPRESSED = 1024 * 1024
"""Maximum bytes of a decompressed chunk that are searched."""
MAX_PARTS = 2000
"""Maximum parts of a file that are read."""
MAX_SEPARATE = 50
"""Maximum parts that are searched one by one, in addition to all of them together."""
WHOLE_FILE_STEP = 8
"""Step of the search in a whole file, for formats without a reader."""
_PNG_PIXELS = (b"IDAT", b"fdAT", b"PLTE", b"IEND")
_WEBP_PIXELS = (b"VP8 ", b"VP8L", b"ALPH", b"ANMF")


class _Part(NamedTuple):
    """A range of a file."""

    data: Content
    start: int
    end: int

    @property
    def pieces(self) -> Iterator[bytes]:
        return contents.pieces(self.data, self.start, min(self.end, len(self.data)))


def contains_token(data: Content, format: str, token: str | None) -> bool:
    """Return whether the metadata of a picture of this format contains the token.

    If the format has no reader, the whole file is searched, for longer runs of the token.
    """
    reader = READERS.get(format)
    if not reader:
        return chunk_contains_token(contents.pieces(data), token, WHOLE_FILE_STEP)
    parts = list(islice(reader(data), MAX_PARTS))
    together = (piece for part in parts for piece in (*part.pieces, b"\0"))
    separate = (part.pieces for part in parts[:MAX_SEPARATE])
    decompressed = ((text,) for part in parts for text in _decompressed(part))
    return any(chunk_contains_token(chunk, token) for chunk in (together, *separate, *decompressed))


def _decompressed(part: _Part) -> Iterator[bytes]:
    """Yield the decompressed data in a part, as in PNG's zTXt, iTXt and iCCP.

    The compressed data follows one of the first zero bytes.
    """
    start = part.data[part.start : min(part.end, part.start + MAX_DECOMPRESSED)]
    for at in (zero + skip for zero in _zeros(start[:200]) for skip in (1, 2)):
        if start[at : at + 1] != b"\x78":  # the first byte of a zlib stream
            continue
        try:
            yield zlib.decompressobj().decompress(start[at:], MAX_DECOMPRESSED)
        except zlib.error:
            continue


def _zeros(chunk: bytes) -> list[int]:
    return [at for at, byte in enumerate(chunk) if byte == 0]


def _png(data: Content) -> Iterator[_Part]:
    at = 8
    while at + 8 <= len(data):
        size, kind = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8]
        if kind not in _PNG_PIXELS:
            yield _Part(data, at + 4, at + 8 + size)
        at += 12 + size
        if kind == b"IEND":
            break
    yield _Part(data, at, len(data))


def _jpeg(data: Content) -> Iterator[_Part]:
    """Yield the segments before the first scan, and the data after the picture's end."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != 0xDA:
        size = int.from_bytes(data[at + 2 : at + 4]) if data[at + 1] != 0xFF else -1
        yield _Part(data, at + 4, at + 2 + size)
        at += 2 + size
    yield _Part(data, contents.rfind(data, b"\xff\xd9") + 2, len(data))


def _webp(data: Content) -> Iterator[_Part]:
    at = 12
    while at + 8 <= len(data):
        kind, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if kind not in _WEBP_PIXELS:
            yield _Part(data, at + 8, at + 8 + size)
        at += 8 + size + size % 2


def _gif(data: Content) -> Iterator[_Part]:
    """Yield the blocks of comments and applications, and the data after the picture's end."""
    at = 13 + _colours(data[10:11])
    while at < len(data) and data[at] in (0x21, 0x2C):
        is_image = data[at] == 0x2C
        at += 11 + _colours(data[at + 9 : at + 10]) if is_image else 2
        block = bytearray()
        while at < len(data) and data[at]:
            block += b"" if is_image else data[at + 1 : at + 1 + data[at]]
            at += 1 + data[at]
        at += 1
        yield _Part(bytes(block), 0, len(block))
    yield _Part(data, at, len(data))


def _colours(flags: bytes) -> int:
    """Return the length of a colour table in bytes."""
    return 3 << (flags[0] & 7) + 1 if flags and flags[0] & 0x80 else 0


READERS: dict[str, Callable[[Content], Iterator[_Part]]] = {"PNG": _png, "JPEG": _jpeg, "WebP": _webp, "GIF": _gif}
