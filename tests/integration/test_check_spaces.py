"""The check of the catalog against real Gradio servers that change."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

import published_models
from easel import catalog
from easel.common.deadline import Deadline
from easel.providers.http import Http
from published_models import CheckResult
from tests.harness.patience import HANGS_SECONDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.integration.conftest import RealSpaces

HUGGINGFACE = catalog.provider("huggingface")


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


def test_the_catalog_matches_every_emulated_space(real_spaces: RealSpaces, monkeypatch: pytest.MonkeyPatch) -> None:
    both = [real_spaces.urls["z-image-turbo"], real_spaces.gallery]
    rows = compared(monkeypatch, {**real_spaces.urls, "z-image-turbo": both})
    assert [row for row in rows if row.finding != "ok"] == []
    assert len(rows) == len(HUGGINGFACE.models) + 2  # the upscaler, and a second Space


def test_a_changed_space_is_reported(real_spaces: RealSpaces, monkeypatch: pytest.MonkeyPatch) -> None:
    (row,) = compared(monkeypatch, {"flux-1-schnell": real_spaces.urls["ovis-image"]})
    assert row.finding == "arguments"
    assert "has no /infer(prompt, seed, randomize_seed, width, height, num_inference_steps)" in row.detail
    assert "/generate(prompt, img_height, img_width, seed, steps, guidance_scale)" in row.detail


@pytest.mark.parametrize(("state", "finding"), [("private", "gone"), ("html", "unreachable"), ("sleeping", "ok")])
def test_an_unavailable_space_is_reported(
    state: str, finding: str, real_spaces: RealSpaces, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(published_models, "WAKE_PAUSES", (0.5,) * 40 if state == "sleeping" else (0.01,))
    real_spaces.order("ovis-image", state=state, seconds=1.2)
    (row,) = compared(monkeypatch, {"ovis-image": real_spaces.urls["ovis-image"]})
    assert row.finding == finding
