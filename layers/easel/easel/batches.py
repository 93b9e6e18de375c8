"""The batch record: many jobs from one manifest, in one DynamoDB item beside the jobs.

Status goes `planning → running → completed`, or to `cancelled`; a re-run goes back to `planning`. What makes it safe
to do everything twice:

- The batch's id follows from its manifest and its schedule time: starting it again finds it.
- Job number `n` has the id `job_id(n)`, which follows from the batch's secret: planning again makes the same jobs,
  and nobody can guess a link.
- Planning goes on from a checkpoint, which is moved with a condition: of two planners one stops.
- What has ended is counted as sets of job numbers (`tallies`): adding a number twice changes nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from easel import aws
from easel.errors import NotFound
from easel.records import Record
from easel.settings import settings

if TYPE_CHECKING:
    from types_boto3_dynamodb.type_defs import UniversalAttributeValueTypeDef as Attribute

Status = Literal["planning", "running", "completed", "cancelled"]

DAY = 24 * 3600
_FIXED = frozenset({"id", "manifest", "etag", "size", "endpoint", "scheduled", "secret", "created"})
LASTS_DAYS = 14
"""SQS keeps a message no longer; a batch that has not ended by then never will."""


@dataclass(frozen=True, kw_only=True)
class Checkpoint(Record):
    """How far planning got. `offset` is a byte of the manifest and `line` the last line before it."""

    offset: int = 0
    line: int = 0
    slices: int = 0
    requests: int = 0
    """Lines that ask for something; blank ones are not counted."""
    invalid: int = 0
    jobs: int = 0


@dataclass(frozen=True, kw_only=True)
class Batch(Record):
    """A batch as stored; times are seconds since the epoch."""

    id: str
    manifest: str
    """`s3://bucket/key`"""
    etag: str
    size: int
    endpoint: str
    """Address that the links in the results begin with."""
    scheduled: str | None = None
    secret: str = field(repr=False)
    created: float

    status: Status = "planning"
    run: int = 1
    """Counts re-runs."""
    checkpoint: Checkpoint = Checkpoint()
    totals: Checkpoint | None = None
    """The checkpoint at the end of planning."""
    planners: int = 0
    """Invocations that worked on planning."""
    planned: float | None = None
    finished: float | None = None
    """When the results were there."""
    report: Mapping[str, Any] | None = None
    """How far writing the results got."""
    seen: tuple[float, int] | None = None
    """When progress was looked at before, and how many jobs had ended."""

    @property
    def counted(self) -> Checkpoint:
        return self.totals or self.checkpoint

    def key(self, name: str) -> str:
        """Where something of this batch lies in the bucket."""
        return f"batches/{self.id}/{name}"

    def job_id(self, number: int) -> str:
        """Sorts by the batch's time, cannot be guessed, and is the same however often it is asked for."""
        tail = hmac.new(self.secret.encode(), str(number).encode(), hashlib.sha256).hexdigest()
        return f"{int(self.created * 1000):012x}{tail[:24]}"

    def seed(self, number: int) -> int:
        """The seed of a job that asks for none: random, yet the same when planned again."""
        return int(hmac.new(self.secret.encode(), f"seed {number}".encode(), hashlib.sha256).hexdigest()[:8], 16) >> 1


def new(manifest: str, etag: str, size: int, *, endpoint: str, scheduled: str | None) -> Batch:
    """A batch, not stored yet. Its id tells the manifest's name with the schedule's time, or else with its content."""
    identity = f"{manifest}\0{scheduled or etag}"
    return Batch(
        id=hashlib.sha256(identity.encode()).hexdigest()[:24],
        manifest=manifest,
        etag=etag,
        size=size,
        endpoint=endpoint,
        scheduled=scheduled,
        secret=secrets.token_hex(16),
        created=time.time(),
    )


def create(batch: Batch) -> bool:
    """Stores a new batch; False when it is there already."""
    fixed = {name: value for name, value in batch.to_json().items() if name in _FIXED}
    item: dict[str, Attribute] = {
        "id": {"S": f"batch#{batch.id}"},
        "batch": {"S": json.dumps(fixed)},
        "status": {"S": batch.status},
        "run": {"N": "1"},
        "checkpoint": {"S": _text(batch.checkpoint)},
        "expires": {"N": str(expires(batch.created))},
    }
    client = aws.dynamodb()
    try:
        client.put_item(TableName=_table(), Item=item, ConditionExpression="attribute_not_exists(id)")
    except client.exceptions.ConditionalCheckFailedException:
        return False
    return True


def get(batch_id: str) -> Batch:
    """Raises `NotFound`."""
    found = aws.dynamodb().get_item(TableName=_table(), Key=_key(batch_id), ConsistentRead=True)
    item = found.get("Item")
    if not item or "batch" not in item:
        days = settings().retention_days
        raise NotFound(f"there is no batch {batch_id[:60]!r}; batches are kept for {days} days", field="id")
    return _batch(item)


