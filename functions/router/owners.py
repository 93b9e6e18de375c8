"""Whose a job and its picture are, where `PicturesNeedKey` shows them to the holder of that key alone."""

from __future__ import annotations

from easel import jobs, keys
from easel.answers import HttpRequest
from easel.batch import batches
from easel.settings import settings


def check(call: HttpRequest, *job_ids: str) -> None:
    """Lets a call pass that may see these jobs and their pictures.

    What a schedule or an upload started is seen by every key that may run batches.

    Raises:
        KeyRequired: the call shows no key, and needs one here.
        AccessRefused: its key is not valid.
        NotFound: a job is another key's, or is not there; which of the two is not told.
    """
    if not settings().pictures_need_key:
        return
    key = keys.get(keys.required(call.headers))
    for job_id in job_ids:
        job = jobs.get(job_id)
        owner = batches.get(job.batch).started_by if job.batch else job.key
        if owner != key.id and not (job.batch and owner is None and key.batches):
            raise jobs.missing(job_id)
