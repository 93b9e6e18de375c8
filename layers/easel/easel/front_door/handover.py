"""Hand a family's job over to the next provider, after one that has not accepted it.

The function of the provider that refused writes the job's next request into the job, and gives the rest of the event
to the router, which invokes the next provider's function with it. See docs/decisions/families.md.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from easel.budgets import admission
from easel.common.telemetry import logger
from easel.errors import (
    AccessDenied,
    AccessRefused,
    AnswerLost,
    AuthExpired,
    AuthInvalid,
    AuthRequired,
    BudgetSpent,
    EaselError,
    LinkRefused,
    ModelRetired,
    ProviderError,
    ProviderUnreachable,
    QuotaExceeded,
    RateLimited,
    TaskFailed,
    TokenMissing,
)
from easel.front_door import invoke
from easel.providers import lately
from easel.settings import settings
from easel.store import jobs
from easel.store.records import Attempt, GenerationRequest, Job

OF_PROVIDER = (
    *(AuthRequired, AuthInvalid, AuthExpired, RateLimited, QuotaExceeded),
    *(ModelRetired, ProviderError, ProviderUnreachable),
)
"""Errors of one provider, which another provider of the family need not have."""
OF_CALL = (AccessRefused, AccessDenied, TokenMissing, BudgetSpent, AnswerLost, LinkRefused, TaskFailed)
"""Classes below these that every provider would have, or after which a picture may be drawn."""
LEAST_SECONDS = 20.0
"""Time that a job must have left for another provider."""
MOST_MESSAGE = 300
"""Characters of an error that are kept with the job."""
ROUTER = "router"


def others_may_draw(error: EaselError) -> bool:
    """Return whether another provider may be asked.

    The failed provider must certainly not have accepted the job, and the request must not be at fault.
    """
    of_provider = isinstance(error, OF_PROVIDER) and not isinstance(error, OF_CALL)
    return of_provider and not (error.drawn or error.accepted)


def hand_over(event: Mapping[str, Any], job: Job, error: EaselError) -> Job | None:
    """Hand a job that this function has claimed over to the next provider. Return it as queued, or as it is then.

    Return None if this provider's error is the job's end: there is no other provider, or none may be asked.
    """
    if not job.family or not others_may_draw(error):
        return None
    lately.record_failure(job, error, own=bool(event.get("ownTokens")))
    if not event.get("next") or job.deadline - time.time() < LEAST_SECONDS:
        return None
    handed = jobs.hand_over(job, *_next(job, error, event["next"][0]))
    if not handed:
        return None
    logger.info("handed over", extra={"to": handed.request.provider, "code": error.code})
    try:
        invoke.reach(settings().function(ROUTER), _onward(event, handed) or {}, "Event")
    except EaselError as failure:
        logger.warning("a job could not be handed over", extra={"reason": failure.message})
        return _given_up(handed, error)
    return handed


def _given_up(job: Job, error: EaselError) -> Job:
    """Fail a job that could not be handed over, unless its next provider's function has it after all."""
    try:
        return jobs.give_up(job, error)
    except EaselError:
        return job  # it may be claimed; its deadline ends it


def _next(
    job: Job, error: EaselError, following: Mapping[str, Any]
) -> tuple[GenerationRequest, tuple[str, ...], Attempt]:
    """Return the request at the next provider with its warnings, and the attempt at the present one."""
    left = Attempt(
        provider=job.request.provider,
        model=job.request.model,
        code=error.code,
        message=error.message[:MOST_MESSAGE],
    )
    return GenerationRequest.from_json(following["request"]), tuple(following["warnings"]), left


def _onward(event: Mapping[str, Any], job: Job) -> dict[str, Any] | None:
    """Return the event for the provider that the job is at. None if that is not one of the event's next ones."""
    following = event.get("next", [])
    providers = [each["request"]["provider"] for each in following]
    if job.request.provider not in providers:
        return None
    place = providers.index(job.request.provider)
    tokens = {name: following[place][name] for name in invoke.TOKENS if name in following[place]}
    more = {"claim": True, "request": event.get("request", ""), "next": following[place + 1 :]}
    return {**tokens, **more, "job": job.to_json()}


def after_death(event: Mapping[str, Any], job: Job) -> Job | None:
    """Hand over a job whose function died and has certainly not called its provider: the job is not claimed.

    Return the job at the next provider, also if the function had handed it over before it died. Else return None.
    Raise `EaselError` if the table does not answer.
    """
    if not event.get("next") or job.deadline - time.time() < LEAST_SECONDS:
        return None
    handed = jobs.hand_over_unclaimed(job, *_next(job, invoke.died_unclaimed(job), event["next"][0]))
    handed = handed or jobs.get(job.id)
    if not (onward := _onward(event, handed)):
        return None
    if handed.status == "queued":  # the router may not have been reached
        logger.info("handed over after its function died", extra={"to": handed.request.provider})
        forward(onward)
    return handed


def died(record: Mapping[str, Any]) -> None:
    """Hand over or fail the job of an asynchronous invocation that died before it claimed the job.

    A claimed job stays as it is. Lambda may deliver an event twice, so another invocation may be running the job. If
    none is, its heartbeats stop and the job fails by that. An expired event changes nothing: the job's deadline has
    passed.

    Args:
        record: Lambda's invocation record, see
            https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html

    Raises:
        EaselError: the table did not answer. Lambda then sends the record again.
    """
    event, outcome = record["requestPayload"], record.get("responseContext") or {}
    if "functionError" not in outcome:
        return
    try:
        job = Job.from_json(event.get("job"))
    except ValueError as error:
        logger.error("a function died over an event that holds no job", extra={"reason": str(error)[:300]})
        return
    logger.append_keys(job=job.id, provider=job.request.provider, model=job.request.model)
    logger.error("the function died before it began a job, or over it")
    if not after_death(event, job):
        stored = jobs.give_up(job, invoke.died_unclaimed(job))
        admission.settle_job(stored, drawn=stored.status == "succeeded" or jobs.may_be_drawn(stored))


def forward(event: Mapping[str, Any]) -> None:
    """In the router: invoke the function of the next provider. Fail the job if the function cannot be reached."""
    job = Job.from_json(event["job"])
    logger.append_keys(job=job.id, provider=job.request.provider, model=job.request.model)
    try:
        invoke.reach(settings().function(job.request.provider), event, "Event")
    except EaselError as error:
        logger.warning("the next provider's function was not reached", extra={"reason": error.message})
        invoke.fail_unreached(job)
