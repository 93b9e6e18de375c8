"""Invoke a provider's function, and fail the jobs of invocations that fail."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import TimeoutError as WaitTimeout
from typing import Any

from easel.budgets import admission
from easel.common import aws
from easel.common.deadline import in_thread
from easel.common.telemetry import logger
from easel.errors import ConnectionLost, EaselError, GenerationTimeout, InternalError, RateLimited
from easel.front_door import recovery
from easel.store import jobs
from easel.store.records import Job, ValidatedRequest

EVENT_SECONDS = 10.0  # time limit for Lambda to accept an asynchronous invocation
TOKENS = ("token", "spareTokens", "ownTokens")
"""The fields of an event that say which tokens of the provider a job uses."""


def job_event(
    job: Job,
    token: str | None,
    *,
    spare: Sequence[str] = (),
    own_tokens: bool = False,
    claim: bool = True,
    request: str = "",
    others: Sequence[ValidatedRequest] = (),
) -> dict[str, Any]:
    """Return the event that makes a provider's function run a job.

    Args:
        job: the job.
        token: the caller's token for the provider.
        spare: the caller's further tokens. Each is used if the one before is refused or rate limited.
        own_tokens: whether the function uses the deployment's own tokens.
        claim: whether the function claims the job first. An event may arrive twice.
        request: the id of the HTTP call, for the log.
        others: the requests at other providers, to which the job is handed over in turn.
    """
    tokens = _tokens(token, spare, own_tokens)
    event = {"job": job.to_json(), **tokens, "claim": claim, "request": request}
    following = [
        {
            "request": other.request.to_json(),
            "warnings": other.warnings,
            **_tokens(other.token, other.spare_tokens, other.uses_own_tokens),
        }
        for other in others
    ]
    return {**event, "next": following} if following else event


def _tokens(token: str | None, spare: Sequence[str], own: bool) -> dict[str, Any]:
    tokens: dict[str, Any] = {"token": token, "ownTokens": own}
    return {**tokens, "spareTokens": list(spare)} if spare else tokens


def reach(function: str, event: Mapping[str, Any], kind: str) -> Any:
    """Invoke the function. Retry once if the connection breaks: only one of two invocations can claim the job.

    Lambda freezes this function between calls. A pooled connection may have been closed meanwhile.
    """
    try:
        return _invoke_in_time(function, event, kind)
    except ConnectionLost as error:
        logger.warning("contact with the function was lost", extra={"reason": str(error)})
        return _invoke_in_time(function, event, kind)


def _invoke_in_time(function: str, event: Mapping[str, Any], kind: str) -> Any:
    """Invoke the function. Limit the wait for an event, which Lambda accepts at once: a silent connection is dead."""
    if kind != "Event":
        return _invoke(function, event, kind)
    try:
        return in_thread(_invoke, function, event, kind).result(timeout=EVENT_SECONDS)
    except WaitTimeout as error:
        raise ConnectionLost("no response") from error


def _invoke(function: str, payload: Mapping[str, Any], kind: str) -> Any:
    from botocore.exceptions import BotoCoreError, ClientError, ConnectionError, HTTPClientError, IncompleteReadError

    try:
        response = aws.lambda_().invoke(
            FunctionName=function,
            InvocationType=kind,  # type: ignore[arg-type]
            Payload=json.dumps(payload, ensure_ascii=False).encode("utf-8", "replace"),
        )
        body = response["Payload"].read()
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if "TooManyRequests" in code or "Throttl" in code:
            raise RateLimited(
                "Easel runs as many generations as its account allows; try again", retry_after=5
            ) from error
        raise InternalError(f"Easel could not start its function {function} ({code})") from error
    except (HTTPClientError, IncompleteReadError, ConnectionError) as error:
        raise ConnectionLost(type(error).__name__) from error
    except BotoCoreError as error:
        logger.warning("Lambda could not be reached", extra={"reason": type(error).__name__})
        raise InternalError(f"Easel could not reach its function {function}") from error
    if kind == "Event":
        return None
    return _outcome(body, response.get("FunctionError"))


def _outcome(body: bytes, function_error: str | None) -> Any:
    value = json.loads(body or b"null")
    if not function_error:
        return value
    failure = value if isinstance(value, dict) else {}
    if "timed out" in str(failure.get("errorMessage", "")).lower() or "Timedout" in str(failure.get("errorType", "")):
        raise GenerationTimeout("the provider did not finish before its function timed out")
    logger.error("function failed", extra={"type": str(failure.get("errorType"))[:100]})
    raise InternalError("the provider's function ended before the picture was done; try again")


def fail_unreached(job: Job) -> Job:
    """Fail a job whose function could not be reached, unless an invocation arrived and claimed it."""
    name = job.request.catalog_provider.name
    message = f"Easel could not reach its function for {name}; nothing was generated; try again"
    error = InternalError(message, provider=job.request.provider)
    error.drawn = False
    try:
        stored = jobs.give_up(job, error)
    except Exception:
        logger.exception("job not recorded as failed")
        return jobs.failed(job, error, time.time())
    admission.settle_job(stored)
    return stored


def died_unclaimed(job: Job) -> InternalError:
    """Return the error of a job whose function ended before it claimed the job."""
    name = job.request.catalog_provider.name
    message = f"Easel's function for {name} ended before it began; nothing was generated; try again"
    error = InternalError(message, provider=job.request.provider)
    error.drawn = False
    return error


def fail(job: Job, error: EaselError) -> Job:
    """Fail a job whose function ended with an error. Return the failed job even if it cannot be stored."""
    try:
        stored = jobs.give_up(job, error)
        if not stored.ended:
            stored = recovery.recovered(jobs.fail(stored, error))
    except Exception:
        logger.exception("job not recorded as failed", extra={"job": job.id})
        return jobs.failed(job, error, time.time())
    admission.settle_job(stored)
    return stored
