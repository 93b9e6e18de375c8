"""The batch record: many jobs from one manifest, in one DynamoDB item beside the jobs.

Status goes `planning → running → completed`, or to `cancelled` or `failed`; a re-run goes back to `planning`. A batch
is run by one execution of the state machine for each run, whose name is made of the batch's id and the run's number.
The id follows from the manifest and its schedule time. So starting a batch twice finds the first.

Job number `n` has the id `job_id(n)`, which follows from the batch's secret: planning twice makes the same jobs, and
nobody can guess the link to a picture. Ids of batches, and of their jobs, begin with `b`: the bucket keeps what they
name longer than other pictures.
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
from easel.errors import EaselError, NotFound
from easel.jobs import StoredRecord
from easel.settings import settings

if TYPE_CHECKING:
    from types_boto3_dynamodb.type_defs import UniversalAttributeValueTypeDef as Attribute

Status = Literal["planning", "running", "completed", "cancelled", "failed"]

DAY = 24 * 3600
LASTS_DAYS = 14
"""A batch that has not ended by then never will: what is left of it fails."""
_FIXED = ("id", "manifest", "etag", "size", "endpoint", "scheduled", "secret", "created")
_MOVING = ("planned", "finished", "requests", "invalid", "jobs", "counts", "error")
_ALL_MOVING = ", ".join(f"#{name}" for name in _MOVING)


@dataclass(frozen=True, kw_only=True)
class Batch(StoredRecord):
    """A batch as stored; times are seconds since the epoch."""

    id: str
    manifest: str
    """`s3://bucket/key`"""
    etag: str
    size: int
    """Bytes of the manifest."""
    endpoint: str
    """Address that the links in the results begin with."""
    scheduled: str | None = None
    secret: str = field(repr=False)
    created: float

    status: Status = "planning"
    run: int = 1
    """Counts re-runs, from 1."""
    began: float = 0.0
    """When this run began."""
    planned: float | None = None
    finished: float | None = None
    """When the results were there."""
    requests: int = 0
    """Pictures asked for, and lines that cannot be read."""
    invalid: int = 0
    """Lines that ask for nothing that the catalog allows."""
    jobs: Mapping[str, int] = field(default_factory=dict)
    """How many jobs this run has at each provider."""
    waiting: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """What the batch waits for, by `provider/model` (`provider/` for a turn): `until` and `reason`."""
    counts: Mapping[str, int] | None = None
    """The final counts, once the results are there."""
    error: Mapping[str, Any] | None = None
    """Why the batch failed as a whole: the body of an error."""

    @property
    def execution(self) -> str:
        """ARN of the execution that runs it."""
        return execution_arn(f"{self.id}-{self.run}")

    def key(self, name: str) -> str:
        """Where something of this batch lies in the bucket."""
        return f"batches/{self.id}/{name}"

    def job_id(self, number: int) -> str:
        """Sorts by the batch's time, cannot be guessed, and is the same however often it is asked for."""
        tail = hmac.new(self.secret.encode(), str(number).encode(), hashlib.sha256).hexdigest()
        return f"b{int(self.created * 1000):012x}{tail[:24]}"

    def seed(self, number: int) -> int:
        """The seed of a job that asks for none: random, yet the same when planned again."""
        return int(hmac.new(self.secret.encode(), f"seed {number}".encode(), hashlib.sha256).hexdigest()[:8], 16) >> 1


def execution_arn(name: str) -> str:
    """ARN of the state machine's execution of that name."""
    return settings().batch_machine.replace(":stateMachine:", ":execution:") + f":{name}"


def new(manifest: str, etag: str, size: int, *, endpoint: str, scheduled: str | None) -> Batch:
    """A batch, not stored yet. Its id tells the manifest's name with the schedule's time, or else with its content."""
    now = time.time()
    return Batch(
        id=batch_id(manifest, scheduled or etag),
        manifest=manifest,
        etag=etag,
        size=size,
        endpoint=endpoint,
        scheduled=scheduled,
        secret=secrets.token_hex(16),
        created=now,
        began=now,
    )


def batch_id(manifest: str, version: str) -> str:
    """25 characters, the first of them `b`."""
    return "b" + hashlib.sha256(f"{manifest}\0{version}".encode()).hexdigest()[:24]


def create(batch: Batch) -> bool:
    """Stores a new batch; False when it is there already."""
    stored = batch.to_json()
    item: dict[str, Attribute] = {
        "id": {"S": _name(batch.id)},
        "batch": {"S": json.dumps({name: stored[name] for name in _FIXED if name in stored})},
        "status": {"S": batch.status},
        "run": {"N": "1"},
        "began": {"N": f"{batch.began:.3f}"},
        "waiting": {"M": {}},
        "expires": {"N": str(expires(batch.created))},
    }
    created = aws.write_if("put_item", TableName=_table(), Item=item, ConditionExpression="attribute_not_exists(id)")
    return created or get(batch.id).secret == batch.secret  # the answer to a first try may have been lost


def get(batch_id: str) -> Batch:
    """The batch as of now; raises `NotFound`."""
    missing = NotFound(
        f"there is no batch {batch_id[:60]!r}; batches are kept for {settings().retention_days} days", field="id"
    )
    if len(batch_id) > 100:
        raise missing
    key: Any = {"id": {"S": _name(batch_id)}}
    item = aws.dynamodb().get_item(TableName=_table(), Key=key, ConsistentRead=True).get("Item")
    if not item or "batch" not in item:
        raise missing
    return _batch(item)


