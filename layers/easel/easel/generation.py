"""Makes one picture from a job: calls the adapter, checks and stores the picture, and records how the job ended."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError, Future
from functools import partial
from typing import Any, TypeVar

from easel.budgets import admission
from easel.common.deadline import Deadline, ends, in_thread
from easel.common.telemetry import logger, measure
from easel.common.texts import plain_text, redact
from easel.errors import (
    AuthExpired,
    AuthInvalid,
    EaselError,
    GenerationTimeout,
    InternalError,
    InvalidRequest,
    QuotaExceeded,
    RateLimited,
)
from easel.providers.adapter import Adapter, GeneratedImage, Run
from easel.providers.downloads import fetch
from easel.providers.http import Http
from easel.providers.tokens import in_turn
from easel.store import images, jobs
from easel.store.records import GenerationRequest, Job, Progress, Result

T = TypeVar("T")

STORE_SECONDS = 15.0
"""Part of a function's time that is kept back from the adapter, for checking, storing and recording the picture."""
QUIET_SECONDS = 2.0
"""A job shorter than this writes no progress."""
PROGRESS_SECONDS = 1.0
"""The least time between two writes of progress."""
HEARTBEAT_SECONDS = 10.0
"""Time between two heartbeats while a picture is fetched and stored; see `jobs.SILENT_SECONDS`."""
RECORD_PAUSES = (1.0, 2.0)
"""Seconds between the attempts to record a job's end, beyond the AWS client's own retries."""


class Generator:
    """Makes pictures at one provider. The adapter and the connection are made at their first use, and kept."""

    def __init__(self, provider_id: str, make_adapter: Callable[[], Adapter]) -> None:
        self._provider_id = provider_id
        self._make_adapter = make_adapter
        self.forget()

    def load(self) -> None:
        """Makes the adapter and the connection's TLS settings, before the first picture."""
        self._ready_adapter()
        self._http.load()

    def forget(self) -> None:
        """Makes the next picture use a new adapter and a new connection, as after a restored snapshot."""
        self._http = Http(self._provider_id)
        self._adapter: Adapter | None = None

    def work(self, event: Mapping[str, Any], seconds: float) -> Job:
        """Does the job in an event of `dispatch.job_event`.

        Args:
            event: `job`; the caller's `token` for the provider; perhaps `spareTokens`, each for when the one before is
                refused or limited; or `ownTokens` where the deployment's own are to be used; and `claim`: whether the
                job has to be claimed first, since the event may come twice.
            seconds: what is left of the function's time.

        Returns:
            The job as it ended; or as it is, where another invocation has it.

        Raises:
            InvalidRequest: the event holds no job that can be read.
        """
        try:
            job, given = Job.from_json(event["job"]), [event.get("token"), *event.get("spareTokens", ())]
        except ValueError as error:
            raise InvalidRequest(f"the event's job cannot be read: {error}"[:300], field="job") from error
        logger.append_keys(job=job.id, provider=self._provider_id, model=job.request.model)
        if event.get("claim"):
            try:
                claimed = jobs.claim(job)
            except EaselError as error:
                return _not_begun(job, error)
            if not claimed:
                logger.info("the job was begun before, or is over")
                now = jobs.as_of_now(job)
                return now if now.ended else jobs.get(job.id)
            job = claimed
        deadline = time_to_generate(min(seconds, job.deadline + STORE_SECONDS - time.time()))
        return self.perform(job, given, deadline, own_tokens=bool(event.get("ownTokens")))

    def perform(self, job: Job, tokens: Sequence[str | None], deadline: Deadline, *, own_tokens: bool = False) -> Job:
        """Generates and stores the picture and records the outcome. Returns the job as it ended; raises nothing.

        Where a token is refused or limited the next one is tried, each of them once; with `own_tokens` they are the
        deployment's.
        """
        job = job.replace(started=job.started or time.time())
        try:
            if own_tokens:
                attempt = partial(self.attempt, job, deadline=deadline)
                result, warnings = in_turn(job.request.catalog_provider, job.request.model, attempt)
            else:
                result, warnings = self._with_one_of(tokens, job, deadline)
        except EaselError as error:
            ended = _recorded(partial(jobs.fail, job, error), job, error)
            admission.settle_job(ended, drawn=error.drawn or ended.status == "succeeded")
            return ended
        done = job.replace(status="succeeded", finished=time.time(), result=result, warnings=warnings)
        ended = _recorded(partial(jobs.succeed, job, result, warnings), done)
        admission.settle_job(ended, drawn=True)
        return ended

    def _with_one_of(
        self, tokens: Sequence[str | None], job: Job, deadline: Deadline
    ) -> tuple[Result, tuple[str, ...]]:
        *others, last = tokens
        for token in others:
            try:
                return self.attempt(job, token, deadline)
            except (AuthInvalid, AuthExpired, RateLimited, QuotaExceeded):
                logger.info("the caller's next token is tried")
        return self.attempt(job, last, deadline)

    def attempt(self, job: Job, token: str | None, deadline: Deadline) -> tuple[Result, tuple[str, ...]]:
        """Generates and stores the picture, and leaves it to the caller to record the outcome.

        This is the one place where the token is cut out of what came from the provider: out of errors, warnings, the
        picture's link, and what is logged of them.

        Returns:
            The result, and the warnings for the caller.

        Raises:
            EaselError: whatever went wrong.
        """
        started = time.time()
        waited = round(max(0.0, (job.started or started) - job.created), 3)
        failure: EaselError | None = None
        drawn: Future[None] = Future()
        told: list[Progress] = []
        try:
            making = in_thread(self._make, job, token, Run(deadline, told.append), started, drawn)
            _wait_until_drawn(job, making, drawn, told, deadline)
            result, warnings = _with_heartbeat(job, making)
        except Exception as error:
            failure = _failure(error, token, waited)
        if failure:
            failure.drawn = failure.drawn or drawn.running()
            # Raised out here: the chain of causes holds the provider's texts as they came, and would be logged
            measure(job.request.provider, failure.code, time.time() - started)
            raise failure
        logger.info("generated", extra={"seconds": round(result.seconds, 3), "format": result.format, "waited": waited})
        measure(job.request.provider, "succeeded", result.seconds)
        return result, warnings

    def _make(
        self, job: Job, token: str | None, run: Run, started: float, drawn: Future[None]
    ) -> tuple[Result, tuple[str, ...]]:
        """Runs the adapter, then fetches, checks and stores the picture: both in one thread, since a second costs.

        Args:
            job: what to make.
            token: the provider's.
            run: what the adapter is given.
            started: when the work began.
            drawn: is running once the picture is there. Where it was cancelled before, the picture comes too late.
        """
        picture = self._ready_adapter().generate(job.request, token, run)
        if not drawn.set_running_or_notify_cancel():
            raise CancelledError
        return _keep(job, picture, token, self._http, run.deadline, started)

    def _ready_adapter(self) -> Adapter:
        self._adapter = self._adapter or self._make_adapter()
        return self._adapter


