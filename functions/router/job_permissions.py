"""Permission to read jobs and pictures: with `PicturesNeedKey`, only the key that started a job may read it."""

from __future__ import annotations

from easel.budgets import job_access, keys
from easel.errors import InvalidRequest
from easel.front_door.http_messages import HttpRequest
from easel.settings import settings

MAX_IDS = 10
"""Maximum number of job ids in one URL."""


def read_ids(ids: str, call: HttpRequest) -> list[str]:
    """Split comma-separated job ids and check access. Raise `InvalidRequest` for too many, or the errors of `check`."""
    job_ids = ids.split(",")
    if len(job_ids) > MAX_IDS:
        raise InvalidRequest(f"the address has more than {MAX_IDS} job ids; send them in several requests", field="id")
    check(call, *job_ids)
    return job_ids


def check(call: HttpRequest, *job_ids: str) -> None:
    """Check that the call may read these jobs and pictures. Raise `KeyRequired` or the errors of `check_access`."""
    if settings().pictures_need_key:
        job_access.check_access(keys.required(call.headers), *job_ids)
