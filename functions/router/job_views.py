"""`/api/jobs/{id}`: return a job at once or after its next change, and cancel it."""

from __future__ import annotations

import hashlib
import json
import time

from easel.budgets import admission
from easel.common.deadline import Deadline
from easel.errors import Cancelled
from easel.front_door import http_messages, job_responses, recovery
from easel.front_door.http_messages import HttpRequest, HttpResponse
from easel.store import jobs
from easel.store.records import Job

MAX_WAIT = 25  # seconds; API Gateway's limit is 30
LOOK_SECONDS = 0.5  # seconds between two reads of the table


def answer(job_id: str, call: HttpRequest, wait: int) -> HttpResponse:
    """Return the job, or 304 if the caller has its current state. Wait up to `wait` seconds for a status change."""
    waiting = Deadline(min(wait, MAX_WAIT, call.seconds_left - job_responses.POLL_SECONDS))
    job = first = recovery.get(job_id)
    while job.status == first.status and not (job.ended or waiting.passed or _has_changed(job, call)):
        time.sleep(min(LOOK_SECONDS, waiting.remaining()))
        job = recovery.get(job_id)
    headers = {"ETag": _tag(job, call), "Cache-Control": "private, no-cache"}
    if not job.ended:
        headers["Retry-After"] = str(job_responses.retry_after(job))
    if headers["ETag"] in http_messages.known_tags(call.headers):
        return HttpResponse(304, None, headers)
    return HttpResponse(200, job_responses.describe(job, call.endpoint), headers)


def cancel(job_id: str, call: HttpRequest) -> HttpResponse:
    """Cancel a job that has not started. Return the job, with `cancelled` true if it is cancelled."""
    job = jobs.get(job_id)
    if job.status == "queued":
        job = jobs.give_up(job, Cancelled("the job was cancelled before it started; no picture was generated"))
        admission.settle_job(job)
    cancelled = job.status == "failed" and (job.error or {}).get("code") == Cancelled.code
    body = {**job_responses.describe(job, call.endpoint), "cancelled": cancelled}
    return HttpResponse(200, body, {"Cache-Control": "private, no-cache"})


def _tag(job: Job, call: HttpRequest) -> str:
    """Return the response's `ETag`. It depends on the job record only, so a 304 reads no picture."""
    end = {name: value for name, value in job.to_json().items() if name in jobs.OUTCOME}
    text = json.dumps([job_responses.facts(job), end, call.endpoint], sort_keys=True)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:24]}"'


def _has_changed(job: Job, call: HttpRequest) -> bool:
    """Return whether the job has changed since the response that the caller has."""
    known = http_messages.known_tags(call.headers)
    return bool(known) and _tag(job, call) not in known
