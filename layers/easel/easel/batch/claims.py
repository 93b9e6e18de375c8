"""Who works on a job of a batch, and how many jobs of a batch are where.

A job's item is made by the worker that claims it first, so planning a million jobs writes none of them. A claim names
its worker and holds until the end of that worker's invocation; it can be taken over after that, or as soon as the state
machine has seen the worker die. Each change of a job is one conditional write on the version that was seen, together
with the counters of its batch's run, in one transaction. So each job is counted once, whatever is delivered twice.

A transaction whose answer was lost is recognised when it is repeated: the item then names this worker already.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from easel.batch import batches
from easel.batch.batches import Batch
from easel.common import aws
from easel.errors import EaselError
from easel.store import jobs, table
from easel.store.records import Job, Result, Status

SHARDS = 8
"""Items that share the counting of a run at one provider: one alone would take 500 changes a second."""
ATTEMPTS = 8
_COUNTED = ("running", "succeeded", "failed")


@dataclass(frozen=True)
class Claim:
    """A job as its item holds it, or as it would be made.

    `version` counts the item's changes and is 0 before it is made. `until` is when the claim of `worker` ends.
    """

    job: Job
    run: int
    version: int = 0
    worker: str = ""
    until: float = 0.0
    deaths: int = 0
    """How many workers died at the job."""

    def held(self, dead: str = "") -> bool:
        """Whether somebody may be at work; not one whose claim has run out, or whose child was seen to die."""
        died = bool(dead) and self.worker.startswith(f"{dead}:")
        return self.job.status == "running" and not died and self.until > time.time()


def take(job: Job, run: int, *, worker: str, dead: str, until: float) -> Claim:
    """Claims a job for `worker`, unless it has ended in this run or somebody else holds it.

    Args:
        worker: `{child}:{invocation}`: two invocations by one child differ, since the first may be alive.
        dead: a child whose last invocation the state machine saw die, or "".
        until: when this invocation will have ended, in seconds since the epoch.

    Returns:
        The job's item as it is now; it is claimed where it names this worker.
    """
    seen = Claim(job, run)
    for _ in range(ATTEMPTS):
        if seen.job.status == "succeeded" or (seen.job.status == "failed" and seen.run == run):
            return _adopt(seen, run)
        if seen.held(dead):
            return seen
        if mine := _change(seen, "running", run, worker=worker, until=until):
            return mine
        seen = read(job.id) or Claim(job, run)
    raise RuntimeError(f"job {job.id} changes too often to be claimed")


def succeed(claim: Claim, result: Result, warnings: tuple[str, ...]) -> Job:
    """Ends a job with its picture, whoever holds it by now and whatever was said before: a picture is never lost."""
    done = replace(claim.job, status="succeeded", finished=time.time(), result=result, warnings=warnings, error=None)
    seen: Claim | None = claim
    for _ in range(ATTEMPTS):
        if seen is None or seen.job.status == "succeeded":
            return seen.job if seen else done
        if _change(
            replace(seen, job=replace(done, status=seen.job.status)), "succeeded", seen.run, worker=claim.worker
        ):
            return done
        seen = read(claim.job.id)
    raise RuntimeError(f"job {claim.job.id} changes too often to be ended")


def fail(claim: Claim, error: EaselError) -> bool:
    """Ends a job with an error; False when it has ended, or is no longer this worker's."""
    before = replace(claim, job=replace(jobs.failed(claim.job, error, time.time()), status="running"))
    return claim.job.status == "running" and bool(_change(before, "failed", claim.run, worker=claim.worker))


def release(claim: Claim, *, tried: bool) -> None:
    """Running → queued, for another try; `tried` tells whether this one counts. A job of another's is left alone."""
    if claim.job.status != "running":
        return
    attempts = claim.job.attempts - (0 if tried else 1)
    _change(replace(claim, job=replace(claim.job, attempts=attempts)), "queued", claim.run, worker="")


def read(job_id: str) -> Claim | None:
    """The job's item as of now."""
    return next(iter(read_all([job_id]).values()), None)


def read_all(ids: Sequence[str]) -> dict[str, Claim]:
    """The jobs' items as of now, by id; what no worker has claimed yet is left out."""
    return {item["id"]["S"]: _claim(item) for item in table.get_many(ids)}


def counts(batch: Batch) -> dict[str, Counter[str]]:
    """How many of the present run's jobs are `running`, `succeeded` and `failed`, by provider."""
    found = {provider: Counter[str]() for provider in batch.jobs}
    ids = [_counter(batch.id, batch.run, provider, shard) for provider in found for shard in range(SHARDS)]
    for item in table.get_many(ids):
        provider = item["id"]["S"].split("#")[3]
        found[provider].update({name: int(item[name]["N"]) for name in _COUNTED if name in item})
    return found


