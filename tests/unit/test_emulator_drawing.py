"""The emulators' pictures match the request, and are the same each time."""

import io

import pytest
from PIL import Image

from tests.emulators import glyphs
from tests.emulators.drawing import CAPTION_LENGTH, Format, caption, draw

MODELS = ("z-image-turbo", "Qwen-Image", "mrfakename/Z-Image-Turbo", "black-forest-labs/FLUX.2-dev")


@pytest.mark.parametrize(
    ("kind", "size"), [("PNG", (256, 256)), ("WEBP", (640, 512)), ("JPEG", (300, 700))], ids=["PNG", "WEBP", "JPEG"]
)
def test_a_picture_has_the_requested_size_and_format(kind: Format, size: tuple[int, int]) -> None:
    picture = Image.open(io.BytesIO(draw("a cat", 7, *size, kind)))
    picture.load()
    assert (picture.size, picture.format) == (size, kind)


def test_only_equal_requests_give_equal_bytes() -> None:
    orders = [("a cat", 7, 256, 256), ("a dog", 7, 256, 256), ("a cat", 8, 256, 256), ("a cat", 7, 256, 320)]
    first, again = ([draw(*order) for order in orders] for _ in range(2))
    assert first == again
    assert len(set(first)) == len(orders)
    skies = [Image.open(io.BytesIO(draw("a cat", 7, 64, 64, model=model))).getpixel((0, 0)) for model in MODELS]
    assert len(set(skies)) == len(MODELS)


def test_a_large_picture_is_a_small_file() -> None:
    assert len(draw("a city", 7, 2048, 2048)) < 1_500_000


def test_a_caption_is_one_short_printable_line() -> None:
    assert caption("a\n cat  一只猫，睡着了 asleep 🐱") == "a cat 一只猫，睡着了 asleep …"
    assert len(caption("word " * 100)) == CAPTION_LENGTH
    assert caption("猫" * 100) == "猫" * 23 + "…"
    assert glyphs.glyph("猫", 16).tobytes() != glyphs.glyph("狗", 16).tobytes()
