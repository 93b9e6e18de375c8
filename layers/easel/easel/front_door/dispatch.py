"""Answer a generating call: create its job, invoke the provider's function, wait for the end.

A call that takes too long is redirected to wait on, see `easel.front_door.wait`. A caller that sets its own wait with
`Prefer` gets 202 with the job instead.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as WaitTimeout
from dataclasses import replace
from typing import Any

from easel import catalog
from easel.budgets import admission, job_access
from easel.common.deadline import Deadline, in_thread
from easel.common.telemetry import logger
from easel.errors import (
    ConnectionLost,
    EaselError,
    GenerationTimeout,
    InternalError,
    InvalidRequest,
    KeyReused,
    NotFound,
)
from easel.front_door import credentials, handover, http_messages, invoke, job_responses, recovery, wait
from easel.front_door.http_messages import HttpRequest, HttpResponse
from easel.settings import settings
from easel.store import checkpoints, idempotency, jobs, source_images, table
from easel.store.records import Job, ValidatedRequest

UNBEGUN_SECONDS = 5.0
"""Age of a queued job at which a repeat begins it. Its own call needs less to have it claimed."""
SILENT_SECONDS = 20.0
"""Between two reads of a job whose function has not answered yet. A call to the HTTP API needs one at most."""
MAX_KEY = 255  # characters of an Idempotency-Key
REPEAT_SECONDS = 900
"""How long a retry by an SDK finds the job of the first attempt.

SDKs retry after 600 s without data. The silent connection may be that of the last redirect.
"""
REPEAT = "x-stainless-retry-count"
"""Header of OpenAI's SDKs: the number of retries of this call, 0 for the first attempt."""

Parser = Callable[[bytes, Mapping[str, str]], ValidatedRequest]
"""Validates a call's body and headers. Raises the caller's errors."""


def answer(call: HttpRequest, parse: Parser) -> HttpResponse:
    """Validate and answer a generating call. Errors become responses."""
    try:
        return generated(call, parse(call.body, call.headers))
    except Exception as error:
        return http_messages.exception_response(error)


def generated(call: HttpRequest, parsed: ValidatedRequest) -> HttpResponse:
    """Answer a valid generating call. Raises Easel's errors."""
    prefer, longest = wait.Preferences.read(call.headers.get("prefer", "")), wait.longest(call)
    limits: dict[str, str] = {}
    if not parsed.key:
        unused = credentials.unused_token(parsed.request.catalog_provider, call.headers, parsed.token)
        parsed = replace(parsed, warnings=(*parsed.warnings, *unused))
    job = generate(call, parsed, Deadline(prefer.budget(longest)), limits)
    if job.ended or prefer.given:
        response, applied = job_responses.job_response(job, call), prefer.applied(longest)
    else:
        response, applied = wait.keep_waiting(job, call, 0), {}
    return HttpResponse(response.status, response.body, {**limits, **response.headers, **applied})


def generate(
    call: HttpRequest, parsed: ValidatedRequest, waiting: Deadline, limits: dict[str, str] | None = None
) -> Job:
    """Run a job, or join the job of an earlier call with the same idempotency key. Wait for its end.

    Args:
        call: the HTTP call.
        parsed: its validated request.
        waiting: the deadline of the wait. If it has passed, the job is started without waiting.
        limits: receives the rate limit headers.

    Returns:
        The job. It is still running if the deadline passed first.
    """
    if parsed.key:
        job_access.check_sources(parsed.key, parsed.request)
    payers = admission.payers(parsed.key, parsed.token, call.source)
    job = jobs.new(parsed.request, parsed.warnings, payers=payers, webhook=parsed.webhook)
    job = job.replace(family=parsed.family)
    # Each thread has its own log keys: one call may run several jobs.
    logger.thread_safe_append_keys(job=job.id, provider=job.request.provider, model=job.request.model)
    job, earlier = _create(job, call, parsed, at_once=waiting.passed)
    if earlier:
        return _join(earlier, call, parsed, waiting)
    return _begin(job, call, parsed, waiting, limits)


def _begin(
    job: Job, call: HttpRequest, parsed: ValidatedRequest, waiting: Deadline, limits: dict[str, str] | None = None
) -> Job:
    """Count the job's picture and run the job. If it was begun before, only one of the two runs it."""
    target = settings().function(job.request.provider)
    parsed = parsed.at(job.request.provider, [each.provider for each in job.tried])
    others = () if job.continues else parsed.others  # the provider may have something of an earlier try
    spare, own, request = parsed.spare_tokens, parsed.uses_own_tokens, call.request_id
    event = invoke.job_event(job, parsed.token, spare=spare, own_tokens=own, request=request, others=others)
    if not job.continues:  # else the job that it resumes has paid
        headers = admission.admit(job, stored=waiting.passed or job.repeatable)
        if limits is not None:
            limits |= headers
    try:
        source_images.store(parsed.images)
    except EaselError as error:
        return invoke.fail(job, error)
    return _start(job, event, target) if waiting.passed else _run(job, event, target, waiting)


def _create(job: Job, call: HttpRequest, parsed: ValidatedRequest, *, at_once: bool) -> tuple[Job, str | None]:
    """Store the job. For a repeated call, return the original job's id with it instead.

    A call is repeated if its `Idempotency-Key` was used before, or if an SDK marks it as a retry. Other calls that wait
    do not store the job here: the function stores it when it claims the job, which saves a write.
    """
    key, repeats = call.headers.get("idempotency-key"), call.headers.get(REPEAT)
    if key is None and repeats is None:
        if at_once:
            jobs.create(job)
        return job, None
    job, fingerprint = job.replace(repeatable=True), _digest(call.body)
    if key is None:
        owner = _owner(call, parsed, f"repeat {fingerprint}")
        if repeats == "0":  # a first attempt: an earlier call with the same body is a different call
            arrived = time.time() - call.late
            overtaken_by = idempotency.create_once(job, owner, fingerprint, REPEAT_SECONDS, first=arrived)
            return job, overtaken_by[0] if overtaken_by else None
        return _reserve(job, owner, fingerprint, REPEAT_SECONDS)
    if not 0 < len(key) <= MAX_KEY:
        raise InvalidRequest(f"Idempotency-Key: must have 1 to {MAX_KEY} characters", field="Idempotency-Key")
    return _reserve(job, _owner(call, parsed, key), fingerprint, jobs.DAY)


