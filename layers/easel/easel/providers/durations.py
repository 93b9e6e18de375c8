"""How long a provider's models have taken lately, for an adapter that has to look again and again.

One item of the job table holds the last few durations of each model. A process reads it once; it writes where its own
experience says something new, so that in steady weather it writes nothing.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence

from easel.common.deadline import in_thread
from easel.common.telemetry import logger
from easel.store import items

KEPT = 12
"""Durations of each model."""
ENOUGH = 4
"""So many of a model are told to the other processes in any case."""
KEPT_SECONDS = 90 * 24 * 3600
LOOKS = 10
"""Looks around the expected end; with one before and one after it, twelve."""
LEAST_PAUSE = 0.1
MARGIN = 0.12
"""The part by which a task may take more or less time than the only one before it, and yet be expected. With more of
them less: by the square root of their number."""
AFTER, GROWING = 0.1, 0.36
"""The first pause after those looks, and the later ones, as parts of the time until then."""

Span = tuple[float, float]
"""Seconds after which a task was not done yet, and after which it was."""


class Durations:
    """The last durations of a provider's models, for all threads of a process."""

    def __init__(self, provider_id: str) -> None:
        self._item = f"durations#{provider_id}"
        self._known: dict[str, list[Span]] | None = None

    def of(self, model: str) -> list[Span]:
        """The model's last durations, oldest first."""
        if self._known is None:
            try:
                self._known = _read(items.read(self._item))
            except Exception as error:
                logger.warning("durations not read", extra={"reason": type(error).__name__})
                self._known = {}
        return self._known.get(model, [])

    def add(self, model: str, span: Span) -> None:
        """Takes in the duration of a task that has ended; keeps it for other processes where it is news."""
        known = self.of(model)
        news = len(known) < ENOUGH or not _expected(span[1], known)
        if self._known is not None:
            self._known[model] = [*known, span][-KEPT:]
        if news:
            in_thread(self._write, model, span)

    def _write(self, model: str, span: Span) -> None:
        def joined(fields: items.Fields | None) -> items.Fields:
            known = _read(fields)
            return {**known, model: [*known.get(model, []), span][-KEPT:]}

        try:
            items.change(self._item, joined, lambda _: time.time() + KEPT_SECONDS)
        except Exception as error:
            logger.warning("a duration not kept", extra={"reason": type(error).__name__})


def _read(fields: items.Fields | None) -> dict[str, list[Span]]:
    return {model: [(float(low), float(high)) for low, high in spans] for model, spans in (fields or {}).items()}


def _around(spans: Sequence[Span]) -> list[Span]:
    """The spans, each wider by the margin."""
    margin = MARGIN / math.sqrt(len(spans))
    return [(low * (1 - margin), high * (1 + margin)) for low, high in spans]


def _expected(seconds: float, spans: Sequence[Span]) -> bool:
    return min(low for low, _ in _around(spans)) <= seconds <= max(high for _, high in _around(spans))


def looks(spans: Sequence[Span]) -> list[float]:
    """The seconds after its start at which to look at a task, where so long is expected; none where nothing is known.

    They lie so that its end is as likely in one pause between two of them as in the next.
    """
    if not spans:
        return []
    points = sorted(low + (high - low) * part / 10 for low, high in _around(spans) for part in range(11))
    found = [points[0] / 2] if points[0] > 1 else [0.0]
    for number in range(1, LOOKS + 1):
        found.append(max(points[round((len(points) - 1) * number / LOOKS)], found[-1] + LEAST_PAUSE))
    return [*found, found[-1] * (1 + AFTER)]


def pause(elapsed: float, moments: Sequence[float]) -> float:
    """Seconds until the next look at a task that has run for so long; `moments` are what `looks` told at its start.

    A task of an unknown model, and one that takes far longer than its model does, is looked at ever less: the pauses
    grow with the time that it has taken already.
    """
    due = next((moment for moment in moments if moment > elapsed + LEAST_PAUSE / 2), None)
    if due is not None:
        return due - elapsed
    return min(10.0, max(0.5, GROWING * elapsed))
