"""What becomes of a batch's job whose try failed: another one, when and with which token; or the end."""

from __future__ import annotations

import random
import time

from easel import batches, jobs, leases, tokens
from easel.catalog import Provider
from easel.errors import (
    AuthExpired,
    AuthInvalid,
    EaselError,
    GenerationTimeout,
    ProviderError,
    QuotaExceeded,
    RateLimited,
    Unknown,
    UpstreamError,
)
from easel.jobs import Job
from easel.telemetry import logger
from easel.tokens import Token

TRIES: dict[type[EaselError], int] = {
    RateLimited: 50,  # costs the provider nothing, and is no fault of the job's
    UpstreamError: 8,  # with the delays below: ten minutes
    ProviderError: 4,  # a 5xx, or a refusal that no adapter knows: the second will not get better
    GenerationTimeout: 3,  # the provider may have drawn, and billed, each of them
    Unknown: 4,
}
"""How often a job is tried in all, by the error that asks for another try; any other error ends it."""
FIRST_DELAY = 2.0  # seconds; doubles with each try
LONGEST_DELAY = 300.0
INVALID_PAUSE = 600.0
"""How long a refused token rests while there are others."""


class Later(Exception):
    """The message is to come back, in `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"back in {seconds:.0f} s")
        self.seconds = seconds


def after(error: EaselError, job: Job, token: Token, origin: Provider) -> Job:
    """The job as it ended with that error; raises `Later` where it is to be tried again."""
    if isinstance(error, QuotaExceeded):
        tokens.set_aside(token, origin, _reset(error), job.request.model)
        leases.release(job, tried=False)
        raise Later(_next_token(origin, job.request.model)) from error
    if isinstance(error, AuthInvalid | AuthExpired) and _spare(token, origin, job.request.model):
        logger.error("a token was refused; it rests while the others work", extra={"token": token.name})
        leases.release(job, tried=True)
        raise Later(1) from error
    if job.attempts >= TRIES.get(type(error), 0):
        return jobs.fail(job, error)
    delay = min(LONGEST_DELAY, FIRST_DELAY * 2 ** (job.attempts - 1)) * random.uniform(0.75, 1.25)
    if isinstance(error, RateLimited):
        tokens.set_aside(token, origin, time.time() + (error.retry_after or delay))
        delay = _next_token(origin, job.request.model)
    leases.release(job, tried=True)
    raise Later(delay) from error


def _next_token(origin: Provider, model: str) -> float:
    """Seconds until some token may be used."""
    try:
        tokens.take(origin, model)
    except tokens.Parked as parked:
        return until(parked.until)
    return 0


def _spare(token: Token, origin: Provider, model: str) -> bool:
    """Sets a refused token aside if another one can stand in."""
    tokens.set_aside(token, origin, time.time() + INVALID_PAUSE)
    try:
        tokens.take(origin, model)
    except tokens.Parked:
        tokens.set_aside(token, origin, 0)
        return False
    return True


def _reset(error: QuotaExceeded) -> float:
    """When the quota is back: as the provider said, or at the next UTC midnight."""
    now = time.time()
    if error.retry_after is not None:
        return now + error.retry_after
    return (now // batches.DAY + 1) * batches.DAY


def until(moment: float) -> float:
    """Seconds until then and a little, not the same for all that wait."""
    left = max(0.0, moment - time.time())
    return left + random.uniform(0, min(60.0, 1 + left / 10))
