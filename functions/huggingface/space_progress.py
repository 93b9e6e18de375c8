"""How far a job is, as Gradio tells it: its place in the queue, the expected time, the progress bars."""

from __future__ import annotations

from typing import Any

from gradio_client.utils import StatusUpdate  # type: ignore[import-untyped]

from easel.store.records import Progress

MOST = 10**9


def read_status(status: StatusUpdate) -> Progress:
    """A job's status as progress. Gradio's rank 0 is the next in the queue, here 1."""
    rank, eta = status.rank, status.eta
    return Progress(
        queue_position=rank + 1
        if isinstance(rank, int) and _counts(rank) and rank >= 0 and status.code.name == "IN_QUEUE"
        else None,
        eta_seconds=round(eta, 1) if _counts(eta) and 0 <= eta < 86400 else None,
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
    """Whether a value is a number of a sensible size: neither NaN nor one that JSON or the table cannot keep."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < MOST
