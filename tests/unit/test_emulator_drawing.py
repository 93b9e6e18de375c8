"""The emulators' pictures are what was asked for, and the same each time."""

import io

import pytest
from PIL import Image

from tests.emulators import glyphs
from tests.emulators.drawing import CAPTION_LENGTH, Format, caption, draw


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "JPEG"])
@pytest.mark.parametrize("size", [(256, 256), (640, 512), (300, 2048)])
def test_a_picture_has_the_size_and_format_asked_for(kind: Format, size: tuple[int, int]) -> None:
    picture = Image.open(io.BytesIO(draw("a cat", 7, *size, kind)))
    picture.load()
    assert (picture.size, picture.format) == (size, kind)


def test_the_same_order_gives_the_same_bytes() -> None:
    again = draw("a cat", 7, 256, 256)
    others = [draw("a dog", 7, 256, 256), draw("a cat", 8, 256, 256), draw("a cat", 7, 256, 320)]
    assert draw("a cat", 7, 256, 256) == again
    assert len({again, *others}) == 4


def test_pictures_of_different_models_differ_in_their_colours() -> None:
    models = ("z-image-turbo", "Qwen-Image", "mrfakename/Z-Image-Turbo", "black-forest-labs/FLUX.2-dev")
    skies = [Image.open(io.BytesIO(draw("a cat", 7, 256, 256, model=model))).getpixel((0, 0)) for model in models]
    assert len(set(skies)) == len(models)


@pytest.mark.parametrize("prompt", ["a boat", "一座灯塔", "a city", "a forest", "the moon", "a cat"])
def test_a_large_picture_is_a_small_file(prompt: str) -> None:
    assert len(draw(prompt, 7, 2048, 2048)) < 1_500_000


def test_a_caption_is_one_short_line_that_can_be_drawn() -> None:
    assert caption("a\n cat  一只猫，睡着了 asleep 🐱") == "a cat 一只猫，睡着了 asleep …"
    assert len(caption("word " * 100)) == CAPTION_LENGTH
    assert caption("猫" * 100) == "猫" * 23 + "…"


def test_chinese_characters_differ_from_one_another() -> None:
    assert glyphs.glyph("猫", 16).tobytes() != glyphs.glyph("狗", 16).tobytes()
    assert all(glyphs.glyph(character, 16).getbbox() for character in "一只猫，灯塔")
