"""Jobs in the table: one generation from request to result, in one DynamoDB item without a token.

Status goes `queued → running → succeeded | failed`. Every transition is a conditional write, so a job ends once. The
function that works on a job claims it first, and then writes a heartbeat every few seconds. A job past its deadline,
or without a heartbeat for `SILENT_SECONDS`, reads as failed; if its picture comes later, the picture counts.
"""

from __future__ import annotations

import json
import re
import secrets
import time
from collections.abc import Sequence

from easel.errors import EaselError, GenerationTimeout, InternalError, NotFound, from_body
from easel.settings import settings
from easel.store import table
from easel.store.listing import Listing
from easel.store.payer import Payer
from easel.store.records import GenerationRequest, Job, Progress, Result
from easel.store.table import Attribute, Item

ALLOWED_SECONDS = 300
"""A job that has not ended after this time reads as failed; the functions' timeout is below it."""
SILENT_SECONDS = 40
"""A running job without a heartbeat for this long reads as failed."""
DAY = 24 * 3600
OUTCOME = ("result", "warnings", "error", "error_status", "drawn")
"""The fields that a job's item keeps together once it has ended."""
_FIXED = ("id", "request", "warnings", "created", "deadline", "batch", "payers", "repeatable", "continues")
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_IS_NEW = "attribute_not_exists(id)"
_IS_UNCLAIMED = "(attribute_not_exists(id) OR #status = :queued)"
_IS_OPEN = "#status IN (:queued, :running)"
_STATUS = {"#status": "status"}  # `status` is a reserved word of DynamoDB
_QUEUED: dict[str, Attribute] = {":queued": {"S": "queued"}}
_OPEN: dict[str, Attribute] = {**_QUEUED, ":running": {"S": "running"}}


def new(
    request: GenerationRequest, warnings: tuple[str, ...] = (), batch: str | None = None, payers: Sequence[Payer] = ()
) -> Job:
    """Return a queued job, not stored yet. Its id sorts by time and cannot be guessed (128 random bits)."""
    now = time.time()
    job_id = f"{int(now * 1000):012x}{secrets.token_hex(16)}"
    return Job(
        id=job_id,
        request=request,
        warnings=warnings,
        created=now,
        deadline=now + ALLOWED_SECONDS,
        batch=batch,
        payers=tuple(payer.item_id for payer in payers),
    )


def create(job: Job) -> None:
    """Store a new job; raise `RateLimited` or `InternalError` when the table refuses it: nothing has run then."""
    with table.translated_errors(table.NOTHING):
        if not table.put(as_item(job), _IS_NEW):
            raise InternalError("Easel's job table has such a job already; nothing was generated")


def ensure(job: Job) -> None:
    """Store a job, unless the function that works on it has stored it already."""
    with table.translated_errors("the job goes on"):
        table.put(as_item(job), _IS_NEW)


def get(job_id: str) -> Job:
    """Return the job as of now: past its deadline it reads as failed with `TIMEOUT`. Raise `NotFound`."""
    if not _ID.fullmatch(job_id):
        raise missing(job_id)
    with table.translated_errors("try again"):
        item = table.get(job_id)
    if not item:
        raise missing(job_id)
    return as_of_now(from_item(item))


def missing(job_id: str) -> NotFound:
    return NotFound(f"there is no job {job_id[:60]!r}; jobs are kept for {settings().retention_days} days", field="id")


def get_all(ids: Sequence[str]) -> list[Job]:
    """Return the jobs of those ids as of now, in that order. An id that is unknown or no job's id is skipped."""
    valid = [job_id for job_id in dict.fromkeys(ids) if _ID.fullmatch(job_id)]
    with table.translated_errors("try again"):
        jobs = {item["id"]["S"]: as_of_now(from_item(item)) for item in table.get_many(valid)}
    return [jobs[job_id] for job_id in valid if job_id in jobs]


def of_key(key_id: str) -> Listing:
    """Return the jobs that were started with an Easel key, outside of batches."""
    return Listing(f"jobs#{key_id}")


def claim(job: Job, when: float | None = None) -> Job | None:
    """Claim the job, at the time `when`: queued → running. A job that is not stored yet is stored.

    Returns None if another invocation has claimed it, if it has ended, or if its deadline has passed. Raises
    `RateLimited` or `InternalError` when the table does not answer: nothing has been generated then.
    """
    now = when or time.time()
    claimed = job.replace(status="running", started=now, seen=now, attempts=job.attempts + 1)
    in_time = "(attribute_not_exists(deadline) OR deadline > :now)"  # an item of an earlier version has none
    with table.translated_errors(table.NOTHING):
        if now < job.deadline and _put(claimed, f"{_IS_UNCLAIMED} AND {in_time}", {":now": table.number(now)}):
            return claimed
    return None


def give_up(job: Job, error: EaselError, *, claimed: float | None = None) -> Job:
    """Fail a job that nobody has claimed, so that nobody can; a claimed job is returned as it is.

    `claimed` is the time of a claim of the caller's own, which may have been written though its answer was lost.
    """
    after = failed(job, error, time.time())
    condition, values = _IS_UNCLAIMED, dict[str, Attribute]()
    if claimed:
        condition = f"({_IS_UNCLAIMED} OR #status = :running AND started = :claimed)"
        values = {":running": {"S": "running"}, ":claimed": table.number(claimed)}
    with table.translated_errors("try again"):
        if _put(after, condition, values):
            return after
    return get(job.id)


