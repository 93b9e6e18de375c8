"""`/api/jobs`: a job while it runs and when it has ended, and the jobs that a key started."""

from __future__ import annotations

from typing import Any, get_args

from fastapi import APIRouter, Request, Response

import job_views
import own_lists
import owners
from dependencies import answered, read_call
from easel.budgets import keys
from easel.front_door.answers import HttpRequest, HttpResponse
from easel.store import jobs
from easel.store.records import Job, Status
from own_lists import Page

router = APIRouter()


@router.get("/api/jobs", tags=["key"])
async def own(request: Request, limit: str = "20", cursor: str = "", status: str = "") -> Response:
    """The jobs that the caller's key started, newest first. `next`, where there is more, is the next `cursor`."""
    call = await read_call(request)
    return await answered(lambda: _jobs(call, Page.read(limit, cursor, status, get_args(Status))))


@router.get("/api/jobs/{job_id}", tags=["jobs"])
async def job(job_id: str, request: Request, wait: str = "0") -> Response:
    """A job: its status and progress while it runs (`Retry-After` says when to look again), then its picture or error.

    With `?wait=N` (seconds, at most 25) the answer comes when the status changes, or after that time. Polling is cheap
    with `If-None-Match`: 304 while nothing has changed.
    """
    call = await read_call(request)

    def looked() -> HttpResponse:
        owners.check(call, job_id)
        return job_views.answer(job_id, call, wait)

    return await answered(looked)


@router.delete("/api/jobs/{job_id}", tags=["jobs"])
async def cancel(job_id: str, request: Request) -> Response:
    """Cancels a job that has not begun: it fails with `CANCELLED`. One that has begun goes on.

    `cancelled` tells which it is; the rest of the answer is the job as it is then.
    """
    call = await read_call(request)

    def cancelled() -> HttpResponse:
        owners.check(call, job_id)
        return job_views.cancel(job_id, call)

    return await answered(cancelled)


def _jobs(call: HttpRequest, page: Page) -> HttpResponse:
    found = keys.get(keys.required(call.headers))
    listed, more = own_lists.listed(jobs.of_key(found.id), page, jobs.get_all)
    shown = [_job(job, call) for job in listed]
    return HttpResponse(200, {"jobs": shown, **more}, {"Cache-Control": "no-store"})


def _job(job: Job, call: HttpRequest) -> dict[str, Any]:
    """A job in short; `statusUrl` has the rest of it."""
    facts = {
        "jobId": job.id,
        "status": job.status,
        "provider": job.request.provider,
        "model": job.request.model,
        "prompt": job.request.prompt,
        "createdAt": job.created,
        "finishedAt": job.finished,
        "url": f"{call.endpoint}/api/{job.result.key}" if job.result and job.result.key else None,
        "code": (job.error or {}).get("code") if job.status == "failed" else None,
        "statusUrl": f"{call.endpoint}/api/jobs/{job.id}",
    }
    return {name: value for name, value in facts.items() if value is not None}
