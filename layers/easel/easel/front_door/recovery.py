"""Pictures of jobs that failed after their picture was stored: the function died, or the table did not take the end."""

from __future__ import annotations

from collections.abc import Sequence

from easel.budgets import admission
from easel.common.telemetry import logger
from easel.store import images, jobs
from easel.store.records import Job


def get(job_id: str) -> Job:
    """Return the job in its present state. A failed job with a stored picture has succeeded. Raise as `jobs.get`."""
    return recovered(jobs.get(job_id))


def get_all(ids: Sequence[str]) -> list[Job]:
    """Return the jobs of those ids, each as `get` returns it; an unknown id is skipped."""
    return [recovered(job) for job in jobs.get_all(ids)]


def recovered(job: Job) -> Job:
    """Return the job with the picture that is stored for it, or as it is.

    The bucket is looked into only if the job has failed after it was begun, with an error after which there may be a
    picture. What is found is recorded.
    """
    if job.status != "failed" or not job.started or not jobs.may_be_drawn(job):
        return job
    try:
        result = images.stored_result(job)
        ended = jobs.recover(job, result) if result else None
    except Exception as error:
        logger.warning("no picture looked for", extra={"job": job.id, "reason": type(error).__name__})
        return job
    if not ended:
        return job
    logger.info("a stored picture was found", extra={"job": job.id})
    admission.settle_job(ended, drawn=True)
    return ended
