"""The batch record: many jobs from one manifest, in one DynamoDB item beside the jobs.

Status goes `planning → running → completed`, or to `cancelled` or `failed`; a re-run goes back to `planning`. Each run
has one execution of the state machine, whose name consists of the batch's id and the run's number. The id is derived
from the manifest and its schedule time, so starting a batch twice finds the first one.

Job number `n` has the id `job_id(n)`, which is derived from the batch's secret: planning twice makes the same jobs, and
nobody can guess the link to a picture. Ids of batches and of their jobs begin with `b`: the bucket keeps their objects
longer than other pictures.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Literal

from pydantic import Field

from easel.batch.object_keys import file_id, file_place
from easel.errors import EaselError, NotFound
from easel.settings import settings
from easel.store import table, versioned_items
from easel.store.listing import Listing
from easel.store.records import StoredRecord

Status = Literal["planning", "running", "completed", "cancelled", "failed"]

DAY = 24 * 3600
PREFIX = "batch#"
"""What the ids of batches' items begin with."""
LASTS_DAYS = 14
"""A batch ends after this time at the latest: the jobs that are left fail."""
PLANNED: tuple[Status, ...] = ("planning", "running")
ENDED: tuple[Status, ...] = ("completed", "cancelled", "failed")
_FIXED = ("id", "manifest", "etag", "size", "endpoint", "scheduled", "secret", "created", "started_by", "openai")
"""The fields that are the same in every run; `started_by` may be set once, by the key that runs the batch again."""


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
    secret: str = Field(repr=False)
    created: float
    started_by: str | None = None
    """Id of the Easel key that started it, and pays for it; None for a batch of a schedule or an upload."""
    openai: Mapping[str, Any] | None = None
    """For a batch of `/v1`, whose lines are OpenAI's: the `file` with its lines, and the caller's `metadata`."""

    status: Status = "planning"
    run: int = 1
    """Counts re-runs, from 1."""
    began: float = 0.0
    """When this run began."""
    planned: float | None = None
    finished: float | None = None
    """When the results were written."""
    requests: int = 0
    """Pictures, and invalid lines, in the manifest."""
    invalid: int = 0
    """Lines that failed validation."""
    jobs: Mapping[str, int] = Field(default_factory=dict)
    """How many jobs this run has at each provider."""
    waiting: Mapping[str, Mapping[str, Any]] = Field(default_factory=dict)
    """Why the batch waits, by `provider/model` (`provider/` if it waits for its turn): `until` and `reason`."""
    counts: Mapping[str, int] | None = None
    """The final counts, once the results are written."""
    error: Mapping[str, Any] | None = None
    """Why the whole batch failed: the body of an error."""

    @property
    def execution(self) -> str:
        """ARN of the execution that runs it."""
        return execution_arn(f"{self.id}-{self.run}")

    def key(self, name: str) -> str:
        """The key in the bucket of an object of this batch."""
        return f"batches/{self.id}/{name}"

    def run_key(self, name: str) -> str:
        """The key in the bucket of a file of the present run."""
        return self.key(f"run-{self.run}/{name}")

    def output(self, kind: Literal["output", "error"]) -> tuple[str, str]:
        """The id, and the key in the bucket, of a file that the report of a batch of `/v1` writes."""
        tail = hmac.new(self.secret.encode(), kind.encode(), hashlib.sha256).hexdigest()
        output_id = file_id(self.created, tail)
        return output_id, file_place(self.started_by or "", output_id, "batch_output", f"{self.id}_{kind}.jsonl")

    def job_id(self, number: int) -> str:
        """The id of a job. It sorts by the batch's time, cannot be guessed, and is the same in every call."""
        tail = hmac.new(self.secret.encode(), str(number).encode(), hashlib.sha256).hexdigest()
        return f"b{int(self.created * 1000):012x}{tail[:32]}"

    def seed(self, number: int) -> int:
        """The seed of a job without one in the manifest: random, but the same when planned again."""
        return int(hmac.new(self.secret.encode(), f"seed {number}".encode(), hashlib.sha256).hexdigest()[:8], 16) >> 1


def execution_arn(name: str) -> str:
    """ARN of the state machine's execution of that name."""
    return settings().batch_machine.replace(":stateMachine:", ":execution:") + f":{name}"


def new(
    manifest: str,
    etag: str,
    size: int,
    *,
    endpoint: str,
    scheduled: str | None,
    started_by: str | None = None,
    openai: Mapping[str, Any] | None = None,
) -> Batch:
    """A new batch, not stored yet. Its id is derived from the manifest's name and its schedule time or content."""
    now = time.time()
    return Batch(
        id=batch_id(manifest, scheduled or etag, started_by),
        manifest=manifest,
        etag=etag,
        size=size,
        endpoint=endpoint,
        scheduled=scheduled,
        secret=secrets.token_hex(16),
        created=now,
        began=now,
        started_by=started_by,
        openai=openai,
    )


def batch_id(manifest: str, version: str, key: str | None = None) -> str:
    """33 characters, the first of them `b`. Two keys that start the same manifest get two batches."""
    parts = [manifest, version, *([key] if key else [])]
    return "b" + hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def create(batch: Batch) -> bool:
    """Stores a new batch; False if there is one of that id already."""
    stored = _change(batch.id, lambda before: None if before else batch)
    return stored.secret == batch.secret


