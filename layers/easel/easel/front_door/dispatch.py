"""Answer a generating call: create its job, invoke the provider's function, and wait for the job's end.

A call that takes too long is redirected to an address that waits (see `easel.front_door.wait`). A caller that limits
the wait with `Prefer` gets 202 with the job instead.
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

UNSTARTED_SECONDS = 5.0
"""Age of a queued job at which a repeated call starts it. The first call starts it sooner."""
SILENT_SECONDS = 20.0
"""Seconds between two reads of a job while its function has not responded."""
MAX_KEY = 255
"""Maximum characters of an `Idempotency-Key`."""
REPEAT_SECONDS = 900
"""Seconds in which an SDK's retry finds the job of the first attempt.

SDKs retry after 600 s without data, which may be counted from the last redirect.
"""
RETRY_COUNT = "x-stainless-retry-count"
"""Header of OpenAI's SDKs: the number of the retry, 0 for the first attempt."""

Parser = Callable[[bytes, Mapping[str, str]], ValidatedRequest]
"""Validates a call's body and headers. Raises `CallerError`."""


def answer(call: HttpRequest, parse: Parser) -> HttpResponse:
    """Validate a generating call and return its response. Errors become responses."""
    try:
        return generated(call, parse(call.body, call.headers))
    except Exception as error:
        return http_messages.exception_response(error)


def generated(call: HttpRequest, parsed: ValidatedRequest) -> HttpResponse:
    """Return the response to a valid generating call. Raise Easel's errors."""
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
    """Run a job, or join that of an earlier call with the same idempotency key. Wait for its end.

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
    """Count the job's picture and run the job. If another call has started it too, only one of them runs it."""
    target = settings().function(job.request.provider)
    parsed = parsed.at(job.request.provider, [each.provider for each in job.tried])
    others = () if job.continues else parsed.others  # the provider may have a task of an earlier attempt
    spare, own, request = parsed.spare_tokens, parsed.uses_own_tokens, call.request_id
    event = invoke.job_event(job, parsed.token, spare=spare, own_tokens=own, request=request, others=others)
    if not job.continues:  # a resumed job was charged before
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

    A call is repeated if its `Idempotency-Key` was used before, or if an SDK marks it as a retry. For other calls that
    wait, the function stores the job when it claims it, which saves a write.
    """
    key, repeats = call.headers.get("idempotency-key"), call.headers.get(RETRY_COUNT)
    if key is None and repeats is None:
        if at_once:
            jobs.create(job)
        return job, None
    job, fingerprint = job.replace(repeatable=True), _digest(call.body)
    if key is None:
        owner = _owner(call, parsed, f"repeat {fingerprint}")
        if repeats == "0":  # a first attempt: an earlier call with the same body is another call
            arrived = time.time() - call.late
            overtaken_by = idempotency.create_once(job, owner, fingerprint, REPEAT_SECONDS, first=arrived)
            return job, overtaken_by[0] if overtaken_by else None
        return _reserve(job, owner, fingerprint, REPEAT_SECONDS)
    if not 0 < len(key) <= MAX_KEY:
        raise InvalidRequest(f"Idempotency-Key: must have 1 to {MAX_KEY} characters", field="Idempotency-Key")
    return _reserve(job, _owner(call, parsed, key), fingerprint, jobs.DAY)


def _owner(call: HttpRequest, parsed: ValidatedRequest, key: str) -> str:
    """Return the idempotency key with a digest of its caller, so that it never leads to another caller's job."""
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
        raise KeyReused("Idempotency-Key: was used with another body; use a new key", field="Idempotency-Key")
    earlier = _find(entry.job_id)
    if earlier and (earlier.settled or not earlier.ended):
        return job, earlier.id
    if earlier:
        job = _continued(job, earlier)
    # Of several concurrent repeats, the first one replaces the job, and the others get the new job's id.
    entry = idempotency.create_once(job, key, fingerprint, seconds, after=entry.job_id)
    return job, entry.job_id if entry else None


def _find(job_id: str) -> Job | None:
    try:
        return recovery.get(job_id)
    except NotFound:
        return None  # the job has expired


def _continued(job: Job, earlier: Job) -> Job:
    """Return the job. If the provider has a task or picture of the failed earlier job, the job resumes it there."""
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
        logger.error("the function's response is not a job", exc_info=error)
        text = f"the function of {job.request.provider} returned an invalid response; try again"
        return invoke.fail(job, InternalError(text))
    return done if done.ended else wait.for_job(job.id, waiting)  # another invocation runs the job


def _after_death(job: Job, event: Mapping[str, Any], error: EaselError) -> Job | None:
    """Return the job at the next provider if its function died before it claimed the job, else None."""
    if not isinstance(error, InternalError | GenerationTimeout):
        return None
    try:
        return handover.after_death(event, job)
    except EaselError as failure:
        logger.warning("job not handed over", extra={"reason": failure.message})
        return None


def _reply(job: Job, invocation: Future[Any], waiting: Deadline) -> Job:
    """Return the job from its function's response. Raise `TimeoutError` after the deadline, `ValueError` for no job.

    A silent connection may be dead, so the job is also read every `SILENT_SECONDS`.
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
    """Return the job if it is stored and has ended, else None. Ignore errors of the table."""
    try:
        job = recovery.get(job_id)
    except EaselError:
        return None
    return job if job.ended else None


def _handed_over(job: Job) -> Job:
    """Store the job unless its function has claimed it. Return it as running."""
    try:
        jobs.ensure(job)
    except EaselError:
        logger.exception("job not stored")
    return job.replace(status="running")


def _join(job_id: str, call: HttpRequest, parsed: ValidatedRequest, waiting: Deadline) -> Job:
    """Wait for the job of an earlier call. Start the job if that call failed before it did."""
    job = recovery.get(job_id)
    while not job.ended:
        if job.status == "queued" and time.time() - job.created > UNSTARTED_SECONDS:
            logger.warning("a repeated call starts the job", extra={"job": job.id})
            return _begin(job, call, parsed, waiting)
        if waiting.passed:
            break
        time.sleep(min(wait.LOOK_SECONDS, waiting.remaining()))
        job = recovery.get(job_id)
    return job
