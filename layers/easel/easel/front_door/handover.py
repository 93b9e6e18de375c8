"""Hand a family's job over to the next provider if a provider has not accepted it.

The function of the provider that refused stores the next request in the job, and sends the rest of the event to the
router. The router invokes the next provider's function with it. See docs/decisions/families.md.
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

PROVIDER_ERRORS = (
    *(AuthRequired, AuthInvalid, AuthExpired, RateLimited, QuotaExceeded),
    *(ModelRetired, ProviderError, ProviderUnreachable),
)
"""Errors of one provider. Another provider of the family may succeed."""
FINAL_ERRORS = (AccessRefused, AccessDenied, TokenMissing, BudgetSpent, AnswerLost, LinkRefused, TaskFailed)
"""Subclasses of `PROVIDER_ERRORS` that every provider would raise, or after which a picture may be drawn."""
MIN_SECONDS = 20.0
"""Minimum seconds until the job's deadline to ask another provider."""
MAX_MESSAGE = 300
"""Maximum characters of an error that are stored with the job."""
ROUTER = "router"


def others_may_draw(error: EaselError) -> bool:
    """Return True if another provider may be asked.

    It may if the failed provider has certainly not accepted the job, and the request is not the cause.
    """
    of_provider = isinstance(error, PROVIDER_ERRORS) and not isinstance(error, FINAL_ERRORS)
    return of_provider and not (error.drawn or error.accepted)


def hand_over(event: Mapping[str, Any], job: Job, error: EaselError) -> Job | None:
    """Hand a job that this function has claimed over to the next provider. Return the stored job.

    Return None if no other provider may be asked. The job then ends with this provider's error.
    """
    if not job.family or not others_may_draw(error):
        return None
    lately.record_failure(job, error, own=bool(event.get("ownTokens")))
    if not event.get("next") or job.deadline - time.time() < MIN_SECONDS:
        return None
    handed = jobs.hand_over(job, *_next(job, error, event["next"][0]))
    if not handed:
        return None
    logger.info("job handed over to another provider", extra={"to": handed.request.provider, "code": error.code})
    try:
        invoke.reach(settings().function(ROUTER), _onward(event, handed) or {}, "Event")
    except EaselError as failure:
        logger.warning("job not handed over", extra={"reason": failure.message})
        return _given_up(handed, error)
    return handed


def _given_up(job: Job, error: EaselError) -> Job:
    """Fail a job whose next function could not be invoked, unless that function has claimed it."""
    try:
        return jobs.give_up(job, error)
    except EaselError:
        return job  # if no function has claimed it, its deadline ends it


def _next(
    job: Job, error: EaselError, following: Mapping[str, Any]
) -> tuple[GenerationRequest, tuple[str, ...], Attempt]:
    """Return the request to the next provider, its warnings, and the failed attempt at the present provider."""
    failed = Attempt(
        provider=job.request.provider,
        model=job.request.model,
        code=error.code,
        message=error.message[:MAX_MESSAGE],
    )
    return GenerationRequest.from_json(following["request"]), tuple(following["warnings"]), failed


def _onward(event: Mapping[str, Any], job: Job) -> dict[str, Any] | None:
    """Return the event for the job's present provider, or None if the event has no request to it."""
    following = event.get("next", [])
    providers = [each["request"]["provider"] for each in following]
    if job.request.provider not in providers:
        return None
    place = providers.index(job.request.provider)
    tokens = {name: following[place][name] for name in invoke.TOKENS if name in following[place]}
    more = {"claim": True, "request": event.get("request", ""), "next": following[place + 1 :]}
    return {**tokens, **more, "job": job.to_json()}


def after_death(event: Mapping[str, Any], job: Job) -> Job | None:
    """Hand over a job whose function died before it claimed the job, so that it has not called its provider.

    Return the job at the next provider, even if the function had handed it over before it died. Otherwise return None.
    Raise `EaselError` if the table does not respond.
    """
    if not event.get("next") or job.deadline - time.time() < MIN_SECONDS:
        return None
    handed = jobs.hand_over_unclaimed(job, *_next(job, invoke.died_unclaimed(job), event["next"][0]))
    handed = handed or jobs.get(job.id)
    if not (onward := _onward(event, handed)):
        return None
    if handed.status == "queued":  # the router may not have been reached
        logger.info("job handed over after its function died", extra={"to": handed.request.provider})
        forward(onward)
    return handed


def died(record: Mapping[str, Any]) -> None:
    """Hand over or fail the job of an asynchronous invocation that died before it claimed the job.

    A claimed job is unchanged, because Lambda may deliver an event twice, and another invocation may run the job. If
    none does, the job fails when its heartbeats stop. An expired event changes nothing, since the job's deadline has
    passed.

    Args:
        record: Lambda's invocation record, see
            https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html

    Raises:
        EaselError: the table did not respond. Lambda then sends the record again.
    """
    event, outcome = record["requestPayload"], record.get("responseContext") or {}
    if "functionError" not in outcome:
        return
    try:
        job = Job.from_json(event.get("job"))
    except ValueError as error:
        logger.error("a function died with an event without a job", extra={"reason": str(error)[:300]})
        return
    logger.append_keys(job=job.id, provider=job.request.provider, model=job.request.model)
    logger.error("the function died before or during a job")
    if not after_death(event, job):
        stored = jobs.give_up(job, invoke.died_unclaimed(job))
        admission.settle_job(stored, drawn=stored.status == "succeeded" or jobs.may_be_drawn(stored))


def forward(event: Mapping[str, Any]) -> None:
    """Invoke the function of the next provider, from the router. Fail the job if the function cannot be reached."""
    job = Job.from_json(event["job"])
    logger.append_keys(job=job.id, provider=job.request.provider, model=job.request.model)
    try:
        invoke.reach(settings().function(job.request.provider), event, "Event")
    except EaselError as error:
        logger.warning("next provider's function not reached", extra={"reason": error.message})
        invoke.fail_unreached(job)