def get(batch_id: str) -> Batch:
    """The batch as of now; raises `NotFound`."""
    fields = versioned_items.read(_item_id(batch_id)) if len(batch_id) <= 100 else None
    if not fields:
        raise missing(batch_id)
    return Batch.from_json(fields)


def missing(batch_id: str) -> NotFound:
    days = settings().retention_days
    return NotFound(f"there is no batch {batch_id[:60]!r}; batches are kept for {days} days", field="id")


def get_all(ids: Sequence[str]) -> list[Batch]:
    """The batches of those ids as of now, in that order. An unknown id is skipped."""
    item_ids = [_item_id(batch_id) for batch_id in ids]
    batches = {item["id"]["S"]: Batch.from_json(json.loads(item["fields"]["S"])) for item in table.get_many(item_ids)}
    return [batches[item_id] for item_id in item_ids if item_id in batches]


def of_key(key_id: str) -> Listing:
    """The batches that were started with an Easel key."""
    return Listing(f"batches#{key_id}", PREFIX)


def plan(batch: Batch, *, requests: int, invalid: int, jobs: Mapping[str, int]) -> bool:
    """Planning → running, with the numbers of the plan; False if the batch was cancelled meanwhile.

    A batch may be planned twice; the numbers are the same then.
    """
    numbers = {"requests": requests, "invalid": invalid, "jobs": dict(jobs)}
    return _move(batch, PLANNED, status="running", planned=time.time(), **numbers)


def finish(batch: Batch, counts: Mapping[str, int]) -> bool:
    """Marks the batch as finished, once its results are written. A cancelled or failed batch keeps its status."""
    status: Status = "completed" if batch.status == "running" else batch.status
    return _move(batch, (batch.status, status), status=status, finished=time.time(), counts=dict(counts))


def cancel(batch: Batch) -> bool:
    """Cancels the batch: no more of its jobs are begun. False if the batch has ended already."""
    return _move(batch, PLANNED, status="cancelled")


def fail(batch: Batch, error: EaselError) -> bool:
    """Fails the whole batch; False if it has ended already."""
    return _move(batch, PLANNED, status="failed", error=error.body())


def rerun(batch: Batch, key: str | None = None) -> bool:
    """Moves a finished batch to `planning`, as its next run; False if it runs, or another call has done so.

    If a schedule or an upload started the batch, the key that runs it again owns it from now on, and pays for it.
    """
    if not batch.finished:
        return False
    fixed = {name: getattr(batch, name) for name in _FIXED} | {"started_by": batch.started_by or key}
    return _move(batch, ENDED, **vars(Batch(**fixed, run=batch.run + 1, began=time.time())))


def set_waiting(batch: Batch, provider: str, model: str, until: float | None, reason: str) -> None:
    """Records why the batch waits; `until` is None if it waits for its turn at the provider."""
    entry = {"reason": reason, **({} if until is None else {"until": until})}
    _record_waiting(batch, f"{provider}/{model}", entry)


def end_turn_wait(batch: Batch, provider: str) -> None:
    """Records that the batch no longer waits for its turn at the provider."""
    _record_waiting(batch, f"{provider}/", None)


def _record_waiting(batch: Batch, scope: str, entry: Mapping[str, Any] | None) -> None:
    """Sets or removes why the batch waits in one scope; workers that record the same at once write it once."""

    def is_recorded(now: Batch) -> bool:
        before = now.waiting.get(scope)
        if not before or not entry:
            return before == entry
        return bool(before["reason"] == entry["reason"]) and abs(before.get("until", 0) - entry.get("until", 0)) < 1

    def decide(now: Batch | None) -> Batch | None:
        if not now or now.run != batch.run or is_recorded(now):
            return None
        others = {name: value for name, value in now.waiting.items() if name != scope}
        return now.replace(waiting={**others, scope: entry} if entry else others)

    if not is_recorded(batch):
        _change(batch.id, decide)


def _move(batch: Batch, before: Collection[Status], **changes: Any) -> bool:
    """Changes the batch's present run if it has one of those statuses; False if it has another."""
    moved = False

    def decide(now: Batch | None) -> Batch | None:
        nonlocal moved
        moved = now is not None and now.run == batch.run and now.status in before
        return now.replace(**changes) if now and moved else None

    _change(batch.id, decide)
    return moved


def _change(batch_id: str, decide: Callable[[Batch | None], Batch | None]) -> Batch:
    def decide_fields(fields: versioned_items.Fields | None) -> versioned_items.Fields | None:
        after = decide(Batch.from_json(fields) if fields else None)
        return after.to_json() if after else None

    stored = versioned_items.change(_item_id(batch_id), decide_fields, lambda fields: expires(fields["began"]), _index)
    return Batch.from_json(stored)


def _index(fields: versioned_items.Fields) -> dict[str, Any]:
    """The attributes that put a key's batch into the table's index."""
    key_id = fields.get("started_by")
    return of_key(key_id).attributes(fields["created"]) if key_id else {}


def expires(start: float) -> int:
    """When the items of a batch expire: no earlier than the retention time after its end."""
    return int(start) + (settings().retention_days + LASTS_DAYS + 1) * DAY


def _item_id(batch_id: str) -> str:
    return f"{PREFIX}{batch_id}"
