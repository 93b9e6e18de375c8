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
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from easel.errors import EaselError, NotFound
from easel.settings import settings
from easel.store import items, table
from easel.store.listing import Listing
from easel.store.records import StoredRecord

Status = Literal["planning", "running", "completed", "cancelled", "failed"]

DAY = 24 * 3600
PREFIX = "batch#"
"""What the ids of batches' items begin with."""
LAST_MOMENT = 2**48 - 1
"""Milliseconds since the epoch, in 12 hexadecimal digits."""
UPLOADS = "batches/uploads/"
"""Where callers' manifests and the files of `/v1/files` lie. They go some time after their batch."""
LASTS_DAYS = 14
"""A batch that has not ended by then never will: what is left of it fails."""
PLANNED: tuple[Status, ...] = ("planning", "running")
ENDED: tuple[Status, ...] = ("completed", "cancelled", "failed")
_FIXED = ("id", "manifest", "etag", "size", "endpoint", "scheduled", "secret", "created", "started_by", "openai")
"""The fields that are the same in every run; `started_by` once a key stands there."""


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
    started_by: str | None = None
    """Id of the Easel key that started it, and pays for it; none started what a schedule or an upload did."""
    openai: Mapping[str, Any] | None = None
    """Of a batch of `/v1`, whose lines are OpenAI's: the `file` of its lines, and the caller's `metadata`."""

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

    def output(self, kind: Literal["output", "error"]) -> tuple[str, str]:
        """A file that the report of a batch of `/v1` writes: its id, and where it lies among the key's files."""
        tail = hmac.new(self.secret.encode(), kind.encode(), hashlib.sha256).hexdigest()
        one = file_id(self.created, tail)
        return one, file_place(self.started_by or "", one, "batch_output", f"{self.id}_{kind}.jsonl")

    def job_id(self, number: int) -> str:
        """The id of a job. It sorts by the batch's time, cannot be guessed, and is the same at every call."""
        tail = hmac.new(self.secret.encode(), str(number).encode(), hashlib.sha256).hexdigest()
        return f"b{int(self.created * 1000):012x}{tail[:32]}"

    def seed(self, number: int) -> int:
        """The seed of a job that asks for none: random, yet the same when planned again."""
        return int(hmac.new(self.secret.encode(), f"seed {number}".encode(), hashlib.sha256).hexdigest()[:8], 16) >> 1


def file_id(created: float, tail: str) -> str:
    """The id of a file, with what nobody can guess at its end. Those of newer files sort first, as S3 lists them."""
    return f"file-{LAST_MOMENT - int(created * 1000):012x}{tail[:20]}"


def file_created(file_id: str) -> float:
    """When the file of that id was made, in seconds since the epoch."""
    return (LAST_MOMENT - int(file_id[5:17], 16)) / 1000


def file_place(key: str, file_id: str, purpose: str, name: str) -> str:
    """Where a file of `/v1/files` lies in the bucket; `key` is the id of the Easel key that it belongs to."""
    return f"{UPLOADS}{key[:24]}/{file_id}/{purpose}/{name}"


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
    """A batch, not stored yet. Its id tells the manifest's name with the schedule's time, or else with its content."""
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
    """33 characters, the first of them `b`. Another key's batch of the same manifest is another one."""
    parts = [manifest, version, *([key] if key else [])]
    return "b" + hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def create(batch: Batch) -> bool:
    """Stores a new batch; False when it is there already."""
    stored = _change(batch.id, lambda there: None if there else batch)
    return stored.secret == batch.secret


def get(batch_id: str) -> Batch:
    """The batch as of now; raises `NotFound`."""
    fields = items.read(_name(batch_id)) if len(batch_id) <= 100 else None
    if not fields:
        raise missing(batch_id)
    return Batch.from_json(fields)


def missing(batch_id: str) -> NotFound:
    days = settings().retention_days
    return NotFound(f"there is no batch {batch_id[:60]!r}; batches are kept for {days} days", field="id")


def get_all(ids: Sequence[str]) -> list[Batch]:
    """The batches of those ids as of now, in that order, without those that are gone."""
    stored = table.get_many([_name(one) for one in ids])
    found = {item["id"]["S"]: Batch.from_json(json.loads(item["fields"]["S"])) for item in stored}
    return [found[_name(one)] for one in ids if _name(one) in found]


