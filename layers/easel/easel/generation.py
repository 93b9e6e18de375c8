"""Generate one picture: call the adapter, check and store the picture, and record the job's end."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError, Future
from functools import partial
from typing import Any

from easel import catalog
from easel.budgets import admission
from easel.common import image_formats
from easel.common.deadline import Deadline, in_thread
from easel.common.provider_text import plain_text
from easel.common.telemetry import logger, measure
from easel.common.token_redaction import redacted
from easel.errors import (
    AuthExpired,
    AuthInvalid,
    EaselError,
    InternalError,
    InvalidRequest,
    ModelMissing,
    ModelRetired,
    QuotaExceeded,
    RateLimited,
    TaskUnknown,
)
from easel.providers import (
    generated_images,
    job_ends,
    lately,
    quotas,
    resumption,
    retired_models,
    token_use,
    tokens,
)
from easel.providers.adapter import Adapter, GeneratedImage, Run, SupportsAllowanceCheck
from easel.providers.allowances import SupportsAllowance
from easel.providers.http import Http
from easel.providers.progress import wait_until_drawn, with_heartbeat
from easel.providers.quotas import NO_REFUSALS, Refusals
from easel.providers.resumption import Checkpointer
from easel.providers.token_use import Allowance
from easel.store import jobs
from easel.store.records import Job, Progress, Result

Outcome = tuple[Result, tuple[str, ...]]
"""The result, and the warnings for the caller."""
OnDrawn = Callable[[tokens.Token], None]
"""Takes a token of the deployment with which a picture was drawn or may have been drawn."""
STORE_SECONDS = 15.0
"""Seconds of a function's time that are reserved for checking, storing and recording the picture."""
TRACE_LIMIT = 8000
"""Maximum characters of a logged traceback."""


HandOver = Callable[[Job, EaselError], Job | None]
"""Hands a failed job over to another provider. Returns the job, or None if it was not handed over."""


def never_hand_over(_job: Job, _error: EaselError) -> None:
    """Return None, so that the job is not handed over."""


