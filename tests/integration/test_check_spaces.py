"""The check of the catalog against real Gradio servers that change."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

import httpx2
import pytest

import published_models
from easel import catalog
from easel.common.deadline import Deadline
from easel.providers.http import Http
from published_models import CheckResult
from tests.emulators.server import SPACES, Emulators
from tests.harness.patience import HANGS_SECONDS

HUGGINGFACE = catalog.provider("huggingface")


@pytest.fixture(scope="module")
def emulated() -> Iterator[Mapping[str, str]]:
    with Emulators(SPACES, seconds=0) as emulators:
        base = emulators.space_urls["upscaler"].removesuffix("/upscaler")
        yield {**emulators.space_urls, "z-image-gallery": f"{base}/z-image-gallery"}


def compared(monkeypatch: pytest.MonkeyPatch, urls: Mapping[str, str | list[str]]) -> list[CheckResult]:
    monkeypatch.setenv("HF_SPACE_URLS", json.dumps(urls))
    http = Http("huggingface")
    rows: list[CheckResult] = []
    try:
        for models, comparison in published_models.comparisons(HUGGINGFACE, http):
            rows += comparison(Deadline(HANGS_SECONDS)) if set(models) <= set(urls) else []
    finally:
        http.close()
    return rows


def order(urls: Mapping[str, str], space: str, **state: str | float) -> None:
    control = urls["upscaler"].removesuffix("/upscaler") + "/_emulator/state"
    httpx2.post(control, json={"space": space, **state}, trust_env=False).raise_for_status()


def test_the_catalog_agrees_with_every_emulated_space(
    emulated: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    urls = {name: url for name, url in emulated.items() if name != "z-image-gallery"}
    rows = compared(monkeypatch, {**urls, "z-image-turbo": [urls["z-image-turbo"], emulated["z-image-gallery"]]})
    assert [row for row in rows if row.finding != "ok"] == []
    assert len(rows) == len(HUGGINGFACE.models) + 2  # the upscaler, and a second Space


def test_a_space_that_became_another_one_is_found(emulated: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    (row,) = compared(monkeypatch, {"flux-1-schnell": emulated["ovis-image"]})
    assert row.finding == "arguments"
    assert "has no /infer(prompt, seed, randomize_seed, width, height, num_inference_steps)" in row.detail
    assert "/generate(prompt, img_height, img_width, seed, steps, guidance_scale)" in row.detail


@pytest.mark.parametrize(
    ("state", "finding"), [("moved", "gone"), ("private", "gone"), ("paused", "unreachable"), ("html", "unreachable")]
)
def test_a_space_that_no_longer_serves_is_found(
    emulated: Mapping[str, str], monkeypatch: pytest.MonkeyPatch, state: str, finding: str
) -> None:
    monkeypatch.setattr(published_models, "WAKE_PAUSES", (0.01,))
    order(emulated, "ovis-image", state=state)
    try:
        (row,) = compared(monkeypatch, {"ovis-image": emulated["ovis-image"]})
    finally:
        order(emulated, "ovis-image", state="awake")
    assert row.finding == finding


def test_a_space_that_sleeps_is_woken_by_the_check(
    emulated: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(published_models, "WAKE_PAUSES", (0.5,) * 40)
    order(emulated, "ovis-image", state="sleeping", seconds=1.2)
    (row,) = compared(monkeypatch, {"ovis-image": emulated["ovis-image"]})
    assert row.finding == "ok"
