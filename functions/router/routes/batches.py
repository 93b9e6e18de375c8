"""Batches over HTTP: `/api/batches`. They spend the deployment's own tokens, so every call needs an Easel key."""

from __future__ import annotations

import secrets
import time
from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, get_args

from fastapi import APIRouter, Request, Response

import batch_preview
import own_lists
from dependencies import answered, read_call
from easel.batch import batches, claims, start
from easel.batch.batches import Batch
from easel.batch.start import BatchRequest
from easel.budgets import keys
from easel.budgets.keys import Key
from easel.common import aws
from easel.errors import AccessDenied, NotFound
from easel.front_door import validation
from easel.front_door.answers import HttpRequest, HttpResponse
from easel.settings import settings
from easel.store import images
from own_lists import Page

router = APIRouter(tags=["batches"])


UPLOAD_SECONDS = 3600
"""How long an address to upload a manifest to can be used."""
LOOK_SECONDS = 2


@router.post("/api/batches")
async def begin(request: Request) -> Response:
    """Starts a batch, or finds the one that the same manifest started before."""
    call = await read_call(request)
    return await answered(partial(admitted, call, lambda key: _start(call, key)))


@router.post("/api/batches/uploads")
async def upload(request: Request) -> Response:
    """An address to PUT a large manifest to, and the `manifest` to start a batch with afterwards.

    The body may name the file, and tell a digest of it: `{"name": "prompts.csv", "digest": "5d41…"}`. The same digest
    gives the same `manifest`, so the same file uploaded again is the same batch.
    """
    call = await read_call(request)
    return await answered(partial(admitted, call, lambda key: _upload(call, key)))


@router.post("/api/batches/preview")
async def preview(request: Request) -> Response:
    """Judges the first lines of a manifest, which is the body itself: what each asks for, or what is wrong with it.

    Nothing is stored and no provider is asked, so it needs no key.
    """
    body = await request.body()
    return await answered(lambda: HttpResponse(200, {"lines": batch_preview.judged(body)}))


@router.get("/api/batches")
async def own(request: Request, limit: str = "20", cursor: str = "", status: str = "") -> Response:
    """The batches that the caller's key started, newest first. `next`, where there is more, is the next `cursor`."""
    call = await read_call(request)
    return await answered(partial(admitted, call, lambda key: _listed(call, _page(limit, cursor, status), key)))


@router.get("/api/batches/{batch_id}")
async def status(batch_id: str, request: Request) -> Response:
    """How far a batch is: `status`, `counts`, `rate` in requests a second, `etaSeconds`, `waitingFor`."""
    call = await read_call(request)
    return await answered(partial(admitted, call, lambda key: _shown(own_batch(batch_id, key), call)))


@router.delete("/api/batches/{batch_id}")
async def cancel(batch_id: str, request: Request) -> Response:
    """Cancels a batch: what has not started does not start. What has, ends, and is in the results."""
    call = await read_call(request)
    return await answered(partial(admitted, call, lambda key: _shown(start.cancel(own_batch(batch_id, key).id), call)))


@router.get("/api/batches/{batch_id}/results")
async def results(batch_id: str, request: Request) -> Response:
    """What became of each line, in the manifest's order: a redirect to the JSON Lines file."""
    call = await read_call(request)
    return await answered(partial(admitted, call, lambda key: _results(own_batch(batch_id, key))))


def admitted(call: HttpRequest, work: Callable[[Key], HttpResponse]) -> HttpResponse:
    """Does the work if the call has an Easel key that may run batches; else answers 401 or 403."""
    return work(batch_key(call))


def batch_key(call: HttpRequest) -> Key:
    """Return the caller's Easel key. It must exist and be allowed to run batches."""
    key = keys.get(keys.required(call.headers))
    if not key.batches:
        raise AccessDenied(f"the key {key.name!r} may not run batches; ask the owner of this deployment")
    return key


def own_batch(batch_id: str, key: Key) -> Batch:
    """The batch, where the key started it, or nobody did: a schedule or an upload. Raises `NotFound`."""
    batch = batches.get(batch_id)
    if batch.started_by not in (None, key.id):
        raise batches.missing(batch_id)
    return batch


def _start(call: HttpRequest, key: Key) -> HttpResponse:
    asked = BatchRequest.read(validation.read_json(call.body or b"{}"))
    if asked.retry is not None:
        own_batch(asked.retry, key)
    batch = start.start(asked, call.endpoint, key.id)
    url = _url(batch, call)
    body = {"batchId": batch.id, "status": batch.status, "statusUrl": url}
    return HttpResponse(202, body, {"Location": url, "Retry-After": str(LOOK_SECONDS)})