class Generator:
    """Generates pictures at one provider. The adapter and the connections are created at their first use."""

    def __init__(self, provider_id: str, make_adapter: Callable[[], Adapter]) -> None:
        self.provider_id = provider_id
        self._make_adapter = make_adapter
        self._making = threading.Lock()
        self.forget()

    def load(self) -> None:
        """Create the adapter and the TLS settings, and import modules for pictures, before the first job."""
        self._ready_adapter()
        self._http.load()
        image_formats.load()
        generated_images.load()

    def forget(self) -> None:
        """Drop the adapter and the connections, after a restored snapshot. The next picture creates new ones."""
        self._http = Http(self.provider_id)
        self._adapter: Adapter | None = None

    def work(self, event: Mapping[str, Any], seconds: float, hand_over: HandOver = never_hand_over) -> Job:
        """Run the job in an event that `invoke.job_event` created.

        Args:
            event: has the `job` and the caller's `token`. `spareTokens` are tried in turn if a token is refused or
                limited. With `ownTokens`, the deployment's tokens are used instead. With `claim`, the job must be
                claimed first, because the event may be delivered twice.
            seconds: the function's remaining time.
            hand_over: hands a failed job over to another provider, if one may be asked.

        Returns:
            The ended job. If another invocation or another provider runs it, the job in its present state.

        Raises:
            InvalidRequest: the event has no valid job.
        """
        try:
            job = Job.from_json(event["job"])
        except ValueError as error:
            raise InvalidRequest(f"job: the event's job is invalid: {error}"[:300], field="job") from error
        logger.append_keys(job=job.id, provider=self.provider_id, model=job.request.model)
        caller_tokens = () if event.get("ownTokens") else (event.get("token"), *event.get("spareTokens", ()))
        reading = quotas.begin_read(job.request, caller_tokens)
        if event.get("claim"):
            now = time.time()
            try:
                claimed = jobs.claim(job, now)
            except EaselError as error:
                return job_ends.after_refused_claim(job, error, now)
            if not claimed:
                logger.info("the job is running already, or has ended")
                read = jobs.current_state(job)
                return read if read.ended else jobs.get(job.id)
            job = claimed
        deadline = time_to_generate(min(seconds, job.deadline + STORE_SECONDS - time.time()))
        return self.perform(job, caller_tokens, deadline, quotas.read_by(reading), hand_over)

    def perform(
        self,
        job: Job,
        caller_tokens: Sequence[str | None],
        deadline: Deadline,
        refusals: Refusals = NO_REFUSALS,
        hand_over: HandOver = never_hand_over,
    ) -> Job:
        """Generate and store the picture, and record the outcome. Return the job. Raise nothing.

        If a token is refused or limited, the next one is tried, each once. Without `caller_tokens`, the deployment's
        tokens are used. `refusals` are the used-up quotas that `easel.providers.quotas` remembers.
        """
        with token_use.counting(catalog.provider(self.provider_id)) as drawn:
            make = partial(self._picture, caller_tokens=caller_tokens, refusals=refusals, drawn=drawn)
            return self._perform(job, partial(make, deadline=deadline), hand_over)

    def _perform(self, job: Job, make: Callable[[Job], Outcome], hand_over: HandOver) -> Job:
        job = job.replace(started=job.started or time.time())
        try:
            result, warnings = make(job)
        except Exception as error:
            failure = error if isinstance(error, EaselError) else _before_any_attempt(error, job)
            if (handed := _handed_over(hand_over, job, failure)) and not handed.ended:
                return handed
            ended = handed or job_ends.recorded(partial(jobs.fail, job, failure), job, failure)
            admission.settle_job(ended, drawn=failure.drawn or ended.status == "succeeded")
            return ended
        done = job.replace(status="succeeded", finished=time.time(), result=result, warnings=warnings)
        ended = job_ends.recorded(partial(jobs.succeed, job, result, warnings), done)
        admission.settle_job(ended, drawn=True)
        lately.record_success(ended)
        return ended

    def _picture(
        self, job: Job, caller_tokens: Sequence[str | None], deadline: Deadline, refusals: Refusals, drawn: OnDrawn
    ) -> Outcome:
        """Return the picture of an earlier attempt at the provider, or generate one."""
        own = None if caller_tokens else job.request.catalog_provider
        if kept := resumption.read(job):
            return self.attempt(job, resumption.token_for(job, kept, caller_tokens, own), deadline)
        if own:
            attempt = partial(self.attempt, job, deadline=deadline)
            return tokens.in_turn(own, job.request.model, attempt, self.has_allowance, drawn)
        return self._with_one_of(caller_tokens, job, deadline, refusals)

    def _with_one_of(self, values: Sequence[str | None], job: Job, deadline: Deadline, refusals: Refusals) -> Outcome:
        def with_token(token: str | None) -> Outcome:
            return quotas.attempt_unless_refused(
                job.request, token, refusals, partial(self.attempt, job, token, deadline)
            )

        *others, last = values
        for token in others:
            try:
                return with_token(token)
            except (AuthInvalid, AuthExpired, RateLimited, QuotaExceeded) as error:
                if error.drawn:
                    raise
                logger.info("the caller's next token is tried")
        return with_token(last)

    def attempt(self, job: Job, token: str | None, deadline: Deadline) -> Outcome:
        """Generate and store the picture. The caller records the outcome.

        Everything from the provider is searched for the token: errors, warnings, the picture and its link, and log
        lines. A text that contains it is withheld (see `easel.common.token_redaction`).

        Raises:
            EaselError: for any failure.
        """
        started = time.time()
        waited = 0.0 if job.tried else round(max(0.0, (job.started or started) - job.created), 3)
        failure: EaselError | None = None
        drawn: Future[None] = Future()
        reports: list[Progress] = []
        work: Checkpointer | None = None
        try:
            work = Checkpointer(job, token)
            run = Run(deadline, reports.append, work.task, work.accept)
            making = in_thread(self._make, job, token, run, work, started, drawn)
            wait_until_drawn(job, making, drawn, reports, deadline)
            result, warnings = with_heartbeat(job, making)
        except Exception as error:
            failure = _failure(error, token, waited, job)
        if failure:
            if work:
                work.failed(failure, drawn=drawn.running())
            # Raised outside `except`, so that the error has no cause, whose raw text from the provider would be logged.
            measure(job.request.provider, failure.code, time.time() - started)
            raise failure
        retired_models.clear_missing(job.request)
        logger.info("generated", extra={"seconds": round(result.seconds, 3), "format": result.format, "waited": waited})
        measure(job.request.provider, "succeeded", result.seconds)
        return result, warnings

    def _make(
        self, job: Job, token: str | None, run: Run, work: Checkpointer, started: float, drawn: Future[None]
    ) -> Outcome:
        """Run the adapter, then download, check and store the picture, in one thread.

        Args:
            job: the job.
            token: the provider's token.
            run: the adapter's deadline, callbacks and task.
            work: the task and the picture that the provider has.
            started: when the work began, in seconds since the epoch.
            drawn: set to running when the picture is drawn. If it was cancelled before, the picture is too late.
        """
        picture = self._draw(job, token, run, work)
        work.drawn(picture)
        if not drawn.set_running_or_notify_cancel():
            raise CancelledError
        store_deadline = Deadline(run.deadline.remaining() + STORE_SECONDS / 2)
        return generated_images.fetch_and_store(job, picture, token, self._http, store_deadline, started)

    def _draw(self, job: Job, token: str | None, run: Run, work: Checkpointer) -> GeneratedImage:
        """Return the picture at the provider. Resume the picture or task of an earlier attempt if it still exists."""
        if not run.task and (picture := work.picture()):
            return picture
        adapter = self._ready_adapter()
        try:
            return adapter.generate(job.request, token, run)
        except TaskUnknown:
            if not run.task:
                raise
            logger.info("the provider no longer knows the task; a new one is started")
            work.accept("")
        return adapter.generate(job.request, token, run._replace(task=""))

    def has_allowance(self, token: str | None) -> bool | None:
        """Return True if the provider says that a token can pay for a picture. None if the provider does not say."""
        adapter = self._ready_adapter()
        return adapter.has_allowance(token) if token and isinstance(adapter, SupportsAllowanceCheck) else None

    def allowance(self, token: str | None) -> Allowance | None:
        """Return what is left of a token's quota, according to the provider. None if the provider does not say."""
        adapter = self._ready_adapter()
        return adapter.allowance(token) if token and isinstance(adapter, SupportsAllowance) else None

    def _ready_adapter(self) -> Adapter:
        with self._making:
            self._adapter = self._adapter or self._make_adapter()
            return self._adapter


