"""Read a job's progress from Gradio's status: the place in the queue, the expected time, the progress bars."""

from __future__ import annotations

from typing import Any

from gradio_client.utils import StatusUpdate  # type: ignore[import-untyped]

from easel.store.records import Progress

MAX_NUMBER = 10**9


def read_status(status: StatusUpdate) -> Progress:
    """Convert a job's status. Gradio's rank 0 is the next job in the queue, which is number 1 here."""
    rank, eta = status.rank, status.eta
    return Progress(
        queue_position=rank + 1
        if isinstance(rank, int) and _is_usable(rank) and rank >= 0 and status.code.name == "IN_QUEUE"
        else None,
        eta_seconds=round(eta, 1) if _is_usable(eta) and 0 <= eta < 86400 else None,
        percent=_percent(status.progress_data or []),
    )


def _percent(units: list[Any]) -> int | None:
    """Combine Gradio's progress bars, which begin with the outermost. Each bar is one step of the previous bar."""
    done, step = None, 1.0
    for unit in units:
        length = unit.length if _is_usable(unit.length) and unit.length > 0 else None
        share = unit.index / length if length and _is_usable(unit.index) else unit.progress
        if not _is_usable(share):
            break
        done = (done or 0.0) + step * min(1.0, max(0.0, share))
        step /= length or 1
    return None if done is None else min(100, int(100 * done))


def _is_usable(value: Any) -> bool:
    """Return whether a value is a number that JSON and the table can hold. NaN and large numbers are not."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < MAX_NUMBER
