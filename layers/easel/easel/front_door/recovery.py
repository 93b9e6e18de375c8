"""Find stored pictures of failed jobs.

A function may die after it has stored the picture, or the table may refuse the job's end.
"""

from __future__ import annotations

from collections.abc import Sequence

from easel.budgets import admission
from easel.common.telemetry import logger
from easel.store import images, jobs
from easel.store.records import Job


def get(job_id: str) -> Job:
    """Return the job. A failed job with a stored picture becomes a succeeded one. Raise the errors of `jobs.get`."""
    return recovered(jobs.get(job_id))


def get_all(ids: Sequence[str]) -> list[Job]:
    """Return the jobs with these ids, as `get` does. Skip unknown ids."""
    return [recovered(job) for job in jobs.get_all(ids)]


def recovered(job: Job) -> Job:
    """Return the job as succeeded if a picture is stored for it, and record this. Otherwise return the same job.

    The bucket is only read for jobs that failed after they had started, with an error that allows a picture.
    """
    if job.status != "failed" or not job.started or not jobs.may_be_drawn(job):
        return job
    try:
        result = images.stored_result(job)
        ended = jobs.recover(job, result) if result else None
    except Exception as error:
        logger.warning("stored picture not searched", extra={"job": job.id, "reason": type(error).__name__})
        return job
    if not ended:
        return job
    logger.info("a stored picture was found", extra={"job": job.id})
    admission.settle_job(ended, drawn=True)
    return ended
