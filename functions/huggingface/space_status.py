"""How far a job is, as Gradio tells it: its place in the queue, the expected time, the progress bars."""

from __future__ import annotations

import math
from typing import Any

from gradio_client.utils import StatusUpdate  # type: ignore[import-untyped]

from easel.store.records import Progress


def read_status(status: StatusUpdate) -> Progress:
    """A job's status as progress. Gradio's rank 0 is the next in the queue, here 1."""
    rank, eta = status.rank, status.eta
    return Progress(
        queue_position=rank + 1 if isinstance(rank, int) and rank >= 0 and status.code.name == "IN_QUEUE" else None,
        eta_seconds=round(eta, 1) if isinstance(eta, int | float) and 0 <= eta < 86400 else None,
        percent=_percent(status.progress_data or []),
    )


def _percent(units: list[Any]) -> int | None:
    """Gradio's progress bars, the outer before the inner: each fills a step of the one before."""
    done, step = None, 1.0
    for unit in units:
        length = unit.length if _counts(unit.length) and unit.length > 0 else None
        share = unit.index / length if length and _counts(unit.index) else unit.progress
        if not _counts(share):
            break
        done = (done or 0.0) + step * min(1.0, max(0.0, share))
        step /= length or 1
    return None if done is None else min(100, int(100 * done))


def _counts(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