def plan(batch: Batch, *, requests: int, invalid: int, jobs: Mapping[str, int]) -> bool:
    """Planning → running, with what was found; False when the batch was cancelled meanwhile."""
    found = {"planned": time.time(), "requests": requests, "invalid": invalid, "jobs": jobs}
    return _move(batch, "running", found, "planning", "running")  # a second planning finds the same


def finish(batch: Batch, counts: Mapping[str, int]) -> bool:
    """The results are there: running → completed; what was cancelled or has failed stays so."""
    status: Status = "completed" if batch.status == "running" else batch.status
    return _move(batch, status, {"finished": time.time(), "counts": counts}, batch.status, status)


def cancel(batch: Batch) -> bool:
    """What has not started does not start; False when the batch has ended already."""
    return _move(batch, "cancelled", {}, "planning", "running")


def fail(batch: Batch, error: EaselError) -> bool:
    """Ends the batch as a whole; False when it has ended already."""
    return _move(batch, "failed", {"error": error.body()}, "planning", "running")


def rerun(batch: Batch) -> bool:
    """An ended batch → planning, as its next run; False when somebody else was faster."""
    now = time.time()
    return _update(
        batch,
        "SET #status = :planning, #run = :next, began = :now, waiting = :none, expires = :expires"
        f" REMOVE {_ALL_MOVING}",
        "#run = :run AND #status IN (:completed, :cancelled, :failed) AND attribute_exists(finished)",
        {
            ":planning": {"S": "planning"},
            ":next": {"N": str(batch.run + 1)},
            ":now": {"N": f"{now:.3f}"},
            ":none": {"M": {}},
            ":expires": {"N": str(expires(now))},
            ":completed": {"S": "completed"},
            ":cancelled": {"S": "cancelled"},
            ":failed": {"S": "failed"},
        },
    )


def wait(batch: Batch, provider: str, model: str, until: float | None, reason: str) -> None:
    """Notes what the batch waits for: without `until`, it is the batch's turn at the provider."""
    scope = f"{provider}/{model}"
    known = batch.waiting.get(scope, {})
    if known.get("reason") == reason and abs((known.get("until") or 0) - (until or 0)) < 1:
        return
    value: dict[str, Attribute] = {"reason": {"S": reason}, **({} if until is None else {"until": _number(until)})}
    _update(batch, "SET waiting.#scope = :value", "#run = :run", {":value": {"M": value}}, scope)


def go_on(batch: Batch, provider: str) -> None:
    """Forgets that the batch waited for its turn at the provider."""
    if f"{provider}/" in batch.waiting:
        _update(batch, "REMOVE waiting.#scope", "#run = :run", {}, f"{provider}/")


def _move(batch: Batch, status: Status, facts: Mapping[str, Any], *before: Status) -> bool:
    """Gives the batch's present run a status, if it has one of those in `before`."""
    values: dict[str, Attribute] = {":to": {"S": status}}
    values |= {f":b{number}": {"S": name} for number, name in enumerate(before)}
    values |= {f":{name}": {"S": json.dumps(value)} for name, value in facts.items()}
    change = ", ".join(["#status = :to", *(f"#{name} = :{name}" for name in facts)])
    allowed = ", ".join(f":b{number}" for number in range(len(before)))
    return _update(batch, f"SET {change}", f"#run = :run AND #status IN ({allowed})", values)


def _update(
    batch: Batch, change: str, condition: str, values: Mapping[str, Attribute], scope: str | None = None
) -> bool:
    text = change + condition
    names = {f"#{name}": name for name in ("status", "run", *_MOVING) if f"#{name}" in text}
    return aws.write_if(
        "update_item",
        TableName=_table(),
        Key={"id": {"S": _name(batch.id)}},
        UpdateExpression=change,
        ConditionExpression=condition,
        ExpressionAttributeNames={**names, **({"#scope": scope} if scope else {})},
        ExpressionAttributeValues={**values, ":run": {"N": str(batch.run)}},
    )


def _batch(item: Mapping[str, Any]) -> Batch:
    fixed = Batch.from_json(json.loads(item["batch"]["S"]))
    moving = {name: json.loads(item[name]["S"]) for name in _MOVING if name in item}
    waiting = {scope: _plain(value["M"]) for scope, value in item["waiting"]["M"].items()}
    run, began = int(item["run"]["N"]), float(item["began"]["N"])
    return replace(fixed, status=item["status"]["S"], run=run, began=began, waiting=waiting, **moving)


def _plain(value: Mapping[str, Any]) -> dict[str, Any]:
    until = {"until": float(value["until"]["N"])} if "until" in value else {}
    return {"reason": value["reason"]["S"], **until}


def expires(start: float) -> int:
    """When the table may forget what belongs to a batch: no earlier than the retention time after its end."""
    return int(start) + (settings().retention_days + LASTS_DAYS + 1) * DAY


def _number(value: float) -> Attribute:
    return {"N": f"{value:.3f}"}


def _name(batch_id: str) -> str:
    return f"batch#{batch_id}"


def _table() -> str:
    return settings().jobs_table
