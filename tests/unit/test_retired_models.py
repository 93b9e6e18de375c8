"""A 404 is transient unless it lasts: then the model is retired, and the error names other providers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from easel import catalog
from easel.errors import ModelMissing, ModelRetired
from easel.front_door.validation import validate
from easel.providers import retired_models

if TYPE_CHECKING:
    from collections.abc import Callable

    from easel.store.records import GenerationRequest
    from tests.harness.cloud import Cloud

MISSING = ModelMissing("Gitee AI does not find this model", provider="gitee", upstream="404 Not Found")
START = 1_800_000_000.0


@pytest.fixture
def at(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Sets the time, in seconds after the first 404."""
    monkeypatch.setattr(retired_models, "_looked", {})
    return lambda seconds: monkeypatch.setattr("easel.providers.retired_models.time.time", lambda: START + seconds)


def asked(model: str) -> GenerationRequest:
    return validate({"prompt": "a cat", "model": model}, catalog.provider("gitee"), "token").request


def test_a_model_that_stays_missing_is_retired(at: Callable[[float], None]) -> None:
    request = asked("z-image-turbo")
    for seconds in (0, 1, 2, 300, 599):
        at(seconds)
        assert retired_models.record_missing(MISSING, request) is MISSING
    at(600)
    error = retired_models.record_missing(MISSING, request)
    assert type(error) is ModelRetired
    assert (error.status, error.max_attempts, error.upstream) == (410, 1, "404 Not Found")
    assert {"provider": "modelscope", "model": "Tongyi-MAI/Z-Image-Turbo"} in error.elsewhere


def test_a_few_404s_far_apart_do_not_retire_a_model(at: Callable[[float], None]) -> None:
    request = asked("Qwen-Image")
    for seconds in (0, 3600, 3600 + retired_models.GAP_SECONDS + 1):
        at(seconds)
        assert retired_models.record_missing(MISSING, request) is MISSING


def test_a_picture_between_404s_keeps_the_model(at: Callable[[float], None]) -> None:
    request = asked("FLUX.1-dev")
    for seconds in (0, 300, 599):
        at(seconds)
        retired_models.record_missing(MISSING, request)
    retired_models.clear_missing(request)
    at(601)
    assert retired_models.record_missing(MISSING, request) is MISSING


def test_a_process_without_404s_reads_rarely(
    at: Callable[[float], None], cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = asked("flux-1-schnell")
    at(0)
    retired_models.record_missing(MISSING, request)
    monkeypatch.setattr(retired_models, "_looked", {})  # another process
    with cloud.counting() as calls:
        for _ in range(10):
            retired_models.clear_missing(request)
    assert calls == {}
    monkeypatch.setattr("easel.providers.retired_models.time.monotonic", lambda: START)
    with cloud.counting() as calls:
        for _ in range(10):
            retired_models.clear_missing(request)
    assert calls["dynamodb.GetItem"] == 1
    for seconds in (601, 602, 603):
        at(seconds)
        assert retired_models.record_missing(MISSING, request) is MISSING


def test_a_failing_table_leaves_the_404_transient(at: Callable[[float], None], cloud: Cloud) -> None:
    with cloud.refusing("dynamodb.PutItem", "AccessDeniedException"):
        assert retired_models.record_missing(MISSING, asked("FLUX_1-Krea-dev")) is MISSING
    retired_models.clear_missing(asked("FLUX_1-Krea-dev"))
