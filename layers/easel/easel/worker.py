"""A batch's jobs, as they come from a provider's queue into the provider's own function.

For each message: is the batch still wanted, is there a token, is the job still to do? Then it is done, and what comes
of it decides about the message:

| outcome | job | message |
|---|---|---|
| picture | succeeded | done |
| rate limited, provider broken or silent (`retries.TRIES`) | queued again | a fresh copy, after a growing delay |
| the same, tries used up | failed | done |
| quota exhausted | queued again, no try counted | back when the quota is (the time it named, or the next UTC day) |
| anything else: the caller's fault, a refused token, a refused prompt | failed | done |
| batch cancelled, job ended before | as it is | done |
| somebody else works on the job | as it is | a fresh copy, when the other's lease is over |
| Easel's own trouble (table, SSM, a body that is none) | as it is | stays; after six receives, the dead-letter queue |

A message waits up to 15 minutes as a fresh copy (so neither receives nor its 14 days count up), longer by staying
hidden. What hides is not more than the 120,000 messages that SQS lets be in flight; the rest just stays in the queue.

A worker that dies leaves its lease, which runs out a minute later. The next one first looks whether the picture
lies in the bucket already. If not, it generates: a provider that had begun for the dead one does so twice, but the
job has one picture.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from easel import aws, batches, catalog, images, jobs, leases, orders, queues, retries, tallies, tokens
from easel.deadline import Deadline
from easel.errors import AuthRequired, EaselError, GenerationTimeout, Unknown
from easel.http import Http
from easel.jobs import Job, Result
from easel.provider import STORE_SECONDS, Adapter, Context, attempt
from easel.queues import Message
from easel.settings import settings
from easel.telemetry import logger

DEATHS = 4
"""Receives that may end in a worker's death; at the next the job fails, rather than kill more workers."""
FRESH_AFTER = 3
"""Receives after which even a long wait starts with a fresh copy: after the sixth comes the dead-letter queue."""


@dataclass(frozen=True)
class Frame:
    """What a provider's function has to work with."""

    provider: catalog.Provider
    adapter: Callable[[], Adapter]
    http: Http
    context: Context


def handle(
    event: Mapping[str, Any],
    provider_id: str,
    adapter: Callable[[], Adapter],
    http: Http,
    context: Context,
) -> Any:
    """Works on a batch of SQS records; returns which of them are to stay in the queue."""
    from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

    frame = Frame(catalog.provider(provider_id), adapter, http, context)
    return process_partial_response(
        event=dict(event),
        record_handler=lambda record: _deliver(Message.read(record.raw_event, provider_id), frame),
        processor=BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False),
    )


def _deliver(message: Message, frame: Frame) -> None:
    """Returns when the message is done with; raises when it is to stay in the queue."""
    try:
        batch_id, number, job = orders.read(message.body)
        request = job.request
        with logger.append_context_keys(job=job.id, provider=request.provider, model=request.model, batch=batch_id):
            _work(batch_id, number, job, message, frame)
    except retries.Later as later:
        _put_back(message, later.seconds)
    except orders.Unreadable:
        logger.exception("message cannot be read")  # comes back at once, and soon lies in the dead-letter queue
        message.hide(1)
        raise
    except Exception:
        logger.exception("message not worked on")
        message.hide(30 * 2 ** (message.receives - 1))
        raise


def _put_back(message: Message, seconds: float) -> None:
    if seconds <= queues.MAX_DELAY or message.receives >= FRESH_AFTER:
        queues.send(message.queue, message.body, seconds)
        return
    message.hide(seconds)
    raise retries.Later(seconds)


def _work(batch_id: str, number: int, job: Job, message: Message, frame: Frame) -> None:
    if not batches.is_open(batch_id):
        return
    token = _token(frame.provider, job.request.model)
    claim = leases.take(job)
    if not claim.mine and not claim.job.ended:
        raise retries.Later(claim.busy + random.uniform(1, 5))
    done = claim.job if claim.job.ended else _run(claim, token, message, frame)
    tallies.count(batch_id, number, succeeded=done.status == "succeeded")


def _token(origin: catalog.Provider, model: str) -> tokens.Token | AuthRequired:
    """The token to use, or why there is none; raises `Later` while all are set aside."""
    try:
        return tokens.take(origin, model)
    except tokens.Parked as parked:
        raise retries.Later(retries.until(parked.until)) from parked
    except AuthRequired as error:
        return error


def _run(claim: leases.Claim, token: tokens.Token | AuthRequired, message: Message, frame: Frame) -> Job:
    """The job as it ended; raises `Later` where it is to be tried again."""
    job = claim.job
    if isinstance(token, AuthRequired):
        return jobs.fail(job, token)
    try:
        with queues.kept(message, partial(leases.renew, job)):
            result, warnings = _picture(claim, token, message, frame)
        return jobs.succeed(job, result, warnings)
    except EaselError as error:
        return retries.after(error, job, token, frame.provider)


def _picture(
    claim: leases.Claim, token: tokens.Token, message: Message, frame: Frame
) -> tuple[Result, tuple[str, ...]]:
    job = claim.job
    if claim.inherited:
        if found := _left_behind(job):
            return found, job.warnings
        if message.receives > DEATHS:
            raise _Killed(f"the work was cut off {message.receives - 1} times", provider=job.request.provider)
    deadline = Deadline(frame.context.get_remaining_time_in_millis() / 1000 - STORE_SECONDS)
    result, warnings = attempt(job, token.value, frame.adapter, frame.http, deadline)
    if not result.key:
        raise Unknown("the picture was made but could not be stored", provider=job.request.provider)
    return result, warnings


class _Killed(GenerationTimeout):
    """Not tried again."""


def _left_behind(job: Job) -> Result | None:
    """The picture that a worker stored before it died."""
    listed = aws.s3().list_objects_v2(Bucket=settings().images_bucket, Prefix=f"images/{job.id}.", MaxKeys=1)
    for entry in listed.get("Contents", ()):
        found = aws.s3().get_object(Bucket=settings().images_bucket, Key=entry["Key"])
        facts = images.inspect(found["Body"].read(), job.request.provider)
        return Result(
            key=entry["Key"],
            format=facts.format,
            width=facts.width,
            height=facts.height,
            size=entry["Size"],
            seed=int(found["Metadata"].get("seed", job.request.seed)),
            seconds=max(0.0, entry["LastModified"].timestamp() - (job.started or job.created)),
        )
    return None
