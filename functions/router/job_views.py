"""`/api/jobs/{id}`: return a job at once or after its next change, and cancel it."""

from __future__ import annotations

import hashlib
import json
import time
from typing import Any

from easel.budgets import admission
from easel.common.deadline import Deadline
from easel.errors import Cancelled
from easel.front_door import http_messages, job_responses, recovery
from easel.front_door.http_messages import HttpRequest, HttpResponse
from easel.store import jobs
from easel.store.records import Job

LONGEST_WAIT = 25  # seconds; API Gateway's limit is 30
LOOK_SECONDS = 0.5  # seconds between two reads of the table


def answer(job_id: str, call: HttpRequest, wait: int) -> HttpResponse:
    """Return the job, or 304 if the caller has its present state. Wait up to `wait` seconds for a status change."""
    waiting = Deadline(min(wait, LONGEST_WAIT, call.seconds_left - job_responses.POLL_SECONDS))
    job = first = recovery.get(job_id)
    while job.status == first.status and not (job.ended or waiting.passed or _is_news(job, call)):
        time.sleep(min(LOOK_SECONDS, waiting.remaining()))
        job = recovery.get(job_id)
    headers = {"ETag": _tag(job, call), "Cache-Control": "private, no-cache"}
    if not job.ended:
        headers["Retry-After"] = str(job_responses.retry_after(job))
    if headers["ETag"] in http_messages.known_tags(call.headers):
        return HttpResponse(304, None, headers)
    return HttpResponse(200, describe(job, call), headers)


def cancel(job_id: str, call: HttpRequest) -> HttpResponse:
    """Cancel a job that has not started. Return the job, with `cancelled` true if it is cancelled."""
    job = jobs.get(job_id)
    if job.status == "queued":
        job = jobs.give_up(job, Cancelled("the job was cancelled before it began; nothing was generated"))
        admission.settle_job(job)
    cancelled = job.status == "failed" and (job.error or {}).get("code") == Cancelled.code
    return HttpResponse(200, {**describe(job, call), "cancelled": cancelled}, {"Cache-Control": "private, no-cache"})


def describe(job: Job, call: HttpRequest) -> dict[str, Any]:
    """Return the job's response fields. Times are seconds since the epoch. Unknown values are left out."""
    facts = _facts(job)
    if job.status == "failed":
        return {**facts, **job_responses.error_body(job)}
    if job.status == "succeeded" and job.result:
        return {**facts, **job_responses.image_body(job, job.result, call)}
    return facts


def _facts(job: Job) -> dict[str, Any]:
    fields = job.request.to_json(defaults=False)
    request = {name: value for name, value in fields.items() if name not in ("provider", "model")}
    facts = {
        "jobId": job.id,
        "status": job.status,
        "provider": job.request.provider,
        "model": job.request.model,
        "request": request,
        "progress": job.progress.as_response() if job.progress and not job.ended else None,
        "createdAt": job.created,
        "startedAt": job.started,
        "finishedAt": job.finished,
        "attempts": job.attempts or None,
        "family": job.family or None,
        **job_responses.tried(job),
    }
    return {name: value for name, value in facts.items() if value is not None}


def _tag(job: Job, call: HttpRequest) -> str:
    """Return the response's `ETag`. It depends on the job record only, so a 304 reads no picture."""
    end = {name: value for name, value in job.to_json().items() if name in jobs.OUTCOME}
    text = json.dumps([_facts(job), end, call.endpoint], sort_keys=True)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:24]}"'


def _is_news(job: Job, call: HttpRequest) -> bool:
    """Return whether the job has changed since the response that the caller has."""
    known = http_messages.known_tags(call.headers)
    return bool(known) and _tag(job, call) not in known
