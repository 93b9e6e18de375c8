"""The front door's work: judge the call, create the job, invoke its function, wait, answer.

API Gateway cuts every call at 30 s. A caller whose picture takes longer is answered `303 See Other` to an address that
waits on, up to `HOPS` times; stock clients follow without knowing. A caller who says with `Prefer` how long to wait
gets `202` with the job instead.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import TimeoutError as WaitTimeout
from dataclasses import dataclass
from typing import Any

from easel.budgets import admission, ownership
from easel.common import aws
from easel.common.deadline import Deadline, in_thread
from easel.common.telemetry import logger
from easel.errors import (
    ContactLost,
    EaselError,
    GenerationTimeout,
    InternalError,
    InvalidParams,
    InvalidRequest,
    KeyReused,
    NotFound,
    RateLimited,
)
from easel.front_door import answers
from easel.front_door.answers import HttpRequest, HttpResponse
from easel.settings import settings
from easel.store import idempotency, jobs
from easel.store.records import Job, ValidatedRequest

LOOK_SECONDS = 0.5  # between two looks at a job that somebody else's call started
ANSWER_SECONDS = 1.5  # before the gateway's cut: for what follows the wait, and the way back
EVENT_SECONDS = 10.0  # for Lambda to take an asynchronous invocation
MAX_KEY = 255  # characters of an Idempotency-Key
HOPS = 9
"""How often a caller is sent to wait on. Some clients stop at 10 redirects; with 25 s each a job has ended by then."""
REPEAT_SECONDS = 900
"""For this long a repeat by an SDK finds the job of its first try.

SDKs wait 600 s on a connection that fell silent, which may be that of the last hop, and then they repeat.
"""
REPEAT = "x-stainless-retry-count"
"""The header in which OpenAI's SDKs say how often they have sent this call before."""

Parser = Callable[[bytes, Mapping[str, str]], ValidatedRequest]
"""Judges a call's body and headers, and raises the caller's errors."""


@dataclass(frozen=True)
class Preferences:
    """The `Prefer` header (RFC 7240): what of it is understood; the rest is ignored, as the RFC says."""

    respond_async: bool = False
    wait: float | None = None

    @classmethod
    def read(cls, header: str) -> Preferences:
        parts = [part.split(";")[0].strip().lower() for part in header.split(",")]
        waits = [part.removeprefix("wait=").strip('" ') for part in parts if part.startswith("wait=")]
        given = [float(wait) for wait in waits if wait.isascii() and wait.isdigit() and len(wait) < 7]
        return cls("respond-async" in parts, given[0] if given else None)

    @property
    def budget(self) -> float:
        """Seconds that the call waits for its picture."""
        longest = settings().wait_seconds
        if self.wait is not None:
            return min(self.wait, longest)
        return 0.0 if self.respond_async else longest

    @property
    def given(self) -> bool:
        return self.respond_async or self.wait is not None

    @property
    def applied(self) -> dict[str, str]:
        named = ["respond-async"] if self.respond_async else []
        named += [] if self.wait is None else [f"wait={self.budget:.0f}"]
        return {"Preference-Applied": ", ".join(named)} if named else {}


def answer(call: HttpRequest, parse: Parser) -> HttpResponse:
    """Answers a generating call, whatever it holds."""
    try:
        return generated(call, parse(call.body, call.headers))
    except Exception as error:
        return answers.exception_response(error)


def generated(call: HttpRequest, parsed: ValidatedRequest) -> HttpResponse:
    """Answers a generating call that is valid; raises Easel's errors."""
    prefer = Preferences.read(call.headers.get("prefer", ""))
    told: dict[str, str] = {}
    job = generate(call, parsed, waiting_time(call, prefer.budget), told)
    if not (job.ended or prefer.given):
        seen = answers.see_other(call, f"/api/generate/{job.id}", 1, job.id)
        return HttpResponse(seen.status, seen.body, {**told, **seen.headers})
    found = answers.job_response(job, call)
    return HttpResponse(found.status, found.body, {**told, **found.headers, **prefer.applied})


def waiting_time(call: HttpRequest, seconds: float) -> Deadline:
    """How long a call may wait: at most so many seconds, and no longer than the gateway does."""
    return Deadline(min(seconds, answers.GATEWAY_SECONDS - ANSWER_SECONDS - call.late))


