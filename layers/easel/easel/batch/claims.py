"""Claims on a batch's jobs, and counters of its jobs by status.

The first worker that claims a job creates the job's item, so planning a million jobs writes no items. A claim names its
worker and lasts for less than a minute; heartbeats extend it. Another worker may take the job over when the claim ends,
or as soon as the state machine has seen the worker die.

Each change of a job is a conditional write on the version that was read, in one transaction with the counters of its
batch's run. So each job is counted once, even if an event is delivered twice. A repeated transaction whose first
response was lost is recognised, because the item then names this worker.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pydantic_core import from_json

from easel.batch import batches
from easel.batch.batches import Batch
from easel.errors import EaselError
from easel.store import jobs, table
from easel.store.records import Job, Result, Status

Outcome = Mapping[str, Any]
"""A job's `status`, `run`, `provider`, `model`, and those of `result`, `error`, `warnings` and `tried` that it has.

An ended job's item has it as JSON in the attribute `outcome`. Fields with their default value are left out.
"""
SHARDS = 8
"""Number of counter items of a run at one provider. A single item would allow about 500 changes a second."""
MAX_ATTEMPTS = 8
"""Maximum number of writes for one change of a job, if other workers change it at the same time."""
_COUNTED = ("running", "succeeded", "failed")
"""The statuses that have a counter."""


class Claim(NamedTuple):
    """A job and the claim on it.

    `version` counts the item's changes; 0 means that the item does not exist yet. The claim of `worker` ends at
    `until`, in seconds since the epoch.
    """

    job: Job
    run: int
    version: int = 0
    worker: str = ""
    until: float = 0.0
    deaths: int = 0
    """Number of workers that died while they worked on the job."""
    planned_provider: str = ""
    """The provider that planning chose. Its counters count the job, even if another provider of the family draws it."""
    bound: bool = False
    """True if the present provider may have accepted or drawn the job. No other provider is asked then."""

    def is_live(self, dead: str = "") -> bool:
        """Return True until the claim ends, unless its worker belongs to the dead child execution `dead`."""
        died = bool(dead) and self.worker.startswith(f"{dead}:")
        return self.job.status == "running" and not died and self.until > time.time()


def take(job: Job, run: int, *, worker: str, dead: str, until: float, planned_provider: str | None = None) -> Claim:
    """Claim a job for `worker`, unless it has ended in this run, is claimed, or was handed to another provider.

    Args:
        job: the job, with the request at the worker's provider.
        run: number of the batch's run.
        worker: `{child}:{invocation}`. Two invocations of one child execution differ, since both may run.
        dead: a child execution whose last invocation has died, as the state machine reports, or "".
        until: when the claim ends unless it is extended, in seconds since the epoch.
        planned_provider: the provider that planning chose; None for that of the job's request.

    Returns:
        The present claim. The worker has the job if the claim names it. A job that was handed over to another provider
        has its request there.

    Raises:
        RuntimeError: other workers changed the job `MAX_ATTEMPTS` times in a row.
    """
    new = Claim(job, run, planned_provider=planned_provider or job.request.provider)
    current = new
    for _ in range(MAX_ATTEMPTS):
        if current.job.status == "succeeded" or (current.job.status == "failed" and current.run == run):
            return _count_earlier_picture(current, run, new.planned_provider)
        if current.is_live(dead):
            return current
        if current.run < run:  # use the request of this run's plan
            changes = {"request": job.request, "warnings": job.warnings, "family": job.family, "tried": ()}
            current = current._replace(job=current.job.replace(**changes), planned_provider=new.planned_provider)
        if current.job.request.provider != job.request.provider:
            return current
        if claimed := _change(current, "running", run, worker=worker, until=until):
            return claimed
        current = read(job.id) or new
    raise RuntimeError(f"job {job.id} changes too often to be claimed")


def extend(claim: Claim, until: float) -> bool:
    """Extend the claim. Return False if the job has ended or another worker holds it."""
    return table.update(
        claim.job.id,
        "SET #until = :until",
        condition="worker = :worker AND version = :version AND #status = :running",
        names={"#until": "until", "#status": "status"},
        values={
            ":until": table.number(until),
            ":worker": {"S": claim.worker},
            ":version": {"N": str(claim.version)},
            ":running": {"S": "running"},
        },
    )


def succeed(claim: Claim, result: Result, warnings: tuple[str, ...]) -> Job:
    """End a job with its picture, even if it has failed or another worker claims it, so that no picture is lost.

    Return the job. If another worker has already stored a picture, it has that one.
    """
    done = claim.job.replace(status="succeeded", finished=time.time(), result=result, warnings=warnings, error=None)
    current: Claim | None = claim
    for _ in range(MAX_ATTEMPTS):
        if current is None or current.job.status == "succeeded":
            return current.job if current else done
        before = current._replace(job=done.replace(status=current.job.status))
        if _change(before, "succeeded", current.run, worker=claim.worker):
            return done
        current = read(claim.job.id)
    raise RuntimeError(f"job {claim.job.id} changes too often to be ended")


def fail(claim: Claim, error: EaselError) -> bool:
    """End a job with an error. Return False if it has ended or another worker holds it."""
    before = claim._replace(job=jobs.failed(claim.job, error, time.time()).replace(status="running"))
    return claim.job.status == "running" and bool(_change(before, "failed", claim.run, worker=claim.worker))


def release(claim: Claim, *, tried: bool, bound: bool = False) -> None:
    """Move a job from `running` to `queued`, unless another worker holds it.

    `tried` counts this attempt. `bound` keeps the job at its provider, which may have accepted or drawn it.
    """
    if claim.job.status != "running":
        return
    attempts = claim.job.attempts - (0 if tried else 1)
    released = claim._replace(job=claim.job.replace(attempts=attempts), bound=claim.bound or bound)
    _change(released, "queued", claim.run, worker="")


def hand_over(claim: Claim, job: Job) -> None:
    """Move a job from `running` to `queued` at another provider, unless another worker holds it.

    `job` has the request for the new provider. Workers of the former provider can no longer claim the job.
    """
    if claim.job.status == "running":
        _change(claim._replace(job=job), "queued", claim.run, worker="")


def read(job_id: str) -> Claim | None:
    """Return the present claim on a job, or None if no worker has claimed it yet."""
    return next(iter(read_all([job_id]).values()), None)


def read_all(ids: Sequence[str]) -> dict[str, Claim]:
    """Return the present claims on jobs, by job id. Jobs that no worker has claimed yet are left out."""
    return {item["id"]["S"]: _claim(item) for item in table.get_many(ids)}


def read_outcomes(ids: Sequence[str]) -> tuple[dict[str, Outcome], dict[str, Claim]]:
    """Return the outcomes of ended jobs, and the present claims on the other claimed jobs, both by job id.

    An outcome is one attribute of the item, which takes a quarter of the time to read. An item without it, or of an
    earlier version, is read as a whole.
    """
    outcomes: dict[str, Outcome] = {}
    others: list[str] = []
    for item in table.get_many(ids, "id", "outcome"):
        stored = from_json(item["outcome"]["S"]) if "outcome" in item else {}
        if "run" in stored:
            outcomes[item["id"]["S"]] = stored
        else:
            others.append(item["id"]["S"])
    return outcomes, read_all(others)


def outcome(claim: Claim) -> dict[str, Any]:
    """Return what the results of a batch tell about the job."""
    job = claim.job
    details = {"warnings": list(job.warnings), "tried": [each.to_json() for each in job.tried], "error": job.error}
    return {
        "status": job.status,
        "run": claim.run,
        "provider": job.request.provider,
        "model": job.request.model,
        **{name: value for name, value in details.items() if value},
        **({"result": job.result.to_json(defaults=False)} if job.result else {}),
    }


def counts(batch: Batch) -> dict[str, Counter[str]]:
    """Return the numbers of `running`, `succeeded` and `failed` jobs in the present run, by provider."""
    totals = {provider: Counter[str]() for provider in batch.jobs}
    ids = [_counter(batch.id, batch.run, provider, shard) for provider in totals for shard in range(SHARDS)]
    for item in table.get_many(ids):
        provider = item["id"]["S"].split("#")[3]
        totals[provider].update({name: int(item[name]["N"]) for name in _COUNTED if name in item})
    return totals


def _count_earlier_picture(claim: Claim, run: int, planned_provider: str) -> Claim:
    """Count a picture of an earlier run in this run. Return the claim, unchanged if it is of this run."""
    if claim.run < run:
        return (
            _change(claim._replace(planned_provider=planned_provider), "succeeded", run, worker=claim.worker) or claim
        )
    return claim


def _change(before: Claim, status: Status, run: int, *, worker: str, until: float = 0.0) -> Claim | None:
    """Move a job to a status in a run. Return None if its item has changed since `before` was read."""
    job, new_run = before.job, before.run < run and status == "running"
    died = 1 if before.job.status == "running" == status and not new_run else 0
    deaths = 0 if new_run else before.deaths + died
    if status == "running":
        attempts = 1 if new_run else job.attempts + 1
        job = job.replace(attempts=attempts, started=job.started or time.time(), error=None, finished=None)
    bound = before.bound and not new_run
    after = Claim(
        job.replace(status=status), run, before.version + 1, worker, until, deaths, before.planned_provider, bound
    )
    put: dict[str, Any] = {
        "Put": {
            "TableName": table.name(),
            "Item": _item(after),
            "ConditionExpression": "version = :before" if before.version else "attribute_not_exists(id)",
            **({"ExpressionAttributeValues": {":before": {"N": str(before.version)}}} if before.version else {}),
        }
    }
    delta = Counter[str]({status: 1})
    delta.subtract([before.job.status if before.version and before.run == run else "queued"])
    counted = {name: change for name, change in delta.items() if change and name in _COUNTED}
    return after if table.transact([put, *_count(after, counted)]) or _is_ours(after) else None


def _count(after: Claim, counted: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return the update of the batch's counters, for the transaction. Empty if no counter changes."""
    if not counted:
        return []
    job = after.job
    key = _counter(job.batch or "", after.run, after.planned_provider, int(job.id[-2:], 16) % SHARDS)
    values = {f":{name}": {"N": str(change)} for name, change in counted.items()}
    change = "SET expires = :expires ADD " + ", ".join(f"{name} :{name}" for name in counted)
    expires = {":expires": {"N": str(batches.expires(time.time()))}}
    update = {"TableName": table.name(), "Key": {"id": {"S": key}}, "UpdateExpression": change}
    return [{"Update": {**update, "ExpressionAttributeValues": {**values, **expires}}}]


