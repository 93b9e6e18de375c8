"""Planned jobs: the JSON that planning writes for each job, with a family's requests to its other providers.

| field | content |
|---|---|
| `id` | the job's id |
| `request`, `warnings` | the request to the provider that planning chose; its counters count the job |
| `family` | the family, if the line has the provider `auto` |
| `others` | for each other provider, in the order to ask them: the fields of `request` that differ, and `warnings` |

The job's item in the table has its present provider, and in `tried` the last attempt at each other provider.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from easel.batch import batches, claims
from easel.batch.batches import Batch
from easel.batch.claims import Claim
from easel.common.telemetry import logger
from easel.errors import EaselError, InternalError, QuotaExceeded
from easel.front_door import handover
from easel.store.records import Attempt, GenerationRequest, Job, ValidatedRequest

PlannedJob = Mapping[str, Any]


def to_json(job_id: str, valid: ValidatedRequest) -> dict[str, Any]:
    """Return a planned job as JSON, with the requests to other providers in `valid.others`."""
    first = valid.request.to_json(defaults=False)
    planned: dict[str, Any] = {"id": job_id, "request": first}
    if valid.warnings:
        planned["warnings"] = valid.warnings
    if valid.family:
        others = [{"request": _difference(first, each), "warnings": each.warnings} for each in valid.others]
        planned |= {"family": valid.family, "others": others}
    return planned


def of_accepted_job(job: Job) -> dict[str, Any]:
    """Return the planned job for a job that its provider accepted in an earlier run. No other provider may draw it."""
    return {"id": job.id, "request": job.request.to_json(defaults=False), "warnings": job.warnings}


def _difference(first: Mapping[str, Any], other: ValidatedRequest) -> dict[str, Any]:
    fields = other.request.to_json(defaults=False)
    changed = {name: value for name, value in fields.items() if name not in first or first[name] != value}
    return {**changed, **dict.fromkeys(first.keys() - fields.keys())}


def planned_provider(planned: PlannedJob) -> str:
    """Return the id of the provider that planning chose. The job is in that provider's file."""
    return str(planned["request"]["provider"])


def request_at(planned: PlannedJob, provider: str) -> tuple[GenerationRequest, tuple[str, ...]]:
    """Return the job's request to the provider, and its warnings. Raise `InternalError` if there is no such request."""
    first = planned["request"]
    if first["provider"] == provider:
        return GenerationRequest.from_json(first), tuple(planned.get("warnings", ()))
    for other in planned.get("others", ()):
        if other["request"]["provider"] == provider:
            fields = {name: value for name, value in {**first, **other["request"]}.items() if value is not None}
            return GenerationRequest.from_json(fields), tuple(other["warnings"])
    raise InternalError(f"the batch's job {planned['id']} has no request at {provider}")


def can_change_provider(planned: PlannedJob, claim: Claim | None) -> bool:
    """Return True if a provider that was not asked yet may draw the job.

    `claim` is the claim of this run, or None before the first one.
    """
    bound = claim and (claim.bound or claim.deaths)
    return not bound and _untried(planned, claim.job if claim else None) is not None


def _untried(planned: PlannedJob, job: Job | None) -> str | None:
    """Return the first provider that was not asked yet, or None. `job` is None before a claim in this run."""
    asked = {job.request.provider, *(each.provider for each in job.tried)} if job else {planned_provider(planned)}
    providers = [planned_provider(planned), *(other["request"]["provider"] for other in planned.get("others", ()))]
    return next((provider for provider in providers if provider not in asked), None)


def hand_over(
    batch: Batch,
    planned: PlannedJob,
    claim: Claim,
    error: EaselError,
    *,
    until: float | None = None,
    ends: bool = True,
) -> bool:
    """Hand a claimed job over to another provider. Return False if no other one may be asked.

    Args:
        batch: the job's batch.
        planned: the job as planned.
        claim: the claim on the job.
        error: why the present provider does not draw the job.
        until: when the present provider accepts again, in seconds since the epoch, or None if unknown.
        ends: True if the job would otherwise fail or wait. It may then return to a provider whose tokens rest.
    """
    job = claim.job
    if claim.bound or claim.deaths or not handover.others_may_draw(error):
        return False
    to, resting = _untried(planned, job), _earliest_resting(job, until) if ends else None
    if not to and resting:
        to, cause = resting.provider, "quota" if resting.code == QuotaExceeded.code else "rest"
        batches.set_waiting(batch, to, resting.model, resting.until, resting.message, cause)
    if not to:
        return False
    failed = Attempt(
        provider=job.request.provider,
        model=job.request.model,
        code=error.code,
        message=error.message[: handover.MAX_MESSAGE],
        until=until,
    )
    claims.hand_over(claim, _handed_over(planned, job, to, failed))
    logger.info("job handed over to another provider", extra={"to": to, "code": error.code})
    return True


def _earliest_resting(job: Job, until: float | None) -> Attempt | None:
    """Return the attempt at the provider that accepts again first, if it does so before `until`. Else return None."""
    resting = [each for each in job.tried if each.until and (until is None or each.until < until)]
    return min(resting, key=lambda each: each.until or 0, default=None)


def _handed_over(planned: PlannedJob, job: Job, provider: str, failed: Attempt) -> Job:
    """Return the job with its request to the provider. `failed` is the attempt at the present provider."""
    request, warnings = request_at(planned, provider)
    tried = [each for each in job.tried if each.provider not in (provider, failed.provider)]
    return job.replace(request=request, warnings=warnings, tried=(*tried, failed), attempts=0)