def generate(call: HttpRequest, parsed: ValidatedRequest, waiting: Deadline, told: dict[str, str] | None = None) -> Job:
    """Has the picture made, or finds the job that an earlier call with the same key has begun; waits for its end.

    Args:
        call: the HTTP call.
        parsed: what it asks for.
        waiting: how long to wait; where that is over already, the job is handed over at once.
        told: gets the headers that tell what is left of the caller's limits.

    Returns:
        The job as it ended, or as it is when the time is over.
    """
    target = settings().function(parsed.request.provider)
    _check_source(parsed)
    payers = admission.payers(parsed.key, parsed.token, call.source)
    job = jobs.new(parsed.request, parsed.warnings, payers=payers)
    # For this thread: a call may ask for several pictures.
    logger.thread_safe_append_keys(job=job.id, provider=job.request.provider, model=job.request.model)
    spare, own = parsed.spare_tokens, parsed.uses_own_tokens
    event = job_event(job, parsed.token, spare=spare, own_tokens=own, request=call.request_id)
    earlier = _create(job, call, parsed, at_once=waiting.passed)
    if earlier:
        return wait_for(earlier, waiting)
    stored = waiting.passed or "idempotency-key" in call.headers or REPEAT in call.headers
    left = admission.admit(job, stored=stored)
    if told is not None:
        told |= left
    return _start(job, event, target) if waiting.passed else _run(job, event, target, waiting)


def _check_source(parsed: ValidatedRequest) -> None:
    """Raises `InvalidParams` for a picture of Easel's own that is not the caller's to enlarge."""
    if not parsed.request.source_picture or not parsed.key:
        return
    try:
        ownership.check_owner(parsed.key, parsed.request.source_picture.partition(".")[0])
    except NotFound as error:
        raise InvalidParams("url: there is no such picture; yours are listed at /api/jobs", field="url") from error


def wait_on(job_id: str, call: HttpRequest, hop: int) -> HttpResponse:
    """Answers a caller who was sent to wait on, for the `hop`th time."""
    try:
        job = wait_for(job_id, waiting_time(call, settings().wait_seconds))
    except Exception as error:
        return answers.exception_response(error)
    if job.ended:
        return answers.job_response(job, call)
    if hop >= HOPS:
        refused = answers.error_response(too_long(f"/api/jobs/{job.id}"))
        return HttpResponse(refused.status, refused.body, {**refused.headers, **answers.NO_RETRY})
    return answers.see_other(call, f"/api/generate/{job.id}", hop + 1, job.id)


def too_long(place: str) -> GenerationTimeout:
    """The error for a caller who has waited as often as a caller may."""
    return GenerationTimeout(f"the picture is not there yet; GET {place} tells what becomes of it")


def _create(job: Job, call: HttpRequest, parsed: ValidatedRequest, *, at_once: bool) -> str | None:
    """Stores the job; for a call that was seen before, the id of the job it stands for.

    A call is seen before where its `Idempotency-Key` was, or where an SDK says that it repeats a call. A job of another
    call, whose caller waits, is stored by the function that claims it: one call to the table less.
    """
    key, repeats = call.headers.get("idempotency-key"), call.headers.get(REPEAT)
    if key is None and repeats is None:
        if at_once:
            jobs.create(job)
        return None
    fingerprint = _digest(call.body)
    if key is None:
        owner = _owner(call, parsed, f"repeat {fingerprint}")
        if repeats == "0":  # the first try: another call that asks for the same is no repeat of it
            taken = time.time() - call.late
            overtaken_by = idempotency.create_once(job, owner, fingerprint, REPEAT_SECONDS, first=taken)
            return overtaken_by[0] if overtaken_by else None
        return _reserve(job, owner, fingerprint, REPEAT_SECONDS)
    if not 0 < len(key) <= MAX_KEY:
        raise InvalidRequest(f"Idempotency-Key: must have 1 to {MAX_KEY} characters", field="Idempotency-Key")
    return _reserve(job, _owner(call, parsed, key), fingerprint, jobs.DAY)


