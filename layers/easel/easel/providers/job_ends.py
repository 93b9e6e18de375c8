"""Record a job's end even if the table refuses or does not respond."""

from __future__ import annotations

import time
from collections.abc import Callable

from easel.budgets import admission
from easel.common.telemetry import logger
from easel.errors import EaselError
from easel.store import jobs
from easel.store.records import Job

RECORD_PAUSES = (1.0, 2.0)
"""Seconds between attempts to record a job's end, in addition to the AWS client's own retries."""


def after_refused_claim(job: Job, error: EaselError, claimed: float) -> Job:
    """Fail a job that could not be claimed because the table did not respond, unless another invocation has it.

    The table may have stored the claim although its response was lost. `claimed` is the claim's time, in seconds since
    the epoch.
    """
    logger.warning("job not claimed", extra={"code": error.code, "reason": error.message})
    try:
        ended = jobs.give_up(job, error, claimed=claimed)
    except EaselError:
        logger.exception("job not recorded as failed")
        return jobs.failed(job, error, time.time())
    admission.settle_job(ended)
    return ended


def recorded(write: Callable[[], Job], job: Job, error: EaselError | None = None) -> Job:
    """Record the job's end with `write` and return the job. If the table refuses, return the unrecorded outcome."""
    for pause in (*RECORD_PAUSES, None):
        try:
            return write()
        except Exception:  # the waiting caller still gets the outcome
            logger.exception("the job's end could not be recorded", extra={"again": pause is not None})
        if pause is not None:
            time.sleep(pause)
    if error:
        return jobs.failed(job, error, time.time())
    return job