def is_open(batch_id: str) -> bool:
    """Whether its jobs may start: it is there and not cancelled."""
    found = aws.dynamodb().get_item(
        TableName=_table(),
        Key=_key(batch_id),
        ConsistentRead=True,
        ProjectionExpression="#status",
        ExpressionAttributeNames={"#status": "status"},
    )
    status = found.get("Item", {}).get("status", {}).get("S")
    return status in ("planning", "running", "completed")  # a job redriven after the end still makes its picture


def plan_on(batch: Batch) -> bool:
    """Notes one more planner; False when there is nothing to plan any more."""
    return _update(batch, "ADD planners :one", {":one": {"N": "1"}}, _PLANNING)


def advance(batch: Batch, to: Checkpoint) -> Batch | None:
    """Moves the checkpoint; None when another planner did, or the batch was cancelled."""
    values: dict[str, Attribute] = {
        ":to": {"S": _text(to)},
        ":from": {"S": _text(batch.checkpoint)},
    }
    if not _update(batch, "SET checkpoint = :to", values, f"{_PLANNING} AND checkpoint = :from"):
        return None
    return replace(batch, checkpoint=to)


def planned(batch: Batch) -> bool:
    """Planning → running."""
    values: dict[str, Attribute] = {
        ":running": {"S": "running"},
        ":now": {"N": f"{time.time():.3f}"},
        ":totals": {"S": _text(batch.checkpoint)},
    }
    return _update(batch, "SET #status = :running, planned = :now, totals = :totals", values, _PLANNING)


def finish(batch: Batch) -> bool:
    """The results are there: running → completed; what was cancelled stays so."""
    values: dict[str, Attribute] = {
        ":status": {"S": "cancelled" if batch.status == "cancelled" else "completed"},
        ":now": {"N": f"{time.time():.3f}"},
        ":was": {"S": batch.status},
    }
    return _update(batch, "SET #status = :status, finished = :now REMOVE report, seen", values, "#status = :was")


def cancel(batch: Batch) -> bool:
    """What has not started does not start; False when the batch has ended already."""
    values: dict[str, Attribute] = {":cancelled": {"S": "cancelled"}, ":running": {"S": "running"}}
    condition = "(#status = :planning OR #status = :running)"
    return _update(batch, "SET #status = :cancelled", {**values, ":planning": {"S": "planning"}}, condition)


def rerun(batch: Batch) -> Batch | None:
    """An ended batch → planning, from the manifest's start; None when somebody else was faster."""
    start = Checkpoint()
    values: dict[str, Attribute] = {
        ":was": {"S": batch.status},
        ":planning": {"S": "planning"},
        ":start": {"S": _text(start)},
        ":one": {"N": "1"},
    }
    change = "SET #status = :planning, checkpoint = :start REMOVE planned, finished, report, seen ADD run :one"
    if not _update(batch, change, values, "#status = :was"):
        return None
    return get(batch.id)


def note(batch: Batch, **facts: str) -> None:
    """Keeps `report` or `seen`, as JSON."""
    values: dict[str, Attribute] = {f":{name}": {"S": value} for name, value in facts.items()}
    _update(batch, "SET " + ", ".join(f"{name} = :{name}" for name in facts), values, "attribute_exists(id)")


_PLANNING = "#status = :now_planning"


def _update(batch: Batch, change: str, values: dict[str, Attribute], condition: str) -> bool:
    client = aws.dynamodb()
    given = {**values, ":now_planning": {"S": "planning"}} if ":now_planning" in condition else values
    names = {"#status": "status"} if "#status" in change + condition else {}
    try:
        client.update_item(
            TableName=_table(),
            Key=_key(batch.id),
            UpdateExpression=change,
            ConditionExpression=condition,
            ExpressionAttributeValues=given,
            **({"ExpressionAttributeNames": names} if names else {}),  # type: ignore[arg-type]
        )
    except client.exceptions.ConditionalCheckFailedException:
        return False
    return True


def _batch(item: Mapping[str, Any]) -> Batch:
    fixed = Batch.from_json(json.loads(item["batch"]["S"]))
    moving: dict[str, Any] = {"status": item["status"]["S"], "run": int(item["run"]["N"])}
    moving |= {name: float(item[name]["N"]) for name in ("planned", "finished") if name in item}
    moving["planners"] = int(item.get("planners", {"N": "0"})["N"])
    for name in ("checkpoint", "totals"):
        if name in item:
            moving[name] = Checkpoint.from_json(json.loads(item[name]["S"]))
    for name in ("report", "seen"):
        if name in item:
            moving[name] = json.loads(item[name]["S"])
    return replace(fixed, **moving)


def _text(checkpoint: Checkpoint) -> str:
    return json.dumps(checkpoint.to_json())


def expires(start: float) -> int:
    """When the table may forget what belongs to a batch."""
    return int(start) + max(settings().retention_days, LASTS_DAYS) * DAY


def _key(batch_id: str) -> dict[str, Attribute]:
    return {"id": {"S": f"batch#{batch_id}"}}


def _table() -> str:
    return settings().jobs_table
