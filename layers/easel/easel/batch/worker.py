"""Work on one job of a batch, in the provider's function. The answer tells the state machine what to do next.

| what happens | the job afterwards | the answer |
|---|---|---|
| a picture; a refused prompt; the last attempt failed (`max_attempts`); no token can ever work | ended | `ended` |
| no token is usable now | queued, no attempt counted | again, when a token is usable |
| a family's provider did not accept the job, see below | queued at another provider | `ended` |
| the limit of the key or the deployment is reached | queued, no attempt counted | again, in the next period |
| the key that started the batch is revoked or expired | queued; the batch fails | `later` |
| the provider fails or does not answer | queued, an attempt counted | again, after a growing pause |
| the provider has a task or a picture of an earlier attempt | as above | as above; no second one is requested or paid |
| another worker holds the job | unchanged | again, when the claim has ended |
| the job was handed over to another provider | unchanged | `ended` |
| the batch was cancelled | unchanged | `later` |
| the child execution is in the second half of its time | unchanged | `unbegun`: the next round starts the job |

"Again" is `soon` if the child execution has time to wait, else `later`, which means the next round. After a 429, a
used-up quota or a refused token, the next token is tried in the same invocation.

A family's job moves to the next provider by the rules of `easel.front_door.handover`, but waits for tokens that rest
for less than `SHORT_REST`. The next round works on it there. If every provider was asked, the job waits for the one
that accepts again first.

Each attempt is charged before the provider is called (see `easel.budgets.admission`), and refunded if nothing was
generated.

If the function dies, its claim ends within a minute, and another worker takes the job over. That worker first looks for
a finished picture in the bucket, then for a task or picture at the provider (`easel.store.checkpoints`). If it finds
neither, it generates again. The provider may then generate twice, but the job has one picture.
"""

from __future__ import annotations

import math
import random
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from easel.batch import batches, claims, planned_jobs
from easel.batch.batches import Batch
from easel.batch.claims import Claim
from easel.budgets import admission
from easel.common.deadline import in_thread
from easel.common.telemetry import logger
from easel.errors import (
    AccessRefused,
    BudgetSpent,
    EaselError,
    GenerationTimeout,
    NotFound,
    QuotaExceeded,
    RateLimited,
)
from easel.generation import Generator, OnDrawn, time_to_generate
from easel.providers import resumption, token_use, tokens
from easel.providers.tokens import NoTokenNow, Token
from easel.store import checkpoints, images
from easel.store.checkpoints import Checkpoint
from easel.store.records import Job

MAX_WORKER_DEATHS = 4
"""Fail a job after more worker crashes than this."""
FIRST_PAUSE = 2.0
"""Seconds before the second attempt. The pause doubles with each attempt."""
MAX_PAUSE = 300.0
"""Maximum seconds between two attempts."""
SHORT_REST = 60.0
"""Maximum seconds that a family's job waits for a token. Before a longer wait it changes the provider."""
CLAIM_SECONDS = 50.0
"""Seconds until a claim without heartbeats ends."""
HEARTBEAT_SECONDS = 15.0
"""Seconds between two heartbeats."""
CHILD_SECONDS = 290.0
"""Seconds that a child execution may take. Step Functions ends an Express execution after 300 s."""
RESERVED_SECONDS = 60.0
"""Seconds that must be left of a child execution after a wait."""


class Work(NamedTuple):
    """The task of one invocation. `seconds` is the function's remaining time."""

    batch: Batch
    job: Job
    event: Mapping[str, Any]
    generator: Generator
    invocation: str
    seconds: float

    @property
    def now(self) -> float:
        """The current time, or the time that the state machine waited for if that is later, since clocks differ."""
        return max(time.time(), float(self.event["answer"]["at"]))

    def again(self, at: float) -> dict[str, Any]:
        """Return the answer that asks for another invocation at `at`, in seconds since the epoch, or later."""
        seconds = max(1, math.ceil(at - self.now))
        left = datetime.fromisoformat(self.event["began"]).timestamp() + CHILD_SECONDS - time.time()
        return {"next": "soon" if seconds + RESERVED_SECONDS <= left else "later", "at": at, "seconds": seconds}


Chosen = Token | NoTokenNow | EaselError
"""The token for the next attempt, or why no token is available."""
ENDED = {"next": "ended", "at": 0, "seconds": 0}
NOT_STARTED = {"next": "unbegun", "at": 0, "seconds": 0}
LATER = {"next": "later", "at": 0, "seconds": 0}