def _is_ours(after: Claim) -> bool:
    """Return True if the refused change was already made by this worker, whose first response was lost."""
    now = read(after.job.id)
    return bool(now and after.worker and (now.version, now.worker, now.job.status) == (
        after.version, after.worker, after.job.status
    ))  # fmt: skip


def _item(claim: Claim) -> dict[str, Any]:
    job = claim.job
    changing: dict[str, Any] = {"status": {"S": job.status}, "attempts": {"N": str(job.attempts)}}
    changing |= {name: table.number(value) for name in ("started", "finished") if (value := getattr(job, name))}
    if job.ended:
        error = {"error_status": job.error_status, "drawn": job.drawn} if job.error else {}
        changing["outcome"] = {"S": table.json_text({**outcome(claim), **error})}
    return {
        **jobs.as_item(job),
        **changing,
        "expires": {"N": str(batches.expires(time.time()))},
        "run": {"N": str(claim.run)},
        "version": {"N": str(claim.version)},
        "worker": {"S": claim.worker},
        "until": table.number(claim.until),
        "deaths": {"N": str(claim.deaths)},
        "home": {"S": claim.planned_provider},
        "bound": {"BOOL": claim.bound},
    }


def _claim(item: Mapping[str, Any]) -> Claim:
    numbers = {name: int(item[name]["N"]) for name in ("run", "version", "deaths")}
    job = jobs.from_item(item)
    # Items of earlier versions have no `home`.
    planned_provider = item.get("home", {}).get("S") or job.request.provider
    return Claim(
        job,
        worker=item["worker"]["S"],
        until=float(item["until"]["N"]),
        planned_provider=planned_provider,
        bound=bool(item.get("bound", {}).get("BOOL")),
        **numbers,
    )


def _counter(batch_id: str, run: int, provider: str, shard: int) -> str:
    return f"batch#{batch_id}#{run}#{provider}#{shard}"