def _owner(call: HttpRequest, parsed: ValidatedRequest, key: str) -> str:
    """A key with its caller in it: one caller's key never opens another one's job."""
    caller = f"token {parsed.token}" if parsed.token else f"address {call.source} {call.agent}"
    if parsed.key:
        caller = f"key {parsed.key}"
    return _digest("\0".join((call.path, parsed.request.provider, caller, key)).encode())


def _reserve(job: Job, key: str, fingerprint: str, seconds: float) -> str | None:
    """Stores the job under its key; the id of an earlier one where that runs, or came to what a repeat would too."""
    found = idempotency.create_once(job, key, fingerprint, seconds)
    if found and found[1] != fingerprint:
        raise KeyReused("Idempotency-Key: was used with another body; take a new one", field="Idempotency-Key")
    if found and _may_be_repeated(found[0]):
        # Of several such calls one comes first.
        found = idempotency.create_once(job, key, fingerprint, seconds, after=found[0])
    return found[0] if found else None


def _may_be_repeated(job_id: str) -> bool:
    try:
        earlier = jobs.get(job_id)
    except NotFound:
        return True  # its retention time is over
    return earlier.ended and not earlier.settled


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _start(job: Job, event: Mapping[str, Any], function: str) -> Job:
    """Hands the job over without waiting."""
    try:
        _reach(function, event, "Event")
    except ContactLost:
        return _given_up(job)
    except EaselError as error:
        return _end(job, error)
    return job


def _run(job: Job, event: Mapping[str, Any], function: str, waiting: Deadline) -> Job:
    """Invokes the function and waits for the job's end; when the time is over, the job as far as it is known."""
    future = in_thread(_reach, function, event, "RequestResponse")
    try:
        done = Job.from_json(future.result(timeout=waiting.remaining()))
    except WaitTimeout:
        return _handed_over(job)
    except ContactLost:
        done = _given_up(job)
    except EaselError as error:
        return _end(job, error)
    except ValueError as error:
        logger.error("the function's answer is no job", exc_info=error)
        return _end(job, InternalError(f"{job.request.provider}'s function gave an answer that is no job"))
    return done if done.ended else wait_for(job.id, waiting)  # another invocation has the job


def _handed_over(job: Job) -> Job:
    """Stores the job whose time to wait is over, in case its function has not begun, and returns it as running."""
    try:
        jobs.ensure(job)
    except EaselError:
        logger.exception("job not stored at its hand-over")
    return job.replace(status="running")


def _given_up(job: Job) -> Job:
    """Fails a job whose function could not be reached, unless an invocation has arrived and claimed it."""
    name = job.request.catalog_provider.name
    told = f"Easel could not reach its function for {name}; nothing was generated; try again"
    error = InternalError(told, provider=job.request.provider)
    try:
        found = jobs.give_up(job, error)
    except Exception:
        logger.exception("job not recorded as failed")
        return jobs.failed(job, error, time.time())
    admission.settle_job(found)
    return found


def died(record: Mapping[str, Any]) -> None:
    """Fails the job of an asynchronous invocation whose function died before it began the job.

    A job that was begun is left alone. Lambda may deliver an event twice, so another invocation may be at work on it;
    where none is, its heartbeats end. An event that grew too old is left alone too: its job's deadline is over.

    Args:
        record: what Lambda tells of the invocation, see
            https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html

    Raises:
        EaselError: the table did not answer. Lambda tells it again then.
    """
    event, ended = record["requestPayload"], record.get("responseContext") or {}
    if "functionError" not in ended:
        return
    try:
        job = Job.from_json(event.get("job"))
    except ValueError as error:
        logger.error("a function died over an event that holds no job", extra={"reason": str(error)[:300]})
        return
    logger.append_keys(job=job.id, provider=job.request.provider, model=job.request.model)
    logger.error("the function died before it began a job, or over it")
    name = job.request.catalog_provider.name
    told = f"Easel's function for {name} ended before it began; nothing was generated; try again"
    jobs.give_up(job, InternalError(told, provider=job.request.provider))


def _end(job: Job, error: EaselError) -> Job:
    """Fails a job whose function has ended with an error. The caller gets the error even if it cannot be recorded."""
    try:
        found = jobs.give_up(job, error)
        found = found if found.ended else jobs.fail(found, error)
    except Exception:
        logger.exception("job not recorded as failed", extra={"job": job.id})
        return jobs.failed(job, error, time.time())
    admission.settle_job(found)
    return found


