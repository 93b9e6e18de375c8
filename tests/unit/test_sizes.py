"""Sizes: the accepted spellings, and the valid sizes of each model, in every API."""

from __future__ import annotations

from typing import Any

import pytest

from easel import catalog
from easel.batch import manifest
from easel.catalog.requests import read_size
from easel.errors import InvalidDimensions
from easel.front_door import v1_format, validation
from easel.store.records import ValidatedRequest


def at_api(**fields: Any) -> ValidatedRequest:
    return validation.validate({"prompt": "a cat", **fields}, catalog.provider("gitee"))


def at_v1(**fields: Any) -> ValidatedRequest:
    return v1_format.validate({"prompt": "a cat", **fields})[0]


def in_a_manifest(**fields: Any) -> ValidatedRequest:
    return manifest.validate({"prompt": "a cat", **fields})[0]


every_door = pytest.mark.parametrize("door", [at_api, at_v1, in_a_manifest])


def sides(valid: ValidatedRequest) -> tuple[int, int]:
    return valid.request.width, valid.request.height


def test_a_size_is_read_in_every_spelling() -> None:
    spellings = ("1024X768", "1024*768", "1024×768", "1024 x 768", " 1024x768 ", "1024x768px", "1024px x 768px")
    further = ("1024 × 768 PX", "１０２４×７６８", "1024х768", "1024✕768", "1024 by 768")
    assert {read_size(size) for size in (*spellings, *further)} == {(1024, 768)}


@every_door
def test_every_api_accepts_a_size(door: Any) -> None:
    valid = door(size="1024 × 768")
    assert (sides(valid), valid.warnings) == ((1024, 768), ())
    for size in ("auto", " AUTO ", None):
        assert sides(door(size=size)) == (1024, 1024)
    for wrong in ("", "1024", "1024x", "-1x5", "1e3x5", "1024x768x3", "1024.5x768", "big", 1024, [1024, 768]):
        with pytest.raises(InvalidDimensions, match="size: must be WIDTHxHEIGHT, such as 1024x768, or auto") as caught:
            door(size=wrong)
        assert caught.value.field == "size"


@pytest.mark.parametrize("door", [at_api, in_a_manifest])
def test_width_and_height_override_size_with_a_warning(door: Any) -> None:
    valid = door(size="512x512", width=1024, height=768)
    assert sides(valid) == (1024, 768)
    assert valid.warnings == ("size was ignored: width and height are set, so the picture has 1024 x 768 pixels",)
    agreeing = door(size="512x768", width=512)
    assert (sides(agreeing), agreeing.warnings) == ((512, 768), ())


def test_size_has_priority_in_the_openai_api() -> None:
    valid = at_v1(size="512x512", width=1024, height=768)
    assert (sides(valid), valid.warnings) == ((512, 512), ())


@pytest.mark.parametrize(
    ("model", "size", "nearest"),
    [
        ("gitee/z-image-turbo", "1000x1003", "1000x1000"),
        ("gitee/z-image-turbo", "128x1024", "256x1024"),
        ("ms/z-image-turbo", "256x2049", "512x2048"),
        ("ms/flux-2", "1280x720", "1024x720"),
        ("hf/z-image-turbo", "255x9999", "256x2048"),
    ],
)
def test_an_invalid_size_error_names_the_nearest(model: str, size: str, nearest: str) -> None:
    with pytest.raises(InvalidDimensions, match=rf"for [\w./-]+; the nearest is {nearest}; got"):
        at_v1(model=model, size=size)
    assert sides(at_v1(model=model, size=nearest)) == read_size(nearest)


@pytest.mark.parametrize("name", ["width", "height"])
def test_an_invalid_side_error_names_the_nearest(name: str) -> None:
    allowed = "must be a whole number from 256 to 2048 and a multiple of 8 for z-image-turbo; "
    for side, nearest in {1001: 1000, 1005: 1008, 100: 256, 5000: 2048}.items():
        with pytest.raises(InvalidDimensions, match=f"{name}: {allowed}the nearest is {nearest}; got {side}") as caught:
            at_api(**{name: side})
        assert caught.value.field == name


def test_a_space_accepts_any_size_and_makes_the_nearest() -> None:
    assert sides(at_v1(model="hf/z-image-turbo", size="701x1001")) == (701, 1001)


def test_every_model_lists_its_sizes() -> None:
    assert catalog.provider("gitee").models[0].sizes() == {"min": 256, "max": 2048, "step": 8}
    assert catalog.provider("modelscope").models[0].sizes() == {"min": 512, "max": 2048, "step": 8}
    sizes = {model.id: model.sizes() for model in catalog.provider("huggingface").models}
    assert sizes["z-image-turbo"] == {"min": 512, "max": 2048, "step": 64}
    assert sizes["ovis-image"] == {"min": 256, "max": 2048}
    assert len(sizes["qwen-image-fast"]["only"]) == 7
