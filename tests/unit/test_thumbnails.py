"""Thumbnails: small JPEGs of every format that Pillow reads here, and none of what is too large or broken."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image

import thumbnails
from tests.emulators.drawing import encode

if TYPE_CHECKING:
    from tests.emulators.drawing import Format
    from tests.harness.cloud import Cloud

MOST_BYTES = 200_000


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_of_each_format_becomes_a_small_jpeg(kind: Format) -> None:
    data = encode(Image.effect_noise((1024, 768), 90).convert("RGB"), kind)
    made = thumbnails.shrunk(data)
    assert Image.open(io.BytesIO(made)).size == (512, 384)
    assert len(made) < MOST_BYTES


def test_what_is_transparent_becomes_white() -> None:
    made = Image.open(io.BytesIO(thumbnails.shrunk(encode(Image.new("RGBA", (64, 64), (255, 0, 0, 0)), "PNG"))))
    assert made.getpixel((5, 5)) == (255, 255, 255)


def test_a_huge_picture_is_not_decoded() -> None:
    assert thumbnails.shrunk(encode(Image.new("RGB", (4096, 4096)), "PNG")) == b""


@pytest.mark.parametrize("name", ["01.png", "02.png"], ids=["no picture", "missing"])
def test_a_picture_that_cannot_be_read_has_no_thumbnail(name: str, cloud: Cloud) -> None:
    cloud.client("s3").put_object(Bucket=cloud.environment["IMAGES_BUCKET"], Key="images/01.png", Body=b"no picture")
    assert thumbnails.thumbnail(f"https://easel.test/api/images/{name}") is None


def test_a_picture_of_elsewhere_is_not_fetched() -> None:
    assert thumbnails.thumbnail("https://other.example/cat.png") is None
