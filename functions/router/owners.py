"""Whose a job and its picture are, where `PicturesNeedKey` shows them to the holder of that key alone."""

from __future__ import annotations

from easel.budgets import job_access, keys
from easel.front_door.http_messages import HttpRequest
from easel.settings import settings


def check(call: HttpRequest, *job_ids: str) -> None:
    """Lets a call pass that may see these jobs and their pictures; raises `KeyRequired`, or as `check_access` does."""
    if settings().pictures_need_key:
        job_access.check_access(keys.required(call.headers), *job_ids)
