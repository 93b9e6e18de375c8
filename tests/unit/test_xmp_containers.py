"""The position of packets in PNG, JPEG and WebP, and the layout of a rewritten file."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from easel.common import image_formats
from easel.common.contents import FileContent
from easel.providers.xmp import Unreadable
from easel.providers.xmp_containers import CONTAINERS, MAX_JPEG_PACKET, Container, Part, rewritten
from tests.harness.picture_shapes import SHAPES, XMP, drawn, webp_chunk
from tests.unit.test_images import in_a_file

NEW = b"<new/>"


def container(data: bytes) -> tuple[str, Container]:
    kind = image_formats.detect(data)
    assert kind
    return kind.name, CONTAINERS[kind.name]


def write(data: bytes, packet: bytes = NEW) -> bytes:
    written = rewritten(data, container(data)[0], image_formats.read_size(data), lambda _: packet)
    assert isinstance(written, bytes)
    return written


def parts(data: bytes) -> list[Part]:
    return list(container(data)[1].parts(memoryview(data)))


def kinds(data: bytes) -> list[bytes]:
    return [part.kind for part in parts(data)]


@pytest.mark.parametrize("shape", SHAPES)
def test_the_old_packet_is_passed_to_the_change(shape: str) -> None:
    seen: list[bytes | None] = []

    def change(packet: bytes | None) -> bytes:
        seen.append(packet)
        return b"odd" if len(seen) == 1 else b"even"  # WebP pads the one of odd length

    data = SHAPES[shape]
    name, kind = container(data)[0], image_formats.detect(data)
    assert kind
    for _ in range(2):
        data = rewritten(data, name, image_formats.read_size(data), change)[:]
        assert image_formats.is_whole(data, kind)
        assert not image_formats.has_trailing_data(data, kind)
    assert seen[1] == b"odd"
    assert (seen[0] is None) == ("xmp" not in shape and "aigc" not in shape)


def test_a_png_has_the_packet_after_its_header() -> None:
    for shape in ("png", "png-xmp-behind-pixels", "png-animated"):
        assert kinds(write(SHAPES[shape]))[:2] == [b"IHDR", b"iTXt"]
        assert kinds(write(SHAPES[shape])).count(b"iTXt") == 1


def test_a_jpeg_has_the_packet_after_app0_and_exif() -> None:
    bare = drawn("JPEG")[:2] + drawn("JPEG")[20:]
    assert kinds(write(bare))[:1] == [b"\xe1"]
    assert kinds(write(SHAPES["jpeg"]))[:2] == [b"\xe0", b"\xe1"]
    first, second, third, *_ = parts(write(SHAPES["jpeg-xmp-exif"]))
    assert (first.kind, bytes(second.body[:4]), bytes(third.body[:4])) == (b"\xe0", b"Exif", b"http")


def test_a_jpegs_packet_fits_into_a_segment() -> None:
    data = write(SHAPES["jpeg"], b"x" * MAX_JPEG_PACKET)
    assert Image.open(io.BytesIO(data)).info["xmp"] == b"x" * MAX_JPEG_PACKET
    with pytest.raises(Unreadable):
        write(SHAPES["jpeg"], b"x" * (MAX_JPEG_PACKET + 1))


@pytest.mark.parametrize(
    ("shape", "flags"),
    [("webp", 0x04), ("webp-alpha", 0x14), ("webp-lossless", 0x04), ("webp-lossless-alpha", 0x14), ("webp-exif", 0x0C)],
)
def test_a_webp_has_the_flags_and_the_packet_last(shape: str, flags: int) -> None:
    first, *_, last = parts(write(SHAPES[shape]))
    assert (first.kind, first.body[0], last.kind) == (b"VP8X", flags, b"XMP ")


def test_a_missing_padding_byte_of_a_webp_is_added() -> None:
    body = b"WEBP" + drawn("WEBP", xmp=XMP)[12:] + webp_chunk(b"eaSl", b"odd")[:-1]
    data = write(b"RIFF" + len(body).to_bytes(4, "little") + body)
    assert kinds(data)[-2:] == [b"eaSl", b"XMP "]
    assert Image.open(io.BytesIO(data)).info["xmp"] == NEW


@pytest.mark.parametrize("shape", SHAPES)
def test_a_large_picture_gets_the_same_packet(shape: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = SHAPES[shape]
    kind = container(data)[0]
    small = rewritten(data, kind, (16, 12), lambda _: NEW)
    large = rewritten(in_a_file(data, monkeypatch), kind, (16, 12), lambda _: NEW)
    assert isinstance(large, FileContent)
    assert large[:] == small