def _adopt(seen: Claim, run: int) -> Claim:
    """Counts a picture of an earlier run in this one."""
    if seen.run < run:
        return _change(seen, "succeeded", run, worker=seen.worker) or seen
    return seen


def _change(seen: Claim, status: Status, run: int, *, worker: str, until: float = 0.0) -> Claim | None:
    """Moves a job from what was seen to a status of a run; None when it is not as it was seen any more."""
    job, again = seen.job, seen.run < run and status == "running"
    died = 1 if seen.job.status == "running" == status and not again else 0
    deaths = 0 if again else seen.deaths + died
    if status == "running":
        attempts = 1 if again else job.attempts + 1
        job = replace(job, attempts=attempts, started=job.started or time.time(), error=None, finished=None)
    after = Claim(replace(job, status=status), run, seen.version + 1, worker, until, deaths)
    put: dict[str, Any] = {
        "Put": {
            "TableName": table.name(),
            "Item": _item(after),
            "ConditionExpression": "version = :seen" if seen.version else "attribute_not_exists(id)",
            **({"ExpressionAttributeValues": {":seen": {"N": str(seen.version)}}} if seen.version else {}),
        }
    }
    before = seen.job.status if seen.version and seen.run == run else "queued"
    delta = Counter[str]({status: 1})
    delta.subtract([before])
    counted = {name: change for name, change in delta.items() if change and name in _COUNTED}
    return after if _transact([put, *_count(after, counted)]) or _is_ours(after) else None


def _count(after: Claim, counted: Mapping[str, int]) -> list[dict[str, Any]]:
    if not counted:
        return []
    job = after.job
    key = _counter(job.batch or "", after.run, job.request.provider, int(job.id[-2:], 16) % SHARDS)
    values = {f":{name}": {"N": str(change)} for name, change in counted.items()}
    change = "SET expires = :expires ADD " + ", ".join(f"{name} :{name}" for name in counted)
    expires = {":expires": {"N": str(batches.expires(time.time()))}}
    update = {"TableName": table.name(), "Key": {"id": {"S": key}}, "UpdateExpression": change}
    return [{"Update": {**update, "ExpressionAttributeValues": {**values, **expires}}}]


def _transact(writes: list[dict[str, Any]]) -> bool:
    """Writes all or nothing; False when the job's condition does not hold."""
    client = aws.dynamodb()
    for attempt in range(1, ATTEMPTS + 1):
        try:
            client.transact_write_items(TransactItems=writes)  # type: ignore[arg-type]
        except client.exceptions.TransactionCanceledException as error:
            reasons = [str(reason.get("Code")) for reason in error.response.get("CancellationReasons", [])]
            if "ConditionalCheckFailed" in reasons:
                return False
            if attempt == ATTEMPTS or set(reasons) - {"None", "TransactionConflict"}:
                raise
            time.sleep(random.uniform(0, 0.02 * 2**attempt))  # another worker is counting; it takes milliseconds
        else:
            return True
    raise AssertionError("the last attempt returns or raises")


def _is_ours(after: Claim) -> bool:
    """Whether a change that was refused had been made by this very worker, and only its answer was lost."""
    now = read(after.job.id)
    return bool(now and after.worker and (now.version, now.worker, now.job.status) == (
        after.version, after.worker, after.job.status
    ))  # fmt: skip


def _item(claim: Claim) -> dict[str, Any]:
    job = claim.job
    moving: dict[str, Any] = {"status": {"S": job.status}, "attempts": {"N": str(job.attempts)}}
    moving |= {name: table.number(value) for name in ("started", "finished") if (value := getattr(job, name))}
    if job.ended:
        moving["outcome"] = {"S": table.json_text(job.to_json(), *jobs.OUTCOME)}
    return {
        **jobs.as_item(job),
        **moving,
        "expires": {"N": str(batches.expires(time.time()))},
        "run": {"N": str(claim.run)},
        "version": {"N": str(claim.version)},
        "worker": {"S": claim.worker},
        "until": table.number(claim.until),
        "deaths": {"N": str(claim.deaths)},
    }


def _claim(item: Mapping[str, Any]) -> Claim:
    numbers = {name: int(item[name]["N"]) for name in ("run", "version", "deaths")}
    return Claim(jobs.from_item(item), worker=item["worker"]["S"], until=float(item["until"]["N"]), **numbers)


def _counter(batch_id: str, run: int, provider: str, shard: int) -> str:
    return f"batch#{batch_id}#{run}#{provider}#{shard}"
