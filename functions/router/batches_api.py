"""Batches over HTTP: `/api/batches`. They spend the deployment's own tokens, so every call needs an access key."""

from __future__ import annotations

import hmac
import secrets
import time
from collections import Counter
from collections.abc import Mapping
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response

import batch_preview
from easel import answers, aws, images, tokens, validation
from easel.answers import HttpRequest, HttpResponse
from easel.batch import batches, claims, start
from easel.batch.batches import Batch
from easel.batch.start import BatchRequest
from easel.errors import AccessClosed, AccessRefused, EaselError, NotFound
from easel.settings import settings
from pages_api import answered, read_call

router = APIRouter(tags=["batches"])


UPLOAD_SECONDS = 3600
"""How long an address to upload a manifest to can be used."""
LOOK_SECONDS = 2


@router.post("/api/batches")
async def begin(request: Request) -> Response:
    """Starts a batch, or finds the one that the same manifest started before."""
    call = await read_call(request)
    return await answered(partial(_admitted, call, lambda: _start(call)))


@router.post("/api/batches/uploads")
async def upload(request: Request) -> Response:
    """An address to PUT a large manifest to, and the `manifest` to start a batch with afterwards.

    The body may name the file, and tell a digest of it: `{"name": "prompts.csv", "digest": "5d41…"}`. The same digest
    gives the same `manifest`, so the same file uploaded again is the same batch.
    """
    call = await read_call(request)
    return await answered(partial(_admitted, call, lambda: _upload(call)))


@router.post("/api/batches/preview")
async def preview(request: Request) -> Response:
    """Judges the first lines of a manifest, which is the body itself: what each asks for, or what is wrong with it.

    Nothing is stored and no provider is asked, so it needs no access key.
    """
    body = await request.body()
    return await answered(lambda: HttpResponse(200, {"lines": batch_preview.judged(body)}))


@router.get("/api/batches/{batch_id}")
async def status(batch_id: str, request: Request) -> Response:
    """How far a batch is: `status`, `counts`, `rate` in requests a second, `etaSeconds`, `waitingFor`."""
    call = await read_call(request)
    return await answered(partial(_admitted, call, lambda: _shown(batches.get(batch_id), call)))


@router.delete("/api/batches/{batch_id}")
async def cancel(batch_id: str, request: Request) -> Response:
    """Cancels a batch: what has not started does not start. What has, ends, and is in the results."""
    call = await read_call(request)
    return await answered(partial(_admitted, call, lambda: _shown(start.cancel(batch_id), call)))


@router.get("/api/batches/{batch_id}/results")
async def results(batch_id: str, request: Request) -> Response:
    """What became of each line, in the manifest's order: a redirect to the JSON Lines file."""
    call = await read_call(request)
    return await answered(partial(_admitted, call, lambda: _results(batches.get(batch_id))))


def _admitted(call: HttpRequest, work: Any) -> HttpResponse:
    """Does the work if the call has an access key; else answers 401 or 403."""
    try:
        _admit(call.headers.get("authorization", ""))
    except EaselError as error:
        refusal = answers.error_response(error)
        asks = {"WWW-Authenticate": "Bearer"} if refusal.status in (401, 403) else {}
        return HttpResponse(refusal.status, refusal.body, {**refusal.headers, **asks})
    found: HttpResponse = work()
    return found


def _admit(authorization: str) -> None:
    path = f"{settings().parameters_path}/access-keys"
    keys = tokens.secrets("access-keys")
    if not keys:
        raise AccessClosed(
            "batches are closed: they spend this deployment's tokens, and no access key is set. Set one: "
            f"aws ssm put-parameter --type SecureString --name {path} --value your-key",
            field="Authorization",
        )
    scheme, _, given = authorization.partition(" ")
    if scheme.lower() != "bearer" or not given.strip():
        raise AccessRefused("batches need the header Authorization: Bearer your-access-key", field="Authorization")
    offered = given.strip().encode()
    # Every key is compared, each in constant time: how long it takes tells nothing.
    if not sum(hmac.compare_digest(offered, key.encode()) for key in keys):
        text = "the access key in the header Authorization is none of this deployment's"
        raise AccessRefused(text, field="Authorization")


def _start(call: HttpRequest) -> HttpResponse:
    batch = start.start(BatchRequest.read(validation.read_json(call.body or b"{}")), call.endpoint)
    url = _url(batch, call)
    body = {"batchId": batch.id, "status": batch.status, "statusUrl": url}
    return HttpResponse(202, body, {"Location": url, "Retry-After": str(LOOK_SECONDS)})


def _upload(call: HttpRequest) -> HttpResponse:
    asked = validation.read_json(call.body or b"{}")
    folder = _safe(asked.get("digest") or secrets.token_hex(12))
    key = f"{start.UPLOADS}{folder}/{_safe(asked.get('name') or 'manifest')}"
    target = {"Bucket": settings().images_bucket, "Key": key}
    url = aws.s3().generate_presigned_url("put_object", Params=target, ExpiresIn=UPLOAD_SECONDS)
    return HttpResponse(201, {"uploadUrl": url, "manifest": f"s3://{target['Bucket']}/{key}"})


def _safe(name: object) -> str:
    return "".join(one if one.isascii() and (one.isalnum() or one in "._-") else "-" for one in str(name))[-100:]


def _shown(batch: Batch, call: HttpRequest) -> HttpResponse:
    """The batch as callers see it: times in seconds since the epoch, what is unknown left out."""
    counts, waiting_for = _counts(batch), _waiting_for(batch)
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


def _counts(batch: Batch) -> dict[str, int]:
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
