"""Sizes: the spellings that people send, and what each model takes, at every door."""

from __future__ import annotations

from typing import Any

import pytest

from easel import catalog
from easel.batch import manifest
from easel.catalog.requests import read_size
from easel.errors import InvalidDimensions
from easel.front_door import v1_format, validation
from easel.store.records import ValidatedRequest

GITEE = catalog.provider("gitee")
SPELLINGS = [
    "1024x768", "1024X768", "1024*768", "1024×768", "1024 x 768", " 1024x768 ", "1024x768px", "1024px x 768px",
    "1024 × 768 PX", "１０２４×７６８",
    "1024х768", "1024✕768", "1024 by 768",
]  # fmt: skip


def at_api(**fields: Any) -> ValidatedRequest:
    return validation.validate({"prompt": "a cat", **fields}, catalog.provider(fields.pop("provider", "gitee")))


def at_v1(**fields: Any) -> ValidatedRequest:
    return v1_format.validate({"prompt": "a cat", **fields})[0]


def in_a_manifest(**fields: Any) -> ValidatedRequest:
    return manifest.validate({"prompt": "a cat", **fields})[0]


DOORS = [at_api, at_v1, in_a_manifest]


def sides(valid: ValidatedRequest) -> tuple[int, int]:
    return valid.request.width, valid.request.height


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("size", SPELLINGS)
def test_a_size_is_read_in_every_spelling_at_every_door(size: str, door: Any) -> None:
    assert read_size(size) == (1024, 768)
    valid = door(size=size)
    assert (sides(valid), valid.warnings) == ((1024, 768), ())


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("size", ["auto", "AUTO", " auto ", None])
def test_auto_is_the_usual_size(size: str | None, door: Any) -> None:
    assert sides(door(size=size)) == (1024, 1024)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    "size", ["", "1024", "x", "1024x", "-1x5", "1e3x5", "1024x768x3", "1024.5x768", "big", 1024, [1024, 768]]
)
def test_what_is_no_size_is_refused(size: Any, door: Any) -> None:
    with pytest.raises(InvalidDimensions, match="size: must be WIDTHxHEIGHT, such as 1024x768, or auto") as caught:
        door(size=size)
    assert caught.value.field == "size"


@pytest.mark.parametrize("door", [at_api, in_a_manifest])
def test_width_and_height_win_over_size_with_a_warning(door: Any) -> None:
    valid = door(size="512x512", width=1024, height=768)
    assert sides(valid) == (1024, 768)
    assert valid.warnings == ("size was ignored: the picture has 1024 x 768 pixels, as width and height say",)
    assert (sides(door(size="512x768", width=512)), door(size="512x768", width=512).warnings) == ((512, 768), ())


def test_size_wins_at_openais_door() -> None:
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
def test_a_size_that_the_provider_would_refuse_names_the_nearest(model: str, size: str, nearest: str) -> None:
    with pytest.raises(InvalidDimensions, match=rf"for [\w./-]+; the nearest is {nearest}; got"):
        at_v1(model=model, size=size)
    assert sides(at_v1(model=model, size=nearest)) == read_size(nearest)


@pytest.mark.parametrize(("side", "nearest"), [(1001, 1000), (1005, 1008), (100, 256), (5000, 2048)])
@pytest.mark.parametrize("name", ["width", "height"])
def test_a_side_that_the_provider_would_refuse_names_the_nearest(name: str, side: int, nearest: int) -> None:
    allowed = "must be a whole number from 256 to 2048 and a multiple of 8 for z-image-turbo; "
    with pytest.raises(InvalidDimensions, match=f"{name}: {allowed}the nearest is {nearest}; got {side}") as caught:
        at_api(**{name: side})
    assert caught.value.field == name


def test_a_space_takes_any_size_and_makes_the_nearest() -> None:
    assert sides(at_v1(model="hf/z-image-turbo", size="701x1001")) == (701, 1001)


def test_every_model_tells_its_sizes() -> None:
    assert GITEE.models[0].sizes() == {"min": 256, "max": 2048, "step": 8}
    assert catalog.provider("modelscope").models[0].sizes() == {"min": 512, "max": 2048, "step": 8}
    sizes = {model.id: model.sizes() for model in catalog.provider("huggingface").models}
    assert sizes["z-image-turbo"] == {"min": 512, "max": 2048, "step": 64}
    assert sizes["ovis-image"] == {"min": 256, "max": 2048}
    assert len(sizes["qwen-image-fast"]["only"]) == 7
