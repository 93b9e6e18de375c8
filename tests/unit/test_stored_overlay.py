"""The stored overlay: when it is read, what an invalid one does, and how a function learns of a new model."""

from __future__ import annotations

import logging
import time

import pytest

from easel import catalog
from easel.catalog import lookup, stored_overlay
from easel.common import aws
from easel.errors import InvalidModel
from easel.settings import settings

NEW = '[[gitee.models]]\nid = "new"\nname = "New"\nsteps = { min = 1, max = 9, default = 4 }\n'


pytestmark = pytest.mark.usefixtures("cloud")


def store(text: str) -> None:
    aws.s3().put_object(Bucket=settings().images_bucket, Key=stored_overlay.KEY, Body=text.encode())


def has(model: str) -> bool:
    return any(each.id == model for each in catalog.provider("gitee").models)


def later(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + seconds)


def test_a_stored_overlay_is_used_at_the_next_check(monkeypatch: pytest.MonkeyPatch) -> None:
    stored_overlay.refresh()
    store(NEW)
    stored_overlay.refresh()
    assert not has("new")
    later(monkeypatch, stored_overlay.READ_SECONDS + 1)
    stored_overlay.refresh()
    assert has("new")


def test_an_unchanged_overlay_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    store(NEW)
    stored_overlay.refresh()
    in_force = lookup.providers()
    monkeypatch.setattr(stored_overlay, "_catalog", None)
    stored_overlay.refresh(0)
    assert lookup.providers() is in_force


def test_a_removed_overlay_leaves_the_built_in_models() -> None:
    store(NEW)
    stored_overlay.refresh()
    aws.s3().delete_object(Bucket=settings().images_bucket, Key=stored_overlay.KEY)
    stored_overlay.refresh(0)
    assert lookup.providers() is lookup.built_in()


@pytest.mark.parametrize(
    "text",
    ["[gitee", "[acme]", "[gitee]\nmodels = 3", "\x00", "a = " + "[" * 3000, "#" * (stored_overlay.MAX_BYTES + 1)],
)
def test_an_invalid_overlay_is_ignored_with_an_alarm(text: str, caplog: pytest.LogCaptureFixture) -> None:
    store(NEW)
    stored_overlay.refresh()
    store(text)
    for _ in range(2):  # the alarm lasts as long as the overlay
        caplog.clear()
        stored_overlay.refresh(0)
        assert lookup.providers() is lookup.built_in()
        errors = [each for each in caplog.records if each.levelno == logging.ERROR]
        assert [getattr(each, "alarm", "") for each in errors] == ["overlay-ignored"]


def test_the_catalog_is_kept_while_the_bucket_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    store(NEW)
    stored_overlay.refresh()
    monkeypatch.setenv("IMAGES_BUCKET", "none")
    settings.cache_clear()
    stored_overlay.refresh(0)
    assert has("new")


def test_an_unknown_model_triggers_a_read(monkeypatch: pytest.MonkeyPatch) -> None:
    stored_overlay.refresh()
    store(NEW)
    later(monkeypatch, stored_overlay.UNKNOWN_MODEL_SECONDS + 1)
    assert stored_overlay.provider_with("gitee", "new").model("new")
    with pytest.raises(InvalidModel, match="unknown model 'newer'"):
        stored_overlay.provider_with("gitee", "newer").model("newer")