def _handed_over(hand_over: HandOver, job: Job, failure: EaselError) -> Job | None:
    """Return the result of `hand_over`, or None if it raises an error. The job then ends with the provider's error."""
    try:
        return hand_over(job, failure)
    except Exception:
        logger.exception("job not handed over")
        return None


def _before_any_attempt(error: Exception, job: Job) -> EaselError:
    """Return the error for a failure before any attempt. Attempts raise only Easel's errors."""
    failure = _failure(error, None, 0.0, job)
    failure.drawn = False
    return failure


def _failure(error: Exception, token: str | None, waited: float, job: Job) -> EaselError:
    """Return the error for the caller, without the token. Log it with its cause and the seconds that the job waited."""
    if not isinstance(error, EaselError):
        trace = redacted("".join(traceback.format_exception(error))[-TRACE_LIMIT:], token, TRACE_LIMIT)
        logger.error(
            "generation failed inside Easel", extra={"exception": trace, "exception_name": type(error).__name__}
        )
        return InternalError("Easel failed while generating; the log has the reason under the job's id")
    failure = error.without(token)
    if isinstance(failure, ModelMissing):
        failure = retired_models.record_missing(failure, job.request)
    cause = error.__cause__
    alarm = {"alarm": "model-retired"} if isinstance(failure, ModelRetired) else {}
    cause_text = redacted(plain_text(f"{type(cause).__name__}: {cause}"), token) if cause else None
    logger.warning(
        "generation failed",
        extra={
            "code": failure.code,
            "reason": failure.message,
            "upstream": failure.upstream,
            "cause": cause_text,
            "waited": waited,
            **alarm,
        },
    )
    return failure


def time_to_generate(seconds: float) -> Deadline:
    """Return the adapter's deadline in a function with this many seconds left."""
    return Deadline(seconds - STORE_SECONDS)