def _owner(call: HttpRequest, parsed: ValidatedRequest, key: str) -> str:
    """Return the idempotency key, bound to its caller: it never leads to another caller's job."""
    tokens = sorted(each.token for each in parsed.every if each.token)
    caller = f"token {','.join(tokens)}" if tokens else f"address {call.source} {call.agent}"
    if parsed.key:
        caller = f"key {parsed.key}"
    provider = catalog.AUTO if parsed.family else parsed.request.provider
    return _digest("\0".join((call.path, provider, caller, key)).encode())


def _reserve(job: Job, key: str, fingerprint: str, seconds: float) -> tuple[Job, str | None]:
    """Store the job under its key, or return the earlier job's id if it is running or its outcome is final."""
    entry = idempotency.create_once(job, key, fingerprint, seconds)
    if not entry:
        return job, None
    if entry.fingerprint != fingerprint:
        raise KeyReused("Idempotency-Key: was used with another body; take a new one", field="Idempotency-Key")
    earlier = _find(entry.job_id)
    if earlier and (earlier.settled or not earlier.ended):
        return job, earlier.id
    if earlier:
        job = _continued(job, earlier)
    # Of several concurrent repeats, the first replaces the job. The others get the new job's id.
    entry = idempotency.create_once(job, key, fingerprint, seconds, after=entry.job_id)
    return job, entry.job_id if entry else None


def _find(job_id: str) -> Job | None:
    try:
        return recovery.get(job_id)
    except NotFound:
        return None  # the job has expired


def _continued(job: Job, earlier: Job) -> Job:
    """Return the job, which resumes what the provider has of an earlier one that failed: at a family's provider."""
    first = earlier.continues or earlier.id
    with table.translated_errors(table.NOTHING_GENERATED):
        kept = checkpoints.read(first)
    return job.replace(continues=first, **({"request": earlier.request} if job.family else {})) if kept else job


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _start(job: Job, event: Mapping[str, Any], function: str) -> Job:
    """Start the job without waiting for it."""
    try:
        invoke.reach(function, event, "Event")
    except ConnectionLost:
        return invoke.fail_unreached(job)
    except EaselError as error:
        return invoke.fail(job, error)
    return job


def _run(job: Job, event: Mapping[str, Any], function: str, waiting: Deadline) -> Job:
    """Invoke the function and wait for the job's end. After the deadline, return the job as running."""
    try:
        done = _reply(job, in_thread(invoke.reach, function, event, "RequestResponse"), waiting)
    except WaitTimeout:
        return _handed_over(job)
    except ConnectionLost:
        done = invoke.fail_unreached(job)
    except EaselError as error:
        if not (handed := _after_death(job, event, error)):
            return invoke.fail(job, error)
        done = handed
    except ValueError as error:
        logger.error("the function's answer is no job", exc_info=error)
        return invoke.fail(job, InternalError(f"{job.request.provider}'s function gave an answer that is no job"))
    return done if done.ended else wait.for_job(job.id, waiting)  # another invocation runs the job


def _after_death(job: Job, event: Mapping[str, Any], error: EaselError) -> Job | None:
    """Return the job at the next provider if its function died before it claimed the job, else None."""
    if not isinstance(error, InternalError | GenerationTimeout):
        return None
    try:
        return handover.after_death(event, job)
    except EaselError as failure:
        logger.warning("a job could not be handed over", extra={"reason": failure.message})
        return None


def _reply(job: Job, invocation: Future[Any], waiting: Deadline) -> Job:
    """Return the job as its function returns it. Raises `TimeoutError` after the deadline, `ValueError` for no job.

    A connection that has been silent for long may be dead, so the job is read from time to time as well.
    """
    while True:
        try:
            return Job.from_json(invocation.result(timeout=min(SILENT_SECONDS, waiting.remaining())))
        except WaitTimeout:
            if waiting.passed:
                raise
            if ended := _ended(job.id):
                return ended


def _ended(job_id: str) -> Job | None:
    """Return the job if it is stored and has ended. A table that does not answer changes nothing for the job."""
    try:
        job = recovery.get(job_id)
    except EaselError:
        return None
    return job if job.ended else None


def _handed_over(job: Job) -> Job:
    """Return the job as running. Store it first, since its function may not have claimed it yet."""
    try:
        jobs.ensure(job)
    except EaselError:
        logger.exception("job not stored at its hand-over")
    return job.replace(status="running")


def _join(job_id: str, call: HttpRequest, parsed: ValidatedRequest, waiting: Deadline) -> Job:
    """Wait for the job of an earlier call. Begin it if nobody has, since that call may have ended before it did."""
    job = recovery.get(job_id)
    while not job.ended:
        if job.status == "queued" and time.time() - job.created > UNBEGUN_SECONDS:
            logger.warning("a job that nobody has begun is begun by a repeat", extra={"job": job.id})
            return _begin(job, call, parsed, waiting)
        if waiting.passed:
            break
        time.sleep(min(wait.LOOK_SECONDS, waiting.remaining()))
        job = recovery.get(job_id)
    return job
