"""Whose a job and its picture are, where `PicturesNeedKey` shows them to the holder of that key alone."""

from __future__ import annotations

from easel.budgets import job_access, keys
from easel.errors import InvalidRequest
from easel.front_door.http_messages import HttpRequest
from easel.settings import settings

MOST = 10
"""Jobs that one address may name."""


def read_ids(ids: str, call: HttpRequest) -> list[str]:
    """Return the ids of jobs, with commas between them, that the call may see. Raise as `check` does, or
    `InvalidRequest`.
    """
    job_ids = ids.split(",")
    if len(job_ids) > MOST:
        raise InvalidRequest(f"the address names more than {MOST} jobs", field="id")
    check(call, *job_ids)
    return job_ids


def check(call: HttpRequest, *job_ids: str) -> None:
    """Let a call pass that may see these jobs and their pictures; raise `KeyRequired`, or as `check_access` does."""
    if settings().pictures_need_key:
        job_access.check_access(keys.required(call.headers), *job_ids)
