"""A job as planning writes it, and for a family its requests at the other providers that may draw it.

| field | what |
|---|---|
| `id` | the job's id |
| `request`, `warnings` | the request at the provider that planning chose; its counters count the job |
| `family` | of a line with the provider `auto` |
| `others` | for each other provider, in the order to ask them, what differs there in `request`, and the `warnings` |

The job's item in the table names the provider that it is at now, and in `tried` the last attempt at each other one.
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


def written(job_id: str, valid: ValidatedRequest) -> dict[str, Any]:
    """Return a planned job as JSON, with the requests in `valid.others`."""
    first = valid.request.to_json(defaults=False)
    planned: dict[str, Any] = {"id": job_id, "request": first}
    if valid.warnings:
        planned["warnings"] = valid.warnings
    if valid.family:
        others = [{"request": _difference(first, each), "warnings": each.warnings} for each in valid.others]
        planned |= {"family": valid.family, "others": others}
    return planned


def kept(job: Job) -> dict[str, Any]:
    """Return the planned job for one that its provider has accepted in an earlier run, so that no other draws it."""
    return {"id": job.id, "request": job.request.to_json(defaults=False), "warnings": job.warnings}


def _difference(first: Mapping[str, Any], other: ValidatedRequest) -> dict[str, Any]:
    fields = other.request.to_json(defaults=False)
    changed = {name: value for name, value in fields.items() if name not in first or first[name] != value}
    return {**changed, **dict.fromkeys(first.keys() - fields.keys())}


def home(planned: PlannedJob) -> str:
    """Return the id of the provider whose file the job is in."""
    return str(planned["request"]["provider"])


def at(planned: PlannedJob, provider: str) -> tuple[GenerationRequest, tuple[str, ...]]:
    """Return the job's request at the provider, and the warnings. Raise `InternalError` if it has none there."""
    first = planned["request"]
    if first["provider"] == provider:
        return GenerationRequest.from_json(first), tuple(planned.get("warnings", ()))
    for other in planned.get("others", ()):
        if other["request"]["provider"] == provider:
            fields = {name: value for name, value in {**first, **other["request"]}.items() if value is not None}
            return GenerationRequest.from_json(fields), tuple(other["warnings"])
    raise InternalError(f"the batch's job {planned['id']} has no request at {provider}")


def may_leave(planned: PlannedJob, claim: Claim | None) -> bool:
    """Return True if the job may go to a provider that was not asked yet. `claim` is that of this run, if any."""
    bound = claim and (claim.bound or claim.deaths)
    return not bound and _untried(planned, claim.job if claim else None) is not None


def _untried(planned: PlannedJob, job: Job | None) -> str | None:
    """Return the first provider that was not asked yet, or None. `job` is None before a claim in this run."""
    asked = {job.request.provider, *(each.provider for each in job.tried)} if job else {home(planned)}
    providers = [home(planned), *(other["request"]["provider"] for other in planned.get("others", ()))]
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
        claim: the claim on it.
        error: why the present provider does not draw it.
        until: when the present provider accepts again, if that is known.
        ends: whether the job would fail or wait now, so that it may go back to a provider whose tokens rest.
    """
    job = claim.job
    if claim.bound or claim.deaths or not handover.others_may_draw(error):
        return False
    to, resting = _untried(planned, job), _back_first(job, until) if ends else None
    if not to and resting:
        to, cause = resting.provider, "quota" if resting.code == QuotaExceeded.code else "rest"
        batches.set_waiting(batch, to, resting.model, resting.until, resting.message, cause)
    if not to:
        return False
    left = Attempt(
        provider=job.request.provider,
        model=job.request.model,
        code=error.code,
        message=error.message[: handover.MOST_MESSAGE],
        until=until,
    )
    claims.hand_over(claim, _handed_over(planned, job, to, left))
    logger.info("handed over", extra={"to": to, "code": error.code})
    return True


def _back_first(job: Job, until: float | None) -> Attempt | None:
    """Return the attempt at the provider that accepts again before the present one, which does so at `until`."""
    resting = [each for each in job.tried if each.until and (until is None or each.until < until)]
    return min(resting, key=lambda each: each.until or 0, default=None)


def _handed_over(planned: PlannedJob, job: Job, provider: str, left: Attempt) -> Job:
    """Return the job with its request at the provider. `left` is the attempt at the present one."""
    request, warnings = at(planned, provider)
    tried = [each for each in job.tried if each.provider not in (provider, left.provider)]
    return job.replace(request=request, warnings=warnings, tried=(*tried, left), attempts=0)