def _not_begun(job: Job, error: EaselError) -> Job:
    """The job that could not be claimed, since the table did not answer: failed, unless another invocation has it."""
    logger.warning("job not claimed", extra={"code": error.code, "reason": error.message})
    try:
        found = jobs.give_up(job, error)
    except EaselError:
        logger.exception("job not recorded as failed")
        return jobs.failed(job, error, time.time())
    admission.settle_job(found)
    return found


def _failure(error: Exception, token: str | None, waited: float) -> EaselError:
    """The error for the caller, without the token. It is logged here, with its cause and with the job's wait before."""
    if not isinstance(error, EaselError):
        trace = redact("".join(traceback.format_exception(error)), token)
        logger.error(
            "generation failed inside Easel", extra={"exception": trace, "exception_name": type(error).__name__}
        )
        return InternalError("Easel failed while generating; the log has the reason under the job's id")
    failure = error.without(token)
    cause = error.__cause__
    told = redact(plain_text(f"{type(cause).__name__}: {cause}"), token) if cause else None
    logger.warning(
        "generation failed",
        extra={
            "code": failure.code,
            "reason": failure.message,
            "upstream": failure.upstream,
            "cause": told,
            "waited": waited,
        },
    )
    return failure


def _recorded(write: Callable[[], Job], job: Job, error: EaselError | None = None) -> Job:
    """The job as it was recorded. If the table refuses the record, the caller who waits still gets the outcome."""
    for pause in (*RECORD_PAUSES, None):
        try:
            return write()
        except Exception:
            logger.exception("the job's end could not be recorded", extra={"again": pause is not None})
        if pause is not None:
            time.sleep(pause)
    if error:
        return jobs.failed(job, error, time.time())
    return job