def _upload(call: HttpRequest, key: Key) -> HttpResponse:
    asked = validation.read_json(call.body or b"{}")
    folder = f"{key.id[:24]}/{_safe(asked.get('digest') or secrets.token_hex(16))}"  # nobody writes over another's
    place = f"{batches.UPLOADS}{folder}/{_safe(asked.get('name') or 'manifest')}"
    target = {"Bucket": settings().images_bucket, "Key": place}
    url = aws.s3().generate_presigned_url("put_object", Params=target, ExpiresIn=UPLOAD_SECONDS)
    return HttpResponse(201, {"uploadUrl": url, "manifest": f"s3://{target['Bucket']}/{place}"})


def _safe(name: object) -> str:
    return "".join(one if one.isascii() and (one.isalnum() or one in "._-") else "-" for one in str(name))[-100:]


def _page(limit: str, cursor: str, status: str) -> Page:
    return Page.read(limit, cursor, status, get_args(batches.Status))


def _listed(call: HttpRequest, page: Page, key: Key) -> HttpResponse:
    """A page of batches, each without what would take further looks: its counts while it runs."""
    found, more = own_lists.listed(batches.of_key(key.id), page, batches.get_all)
    shown = [
        {
            "batchId": batch.id,
            "status": batch.status,
            "manifest": batch.manifest,
            "createdAt": batch.created,
            "requests": batch.requests,
            **({"finishedAt": batch.finished} if batch.finished else {}),
            **({"counts": counts_of(batch)} if batch.counts else {}),
            "statusUrl": _url(batch, call),
        }
        for batch in found
    ]
    return HttpResponse(200, {"batches": shown, **more})


def _shown(batch: Batch, call: HttpRequest) -> HttpResponse:
    """The batch as callers see it: times in seconds since the epoch, what is unknown left out."""
    counts, waiting_for = counts_of(batch), _waiting_for(batch)
    facts = {
        "batchId": batch.id,
        "status": batch.status,
        "manifest": batch.manifest,
        "scheduledTime": batch.scheduled,
        "run": batch.run if batch.run > 1 else None,
        "createdAt": batch.created,
        "startedAt": batch.began,
        "plannedAt": batch.planned,
        "finishedAt": batch.finished,
        "counts": counts,
        **_pace(batch, counts, steady=bool(counts["running"] or not waiting_for)),
        "waitingFor": waiting_for or None,
        "error": batch.error,
        "resultsUrl": f"{_url(batch, call)}/results" if batch.finished else None,
    }
    waiting = {} if batch.finished else {"Retry-After": str(LOOK_SECONDS)}
    return HttpResponse(200, {name: value for name, value in facts.items() if value is not None}, waiting)


def counts_of(batch: Batch) -> dict[str, int]:
    """`requests` in all: `succeeded`, `failed` (with the `invalid` ones, bad lines), `running`, `pending`, or else
    `cancelled`. What an earlier run made counts as succeeded."""
    if batch.counts:
        return {**batch.counts, "running": 0, "pending": 0}
    now: Counter[str] = sum(claims.counts(batch).values(), Counter())
    jobs = sum(batch.jobs.values())
    earlier = batch.requests - batch.invalid - jobs
    return {
        "requests": batch.requests,
        "succeeded": earlier + now["succeeded"],
        "failed": now["failed"] + batch.invalid,
        "invalid": batch.invalid,
        "running": now["running"],
        "pending": jobs - now["succeeded"] - now["failed"] - now["running"],
        "cancelled": 0,
    }


def _waiting_for(batch: Batch) -> list[dict[str, Any]]:
    """What a running batch waits for, one entry a provider: the first thing that will come."""
    found: dict[str, dict[str, Any]] = {}
    for scope, wait in batch.waiting.items():
        provider, until = scope.split("/")[0], wait.get("until")
        if batch.status != "running" or (until and until <= time.time()):
            continue
        if provider not in found or (until or 0) < found[provider].get("until", 0):
            found[provider] = {"provider": provider, **wait}
    return list(found.values())


def _pace(batch: Batch, counts: Mapping[str, int], steady: bool) -> dict[str, float | None]:
    """Requests that ended in this run, a second; and how long the rest takes at that, unless all of it waits."""
    ended = counts["succeeded"] + counts["failed"] - counts["invalid"]
    rate = ended / max(0.1, (batch.finished or time.time()) - batch.began)
    left = counts["pending"] + counts["running"]
    eta = round(left / rate) if rate and steady and batch.status == "running" else None
    return {"rate": round(rate, 3), "etaSeconds": eta}


def _results(batch: Batch) -> HttpResponse:
    if not batch.finished:
        raise NotFound(f"batch {batch.id} has no results yet: they are written when it has ended", field="id")
    target = {"Bucket": settings().images_bucket, "Key": batch.key("results.jsonl")}
    url = aws.s3().generate_presigned_url("get_object", Params=target, ExpiresIn=images.LINK_SECONDS)
    return HttpResponse(302, None, {"Location": url, "Cache-Control": "no-store"})


def _url(batch: Batch, call: HttpRequest) -> str:
    return f"{call.endpoint}/api/batches/{batch.id}"
