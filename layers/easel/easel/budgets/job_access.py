"""Access to jobs. With the parameter `PicturesNeedKey`, only the key that started a job may read it."""

from __future__ import annotations

from easel.budgets import keys
from easel.errors import InvalidParams, NotFound
from easel.settings import settings
from easel.store import jobs
from easel.store.records import GenerationRequest


def check_access(key_id: str, *job_ids: str) -> None:
    """Raise an error if a key may not read one of these jobs and its picture.

    Without the setting `PICTURES_NEED_KEY`, every job is readable. A job of a scheduled batch is readable with any key
    that allows batches.

    Raises:
        AccessRefused: the key is not valid.
        NotFound: a job belongs to another key or does not exist. The error is the same for both.
    """
    if not settings().pictures_need_key:
        return
    key = keys.get(key_id)
    for job_id in job_ids:
        job = jobs.get(job_id)
        if job.key != key.id and not (job.batch and job.key is None and key.batches):
            raise jobs.not_found(job_id)


def check_sources(key_id: str, request: GenerationRequest) -> None:
    """Raise `InvalidParams` if a source picture of a request is of this deployment, and the key may not read it."""
    name = "url" if request.source_url else "image"
    for picture in request.source_pictures:
        try:
            check_access(key_id, picture.partition(".")[0])
        except NotFound as error:
            text = f"{name}: the picture does not exist; GET /api/jobs lists yours"
            raise InvalidParams(text, field=name) from error
