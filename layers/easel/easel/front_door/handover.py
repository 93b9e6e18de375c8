"""Hand a family's job over to the next provider, after one that has not accepted it.

The function of the provider that refused writes the job's next request into the job, and gives the rest of the event
to the router, which invokes the next provider's function with it. See docs/decisions/families.md.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

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
    TokenGone,
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
OF_CALL = (AccessRefused, AccessDenied, TokenGone, BudgetSpent, AnswerLost, LinkRefused, TaskFailed)
"""Classes below these that every provider would have, or after which a picture may be drawn."""
LEAST_SECONDS = 20.0
"""Time that a job must have left for another provider."""
MOST_MESSAGE = 300
"""Characters of an error that are kept with the job."""
ROUTER = "router"


def others_may_draw(error: EaselError) -> bool:
    """Whether another provider may be asked: this one has certainly not accepted, and the request is not at fault."""
    of_provider = isinstance(error, OF_PROVIDER) and not isinstance(error, OF_CALL)
    return of_provider and not (error.drawn or error.accepted)


def hand_over(event: Mapping[str, Any], job: Job, error: EaselError) -> Job | None:
    """Hand a job that this function has claimed over to the next provider. Return it as queued, or as it is then.

    Return None if this provider's error is the job's end: there is no other provider, or none may be asked.
    """
    if not job.family or not others_may_draw(error):
        return None
    lately.failed(job, error, own=bool(event.get("ownTokens")))
    if not event.get("next") or job.deadline - time.time() < LEAST_SECONDS:
        return None
    after, onward = _next(event, job, error)
    handed = jobs.hand_over(job, after.request, after.warnings, after.tried[-1])
    if not handed:
        return None
    logger.info("handed over", extra={"to": handed.request.provider, "code": error.code})
    try:
        invoke.reach(settings().function(ROUTER), {**onward, "job": handed.to_json()}, "Event")
    except EaselError as failure:
        logger.warning("a job could not be handed over", extra={"reason": failure.message})
        return _given_up(handed, error)
    return handed


def _given_up(job: Job, error: EaselError) -> Job:
    """Fail a job that was handed over in vain, unless its next provider's function has it after all."""
    try:
        return jobs.give_up(job, error)
    except EaselError:
        return job  # it may be claimed; its deadline ends it


def _next(event: Mapping[str, Any], job: Job, error: EaselError) -> tuple[Job, dict[str, Any]]:
    """The job as the next provider gets it, and its event without the job."""
    first, *rest = event["next"]
    request = GenerationRequest.from_json(first["request"])
    left = Attempt(
        provider=job.request.provider,
        model=job.request.model,
        code=error.code,
        message=error.message[:MOST_MESSAGE],
    )
    warnings, tried = tuple(first["warnings"]), (*job.tried, left)
    tokens = {name: first[name] for name in invoke.TOKENS if name in first}
    onward = {**tokens, "claim": True, "request": event.get("request", ""), "next": rest}
    return job.replace(request=request, warnings=warnings, tried=tried), onward


def forward(event: Mapping[str, Any]) -> None:
    """In the router: invoke the function of the next provider. Fail the job if the function cannot be reached."""
    job = Job.from_json(event["job"])
    logger.append_keys(job=job.id, provider=job.request.provider, model=job.request.model)
    try:
        invoke.reach(settings().function(job.request.provider), event, "Event")
    except EaselError as error:
        logger.warning("the next provider's function was not reached", extra={"reason": error.message})
        invoke.fail_unreached(job)
