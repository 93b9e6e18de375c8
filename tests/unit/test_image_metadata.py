"""The metadata in an image file is searched for the token."""

from __future__ import annotations

import struct
import zlib

import pytest

from easel.common import contents
from easel.providers import image_metadata
from tests.unit.test_images import in_a_file, picture

TOKEN = "zq7x-made-up-for-metadata-0918273645-qzj7"


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(*chunks: bytes) -> bytes:
    plain = picture("PNG")
    return plain[:33] + b"".join(chunks) + plain[33:]


def jpeg(segment: bytes) -> bytes:
    plain = picture("JPEG")
    return plain[:2] + b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment + plain[2:]


def webp(kind: bytes, data: bytes) -> bytes:
    body = picture("WebP")[8:] + kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def gif(comment: bytes) -> bytes:
    blocks = b"".join(bytes([len(comment[at : at + 9])]) + comment[at : at + 9] for at in range(0, len(comment), 9))
    return picture("GIF")[:-1] + b"\x21\xfe" + blocks + b"\0;"


SECRET = TOKEN.encode()
HIDDEN = {
    "tEXt": ("PNG", png(chunk(b"tEXt", b"Comment\0" + SECRET))),
    "zTXt": ("PNG", png(chunk(b"zTXt", b"Comment\0\0" + zlib.compress(SECRET)))),
    "iTXt": ("PNG", png(chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(SECRET)))),
    "two chunks": ("PNG", png(chunk(b"tEXt", b"a\0" + SECRET[:20]), chunk(b"tEXt", b"b\0" + SECRET[20:]))),
    "hex": ("PNG", png(chunk(b"tEXt", b"Comment\0" + SECRET.hex().encode()))),
    "behind PNG": ("PNG", picture("PNG") + SECRET),
    "APP1": ("JPEG", jpeg(b"Exif\0\0" + SECRET)),
    "long XMP": (
        "JPEG",
        jpeg(b"http://ns.adobe.com/xap/1.0/\0" + b" <x/>" * 5000 + SECRET.hex(" ").encode() + b" " * 9000),
    ),
    "UTF-16": ("JPEG", jpeg(b"Exif\0\0" + TOKEN.encode("utf-16-le"))),
    "behind JPEG": ("JPEG", picture("JPEG") + SECRET),
    "EXIF": ("WebP", webp(b"EXIF", SECRET)),
    "XMP": ("WebP", webp(b"XMP ", b"<x>" + SECRET[::-1] + b"</x>")),
    "comment": ("GIF", gif(SECRET)),
    "behind GIF": ("GIF", picture("GIF") + SECRET),
    "another format": ("AVIF", b"\0" * 100_000 + SECRET + b"\0" * 100_000),
}


@pytest.mark.parametrize("place", HIDDEN)
def test_a_token_in_a_pictures_metadata_is_found(place: str) -> None:
    format, data = HIDDEN[place]
    assert image_metadata.contains_token(data, format, TOKEN)


@pytest.mark.parametrize("place", HIDDEN)
def test_a_token_in_a_large_picture_is_found(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    format, data = HIDDEN[place]
    assert image_metadata.contains_token(in_a_file(data, monkeypatch), format, TOKEN)


def test_a_token_that_spans_a_large_chunk_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    spread = b"".join(bytes([letter]) + b" " * 3000 for letter in SECRET)
    content = in_a_file(png(chunk(b"tEXt", b"Comment\0" + b"." * 90_000 + spread)), monkeypatch)
    monkeypatch.setattr(contents, "PIECE_BYTES", 7000)
    assert image_metadata.contains_token(content, "PNG", TOKEN)
    assert not image_metadata.contains_token(content, "PNG", "kw-not-in-this-picture-556677-wkk")


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WebP", "GIF"])
def test_a_picture_without_the_token_passes(format: str) -> None:
    data = picture(format)
    assert not image_metadata.contains_token(data, format, TOKEN)
    assert not image_metadata.contains_token(data[:40], format, TOKEN)


def test_a_file_of_many_chunks_is_searched_in_linear_time() -> None:
    assert not image_metadata.contains_token(png(*[chunk(b"tEXt", b"")] * 50_000), "PNG", TOKEN)
