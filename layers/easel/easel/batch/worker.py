"""One job of a batch, as the state machine hands it to the provider's own function; the answer says what is to come.

| what happened | the job | the answer |
|---|---|---|
| a picture; a refused prompt; tries used up (`EaselError.tries`); no token can ever work | ended | `ended` |
| no token may be used now | as it was, no try counted | again, when the first one may be |
| the key's pictures, or the deployment's, are used up | as it was, no try counted | again, when the period is over |
| the key that started the batch was revoked, or is over | as it was; the batch fails | `later` |
| the provider is broken or silent | queued again, a try counted | again, after a growing pause |
| somebody else holds the job | as it is | again, when the claim has ended |
| the batch was cancelled | as it is | `later` |

"Again" is `soon` when the child can wait for it, else `later`: then it is for the next round. A 429, a used-up quota or
a refused token is the token's affair: the next token takes the job in the same invocation.

Each try is counted before the provider is asked, at who pays for the batch (see `easel.budgets.admission`), and given
back where nothing was drawn.

A function that dies leaves its claim. Whoever takes it over first looks in the bucket for a finished picture. If there
is none it generates: a provider that had begun for the dead one does so twice, but the job has one picture.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from easel.batch import batches, claims
from easel.batch.batches import Batch
from easel.batch.claims import Claim
from easel.budgets import admission
from easel.common.telemetry import logger
from easel.errors import (
    AccessRefused,
    BudgetSpent,
    EaselError,
    GenerationTimeout,
    InternalError,
    NotFound,
    RateLimited,
)
from easel.generation import Generator, time_to_generate
from easel.providers import tokens
from easel.providers.tokens import NoTokenNow, Token
from easel.store import images
from easel.store.records import Job, Request

DEATHS = 4
"""So many workers may die at a job; then it fails, rather than kill more of them."""
FIRST_PAUSE = 2.0  # seconds before the second try; doubles with each
LONGEST_PAUSE = 300.0
CHILD_SECONDS = 290.0
"""An Express execution is ended after 300 s."""
ROOM_SECONDS = 60.0
"""What a child keeps of its time for the work after a wait."""


@dataclass(frozen=True)
class Work:
    """One invocation's task, and what the function has to do it with: `seconds` are left to it when it begins."""

    batch: Batch
    job: Job
    event: Mapping[str, Any]
    generator: Generator
    invocation: str
    seconds: float

    @property
    def now(self) -> float:
        """The time; at least that until which the state machine has waited, whatever this machine's clock says."""
        return max(time.time(), float(self.event["answer"]["at"]))

    def again(self, at: float) -> dict[str, Any]:
        """The answer that asks for another invocation, not before `at`."""
        seconds = max(1, math.ceil(at - self.now))
        left = datetime.fromisoformat(self.event["began"]).timestamp() + CHILD_SECONDS - time.time()
        return {"next": "soon" if seconds + ROOM_SECONDS <= left else "later", "at": at, "seconds": seconds}


ENDED = {"next": "ended", "at": 0, "seconds": 0}
LATER = {"next": "later", "at": 0, "seconds": 0}


def handle(event: Mapping[str, Any], generator: Generator, *, invocation: str, seconds: float) -> dict[str, Any]:
    """Works on a job; see this module's table for what it answers."""
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
        request=Request.from_json(item["request"]),
        warnings=tuple(item.get("warnings", ())),
        created=now,
        deadline=now + batches.LASTS_DAYS * batches.DAY,
        batch=batch.id,
        payers=tuple(payer.item_id for payer in payers),
    )
    logger.append_keys(batch=batch.id, job=job.id, provider=job.request.provider, model=job.request.model)
    return _work(Work(batch, job, event, generator, invocation, seconds))


def _work(work: Work) -> dict[str, Any]:
    try:
        token: Token | EaselError = _token(work)
    except NoTokenNow as wait:
        return work.again(wait.until)
    except EaselError as error:
        token = error
    worker, dead = f"{work.event['worker']}:{work.invocation}", work.event["dead"]
    claim = claims.take(work.job, work.batch.run, worker=worker, dead=dead, until=time.time() + work.seconds)
    if claim.job.ended:
        return ENDED
    if claim.worker != worker:
        return work.again(claim.until + 1)
    if claim.deaths:
        # What the dead one had counted: nobody knows how far its provider came.
        admission.settle(admission.batch_charge(claim.job.id, work.batch.started_by, work.now), drawn=True)
        if found := images.stored_result(claim.job):
            claims.succeed(claim, found, claim.job.warnings)
            return ENDED
    if claim.deaths > DEATHS:
        told = f"the work was cut off {claim.deaths} times, by memory, time or a fault of the function"
        token = GenerationTimeout(told, provider=work.job.request.catalog_provider.id)
    return _with_tokens(work, claim, token)


def _with_tokens(work: Work, claim: Claim, token: Token | EaselError) -> dict[str, Any]:
    """Tries one token after the other until the job has ended, or has to wait."""
    model, provider = claim.job.request.model, claim.job.request.catalog_provider
    deadline = time_to_generate(work.seconds)
    while not isinstance(token, EaselError):
        try:
            charge = admission.batch_charge(claim.job.id, work.batch.started_by, work.now)
            charge, _ = admission.reserve(charge, claim.job.request)
        except EaselError as error:
            return _not_counted(work, claim, error)
        try:
            result, warnings = work.generator.attempt(claim.job, token.value, deadline)
            if not result.key:
                raise InternalError("the picture was made but could not be stored", provider=provider.id)
        except EaselError as error:
            admission.settle(charge, drawn=error.drawn)  # before anybody else may take the job, and count it
            if not tokens.blame(token, provider, model, error, work.now):
                return _failed(work, claim, error)
        else:
            admission.settle(charge, drawn=True)
            tokens.worked(token, provider)
            claims.succeed(claim, result, warnings)
            return ENDED
        try:
            token = _token(work)
        except NoTokenNow as wait:
            claims.release(claim, tried=False)
            return work.again(wait.until)
        except EaselError as error:
            token = error
    claims.fail(claim, token)
    return ENDED


def _token(work: Work) -> Token:
    """The token to use; where there is none now, the batch's record says until when and why."""
    model = work.job.request.model
    try:
        return tokens.take(work.job.request.catalog_provider, model, work.now)
    except NoTokenNow as wait:
        batches.wait(work.batch, work.job.request.catalog_provider.id, model, wait.until, wait.reason)
        raise


def _not_counted(work: Work, claim: Claim, error: EaselError) -> dict[str, Any]:
    """What becomes of a job whose picture may not be drawn, or not now."""
    if not isinstance(error, AccessRefused | BudgetSpent | RateLimited):
        return _failed(work, claim, error)
    claims.release(claim, tried=False)
    if isinstance(error, AccessRefused):
        batches.fail(work.batch, error)
        return LATER
    until = time.time() + (error.retry_after or 1)
    if isinstance(error, BudgetSpent):  # else the table is asked too much, for a moment
        batches.wait(work.batch, claim.job.request.provider, claim.job.request.model, until, error.message)
    return work.again(until)


def _failed(work: Work, claim: Claim, error: EaselError) -> dict[str, Any]:
    """What becomes of a job whose try failed through no fault of the token's."""
    if claim.job.attempts >= error.tries:
        claims.fail(claim, error)
        return ENDED
    claims.release(claim, tried=True)
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (claim.job.attempts - 1)) * random.uniform(0.75, 1.25)
    return work.again(work.now + (error.retry_after or pause))
