"""What the holder of an Easel key may ask: what it allows, how much is used, and which jobs it started."""

from __future__ import annotations

import time
from functools import partial
from typing import Any, get_args

from fastapi import APIRouter, Request, Response

import own_lists
from easel.budgets import admission, charges, keys
from easel.budgets.charges import Use
from easel.budgets.keys import Key
from easel.front_door.answers import HttpRequest, HttpResponse
from easel.store import jobs
from easel.store.records import Job, Status
from own_lists import Page
from pages_api import answered, read_call

router = APIRouter(tags=["key"])


@router.get("/api/key")
async def key(request: Request) -> Response:
    """What the key that the call shows allows, how much of it is used, and when it may be used again."""
    call = await read_call(request)
    return await answered(partial(_key, call))


@router.get("/v1/key", include_in_schema=False)
async def key_v1(request: Request) -> Response:
    """The same, beside the routes of OpenAI's clients."""
    return await key(request)


@router.get("/api/jobs")
async def own(request: Request, limit: str = "20", cursor: str = "", status: str = "") -> Response:
    """The jobs that the caller's key started, newest first. `next`, where there is more, is the next `cursor`."""
    call = await read_call(request)
    return await answered(lambda: _jobs(call, Page.read(limit, cursor, status, get_args(Status))))


def _key(call: HttpRequest) -> HttpResponse:
    now = time.time()
    item = keys.read_item(keys.required(call.headers))
    found = Key.from_item(item)
    found.check(now)
    payer = f"key#{found.id}"
    used = charges.uses(payer, item, admission.limits(payer), now)
    facts = {
        "name": found.name,
        "use": {_NAMES[use.kind]: _shown(use, now) for use in used},
        "models": list(found.models),
        "batches": found.batches,
        "createdAt": found.created,
        "expiresAt": found.until,
    }
    told = {name: value for name, value in facts.items() if value is not None}
    return HttpResponse(200, told, {"Cache-Control": "no-store", **charges.headers(used, now)})


_NAMES = {"minute": "callsThisMinute", "running": "callsAtOnce", "day": "picturesToday", "month": "picturesThisMonth"}


def _shown(use: Use, now: float) -> dict[str, Any]:
    """`used`; where there is a limit, `limit` and `left`; where time brings it back, `resetsAt` and `resetsIn`."""
    told: dict[str, Any] = {"used": use.used}
    if use.limit:
        told |= {"limit": use.limit, "left": use.left}
    if use.period:
        told |= {"resetsAt": use.period.ends, "resetsIn": use.resets_in(now)}
    return told


def _jobs(call: HttpRequest, page: Page) -> HttpResponse:
    found = keys.get(keys.required(call.headers))
    own, more = own_lists.listed(f"jobs#{found.id}", page, jobs.get_all)
    shown = [_job(job, call) for job in own]
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
