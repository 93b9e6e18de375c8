"""Thumbnails: small JPEGs of every format that Pillow reads here. Huge or broken pictures have none."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import Image

import thumbnails
from tests.emulators.drawing import encode

if TYPE_CHECKING:
    from tests.emulators.drawing import Format
    from tests.harness.cloud import Cloud

MOST_BYTES = 200_000


def test_a_picture_of_each_format_becomes_a_small_jpeg() -> None:
    noise = Image.effect_noise((1024, 768), 90).convert("RGB")
    kinds: tuple[Format, ...] = ("PNG", "JPEG", "WEBP")
    for kind in kinds:
        made = thumbnails.shrink(encode(noise, kind))
        assert (Image.open(io.BytesIO(made)).size, Image.open(io.BytesIO(made)).format) == ((512, 384), "JPEG")
        assert len(made) < MOST_BYTES


def test_transparent_areas_become_white() -> None:
    made = Image.open(io.BytesIO(thumbnails.shrink(encode(Image.new("RGBA", (64, 64), (255, 0, 0, 0)), "PNG"))))
    assert made.getpixel((5, 5)) == (255, 255, 255)


def test_a_huge_picture_is_not_decoded() -> None:
    assert thumbnails.shrink(encode(Image.new("RGB", (4096, 4096)), "PNG")) == b""


def test_an_unreadable_picture_has_no_thumbnail(cloud: Cloud) -> None:
    cloud.client("s3").put_object(Bucket=cloud.environment["IMAGES_BUCKET"], Key="images/01.png", Body=b"no picture")
    for place in ("easel.test/api/images/01.png", "easel.test/api/images/missing.png", "other.example/cat.png"):
        assert thumbnails.thumbnail(f"https://{place}") is None
