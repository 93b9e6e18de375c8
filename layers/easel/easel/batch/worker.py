"""Work on one job of a batch, in the provider's own function. The answer tells the state machine what to do next.

| what happened | the job afterwards | the answer |
|---|---|---|
| a picture; a refused prompt; no tries left (`EaselError.tries`); no token can ever work | ended | `ended` |
| no token may be used now | queued, no try counted | again, when the first token may be used |
| the pictures of the key or the deployment are used up | queued, no try counted | again, in the next period |
| the key that started the batch is revoked or expired | queued; the batch fails | `later` |
| the provider is broken or silent | queued, a try counted | again, after a growing pause |
| the provider has a task or a picture of an earlier try | as above | as above; no other is begun or paid |
| another worker holds the job | unchanged | again, when the claim has ended |
| the batch was cancelled | unchanged | `later` |

"Again" is `soon` if the child has time to wait for it, else `later`, which means in the next round. After a 429, a
used-up quota or a refused token the next token is tried in the same invocation.

Each try is charged before the provider is called (see `easel.budgets.admission`), and given back if nothing was drawn.

A function that dies leaves its claim, which ends within a minute. The worker that takes it over first looks in the
bucket for a finished picture, then goes on with what the provider has of the job (`easel.store.checkpoints`). If there
is neither it generates again: the provider may draw twice then, but the job has one picture.
"""

from __future__ import annotations

import math
import random
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from easel.batch import batches, claims
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
from easel.generation import Generator, time_to_generate
from easel.providers import resumption, tokens
from easel.providers.tokens import NoTokenNow, Token
from easel.store import checkpoints, images
from easel.store.checkpoints import Checkpoint
from easel.store.records import GenerationRequest, Job

DEATHS = 4
"""A job fails after more worker deaths than this."""
FIRST_PAUSE = 2.0
"""Seconds before the second try; the pause doubles with each try."""
LONGEST_PAUSE = 300.0
HELD_SECONDS = 50.0
"""How long a claim lasts without a heartbeat."""
BEAT_SECONDS = 15.0
"""Time between two heartbeats."""
CHILD_SECONDS = 290.0
"""Time of a child. Step Functions ends an Express execution after 300 s."""
ROOM_SECONDS = 60.0
"""Time that a child keeps for the work after a wait."""


@dataclass(frozen=True)
class Work:
    """The task of one invocation; `seconds` is the time that the function has for it."""

    batch: Batch
    job: Job
    event: Mapping[str, Any]
    generator: Generator
    invocation: str
    seconds: float

    @property
    def now(self) -> float:
        """The time, but never before the time for which the state machine waited: clocks of machines differ."""
        return max(time.time(), float(self.event["answer"]["at"]))

    def again(self, at: float) -> dict[str, Any]:
        """The answer that asks for another invocation at `at` or later."""
        seconds = max(1, math.ceil(at - self.now))
        left = datetime.fromisoformat(self.event["began"]).timestamp() + CHILD_SECONDS - time.time()
        return {"next": "soon" if seconds + ROOM_SECONDS <= left else "later", "at": at, "seconds": seconds}


ENDED = {"next": "ended", "at": 0, "seconds": 0}
LATER = {"next": "later", "at": 0, "seconds": 0}


def handle(event: Mapping[str, Any], generator: Generator, *, invocation: str, seconds: float) -> dict[str, Any]:
    """Works on a job; the table above lists the answers."""
    try:
        batch = batches.get(event["batch"])
    except NotFound:
        return LATER
    if batch.status != "running" or batch.run != event["run"]:
        return LATER
    item, now = event["job"], time.time()
    payers = admission.batch_charge(item["id"], batch.started_by, now).payers
    job = Job(
        id=item["id"],
        request=GenerationRequest.from_json(item["request"]),
        warnings=tuple(item.get("warnings", ())),
        created=now,
        deadline=now + batches.LASTS_DAYS * batches.DAY,
        batch=batch.id,
        payers=tuple(payer.item_id for payer in payers),
    )
    logger.append_keys(batch=batch.id, job=job.id, provider=job.request.provider, model=job.request.model)
    return _work(Work(batch, job, event, generator, invocation, seconds))


def _work(work: Work) -> dict[str, Any]:
    kept: Checkpoint | None = None
    try:
        token: Token | EaselError = _token(work)
    except NoTokenNow as wait:
        if not (kept := checkpoints.read(work.job.id)):
            return work.again(wait.until)
        token = RateLimited(wait.reason)
    except EaselError as error:
        token = error
    worker, dead = f"{work.event['worker']}:{work.invocation}", work.event["dead"]
    claim = claims.take(work.job, work.batch.run, worker=worker, dead=dead, until=_until(work))
    if claim.job.ended:
        return ENDED
    if claim.worker != worker:
        return work.again(claim.until + 1)
    with _heartbeats(work, claim):
        return _with_claim(work, claim, token, kept)