def of_key(key_id: str) -> Listing:
    """The batches that were started with an Easel key."""
    return Listing(f"batches#{key_id}", PREFIX)


def plan(batch: Batch, *, requests: int, invalid: int, jobs: Mapping[str, int]) -> bool:
    """Planning → running, with what was found; False when the batch was cancelled meanwhile."""
    found = {"requests": requests, "invalid": invalid, "jobs": dict(jobs)}
    return _move(batch, PLANNED, status="running", planned=time.time(), **found)  # a second planning finds the same


def finish(batch: Batch, counts: Mapping[str, int]) -> bool:
    """Marks the batch as ended, once its results are written. A cancelled or failed batch keeps its status."""
    status: Status = "completed" if batch.status == "running" else batch.status
    return _move(batch, (batch.status, status), status=status, finished=time.time(), counts=dict(counts))


def cancel(batch: Batch) -> bool:
    """Cancels the batch: jobs that nobody has begun are not begun. False when the batch has ended already."""
    return _move(batch, PLANNED, status="cancelled")


def fail(batch: Batch, error: EaselError) -> bool:
    """Ends the batch as a whole; False when it has ended already."""
    return _move(batch, PLANNED, status="failed", error=error.body())


def rerun(batch: Batch, key: str | None = None) -> bool:
    """Moves an ended batch to `planning`, as its next run; False when it runs, or another call has done so.

    The key that runs a schedule's or an upload's batch again makes it its own, and pays for it.
    """
    if not batch.finished:
        return False
    fixed = {name: getattr(batch, name) for name in _FIXED} | {"started_by": batch.started_by or key}
    return _move(batch, ENDED, **vars(Batch(**fixed, run=batch.run + 1, began=time.time())))


def wait(batch: Batch, provider: str, model: str, until: float | None, reason: str) -> None:
    """Notes what the batch waits for: without `until`, it is the batch's turn at the provider."""
    wanted = {"reason": reason, **({} if until is None else {"until": until})}
    _note(batch, f"{provider}/{model}", wanted)


def go_on(batch: Batch, provider: str) -> None:
    """Forgets that the batch waited for its turn at the provider."""
    _note(batch, f"{provider}/", None)


def _note(batch: Batch, scope: str, wanted: Mapping[str, Any] | None) -> None:
    """Sets, or removes, what the batch waits for in one scope; workers that note the same at once write it once."""

    def noted(now: Batch) -> bool:
        known = now.waiting.get(scope)
        if not known or not wanted:
            return known == wanted
        return bool(known["reason"] == wanted["reason"]) and abs(known.get("until", 0) - wanted.get("until", 0)) < 1

    def decide(now: Batch | None) -> Batch | None:
        if not now or now.run != batch.run or noted(now):
            return None
        others = {name: value for name, value in now.waiting.items() if name != scope}
        return replace(now, waiting={**others, scope: wanted} if wanted else others)

    if not noted(batch):
        _change(batch.id, decide)


def _move(batch: Batch, before: Collection[Status], **changes: Any) -> bool:
    """Changes the batch's present run, if it has one of those statuses; False where it has another."""
    moved = False

    def decide(now: Batch | None) -> Batch | None:
        nonlocal moved
        moved = now is not None and now.run == batch.run and now.status in before
        return replace(now, **changes) if now and moved else None

    _change(batch.id, decide)
    return moved


def _change(batch_id: str, decide: Callable[[Batch | None], Batch | None]) -> Batch:
    def decided(fields: items.Fields | None) -> items.Fields | None:
        after = decide(Batch.from_json(fields) if fields else None)
        return after.to_json() if after else None

    stored = items.change(_name(batch_id), decided, lambda fields: expires(fields["began"]), _index)
    return Batch.from_json(stored)


def _index(fields: items.Fields) -> dict[str, Any]:
    """The attributes that put a key's batch into the table's index."""
    key_id = fields.get("started_by")
    return of_key(key_id).attributes(fields["created"]) if key_id else {}


def expires(start: float) -> int:
    """When the table may forget what belongs to a batch: no earlier than the retention time after its end."""
    return int(start) + (settings().retention_days + LASTS_DAYS + 1) * DAY


def _name(batch_id: str) -> str:
    return f"{PREFIX}{batch_id}"
