"""The batch record: one DynamoDB item for the many jobs of one manifest.

The status goes `planning → running → completed`, or to `cancelled` or `failed`. A re-run returns to `planning`. Each
run has one execution of the state machine, named after the batch's id and the run's number. The batch's id is derived
from the manifest and its schedule time, so a second start finds the first batch.

Job number `n` has the id `job_id(n)`, which is derived from the batch's secret. So planning twice gives the same jobs,
and nobody can guess the link to a picture. The ids of batches and of their jobs begin with `b`, because the bucket
keeps their objects longer than other pictures.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Literal

from pydantic import Field

from easel.batch.object_keys import file_id, file_key
from easel.errors import EaselError, NotFound
from easel.settings import settings
from easel.store import table, versioned_items, webhooks
from easel.store.listing import Listing
from easel.store.records import StoredRecord
from easel.store.webhooks import Delivery

Status = Literal["planning", "running", "completed", "cancelled", "failed"]

DAY = 24 * 3600
PREFIX = "batch#"
"""Prefix of the item ids of batches."""
MAX_DAYS = 14
"""Maximum duration of a batch in days. Jobs that have not ended by then fail."""
ACTIVE: tuple[Status, ...] = ("planning", "running")
ENDED: tuple[Status, ...] = ("completed", "cancelled", "failed")
_KEPT_FIELDS = (
    "id",
    "manifest",
    "etag",
    "size",
    "endpoint",
    "scheduled",
    "secret",
    "created",
    "started_by",
    "openai",
    "webhook",
)
"""Fields that a re-run keeps. It sets `started_by` if it is still None."""


class Batch(StoredRecord):
    """A batch as stored; times are seconds since the epoch."""

    id: str
    manifest: str
    """`s3://bucket/key`"""
    etag: str
    size: int
    """Bytes of the manifest."""
    endpoint: str
    """Base URL of the links in the results."""
    scheduled: str | None = None
    secret: str = Field(repr=False)
    created: float
    started_by: str | None = None
    """Id of the Easel key that started the batch and pays for it. None if a schedule or an upload started it."""
    openai: Mapping[str, Any] | None = None
    """Set for a batch of `/v1`, which has OpenAI's line format: the input `file` and the caller's `metadata`."""
    webhook: str = Field("", repr=False)
    """Address of the webhook that reports the end of a run, or ""."""

    status: Status = "planning"
    run: int = 1
    """Counts re-runs, from 1."""
    began: float = 0.0
    """Start of this run."""
    planned: float | None = None
    finished: float | None = None
    """When the results were written."""
    requests: int = 0
    """Number of pictures plus invalid lines in the manifest."""
    invalid: int = 0
    """Lines that failed validation."""
    jobs: Mapping[str, int] = Field(default_factory=dict)
    """Number of this run's jobs by provider."""
    waiting: Mapping[str, Mapping[str, Any]] = Field(default_factory=dict)
    """Waits by `provider/model`, each with `until`, `cause` and `reason`. A wait for the batch's turn has the key
    `provider/`."""
    counts: Mapping[str, int] | None = None
    """The final counts. None until the results are written."""
    error: Mapping[str, Any] | None = None
    """The error body if the whole batch failed."""
    delivery: Delivery | None = Field(None, exclude=True)
    """Attempts to deliver this run's webhook. The item stores them in a separate attribute."""

    @property
    def execution(self) -> str:
        """ARN of the execution of the present run."""
        return execution_arn(f"{self.id}-{self.run}")

    def key(self, name: str) -> str:
        """Return the key in the bucket of an object of this batch."""
        return f"batches/{self.id}/{name}"

    def run_key(self, name: str) -> str:
        """Return the key in the bucket of a file of the present run."""
        return self.key(f"run-{self.run}/{name}")

    def output(self, kind: Literal["output", "error"]) -> tuple[str, str]:
        """Return the id and the bucket key of the output or error file of a `/v1` batch."""
        tail = hmac.new(self.secret.encode(), kind.encode(), hashlib.sha256).hexdigest()
        output_id = file_id(self.created, tail)
        return output_id, file_key(self.started_by or "", output_id, "batch_output", f"{self.id}_{kind}.jsonl")

    def job_id(self, number: int) -> str:
        """Return a job's id, the same at each call. Ids sort by the batch's creation time and cannot be guessed."""
        tail = hmac.digest(self.secret.encode(), str(number).encode(), "sha256")
        return f"b{int(self.created * 1000):012x}{tail[:16].hex()}"

    def seed(self, number: int) -> int:
        """Return a random seed for a job without one. It is the same when the batch is planned again."""
        return int.from_bytes(hmac.digest(self.secret.encode(), f"seed {number}".encode(), "sha256")[:4]) >> 1


def execution_arn(name: str) -> str:
    """Return the ARN of the state machine's execution with that name."""
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
    webhook: str = "",
) -> Batch:
    """Return a new batch without storing it. Its id comes from the manifest's name and its schedule time or content."""
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
        webhook=webhook or settings().webhook_url,
    )


