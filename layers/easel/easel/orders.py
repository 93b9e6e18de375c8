"""The message for one job of a batch, on its provider's queue: all that a worker needs to do it, and no token."""

from __future__ import annotations

import json
import time

from easel import batches
from easel.batches import Batch
from easel.jobs import Job
from easel.records import Request


class Unreadable(Exception):
    """The message is none of ours."""


def write(batch: Batch, number: int, request: Request, warnings: tuple[str, ...]) -> str:
    """The message for a batch's job, in ASCII."""
    order = {
        "batch": batch.id,
        "n": number,
        "id": batch.job_id(number),
        "request": request.to_json(defaults=False),
    }
    return json.dumps({**order, "warnings": warnings} if warnings else order, separators=(",", ":"))


def read(body: str) -> tuple[str, int, Job]:
    """Batch, number and job of a message; raises `Unreadable`."""
    try:
        order = json.loads(body)
        now = time.time()
        job = Job(
            id=order["id"],
            request=Request.from_json(order["request"]),
            warnings=tuple(order.get("warnings", ())),
            created=now,
            deadline=now + batches.LASTS_DAYS * batches.DAY,
            batch=order["batch"],
        )
        return str(order["batch"]), int(order["n"]), job
    except (ValueError, TypeError, KeyError) as error:
        raise Unreadable(type(error).__name__) from error
