"""Read and replace the XMP packet in a picture's file.

The file is copied once. Its pixels and its other metadata stay byte for byte.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

from easel.common import contents
from easel.common.contents import Content
from easel.providers.xmp import MAX_BYTES, Unreadable

MAX_PARTS = 20_000
"""Maximum parts of a file. A PNG of 25 MB has about 3,000 chunks of pixels."""
MAX_JPEG_PACKET = 65_504
"""Maximum bytes of a packet in a JPEG, because a segment holds 65,533 bytes."""
_PNG_KEYWORD = b"XML:com.adobe.xmp\0"
_PNG_PROFILE = b"Raw profile type xmp\0"
_JPEG_KEYWORD = b"http://ns.adobe.com/xap/1.0/\0"
_VP8X_ALPHA, _VP8X_XMP = 0x10, 0x04


class Part(NamedTuple):
    """A chunk of a PNG or WebP, or a segment of a JPEG. `start` and `end` include its header."""

    kind: bytes
    start: int
    end: int
    body: memoryview


class Xmp(NamedTuple):
    """A packet in a file, and the part that holds it."""

    packet: bytes
    part: Part


class Container(NamedTuple):
    """A format that holds XMP.

    Attributes:
        parts: returns a file's parts.
        is_signed: returns True for a part of a C2PA manifest.
        packet: returns the packet in a part, or None if the part has none. Raises `Unreadable`.
        write: returns the file with a packet that replaces the present one. Raises `Unreadable` if it is too large.
    """

    parts: Callable[[memoryview], Iterator[Part]]
    is_signed: Callable[[Part], bool]
    packet: Callable[[Part], bytes | None]
    write: Callable[[memoryview, list[Part], Part | None, bytes, tuple[int, int]], Content]


def _join(data: memoryview, insertions: list[tuple[int, int, bytes]]) -> Content:
    """Return the data with each range from start to end replaced. The ranges must be in ascending order."""
    pieces: list[bytes | memoryview] = []
    at = 0
    for start, end, new in insertions:
        pieces += [data[at:start], new]
        at = end
    return contents.collected([*pieces, data[at:]])


def _insertions(place: int, new: bytes, old: Part | None) -> list[tuple[int, int, bytes]]:
    """Return the changes that insert a part at a place and remove the old one."""
    return sorted([(place, place, new), *([(old.start, old.end, b"")] if old else [])])


# PNG


def _png_parts(data: memoryview) -> Iterator[Part]:
    at = 8
    while at + 12 <= len(data):
        end = at + 12 + int.from_bytes(data[at : at + 4])
        part = Part(bytes(data[at + 4 : at + 8]), at, end, data[at + 8 : end - 4])
        yield part
        if part.kind == b"IEND":
            return
        at = end


def _png_packet(part: Part) -> bytes | None:
    start = bytes(part.body[:32])
    if part.kind in (b"tEXt", b"zTXt", b"iTXt") and start.startswith(_PNG_PROFILE):
        raise Unreadable("the XMP packet is in a raw profile of ImageMagick")
    if part.kind != b"iTXt" or not start.startswith(_PNG_KEYWORD):
        return None
    fields = bytes(part.body[len(_PNG_KEYWORD) :])
    is_compressed, method = fields[:2].ljust(2, b"\0")
    text = fields[2:].split(b"\0", 2)[-1]
    if not is_compressed:
        return text
    try:
        decompressor = zlib.decompressobj()
        text = decompressor.decompress(text, MAX_BYTES)
    except zlib.error as error:
        raise Unreadable("the XMP packet cannot be decompressed") from error
    if method or not decompressor.eof:
        raise Unreadable("the XMP packet is too large or truncated")
    return text


def _write_png(data: memoryview, parts: list[Part], old: Part | None, packet: bytes, _: tuple[int, int]) -> Content:
    """Insert the packet after IHDR, because many programs do not read chunks after IDAT."""
    body = b"iTXt" + _PNG_KEYWORD + b"\0\0\0\0" + packet
    chunk = (len(body) - 4).to_bytes(4) + body + zlib.crc32(body).to_bytes(4)
    return _join(data, _insertions(parts[0].end, chunk, old))


# JPEG


def _jpeg_parts(data: memoryview) -> Iterator[Part]:
    """Yield the segments before the first scan."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        if data[at + 1] == 0xFF:  # padding
            at += 1
            continue
        if data[at + 1] == 0xDA:
            return
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
        yield Part(bytes(data[at + 1 : at + 2]), at, end, data[at + 4 : end])
        at = end


