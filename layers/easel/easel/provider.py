"""What an adapter is, and the Lambda handler around one.

To add a provider: a section in `catalog.toml`, a folder `functions/{id}/` with `{id}.py` holding an adapter and
`handler = lambda_handler(...)`, a function in `template.yaml`.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Mapping
from concurrent.futures import Future, wait
from dataclasses import asdict, dataclass, field, replace
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from easel import answers, aws, catalog, dispatch, images, jobs, snapshot
from easel.answers import Answer
from easel.deadline import Deadline, in_thread
from easel.errors import EaselError, GenerationTimeout, InvalidRequest, NotFound, Unknown
from easel.http import Http
from easel.jobs import Job, Progress, Result
from easel.records import Request
from easel.telemetry import begin, logger, measure
from easel.upstream import plain_text, redact

if TYPE_CHECKING:
    from easel.requests import Parsed

T = TypeVar("T")

STORE_SECONDS = 15.0
"""Kept back from a function's time for the picture's last steps: checked, stored, recorded."""
QUIET_SECONDS = 2.0
"""A job shorter than this writes no progress."""
READY_SECONDS = 0.3
"""What a small function takes to make its first connection."""
PROGRESS_SECONDS = 1.0
"""The least time between two progress writes."""

BEAT_SECONDS = 10.0
"""Between two signs of life while a picture is fetched and stored; see `jobs.SILENT_SECONDS`."""

RECORD_PAUSES = (1.0, 2.0)
"""Seconds between the tries to record a job's end, beyond the AWS client's own."""


@dataclass(frozen=True)
class Picture:
    """What an adapter brings back: a link or the bytes.

    `origin` is the configured base URL it came from: that origin may serve the picture whatever its address, and only
    it gets `headers`. `seed` is what the provider says it used, where it says so.
    """

    origin: str
    url: str | None = None
    data: bytes | None = field(default=None, repr=False)
    seed: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Run:
    """The frame of one generation: when it must be over, and where progress goes."""

    deadline: Deadline
    report: Callable[[Progress], None] = lambda progress: None


class Adapter(Protocol):
    """Speaks one provider's protocol. Trusts its request: the catalog allowed every value in it."""

    def generate(self, request: Request, token: str | None, run: Run) -> Picture:
        """Generates one picture and returns where it is.

        Sends what generates once, whatever comes back. Keeps every wait within `run.deadline`, calls `run.report`
        with what the provider tells, and raises a `ProviderFault`. Never logs or stores the token.
        """


class Context(Protocol):
    """The part of Lambda's context that is used."""

    aws_request_id: str

    def get_remaining_time_in_millis(self) -> int: ...


Handler = Callable[[Mapping[str, Any], Context], Any]


def lambda_handler(provider_id: str, make_adapter: Callable[[], Adapter]) -> Handler:
    """A provider's Lambda handler.

    It takes an HTTP API (v2) event, a job (see `dispatch.order`), or a batch's job (see `worker`), and returns an HTTP
    answer, the job as it is then, or what is to come of the batch's job.
    `make_adapter` is called once per process, at the first job: it may read the settings.
    """
    adapter = cache(make_adapter)
    http = cache(lambda: Http(provider_id))

    def handler(event: Mapping[str, Any], context: Context) -> Any:
        if not isinstance(event, Mapping):
            event = {}
        begin(request=_request_id(event, context), invocation=context.aws_request_id)
        if "requestContext" in event:
            return _front_door(provider_id, event, context)
        if "worker" in event:
            from easel.batch import worker  # which uses this module

            return worker.handle(event, adapter, http(), context)
        if "job" in event:
            return _work(event, adapter, http(), context)
        error = InvalidRequest("the event is no HTTP API call, no job and no batch's job; events/ shows each")
        return answers.write_event(answers.of_error(error), context.aws_request_id)

    def forget() -> None:
        adapter.cache_clear()
        http.cache_clear()

    snapshot.arm(forget)
    return handler


def _request_id(event: Mapping[str, Any], context: Context) -> str:
    """The id under which API Gateway knows the call behind this event; where there is none, the invocation's own."""
    called = event.get("requestContext")
    told = called.get("requestId") if isinstance(called, Mapping) else event.get("request")
    return str(told or context.aws_request_id)


