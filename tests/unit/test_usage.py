"""A payer's use of its limits, and the rate-limit headers."""

from __future__ import annotations

import pytest

from easel.budgets import limits, periods, usage
from easel.settings import settings
from easel.store.payer import Payer

NOW = 1_800_000_000.0
PAYER = Payer.of_key("abc")


def item(**numbers: int) -> dict[str, dict[str, str]]:
    """Return an item with a used picture in each counter, and these limits."""
    counters = {counter.attribute: 1 for counter in limits.counters(PAYER, NOW, batch=False)}
    return {name: {"N": str(number)} for name, number in {**counters, **numbers}.items()}


def test_the_headers_say_what_is_left() -> None:
    uses = usage.uses(PAYER, item(day=10, month=100, minute=3, at_once=2), NOW)
    headers = usage.headers(uses, NOW)
    assert headers["RateLimit-Policy"] == (
        '"minute";q=3;w=60, "running";q=2;qu="concurrent-requests", "day";q=10;w=86400, "month";q=100;w=2592000'
    )
    left = int(periods.of("day", NOW).ends - NOW)
    assert headers["RateLimit"].startswith(f'"minute";r=2;t=60, "running";r=1, "day";r=9;t={left}, "month";r=99;t=')


def test_without_limits_there_are_no_headers() -> None:
    assert usage.headers(usage.uses(PAYER, item(), NOW), NOW) == usage.headers([], NOW) == {}


def test_the_lower_limit_of_key_and_setting_applies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOBS_AT_ONCE", "4")
    settings.cache_clear()
    for own, lower in ((9, 4), (2, 2)):
        (running,) = [use for use in usage.uses(PAYER, item(at_once=own), NOW) if use.kind == "running"]
        assert (running.limit, running.left, running.resets_in(NOW)) == (lower, lower - 1, usage.RETRY_SECONDS)


def test_a_payer_without_an_item_has_used_nothing() -> None:
    assert [use.used for use in usage.uses(PAYER, {}, NOW)] == [0, 0, 0, 0]


def test_a_batchs_use_has_days_and_months_only() -> None:
    assert [use.kind for use in usage.uses(PAYER, {}, NOW, batch=True)] == ["day", "month"]