def _wait_until_drawn(
    job: Job, making: Future[Any], drawn: Future[None], told: Sequence[Progress], deadline: Deadline
) -> None:
    """Waits for the provider's picture, and writes the job's progress meanwhile; stops waiting at the deadline."""
    started = time.monotonic()
    while not ends(making, min(PROGRESS_SECONDS, deadline.remaining())):
        elapsed = time.monotonic() - started
        if drawn.running() or (deadline.passed and not drawn.cancel()):
            return
        if deadline.passed:
            provider = job.request.catalog_provider
            raise GenerationTimeout(f"{provider.name} did not finish within {elapsed:.0f} s", provider=provider.id)
        if elapsed >= QUIET_SECONDS and not job.batch:
            _write_progress(job, told[-1] if told else Progress(), elapsed)


def _write_progress(job: Job, told: Progress, elapsed: float) -> None:
    """Writes the provider's own figures; where it gives none, the elapsed time against the model's usual one."""
    typical = 30.0 if job.request.scale else job.request.catalog_model.typical_seconds
    if told.percent:
        typical = elapsed * 100 / told.percent
    guess = Progress(percent=min(95, int(100 * elapsed / typical)), eta_seconds=round(max(1.0, typical - elapsed), 1))
    try:
        jobs.progress(job.id, guess.replace(**told.to_json()))
    except Exception as error:
        logger.warning("progress not written", extra={"reason": type(error).__name__})


def _with_heartbeat(job: Job, work: Future[T]) -> T:
    """The result of the work; heartbeats are written meanwhile, except for a batch's job, whose claim needs none."""
    while not ends(work, HEARTBEAT_SECONDS):
        try:
            if not job.batch:
                jobs.heartbeat(job.id)
        except Exception as error:
            logger.warning("heartbeat not written", extra={"reason": type(error).__name__})
    return work.result()


def _keep(
    job: Job, picture: GeneratedImage, token: str | None, http: Http, deadline: Deadline, started: float
) -> tuple[Result, tuple[str, ...]]:
    """Fetches, checks and stores the picture."""
    request, provider = job.request, job.request.catalog_provider
    origins = (picture.origin,)
    last = Deadline(deadline.remaining() + STORE_SECONDS / 2)
    data = picture.data
    if data is None:
        data = fetch(picture.url or "", provider, origins, http, last, picture.headers)
    facts = images.inspect(data, provider.id)
    told = (redact(warning, token) for warning in picture.warnings)
    warnings = [*job.warnings, *told, *_differences(request, facts)]
    link = picture.url or ""
    if redact(link, token) != link:
        link = ""  # a link that holds the token is for nobody else
    key = _stored(job, link, data, facts)
    if not key:
        warnings.append("the picture could not be stored: url is the provider's own link, which will expire")
    result = Result(
        key=key,
        url="" if key else link,
        format=facts.format,
        width=facts.width,
        height=facts.height,
        size=len(data),
        seed=request.seed if picture.seed is None else picture.seed,
        seconds=time.time() - started,
    )
    return result, tuple(warnings)


def _stored(job: Job, link: str, data: bytes, facts: images.ImageInfo) -> str:
    """The picture's key; empty when the bucket refused it and the provider's own link can be given instead."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return images.store(job.id, data, facts, job.request)
    except (BotoCoreError, ClientError) as error:
        logger.exception("picture not stored")
        if link:
            return ""
        raise InternalError(
            "the picture was made but could not be stored, and the provider gave no link to it"
        ) from error


def _differences(request: GenerationRequest, facts: images.ImageInfo) -> list[str]:
    """A warning where the picture has another size than was asked for."""
    if request.scale or (facts.width, facts.height) == (request.width, request.height):
        return []
    asked, made = f"{request.width} x {request.height}", f"{facts.width} x {facts.height}"
    return [f"the picture is {made} pixels; {asked} was asked for"]


def time_to_generate(seconds: float) -> Deadline:
    """When the adapter must have returned, for a function that has so many seconds left."""
    return Deadline(seconds - STORE_SECONDS)
