"""A job that comes from a queue: claimed for a while, given back, taken over from a worker that died.

The job's item is made by the worker that claims it first, so planning a million jobs writes none of them. A claim is
one conditional write, and holds until its lease runs out; the worker renews it while it works. A job that has ended
is never claimed again. So a message may be delivered as often as it likes: one picture comes of it.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from easel import aws, jobs, queues
from easel.jobs import Job


@dataclass(frozen=True)
class Claim:
    """What became of a claim.

    `job` is the job as it is now. `mine` tells whether to work on it; `inherited` that somebody died at it, who may
    have got as far as the picture. Where somebody else works on it, `busy` is how long that holds, in seconds.
    """

    job: Job
    mine: bool
    inherited: bool = False
    busy: float = 0


def take(job: Job) -> Claim:
    """Claims a job unless it has ended or somebody works on it; makes its item where there is none."""
    client, now = aws.dynamodb(), time.time()
    item = jobs.as_item(job)
    try:
        before = client.update_item(
            TableName=jobs.table(),
            Key={"id": item["id"]},
            UpdateExpression="SET #status = :running, lease = :lease, started = if_not_exists(started, :now), "
            "#job = if_not_exists(#job, :job), expires = if_not_exists(expires, :expires) ADD attempts :one",
            ConditionExpression="attribute_not_exists(id) OR #status = :queued"
            " OR (#status = :running AND lease < :now)",
            ExpressionAttributeNames={"#status": "status", "#job": "job"},
            ExpressionAttributeValues={
                ":running": {"S": "running"},
                ":queued": {"S": "queued"},
                ":lease": jobs.as_number(now + queues.LEASE_SECONDS),
                ":now": jobs.as_number(now),
                ":job": item["job"],
                ":expires": item["expires"],
                ":one": {"N": "1"},
            },
            ReturnValues="ALL_OLD",
        ).get("Attributes")
    except client.exceptions.ConditionalCheckFailedException:
        return _refused(job)
    attempts = int(before["attempts"]["N"]) + 1 if before else 1
    known = jobs.from_item(before) if before else job
    mine = replace(known, status="running", attempts=attempts, started=known.started or now)
    return Claim(mine, True, inherited=bool(before) and known.status == "running")


def _refused(job: Job) -> Claim:
    item = _item(job.id)
    if item is None:
        raise RuntimeError(f"job {job.id} vanished while it was claimed")
    lease = float(item["lease"]["N"]) if "lease" in item else 0.0
    return Claim(jobs.from_item(item), False, busy=max(0.0, lease - time.time()))


def renew(job: Job) -> None:
    """Holds the claim for another while."""
    _change(job, "SET lease = :lease", {":lease": jobs.as_number(time.time() + queues.LEASE_SECONDS)}, "running")


def release(job: Job, *, tried: bool) -> None:
    """Running → queued, for another try; `tried` tells whether this one counts."""
    change = "SET #status = :queued" + ("" if tried else " ADD attempts :less")
    _change(job, change, {":queued": {"S": "queued"}, **({} if tried else {":less": {"N": "-1"}})}, "running")


def reopen(job_id: str) -> None:
    """Failed → queued, as if it had never run, for a batch that is run again."""
    client = aws.dynamodb()
    try:
        client.update_item(
            TableName=jobs.table(),
            Key={"id": {"S": job_id}},
            UpdateExpression="SET #status = :queued, attempts = :none REMOVE outcome, finished, started",
            ConditionExpression="#status = :failed",
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues={":queued": {"S": "queued"}, ":failed": {"S": "failed"}, ":none": {"N": "0"}},
        )
    except client.exceptions.ConditionalCheckFailedException:
        return


def _change(job: Job, change: str, values: Mapping[str, Any], status: str) -> None:
    client = aws.dynamodb()
    names = {"#status": "status"}
    try:
        client.update_item(
            TableName=jobs.table(),
            Key={"id": {"S": job.id}},
            UpdateExpression=change,
            ConditionExpression="#status = :status",
            ExpressionAttributeNames=names,
            ExpressionAttributeValues={**values, ":status": {"S": status}},
        )
    except client.exceptions.ConditionalCheckFailedException:
        return  # it has ended


def _item(job_id: str) -> Mapping[str, Any] | None:
    found = aws.dynamodb().get_item(TableName=jobs.table(), Key={"id": {"S": job_id}}, ConsistentRead=True)
    return found.get("Item")
