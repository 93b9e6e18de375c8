"""Measured durations of models, and when a task is polled."""

from __future__ import annotations

import random
import statistics
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from easel.providers.durations import MAX_KEPT, MIN_SHARED, Durations, Span, pause, poll_moments
from easel.store import versioned_items
from tests.harness.patience import until

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.harness.cloud import Cloud

MODEL = "black-forest-labs/FLUX.2-dev"


def watched(seconds: float, spans: Sequence[Span]) -> list[float]:
    """Return the times at which a task of that duration is polled."""
    expected = poll_moments(spans)
    moments = [pause(0, expected)]
    while moments[-1] < seconds:
        moments.append(moments[-1] + pause(moments[-1], expected))
    return moments


@pytest.mark.parametrize("seconds", [0.5, 2, 7, 15, 20])
def test_a_task_of_an_unknown_model_is_polled_twelve_times(seconds: float) -> None:
    moments = watched(seconds, [])
    assert len(moments) <= 12
    assert moments[-1] <= max(seconds + 0.5, 1.37 * seconds)


def test_a_long_task_is_polled_less_and_less_often() -> None:
    moments = watched(240, [])
    assert max(later - earlier for earlier, later in pairwise(moments)) <= 10
    assert len(moments) < 40
    moments = watched(60, [(4.9, 5.0)] * MAX_KEPT)  # far slower than its model usually is
    assert moments[-1] < 80
    assert len(moments) < 24


@pytest.mark.parametrize("varying", [0.0, 0.1])
def test_a_tasks_end_is_noticed_soon_for_a_known_model(varying: float) -> None:
    chance = random.Random(3)
    lags, most = [], 0
    for usual in range(1, 20):
        spans: list[Span] = []
        for number in range(30):
            seconds = usual * chance.uniform(1 - varying, 1 + varying)
            moments = watched(seconds, spans)
            most = max(most, len(moments))
            if number >= 2:
                lags.append(moments[-1] - seconds)
            spans = [*spans, (moments[-2] if len(moments) > 1 else 0.0, moments[-1])][-MAX_KEPT:]
    assert statistics.fmean(lags) < 0.2
    assert most <= 12


def test_a_process_reads_once_and_writes_new_durations(cloud: Cloud) -> None:
    one = Durations("acme")

    def kept() -> list[list[float]]:
        return list((versioned_items.read("durations#acme") or {}).get(MODEL, []))

    assert one.of(MODEL) == []
    for number in range(1, MIN_SHARED + 1):
        one.add(MODEL, (4.9, 5.0))
        until(lambda: len(kept()) == number)  # noqa: B023
    assert Durations("acme").of(MODEL) == one.of(MODEL) == [(4.9, 5.0)] * MIN_SHARED
    cloud.calls.clear()
    one.add(MODEL, (4.9, 5.01))  # as expected
    assert cloud.calls == []
    one.add(MODEL, (8.9, 9.0))
    until(lambda: [8.9, 9.0] in kept())
    assert len(one.of(MODEL)) == MIN_SHARED + 2
    assert len(kept()) == MIN_SHARED + 1


def test_an_unavailable_table_does_not_fail_the_job(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(versioned_items, "read", broken)
    monkeypatch.setattr(versioned_items, "change", broken)
    one = Durations("modelscope")
    assert one.of(MODEL) == []
    one.add(MODEL, (1.0, 2.0))
    assert one.of(MODEL) == [(1.0, 2.0)]