def batch_id(manifest: str, version: str, key: str | None = None) -> str:
    """Return a batch id of 33 characters, beginning with `b`. Two keys that start the same manifest get two batches."""
    parts = [manifest, version, *([key] if key else [])]
    return "b" + hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def create(batch: Batch) -> bool:
    """Store a new batch. Return False if a batch with that id exists."""
    stored = _change(batch.id, lambda before: None if before else batch)
    return stored.secret == batch.secret


def get(batch_id: str) -> Batch:
    """Return the batch, by a consistent read. Raise `NotFound` if no batch has the id."""
    item = table.get(_item_id(batch_id)) if len(batch_id) <= 100 else None
    if not item:
        raise not_found(batch_id)
    return _from_item(item)


def _from_item(item: table.Item) -> Batch:
    return Batch.from_json({**versioned_items.fields_of(item), "delivery": webhooks.delivery_of(item)})


def not_found(batch_id: str) -> NotFound:
    """Return the error for an id that no stored batch has."""
    days = settings().retention_days
    return NotFound(f"there is no batch {batch_id[:60]!r}; batches are kept for {days} days", field="id")


def get_all(ids: Sequence[str]) -> list[Batch]:
    """Return the batches with those ids, in the same order, by a consistent read. Skip unknown ids."""
    item_ids = [_item_id(batch_id) for batch_id in ids]
    batches = {item["id"]["S"]: _from_item(item) for item in table.get_many(item_ids)}
    return [batches[item_id] for item_id in item_ids if item_id in batches]


def of_key(key_id: str) -> Listing:
    """Return the batches that were started with an Easel key."""
    return Listing(f"batches#{key_id}", PREFIX)


def plan(batch: Batch, *, requests: int, invalid: int, jobs: Mapping[str, int]) -> bool:
    """Move the batch from `planning` to `running` and store the plan's numbers. Return False if it was cancelled.

    Planning twice is harmless: it gives the same numbers.
    """
    numbers = {"requests": requests, "invalid": invalid, "jobs": dict(jobs)}
    return _move(batch, ACTIVE, status="running", planned=time.time(), **numbers)


def finish(batch: Batch, counts: Mapping[str, int]) -> bool:
    """Mark the batch as finished after its results are written. A cancelled or failed batch keeps its status."""
    status: Status = "completed" if batch.status == "running" else batch.status
    return _move(batch, (batch.status, status), status=status, finished=time.time(), counts=dict(counts))


def cancel(batch: Batch) -> bool:
    """Cancel the batch: its waiting jobs do not start. Return False if the batch has already ended."""
    return _move(batch, ACTIVE, status="cancelled")


def fail(batch: Batch, error: EaselError) -> bool:
    """Fail the whole batch. Return False if it has already ended."""
    return _move(batch, ACTIVE, status="failed", error=error.body())


def rerun(batch: Batch, key: str | None = None, webhook: str = "") -> bool:
    """Start the next run of a finished batch, in status `planning`. Return False if the batch already runs.

    `key` is the id of the Easel key that asks for the run. If a schedule or an upload started the batch, this key owns
    the batch from now on and pays for it. `webhook`, if not empty, replaces the batch's webhook.
    """
    if not batch.finished:
        return False
    fixed = {name: getattr(batch, name) for name in _KEPT_FIELDS} | {"started_by": batch.started_by or key}
    fixed["webhook"] = webhook or batch.webhook
    return _move(batch, ENDED, **vars(Batch(**fixed, run=batch.run + 1, began=time.time())))


def set_waiting(batch: Batch, provider: str, model: str, until: float | None, reason: str, cause: str = "rest") -> None:
    """Record why the batch waits. `until` is in seconds since the epoch, or None if the batch waits for its turn.

    `cause` is one of `response_models.Wait`.
    """
    entry = {"cause": cause, "reason": reason, **({} if until is None else {"until": until})}
    _record_waiting(batch, f"{provider}/{model}", entry)


def end_turn_wait(batch: Batch, provider: str) -> None:
    """Remove the record that the batch waits for its turn at the provider."""
    _record_waiting(batch, f"{provider}/", None)


def _record_waiting(batch: Batch, scope: str, entry: Mapping[str, Any] | None) -> None:
    """Set the wait with the key `scope`, or remove it. Workers that record the same wait concurrently write it once."""

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
    """Change the batch's present run if its status is in `before`. Return False if it is not."""
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
    """Return the attributes for the table's indexes: of a key's batches, and of ended batches with a webhook."""
    key_id = fields.get("started_by")
    attributes = of_key(key_id).attributes(fields["created"]) if key_id else {}
    return {**attributes, **(webhooks.attributes(fields.get("webhook", ""), True) if fields.get("finished") else {})}


def expires(start: float) -> int:
    """Return when a batch's items expire, in seconds since the epoch.

    They remain for at least the retention time after the batch's end.
    """
    return int(start) + (settings().retention_days + MAX_DAYS + 1) * DAY


def _item_id(batch_id: str) -> str:
    return f"{PREFIX}{batch_id}"