def heartbeat(job_id: str) -> bool:
    """Write a heartbeat. Return False when the job has ended."""
    return _update_open(job_id, "SET seen = :now", {":now": table.number(time.time())})


def progress(job_id: str, now: Progress) -> bool:
    """Mark a job as running and store its progress. Return False when it has ended."""
    return _update_open(
        job_id,
        "SET #status = :running, progress = :progress, seen = :now, started = if_not_exists(started, :now)",
        {":progress": {"S": table.json_text(now.to_json())}, ":now": table.number(time.time())},
    )


def succeed(job: Job, result: Result, warnings: tuple[str, ...]) -> Job:
    """End the job with a result and return it; a job that had ended before is returned as it ended."""
    return _end(job.replace(status="succeeded", finished=time.time(), result=result, warnings=warnings))


def recover(job: Job, result: Result) -> Job:
    """End the job with a result that was stored, even if it was recorded as failed."""
    ended = job.replace(status="succeeded", finished=time.time(), result=result, error=None)
    expression, values = _outcome(ended)
    if table.update(job.id, expression, condition="#status <> :status", names=_STATUS, values=values):
        return ended
    return get(job.id)


def fail(job: Job, error: EaselError) -> Job:
    """End the job with an error and return it; a job that had ended before is returned as it ended."""
    return _end(failed(job, error, time.time()))


def failed(job: Job, error: EaselError, when: float) -> Job:
    """Return the job as it would be after `fail`. Write nothing."""
    ended = job.replace(status="failed", finished=when, error=error.body(), error_status=error.status)
    return ended.replace(drawn=error.drawn)


def may_be_drawn(job: Job) -> bool:
    """Return whether the provider may have drawn a picture for a job that failed."""
    return from_body(job.error or {}).drawn if job.drawn is None else job.drawn


def _end(job: Job) -> Job:
    """Write the job's end, and return the job as its item holds it: of two ends the first counts."""
    expression, values = _outcome(job)
    if _update_open(job.id, expression, values):
        return job
    item = table.get(job.id)
    return from_item(item) if item else job


def _outcome(job: Job) -> tuple[str, dict[str, Attribute]]:
    """Return the change that ends a job, and its values."""
    values: dict[str, Attribute] = {
        ":status": {"S": job.status},
        ":finished": table.number(job.finished or 0),
        ":started": table.number(job.started or job.created),
        ":outcome": {"S": table.json_text(job.to_json(), *OUTCOME)},
    }
    change = (
        "SET #status = :status, finished = :finished, outcome = :outcome, started = if_not_exists(started, :started)"
    )
    return change, values


def _put(job: Job, condition: str, values: dict[str, Attribute]) -> bool:
    return table.put(as_item(job), condition, names=_STATUS, values={**_QUEUED, **values})


def _update_open(job_id: str, expression: str, values: dict[str, Attribute]) -> bool:
    """Change the item of a job that has not ended. Return False when it has ended, or is not stored."""
    return table.update(job_id, expression, condition=_IS_OPEN, names=_STATUS, values={**values, **_OPEN})


def as_of_now(job: Job) -> Job:
    """Return the job as callers see it now: failed if it is past its deadline or its worker has fallen silent."""
    now = time.time()
    if job.ended:
        return job
    if job.status == "running" and job.seen and job.seen + SILENT_SECONDS < min(now, job.deadline):
        name = job.request.catalog_provider.name
        cut = InternalError(f"the work on the picture was cut off while {name} was drawing or after it; try again")
        return failed(job, cut, job.seen + SILENT_SECONDS)
    if now < job.deadline:
        return job
    error = GenerationTimeout(
        f"{job.request.catalog_provider.name} did not finish within {ALLOWED_SECONDS} s, or the work was cut off",
        provider=job.request.provider,
    )
    return failed(job, error, job.deadline)


def as_item(job: Job) -> dict[str, Attribute]:
    """Return the job as a DynamoDB item. Fields that never change lie in the attribute `job` as JSON."""
    item: dict[str, Attribute] = {
        "id": {"S": job.id},
        "status": {"S": job.status},
        "attempts": {"N": str(job.attempts)},
        "expires": {"N": str(int(job.created) + settings().retention_days * DAY)},
        "job": {"S": table.json_text(job.to_json(), *_FIXED)},
    }
    if job.batch:
        return item  # the batch's claims keep the rest
    if job.key:
        item |= of_key(job.key).attributes(job.created)
    item["deadline"] = table.number(job.deadline)
    times = {"started": job.started, "seen": job.seen, "finished": job.finished}
    item |= {name: table.number(value) for name, value in times.items() if value is not None}
    if job.ended:
        item["outcome"] = {"S": table.json_text(job.to_json(), *OUTCOME)}
    return item


def from_item(item: Item) -> Job:
    stored = json.loads(item["job"]["S"])
    outcome = json.loads(item["outcome"]["S"]) if "outcome" in item else {}
    times = {name: float(item[name]["N"]) for name in ("started", "seen", "finished") if name in item}
    moving = {"status": item["status"]["S"], "attempts": int(item["attempts"]["N"])}
    if "progress" in item:
        moving["progress"] = json.loads(item["progress"]["S"])
    return Job.from_json({**stored, **moving, **times, **outcome})