def _with_claim(work: Work, claim: Claim, token: Token | EaselError, kept: Checkpoint | None) -> dict[str, Any]:
    """Takes the picture that a dead worker left, goes on with what the provider has, or generates."""
    if claim.deaths:
        # The dead worker's charge: its provider may have drawn a picture.
        admission.settle(admission.batch_charge(claim.job.id, work.batch.started_by, work.now), drawn=True)
        if result := images.stored_result(claim.job):
            claims.succeed(claim, result, claim.job.warnings)
            return ENDED
    if claim.deaths > DEATHS:
        text = f"the work was cut off {claim.deaths} times, by memory, time or a fault of the function"
        token = GenerationTimeout(text, provider=work.job.request.catalog_provider.id)
    elif claim.version > 1 and (kept := kept or checkpoints.read(claim.job.id)):
        return _continue(work, claim, kept)
    return _with_tokens(work, claim, token)


def _until(work: Work) -> float:
    """When a claim that is taken or prolonged now ends."""
    return time.time() + min(HELD_SECONDS, work.seconds)


@contextmanager
def _heartbeats(work: Work, claim: Claim) -> Iterator[None]:
    """Prolongs the claim while this function lives: if it dies unseen, another worker takes over within a minute."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(BEAT_SECONDS):
            try:
                claims.prolong(claim, _until(work))
            except Exception as error:
                logger.warning("heartbeat not written", extra={"reason": type(error).__name__})

    in_thread(beat)
    try:
        yield
    finally:
        over.set()


def _continue(work: Work, claim: Claim, kept: Checkpoint) -> dict[str, Any]:
    """Goes on with what the provider has of the job, which an earlier try has paid."""
    job = claim.job.replace(continues=claim.job.id)
    try:
        token = resumption.token_for(job, kept, (), job.request.catalog_provider)
        result, warnings = work.generator.attempt(job, token, time_to_generate(work.seconds))
    except EaselError as error:
        return _after_failure(work, claim, error)
    claims.succeed(claim, result, warnings)
    return ENDED


def _with_tokens(work: Work, claim: Claim, token: Token | EaselError) -> dict[str, Any]:
    """Tries one token after the other until the job has ended or must wait."""
    model, provider = claim.job.request.model, claim.job.request.catalog_provider
    deadline = time_to_generate(work.seconds)
    refused: dict[str, str] = {}
    while not isinstance(token, EaselError):
        try:
            charge = admission.batch_charge(claim.job.id, work.batch.started_by, work.now)
            charge, _ = admission.reserve(charge, claim.job.request)
        except EaselError as error:
            return _after_refused_charge(work, claim, error)
        try:
            result, warnings = work.generator.attempt(claim.job, token.value, deadline)
        except EaselError as error:
            admission.settle(charge, drawn=error.drawn)  # before another worker can claim the job
            if not tokens.blame(token, provider, model, error, work.now) or error.drawn:
                return _after_failure(work, claim, error)
            refused[token.name] = error.message
        else:
            admission.settle(charge, drawn=True)
            tokens.worked(token, provider)
            claims.succeed(claim, result, warnings)
            return ENDED
        try:
            token = _token(work, refused)
        except NoTokenNow as wait:
            claims.release(claim, tried=False)
            return work.again(wait.until)
        except EaselError as error:
            token = error
    claims.fail(claim, token)
    return ENDED


def _token(work: Work, refused: Mapping[str, str] = MappingProxyType({})) -> Token:
    """The token to use, none of the refused. If all of them rest, the batch's record gets the time and the reason."""
    model = work.job.request.model
    try:
        provider = work.job.request.catalog_provider
        return tokens.take(provider, model, work.now, work.generator.has_allowance, refused)
    except NoTokenNow as wait:
        batches.set_waiting(work.batch, work.job.request.catalog_provider.id, model, wait.until, wait.reason)
        raise


def _after_refused_charge(work: Work, claim: Claim, error: EaselError) -> dict[str, Any]:
    """The answer for a job whose picture nobody pays for, or not now."""
    if not isinstance(error, AccessRefused | BudgetSpent | RateLimited):
        return _after_failure(work, claim, error)
    claims.release(claim, tried=False)
    if isinstance(error, AccessRefused):
        batches.fail(work.batch, error)
        return LATER
    until = time.time() + (error.retry_after or 1)
    if isinstance(error, BudgetSpent):  # otherwise the table was throttled for a moment
        batches.set_waiting(work.batch, claim.job.request.provider, claim.job.request.model, until, error.message)
    return work.again(until)


def _after_failure(work: Work, claim: Claim, error: EaselError) -> dict[str, Any]:
    """The answer for a job whose try failed for another reason than its token, or over a picture that is drawn."""
    if isinstance(error, RateLimited | QuotaExceeded):  # the provider takes no polls at the moment
        claims.release(claim, tried=False)
        return work.again(work.now + (error.retry_after or LONGEST_PAUSE))
    if claim.job.attempts >= error.tries:
        claims.fail(claim, error)
        return ENDED
    claims.release(claim, tried=True)
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (claim.job.attempts - 1)) * random.uniform(0.75, 1.25)
    return work.again(work.now + (error.retry_after or pause))
