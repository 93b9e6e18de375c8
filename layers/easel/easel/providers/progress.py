"""Write a running job's progress to the job table, and heartbeats while its picture is downloaded and stored."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import Future
from typing import Any, TypeVar

from easel.common.deadline import Deadline, ends_within
from easel.common.telemetry import logger
from easel.errors import GenerationTimeout
from easel.store import jobs
from easel.store.records import Job, Progress

T = TypeVar("T")

QUIET_SECONDS = 2.0
"""Jobs shorter than this write no progress."""
PROGRESS_SECONDS = 1.0
"""Minimum time between two writes of progress."""
HEARTBEAT_SECONDS = 10.0
"""Time between two heartbeats. See `jobs.SILENT_SECONDS`."""


def wait_until_drawn(
    job: Job, making: Future[Any], drawn: Future[None], reports: Sequence[Progress], deadline: Deadline
) -> None:
    """Wait until the provider has drawn the picture, and write the job's progress meanwhile.

    Return early if the work ends with an error. Raise `GenerationTimeout` at the deadline.
    """
    started = time.monotonic()
    while not ends_within(making, min(PROGRESS_SECONDS, deadline.remaining())):
        elapsed = time.monotonic() - started
        if drawn.running() or (deadline.passed and not drawn.cancel()):
            return
        if deadline.passed:
            provider = job.request.catalog_provider
            raise GenerationTimeout(f"{provider.name} did not finish within {elapsed:.0f} s", provider=provider.id)
        if elapsed >= QUIET_SECONDS and not job.batch:
            _write_progress(job, reports[-1] if reports else Progress(), elapsed)


def _write_progress(job: Job, reported: Progress, elapsed: float) -> None:
    """Write the provider's figures. Estimate missing ones from the elapsed time and the model's usual time."""
    typical = job.request.typical_seconds
    if reported.percent:
        typical = elapsed * 100 / reported.percent
    guess = Progress(percent=min(95, int(100 * elapsed / typical)), eta_seconds=round(max(1.0, typical - elapsed), 1))
    try:
        jobs.progress(job.id, guess.replace(**reported.to_json()))
    except Exception as error:
        logger.warning("progress not written", extra={"reason": type(error).__name__})


def with_heartbeat(job: Job, work: Future[T]) -> T:
    """Wait until the picture is stored. Return the result. Write heartbeats, unless a batch's worker does."""
    while not ends_within(work, HEARTBEAT_SECONDS):
        try:
            if not job.batch:
                jobs.heartbeat(job.id)
        except Exception as error:
            logger.warning("heartbeat not written", extra={"reason": type(error).__name__})
    return work.result()