def wait_for(job_id: str, waiting: Deadline) -> Job:
    """The job once it has ended, or as it is when the time is over; raises `NotFound`."""
    job = jobs.get(job_id)
    while not (job.ended or waiting.passed):
        time.sleep(min(LOOK_SECONDS, waiting.remaining()))
        job = jobs.get(job_id)
    return job


def wait_for_all(ids: Sequence[str], waiting: Deadline) -> list[Job]:
    """The jobs of those ids once all have ended, or as they are when the time is over; raises `NotFound`."""
    found = {job.id: job for job in jobs.get_all(ids)}
    found |= {one: jobs.get(one) for one in ids if one not in found}  # which tells that there is none
    while (running := [job.id for job in found.values() if not job.ended]) and not waiting.passed:
        time.sleep(min(LOOK_SECONDS, waiting.remaining()))
        found |= {job.id: job for job in jobs.get_all(running)}
    return [found[one] for one in ids]


def job_event(
    job: Job,
    token: str | None,
    *,
    spare: Sequence[str] = (),
    own_tokens: bool = False,
    claim: bool = True,
    request: str = "",
) -> dict[str, Any]:
    """The event that makes a provider's function work on a job, which it claims first: the event may arrive twice.

    Args:
        job: the job.
        token: the caller's token for the provider.
        spare: the caller's further tokens, each for when the one before is refused or limited.
        own_tokens: whether the function takes the deployment's own tokens.
        claim: whether the job has to be claimed.
        request: the id of the HTTP call that asked for the job, for the log.
    """
    event = {"job": job.to_json(), "token": token, "ownTokens": own_tokens, "claim": claim, "request": request}
    return {**event, "spareTokens": list(spare)} if spare else event


def _reach(function: str, event: Mapping[str, Any], kind: str) -> Any:
    """Invokes the function, and once more when the connection broke: of two invocations one can claim the job.

    A pooled connection may be dead after this function was frozen; then it breaks at its next use.
    """
    try:
        return _invoke_in_time(function, event, kind)
    except ContactLost as error:
        logger.warning("contact with the function was lost", extra={"reason": str(error)})
        return _invoke_in_time(function, event, kind)


def _invoke_in_time(function: str, event: Mapping[str, Any], kind: str) -> Any:
    """Invokes the function. Lambda accepts an event at once, so a connection that stays silent then is a dead one."""
    if kind != "Event":
        return _invoke(function, event, kind)
    try:
        return in_thread(_invoke, function, event, kind).result(timeout=EVENT_SECONDS)
    except WaitTimeout as error:
        raise ContactLost("no answer") from error


def _invoke(function: str, payload: Mapping[str, Any], kind: str) -> Any:
    from botocore.exceptions import BotoCoreError, ClientError, ConnectionError, HTTPClientError, IncompleteReadError

    try:
        reply = aws.lambda_().invoke(
            FunctionName=function,
            InvocationType=kind,  # type: ignore[arg-type]
            Payload=json.dumps(payload).encode(),
        )
        body = reply["Payload"].read()
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if "TooManyRequests" in code or "Throttl" in code:
            raise RateLimited(
                "Easel runs as many generations as its account allows; try again", retry_after=5
            ) from error
        raise InternalError(f"Easel could not start its function {function} ({code})") from error
    except (HTTPClientError, IncompleteReadError, ConnectionError) as error:
        raise ContactLost(type(error).__name__) from error
    except BotoCoreError as error:
        raise InternalError(f"Easel could not reach its function {function} ({type(error).__name__})") from error
    if kind == "Event":
        return None
    return _outcome(body, reply.get("FunctionError"))


def _outcome(body: bytes, function_error: str | None) -> Any:
    found = json.loads(body or b"null")
    if not function_error:
        return found
    told = found if isinstance(found, dict) else {}
    if "timed out" in str(told.get("errorMessage", "")).lower() or "Timedout" in str(told.get("errorType", "")):
        raise GenerationTimeout("the provider did not finish before its function's time was over")
    logger.error("function failed", extra={"type": str(told.get("errorType"))[:100]})
    raise InternalError("the provider's function ended before the picture was done; try again")
