"""Every model of the catalog, through the front door: a picture of the right size and format behind a lasting link."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from easel import catalog

if TYPE_CHECKING:
    from tests.harness.stack import Stack

MODELS = [(provider.id, model.id) for provider in catalog.providers().values() for model in provider.models]


def opened(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


@pytest.mark.parametrize(("provider", "model"), MODELS)
@pytest.mark.parametrize("path", ["/api/generate", "/api/providers/{provider}/generate"])
@pytest.mark.usefixtures("spaces")
def test_a_model_gives_a_picture_of_the_size_asked_for(provider: str, model: str, path: str, stack: Stack) -> None:
    width, height = (1024, 768) if model == "qwen-image-fast" else (640, 512)  # one of the sizes that it makes
    fields = {"provider": provider, "model": model, "width": width, "height": height, "seed": 7}
    answer = stack.generate(fields, path.format(provider=provider))
    assert answer.status_code == 200, answer.text
    body = answer.json()
    found = catalog.provider(provider)
    details = body["imageDetails"]
    assert body["warnings"] == []
    assert body["format"] == found.image_format
    assert details["dimensions"] == f"{width} x {height} ({'4:3' if width == 1024 else '5:4'})"
    assert (details["provider"], details["model"]) == (found.name, found.model(model).name)
    assert (details["seed"], details["prompt"]) == (7, "a cat")
    assert details["steps"] == found.model(model).steps.default
    picture = opened(stack.picture(details))
    assert (picture.size, picture.format) == ((width, height), found.image_format.upper())
