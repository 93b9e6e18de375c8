"""Who may see a job: the holder of the key that started it, where `PicturesNeedKey` says so."""

from __future__ import annotations

from easel.budgets import keys
from easel.settings import settings
from easel.store import jobs


def check_access(key_id: str, *job_ids: str) -> None:
    """Pass if the holder of the key may see these jobs and their pictures.

    Every job may be seen unless the setting `PICTURES_NEED_KEY` is on. What a schedule or an upload started may be seen
    with every key that may run batches.

    Raises:
        AccessRefused: the key is not valid.
        NotFound: a job belongs to another key, or does not exist; the error does not tell which.
    """
    if not settings().pictures_need_key:
        return
    key = keys.get(key_id)
    for job_id in job_ids:
        job = jobs.get(job_id)
        if job.key != key.id and not (job.batch and job.key is None and key.batches):
            raise jobs.missing(job_id)