def handle(event: Mapping[str, Any], generator: Generator, *, invocation: str, seconds: float) -> dict[str, Any]:
    """Work on a job. The module's table lists the answers.

    Args:
        event: the input from the state machine.
        generator: the provider's generator.
        invocation: id of this invocation, part of the worker's name.
        seconds: the function's remaining time.
    """
    if _starts_too_late(event):
        return NOT_STARTED
    try:
        batch = batches.get(event["batch"])
    except NotFound:
        return LATER
    if batch.status != "running" or batch.run != event["run"]:
        return LATER
    item, now = event["job"], time.time()
    request, warnings = planned_jobs.request_at(item, generator.provider_id)
    payers = admission.batch_charge(item["id"], batch.started_by, now).payers
    job = Job(
        id=item["id"],
        request=request,
        warnings=warnings,
        created=now,
        deadline=now + batches.MAX_DAYS * batches.DAY,
        batch=batch.id,
        payers=tuple(payer.item_id for payer in payers),
        family=item.get("family", ""),
    )
    logger.append_keys(batch=batch.id, job=job.id, provider=job.request.provider, model=job.request.model)
    return _work(Work(batch, job, event, generator, invocation, seconds))


def _starts_too_late(event: Mapping[str, Any]) -> bool:
    """Return True for the first invocation of a job if its child execution is in the second half of its time.

    A job that starts earlier ends before the child execution. If it does not, its function still finishes it.
    """
    is_first = "next" not in event["answer"] and not event["dead"]
    return is_first and time.time() - datetime.fromisoformat(event["began"]).timestamp() > CHILD_SECONDS / 2


def _work(work: Work) -> dict[str, Any]:
    checkpoint: Checkpoint | None = None
    try:
        token: Chosen = _token(work)
    except NoTokenNow as wait:
        checkpoint = checkpoints.read(work.job.id)
        if not checkpoint and not _can_change_provider(work, wait):
            return _wait(work, wait)
        token = wait
    except EaselError as error:
        token = error
    worker, dead = f"{work.event['worker']}:{work.invocation}", work.event["dead"]
    planned = planned_jobs.planned_provider(work.event["job"])
    claim = claims.take(
        work.job, work.batch.run, worker=worker, dead=dead, until=_claim_end(work), planned_provider=planned
    )
    if claim.job.ended or claim.job.request.provider != work.job.request.provider:
        return ENDED
    if claim.worker != worker:
        return work.again(claim.until + 1)
    with _heartbeats(work, claim), token_use.counting(work.job.request.catalog_provider) as drawn:
        return _with_claim(work, claim, token, checkpoint, drawn)


def _with_claim(
    work: Work, claim: Claim, token: Chosen, checkpoint: Checkpoint | None, drawn: OnDrawn
) -> dict[str, Any]:
    """Store the picture of a dead worker, resume the work at the provider, or generate."""
    if claim.deaths:
        # The dead worker stays charged: the provider may have generated its picture.
        admission.settle(admission.batch_charge(claim.job.id, work.batch.started_by, work.now), drawn=True)
        if result := images.stored_result(claim.job):
            claims.succeed(claim, result, claim.job.warnings)
            return ENDED
    if claim.deaths > MAX_WORKER_DEATHS:
        text = f"the function stopped {claim.deaths} times during this picture, out of memory or time or by a fault"
        token = GenerationTimeout(text, provider=work.job.request.catalog_provider.id)
    elif claim.version > 1 and (checkpoint := checkpoint or checkpoints.read(claim.job.id)):
        return _resume(work, claim, checkpoint)
    return _with_tokens(work, claim, token, drawn)


def _claim_end(work: Work) -> float:
    """Return when a claim that starts now ends, in seconds since the epoch."""
    return time.time() + min(CLAIM_SECONDS, work.seconds)


