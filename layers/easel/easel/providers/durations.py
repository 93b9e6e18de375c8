"""Store the recent durations of a provider's models, and choose from them when an adapter polls.

One item of the job table holds the last few durations of each model. A process reads the item once, and writes only
durations that differ from the known ones.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence

from easel.common.deadline import in_thread
from easel.common.telemetry import logger
from easel.store import versioned_items

MAX_KEPT = 12
"""Maximum durations of each model in the item."""
MIN_SHARED = 4
"""Always share a model's first durations, up to this number."""
KEPT_SECONDS = 90 * 24 * 3600
POLLS = 10
"""Polls around the expected end. One more comes before these, and one after them."""
MIN_PAUSE = 0.1
"""Minimum seconds between two polls."""
MARGIN = 0.12
"""Tolerance: relative deviation from a single known duration that still counts as expected. With several durations it
shrinks by the square root of their number."""
FIRST_LATE_PAUSE, LATE_PAUSE = 0.1, 0.36
"""The first pause after the expected end, and later pauses, relative to the elapsed time."""

Span = tuple[float, float]
"""Seconds since its start at which a task was still running, and at which it was done."""


class Durations:
    """The recent durations of a provider's models, shared by all threads of a process."""

    def __init__(self, provider_id: str) -> None:
        self._item = f"durations#{provider_id}"
        self._known: dict[str, list[Span]] | None = None

    def of(self, model: str) -> list[Span]:
        """Return the model's recent durations, oldest first."""
        if self._known is None:
            try:
                self._known = _read(versioned_items.read(self._item))
            except Exception as error:
                logger.warning("durations not read", extra={"reason": type(error).__name__})
                self._known = {}
        return self._known.get(model, [])

    def add(self, model: str, span: Span) -> None:
        """Add the duration of an ended task. Share it with other processes if it differs from the expected one."""
        known = self.of(model)
        unexpected = len(known) < MIN_SHARED or not _is_expected(span[1], known)
        if self._known is not None:
            self._known[model] = [*known, span][-MAX_KEPT:]
        if unexpected:
            in_thread(self._write, model, span)

    def _write(self, model: str, span: Span) -> None:
        def joined(fields: versioned_items.Fields | None) -> versioned_items.Fields:
            known = _read(fields)
            return {**known, model: [*known.get(model, []), span][-MAX_KEPT:]}

        try:
            versioned_items.change(self._item, joined, lambda _: time.time() + KEPT_SECONDS)
        except Exception as error:
            logger.warning("duration not stored", extra={"reason": type(error).__name__})


def _read(fields: versioned_items.Fields | None) -> dict[str, list[Span]]:
    return {model: [(float(low), float(high)) for low, high in spans] for model, spans in (fields or {}).items()}


def _widened(spans: Sequence[Span]) -> list[Span]:
    """Return the spans, widened by the tolerance."""
    margin = MARGIN / math.sqrt(len(spans))
    return [(low * (1 - margin), high * (1 + margin)) for low, high in spans]


def _is_expected(seconds: float, spans: Sequence[Span]) -> bool:
    return min(low for low, _ in _widened(spans)) <= seconds <= max(high for _, high in _widened(spans))


def poll_moments(spans: Sequence[Span]) -> list[float]:
    """Return when to poll a task, in seconds since its start. Return nothing if no durations are known.

    The moments are chosen so that the task's end is equally likely in each pause between two of them.
    """
    if not spans:
        return []
    points = sorted(low + (high - low) * part / 10 for low, high in _widened(spans) for part in range(11))
    moments = [points[0] / 2] if points[0] > 1 else [0.0]
    for number in range(1, POLLS + 1):
        moments.append(max(points[round((len(points) - 1) * number / POLLS)], moments[-1] + MIN_PAUSE))
    return [*moments, moments[-1] * (1 + FIRST_LATE_PAUSE)]


def pause(elapsed: float, moments: Sequence[float]) -> float:
    """Return the seconds until the next poll.

    After the last moment, and for a model without known durations, the pauses grow with the elapsed time.

    Args:
        elapsed: seconds since the task's start.
        moments: the result of `poll_moments` at the task's start.
    """
    due = next((moment for moment in moments if moment > elapsed + MIN_PAUSE / 2), None)
    if due is not None:
        return due - elapsed
    return min(10.0, max(0.5, LATE_PAUSE * elapsed))
