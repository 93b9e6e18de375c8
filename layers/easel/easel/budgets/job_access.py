"""Access to jobs: with the parameter `PicturesNeedKey`, only the key that started a job may read it."""

from __future__ import annotations

from easel.budgets import keys
from easel.settings import settings
from easel.store import jobs


def check_access(key_id: str, *job_ids: str) -> None:
    """Check that a key may read these jobs and their pictures.

    Without the setting `PICTURES_NEED_KEY`, every job may be read. Jobs that a schedule or an upload started may be
    read with any key that may run batches.

    Raises:
        AccessRefused: the key is not valid.
        NotFound: a job belongs to another key or does not exist. The error does not reveal which.
    """
    if not settings().pictures_need_key:
        return
    key = keys.get(key_id)
    for job_id in job_ids:
        job = jobs.get(job_id)
        if job.key != key.id and not (job.batch and job.key is None and key.batches):
            raise jobs.missing(job_id)