@contextmanager
def _heartbeats(work: Work, claim: Claim) -> Iterator[None]:
    """Extend the claim in a thread while the block runs."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(HEARTBEAT_SECONDS):
            try:
                claims.extend(claim, _claim_end(work))
            except Exception as error:
                logger.warning("claim not extended", extra={"reason": type(error).__name__})

    in_thread(beat)
    try:
        yield
    finally:
        over.set()


def _resume(work: Work, claim: Claim, checkpoint: Checkpoint) -> dict[str, Any]:
    """Resume a task or picture that the provider has. An earlier attempt was charged for it."""
    claim = claim._replace(bound=True)
    job = claim.job.replace(continues=claim.job.id)
    try:
        token = resumption.token_for(job, checkpoint, (), job.request.catalog_provider)
        result, warnings = work.generator.attempt(job, token, time_to_generate(work.seconds))
    except EaselError as error:
        return _after_failure(work, claim, error)
    claims.succeed(claim, result, warnings)
    return ENDED


def _with_tokens(work: Work, claim: Claim, token: Chosen, drawn: OnDrawn) -> dict[str, Any]:
    """Try one token after the other until the job has ended, must wait or moves to another provider."""
    model, provider = claim.job.request.model, claim.job.request.catalog_provider
    deadline = time_to_generate(work.seconds)
    refused: dict[str, str] = {}
    while isinstance(token, Token):
        try:
            charge = admission.batch_charge(claim.job.id, work.batch.started_by, work.now)
            charge, _ = admission.reserve(charge, claim.job.request)
        except EaselError as error:
            return _after_refused_charge(work, claim, error)
        try:
            result, warnings = work.generator.attempt(claim.job, token.value, deadline)
        except EaselError as error:
            if error.drawn:
                drawn(token)
            admission.settle(charge, drawn=error.drawn)  # before another worker can claim the job
            if not tokens.rest_after_error(token, provider, model, error, work.now) or error.drawn:
                return _after_failure(work, claim, error)
            refused[token.name] = error.message
        else:
            drawn(token)
            admission.settle(charge, drawn=True)
            tokens.record_success(token, provider)
            claims.succeed(claim, result, warnings)
            return ENDED
        try:
            token = _token(work, refused)
        except (NoTokenNow, EaselError) as error:
            token = error
    return _without_token(work, claim, token)


def _token(work: Work, refused: Mapping[str, str] = MappingProxyType({})) -> Token:
    """Return a usable token that is not in `refused`. Raise the errors of `tokens.take`."""
    request = work.job.request
    return tokens.take(request.catalog_provider, request.model, work.now, work.generator.has_allowance, refused)


def _without_token(work: Work, claim: Claim, why: NoTokenNow | EaselError) -> dict[str, Any]:
    """Hand the job to another provider, wait for a token, or fail. `why` says why no token is usable."""
    if isinstance(why, EaselError):
        if not planned_jobs.hand_over(work.batch, work.event["job"], claim, why):
            claims.fail(claim, why)
        return ENDED
    error_class = QuotaExceeded if why.spent else RateLimited
    error = error_class(why.reason, provider=work.job.request.provider)
    if _can_change_provider(work, why) and planned_jobs.hand_over(
        work.batch, work.event["job"], claim, error, until=why.until
    ):
        return ENDED
    claims.release(claim, tried=False)
    return _wait(work, why)


def _can_change_provider(work: Work, wait: NoTokenNow) -> bool:
    """Return True if the job has other providers and the wait is longer than `SHORT_REST`."""
    return bool(work.event["job"].get("others")) and wait.until - work.now > SHORT_REST


def _wait(work: Work, wait: NoTokenNow) -> dict[str, Any]:
    """Record that the batch waits for a token. Return the answer that asks for another invocation."""
    request, cause = work.job.request, "quota" if wait.spent else "rest"
    batches.set_waiting(work.batch, request.provider, request.model, wait.until, wait.reason, cause)
    return work.again(wait.until)


def _after_refused_charge(work: Work, claim: Claim, error: EaselError) -> dict[str, Any]:
    """Release a job that could not be charged. Return its answer."""
    if not isinstance(error, AccessRefused | BudgetSpent | RateLimited):
        return _after_failure(work, claim, error)
    claims.release(claim, tried=False)
    if isinstance(error, AccessRefused):
        batches.fail(work.batch, error)
        return LATER
    until = time.time() + (error.retry_after or 1)
    if isinstance(error, BudgetSpent):  # not RateLimited, which means that DynamoDB throttled briefly
        request = claim.job.request
        batches.set_waiting(work.batch, request.provider, request.model, until, error.message, "budget")
    return work.again(until)


def _after_failure(work: Work, claim: Claim, error: EaselError) -> dict[str, Any]:
    """Return the answer after a failure that another token cannot repair, or that follows a generated picture."""
    bound = error.drawn or error.accepted
    last = claim.job.attempts >= error.max_attempts
    if planned_jobs.hand_over(work.batch, work.event["job"], claim, error, ends=last):
        return ENDED
    if isinstance(error, RateLimited | QuotaExceeded):  # the provider refuses polls at present
        claims.release(claim, tried=False, bound=bound)
        return work.again(work.now + (error.retry_after or MAX_PAUSE))
    if last:
        claims.fail(claim, error)
        return ENDED
    claims.release(claim, tried=True, bound=bound)
    pause = min(MAX_PAUSE, FIRST_PAUSE * 2 ** (claim.job.attempts - 1)) * random.uniform(0.75, 1.25)
    return work.again(work.now + (error.retry_after or pause))