def _front_door(provider_id: str, event: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Answers a call to the provider's own route by creating a job and invoking this very function with it."""
    try:
        call = answers.read_event(event)
        parse = _parser(provider_id, call.path)
    except EaselError as error:
        return answers.write_event(answers.of_error(error), context.aws_request_id)
    logger.append_keys(provider=provider_id)
    answer: Answer = dispatch.answer(call, parse)
    return answers.write_event(answer, call.request_id or context.aws_request_id)


def _parser(provider_id: str, path: str) -> Callable[[bytes, Mapping[str, str]], Parsed]:
    from easel import requests  # with pydantic, which no job needs

    if path.endswith(f"/api/providers/{provider_id}/generate"):
        return partial(requests.parse_generate, provider_id=provider_id)
    if path.endswith("/api/upscale") and catalog.provider(provider_id).upscaler:
        return requests.parse_upscale
    raise NotFound(f"there is no {path[:100]!r} here; this function serves /api/providers/{provider_id}/generate")


def _work(event: Mapping[str, Any], adapter: Callable[[], Adapter], http: Http, context: Context) -> dict[str, Any]:
    """Does a job that nobody else does; returns it as it ended, or as it is with another invocation."""
    job = Job.from_json(event["job"])
    token = event.get("token")
    logger.append_keys(job=job.id, provider=job.request.provider, model=job.request.model)
    if event.get("claim"):
        try:
            claimed = jobs.claim(job)
        except EaselError as error:
            return _not_begun(job, error).to_json()
        if not claimed:
            logger.info("the job was begun before, or is over")
            now = jobs.as_of_now(job)
            return (now if now.ended else jobs.get(job.id)).to_json()
        job = claimed
    seconds = min(context.get_remaining_time_in_millis() / 1000 - STORE_SECONDS, job.deadline - time.time())
    return perform(job, token, adapter, http, Deadline(seconds)).to_json()


def _not_begun(job: Job, error: EaselError) -> Job:
    """The job that could not be claimed, since the table did not answer: failed, unless another invocation has it."""
    logger.warning("job not claimed", extra={"code": error.code, "reason": error.message})
    try:
        return jobs.give_up(job, error)
    except EaselError:
        logger.exception("job not recorded as failed")
        return jobs.failed(job, error, time.time())


def perform(job: Job, token: str | None, adapter: Callable[[], Adapter], http: Http, deadline: Deadline) -> Job:
    """Generates, stores and records; whatever happens, the job that comes back has ended."""
    job = replace(job, started=job.started or time.time())
    try:
        result, warnings = attempt(job, token, adapter, http, deadline)
    except EaselError as error:
        return _recorded(partial(jobs.fail, job, error), job, error)
    done = replace(job, status="succeeded", finished=time.time(), result=result, warnings=warnings)
    return _recorded(partial(jobs.succeed, job, result, warnings), done)


def attempt(
    job: Job, token: str | None, adapter: Callable[[], Adapter], http: Http, deadline: Deadline
) -> tuple[Result, tuple[str, ...]]:
    """Generates and stores, and leaves the recording to the caller; what goes wrong raises one of our errors.

    This is the one place where the token is cut out of what came from the provider: out of errors, warnings, the
    picture's link, and what is logged of them. An adapter need not care.
    """
    started = time.time()
    failure: EaselError | None = None
    try:
        picture = _generate(job, token, adapter, deadline)
        result, warnings = _beating(job, in_thread(_keep, job, picture, token, http, deadline, started))
    except Exception as error:
        failure = _failure(error, token)
    if failure:  # raised out here: the chain of causes holds the provider's texts as they came, and would be logged
        measure(job.request.provider, failure.code, time.time() - started)
        raise failure
    logger.info("generated", extra={"seconds": round(result.seconds, 3), "format": result.format})
    measure(job.request.provider, "succeeded", result.seconds)
    return result, warnings


def _failure(error: Exception, token: str | None) -> EaselError:
    """The error as it leaves the provider's side, logged with its causes, all without the token."""
    if not isinstance(error, EaselError):
        trace = redact("".join(traceback.format_exception(error)), token)
        logger.error(
            "generation failed inside Easel", extra={"exception": trace, "exception_name": type(error).__name__}
        )
        return Unknown("Easel failed while generating; the log has the reason under the job's id")
    failure = error.without(token)
    cause = error.__cause__
    told = redact(plain_text(f"{type(cause).__name__}: {cause}"), token) if cause else None
    logger.warning(
        "generation failed",
        extra={"code": failure.code, "reason": failure.message, "upstream": failure.upstream, "cause": told},
    )
    return failure


def _recorded(write: Callable[[], Job], job: Job, error: EaselError | None = None) -> Job:
    """The job as written; where the table does not take it, whoever waits still gets the outcome."""
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


def _generate(job: Job, token: str | None, adapter: Callable[[], Adapter], deadline: Deadline) -> Picture:
    """Runs the adapter under our own clock, whatever it hangs in, writing progress meanwhile."""
    started = time.monotonic()
    latest: list[Progress] = []
    future = in_thread(lambda: adapter().generate(job.request, token, Run(deadline, latest.append)))
    if not aws.ready():
        in_thread(_get_ready, future)
    while not wait([future], timeout=min(PROGRESS_SECONDS, deadline.remaining())).done:
        elapsed = time.monotonic() - started
        if deadline.passed:
            provider = job.request.provider
            raise GenerationTimeout(
                f"{catalog.name_of(provider)} did not finish within {elapsed:.0f} s", provider=provider
            )
        if elapsed >= QUIET_SECONDS and not job.batch:
            _write_progress(job, latest[-1] if latest else Progress(), elapsed, future)
    return future.result()


def _get_ready(drawing: Future[Picture]) -> None:
    """Loads what storing and logging need while the provider is drawing; a cold call to the provider goes first."""
    if wait([drawing], READY_SECONDS).not_done:
        logger.debug("getting ready")
        aws.warm()


def _write_progress(job: Job, told: Progress, elapsed: float, future: Future[Picture]) -> None:
    """What the provider says; where it says nothing, the elapsed time against the model's typical duration."""
    if future.done():
        return
    typical = 30.0 if job.request.scale else job.request.catalog_model.typical_seconds
    if told.percent:
        typical = elapsed * 100 / told.percent
    guess = Progress(percent=min(95, int(100 * elapsed / typical)), eta_seconds=round(max(1.0, typical - elapsed), 1))
    try:
        jobs.progress(job.id, Progress(**{**asdict(guess), **told.to_json()}))
    except Exception as error:
        logger.warning("progress not written", extra={"reason": type(error).__name__})


def _beating(job: Job, work: Future[T]) -> T:
    """What the work comes to, telling meanwhile that the job's worker is alive; a batch's claims tell it otherwise."""
    while not wait([work], timeout=BEAT_SECONDS).done:
        try:
            if not job.batch:
                jobs.beat(job.id)
        except Exception as error:
            logger.warning("sign of life not written", extra={"reason": type(error).__name__})
    return work.result()


def _keep(
    job: Job, picture: Picture, token: str | None, http: Http, deadline: Deadline, started: float
) -> tuple[Result, tuple[str, ...]]:
    """Fetches, checks and stores the picture."""
    request, provider = job.request, catalog.provider(job.request.provider)
    origins = (picture.origin,)
    last = Deadline(deadline.remaining() + STORE_SECONDS / 2)
    data = picture.data
    if data is None:
        data = images.fetch(picture.url or "", provider, origins, http, last, picture.headers)
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


def _stored(job: Job, link: str, data: bytes, facts: images.Facts) -> str:
    """The key; empty when the bucket refused and the provider's link can stand in."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return images.store(job.id, data, facts, job.request)
    except (BotoCoreError, ClientError) as error:
        logger.exception("picture not stored")
        if link:
            return ""
        raise Unknown("the picture was made but could not be stored, and the provider gave no link to it") from error


def _differences(request: Request, facts: images.Facts) -> list[str]:
    """A picture of another size than asked for is told, once, where the adapter has not promised the size."""
    if request.scale or (facts.width, facts.height) == (request.width, request.height):
        return []
    asked, made = f"{request.width} x {request.height}", f"{facts.width} x {facts.height}"
    return [f"the picture is {made} pixels; {asked} was asked for"]
