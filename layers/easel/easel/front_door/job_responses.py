"""Build the responses about a job, for callers who wait for it and callers who ask for its state."""

from __future__ import annotations

import base64
import math
from typing import Any

from easel.common.telemetry import logger
from easel.errors import from_body
from easel.front_door.http_messages import HttpRequest, HttpResponse, error_response
from easel.store import images, webhooks
from easel.store.records import Job, Result

MAX_B64 = 4 * 1024 * 1024  # bytes of a picture; a Lambda response may have 6 MB, and base64 adds a third
POLL_SECONDS = 2  # time between two reads of a job, unless the provider names one


def job_response(job: Job, call: HttpRequest) -> HttpResponse:
    """Return the response to a caller who waited for the job: its picture, its error, or a link to ask again."""
    if job.status == "failed":
        return _of_failed(job)
    if job.status == "succeeded" and job.result:
        details = image_body(job, job.result, call.endpoint)
        if _wants_image(call):
            return HttpResponse(303, None, {"Location": details["imageDetails"]["url"]})
        return HttpResponse(200, details)
    url = f"{call.endpoint}/api/jobs/{job.id}"
    body = {"jobId": job.id, "status": job.status, "statusUrl": url}
    return HttpResponse(202, body, {"Location": url, "Retry-After": str(retry_after(job))})


def _of_failed(job: Job) -> HttpResponse:
    answer = error_response(from_body(job.error or {}))
    return HttpResponse(job.error_status, error_body(job), answer.headers)


def error_body(job: Job) -> dict[str, Any]:
    """Return the body of a failed job's error, with the providers of its family that were tried before."""
    body = job.error or {}
    return {**body, "details": {**body.get("details", {}), **tried(job)}}


def tried(job: Job) -> dict[str, Any]:
    """Return the response field `tried` of a family's job: the providers that did not accept it. Empty if all did."""
    return {"tried": [each.to_json() for each in job.tried]} if job.tried else {}


def _wants_image(call: HttpRequest) -> bool:
    """Return whether `Accept` prefers an image, as for a browser's `<img>`."""
    first = call.headers.get("accept", "").split(",")[0].strip().lower()
    return first.startswith("image/")


def retry_after(job: Job) -> int:
    """Return the whole seconds after which a running job should be read again."""
    eta = job.progress.eta_seconds if job.progress else None
    return POLL_SECONDS if eta is None else max(1, min(10, round(eta)))


def image_body(job: Job, result: Result, endpoint: str) -> dict[str, Any]:
    """Return the response's body for a stored picture."""
    details = image_details(job, result, endpoint)
    warnings = list(job.warnings)
    if job.request.response_format == "b64_json":
        details, warning = _with_bytes(details, result)
        warnings += warning
    space = {"space": result.space} if result.space else {}
    facts = {"jobId": job.id, "format": result.format, **space, **tried(job), "warnings": warnings}
    body = {"imageDetails": details, **facts}
    return {**body, "url": details["url"]} if job.request.scale else body  # the upscaler's callers read `url`


def _with_bytes(details: dict[str, Any], result: Result) -> tuple[dict[str, Any], list[str]]:
    data, missing = base64_of(result, MAX_B64)
    return ({**details, "b64Json": data}, []) if data else (details, [f"b64Json is missing: {missing}"])


def base64_of(result: Result, room: int) -> tuple[str, str]:
    """Return the picture in base64 and "", or "" and why it is missing. `room` is the maximum size in bytes."""
    if not result.key:
        return "", "the picture could not be stored"
    if result.size > room:
        return "", f"the picture has {result.size} bytes, and the response has room for {room}"
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return base64.b64encode(images.load(result.key)).decode("ascii"), ""
    except (BotoCoreError, ClientError):
        logger.exception("stored picture not read")
        return "", "the picture could not be read; use its link"


def image_details(job: Job, result: Result, endpoint: str) -> dict[str, Any]:
    """Return the response field `imageDetails`, in the form that Pages-style front ends read."""
    request = job.request
    return {
        "url": f"{endpoint}/api/{result.key}" if result.key else result.url,
        "provider": request.catalog_provider.name,
        "model": request.model_name,
        "dimensions": dimensions(result.width, result.height),
        "duration": duration(result.seconds),
        "seed": result.seed,
        "steps": request.steps,
        "prompt": request.prompt,
        "negativePrompt": request.negative_prompt,
    }


def dimensions(width: int, height: int) -> str:
    """Return width and height in pixels, with their ratio: `1024 x 768 (4:3)`."""
    divisor = math.gcd(width, height) or 1
    return f"{width} x {height} ({width // divisor}:{height // divisor})"


def duration(seconds: float) -> str:
    """Return a duration in seconds as text: `5.2s`, or `850ms` below a second."""
    return f"{round(seconds * 1000)}ms" if seconds < 0.9995 else f"{seconds:.1f}s"


def describe(job: Job, endpoint: str) -> dict[str, Any]:
    """Return the job's response fields. Times are seconds since the epoch. Unknown values are left out."""
    described = facts(job)
    if job.status == "failed":
        return {**described, **error_body(job)}
    if job.status == "succeeded" and job.result:
        return {**described, **image_body(job, job.result, endpoint)}
    return described


def facts(job: Job) -> dict[str, Any]:
    """Return the job's response fields without its outcome."""
    fields = job.request.to_json(defaults=False)
    request = {name: value for name, value in fields.items() if name not in ("provider", "model")}
    values = {
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
        "webhook": webhooks.describe(job.webhook, job.delivery, job.finished),
        **tried(job),
    }
    return {name: value for name, value in values.items() if value is not None}