def _jpeg_packet(part: Part) -> bytes | None:
    body = part.body
    is_xmp = part.kind == b"\xe1" and bytes(body[: len(_JPEG_KEYWORD)]) == _JPEG_KEYWORD
    return bytes(body[len(_JPEG_KEYWORD) :]) if is_xmp else None


def _write_jpeg(data: memoryview, parts: list[Part], old: Part | None, packet: bytes, _: tuple[int, int]) -> Content:
    """Insert the packet after APP0 and EXIF, which must come first."""
    if len(packet) > MAX_JPEG_PACKET:
        raise Unreadable("the XMP packet is too large for a JPEG segment")
    place = 2
    for part in parts:
        if part.kind != b"\xe0" and not (part.kind == b"\xe1" and bytes(part.body[:5]) == b"Exif\0"):
            break
        place = part.end
    body = _JPEG_KEYWORD + packet
    return _join(data, _insertions(place, b"\xff\xe1" + (len(body) + 2).to_bytes(2) + body, old))


# WebP


def _webp_parts(data: memoryview) -> Iterator[Part]:
    at, end = 12, min(len(data), 8 + int.from_bytes(data[4:8], "little"))
    while at + 8 <= end:
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        yield Part(bytes(data[at : at + 4]), at, min(end, at + 8 + size + size % 2), data[at + 8 : at + 8 + size])
        at += 8 + size + size % 2


def _webp_packet(part: Part) -> bytes | None:
    return bytes(part.body) if part.kind == b"XMP " else None


def _write_webp(
    data: memoryview, parts: list[Part], old: Part | None, packet: bytes, sides: tuple[int, int]
) -> Content:
    """Append the packet, and set its flag in the chunk VP8X. Create that chunk in a simple file, which has none."""
    first, end = parts[0], parts[-1].end
    if first.kind == b"VP8X":
        head = (first.start + 8, first.start + 9, bytes([first.body[0] | _VP8X_XMP]))
    else:
        head = (first.start, first.start, _vp8x(first, sides))
    chunk = b"XMP " + len(packet).to_bytes(4, "little") + packet + bytes(len(packet) % 2)
    is_unpadded = parts[-1] is not old and (end - 12) % 2
    tail = bytes(is_unpadded) + chunk
    cut = [(old.start, old.end, b"")] if old else []
    changes = [head, *sorted([*cut, (end, end, tail)])]
    size = end - 8 + sum(len(new) - (stop - start) for start, stop, new in changes)
    return _join(data, [(4, 8, size.to_bytes(4, "little")), *changes])


def _vp8x(first: Part, sides: tuple[int, int]) -> bytes:
    has_alpha = first.kind == b"VP8L" and first.body[4] & 0x10
    flags = _VP8X_XMP | (_VP8X_ALPHA if has_alpha else 0)
    canvas = b"".join((side - 1).to_bytes(3, "little") for side in sides)
    return b"VP8X" + (10).to_bytes(4, "little") + bytes([flags, 0, 0, 0]) + canvas


CONTAINERS = {
    "PNG": Container(_png_parts, lambda part: part.kind == b"caBX", _png_packet, _write_png),
    "JPEG": Container(
        _jpeg_parts, lambda part: part.kind == b"\xeb" and b"c2pa" in bytes(part.body[:200]), _jpeg_packet, _write_jpeg
    ),
    "WebP": Container(_webp_parts, lambda part: part.kind == b"C2PA", _webp_packet, _write_webp),
}


def rewritten(data: Content, format: str, sides: tuple[int, int], change: Callable[[bytes | None], bytes]) -> Content:
    """Return the file with a changed XMP packet.

    Args:
        data: the file.
        format: its format, such as `PNG`.
        sides: its width and height in pixels.
        change: returns the new packet. Its argument is the present packet, or None without one.

    Raises:
        Unreadable: the file cannot be marked. The text says why.
    """
    container = CONTAINERS.get(format)
    if not container:
        raise Unreadable(f"Easel cannot write metadata into a {format}")
    view = contents.view(data)
    parts = list(islice(container.parts(view), MAX_PARTS + 1))
    if len(parts) > MAX_PARTS:
        raise Unreadable("the file has too many parts")
    if any(map(container.is_signed, parts)):
        raise Unreadable("a mark would break the file's C2PA signature")
    packets = [Xmp(packet, part) for part in parts if (packet := container.packet(part)) is not None]
    if len(packets) > 1:
        raise Unreadable("the file has several XMP packets")
    old = packets[0] if packets else None
    return container.write(view, parts, old.part if old else None, change(old.packet if old else None), sides)
