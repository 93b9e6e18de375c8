"""Jobs in the table: one DynamoDB item for each generation. No item contains a token.

The status goes `queued → running → succeeded | failed`. Each transition is a conditional write, so a job ends once. A
function claims a job before it works on it, and then writes a heartbeat every few seconds. A job past its deadline, or
without a heartbeat for `SILENT_SECONDS`, is presented as failed. If its picture is stored later, the job succeeds.
"""

from __future__ import annotations

import json
import math
import re
import secrets
import time
from collections.abc import Sequence

from pydantic_core import from_json

from easel.errors import EaselError, GenerationTimeout, InternalError, NotFound, from_body
from easel.settings import settings
from easel.store import table, webhooks
from easel.store.listing import Listing
from easel.store.payer import Payer
from easel.store.records import Attempt, GenerationRequest, Job, Progress, Result
from easel.store.table import Attribute, Item

ALLOWED_SECONDS = 300
"""Seconds after which an unfinished job is presented as failed. The functions' timeout is shorter."""
SILENT_SECONDS = 40
"""Seconds without a heartbeat after which a running job is presented as failed."""
DAY = 24 * 3600
OUTCOME = ("result", "warnings", "error", "error_status", "drawn")
"""Fields of an ended job, stored together in the item's attribute `outcome`."""
_CONSTANT_FIELDS = (
    "id",
    "request",
    "warnings",
    "created",
    "deadline",
    "batch",
    "payers",
    "repeatable",
    "continues",
    "family",
    "tried",
    "webhook",
)
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MADE = re.compile(r"([0-9a-f]{12})[0-9a-f]{32}")
_IS_NEW = "attribute_not_exists(id)"
_IS_UNCLAIMED = "(attribute_not_exists(id) OR #status = :queued)"
_IS_CLAIMABLE = "(attribute_not_exists(id) OR (#status = :queued AND attempts = :attempts))"
_IS_OPEN = "#status IN (:queued, :running)"
_STATUS = {"#status": "status"}  # `status` is a reserved word of DynamoDB
_QUEUED: dict[str, Attribute] = {":queued": {"S": "queued"}}
_OPEN: dict[str, Attribute] = {**_QUEUED, ":running": {"S": "running"}}


def new(
    request: GenerationRequest,
    warnings: tuple[str, ...] = (),
    batch: str | None = None,
    payers: Sequence[Payer] = (),
    webhook: str = "",
) -> Job:
    """Return a queued job without storing it. Its id sorts by time and has 128 random bits.

    Without `webhook`, a job outside batches gets the webhook of the deployment.
    """
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
        webhook="" if batch else webhook or settings().webhook_url,
    )


def age(job_id: str) -> float:
    """Return the job's age in seconds, from its id, or infinity if the id has another form."""
    made = _MADE.fullmatch(job_id)
    return abs(time.time() - int(made[1], 16) / 1000) if made else math.inf


def create(job: Job) -> None:
    """Store a new job. Raise `RateLimited` or `InternalError` if the table refuses it; nothing was generated then."""
    with table.translated_errors(table.NOTHING_GENERATED):
        if not table.put(as_item(job), _IS_NEW):
            raise InternalError("the job exists already; nothing was generated; try again")


def ensure(job: Job) -> None:
    """Store a job unless its worker has stored it already."""
    with table.translated_errors("the job continues"):
        table.put(as_item(job), _IS_NEW)


def get(job_id: str) -> Job:
    """Return the job by a consistent read, as `current_state` returns it. Raise `NotFound` if it does not exist."""
    if not _ID.fullmatch(job_id):
        raise not_found(job_id)
    with table.translated_errors("try again"):
        item = table.get(job_id)
    if not item:
        raise not_found(job_id)
    return current_state(from_item(item))


def not_found(job_id: str) -> NotFound:
    """Return the error for an id that no stored job has."""
    return NotFound(f"there is no job {job_id[:60]!r}; jobs are kept for {settings().retention_days} days", field="id")


def get_all(ids: Sequence[str]) -> list[Job]:
    """Return the jobs with those ids, in the same order, by a consistent read. Skip unknown ids."""
    valid = [job_id for job_id in dict.fromkeys(ids) if _ID.fullmatch(job_id)]
    with table.translated_errors("try again"):
        jobs = {item["id"]["S"]: current_state(from_item(item)) for item in table.get_many(valid)}
    return [jobs[job_id] for job_id in valid if job_id in jobs]


def of_key(key_id: str) -> Listing:
    """Return the listing of the jobs that an Easel key started outside of batches."""
    return Listing(f"jobs#{key_id}")


def claim(job: Job, when: float | None = None) -> Job | None:
    """Move the job from `queued` to `running` at the time `when`. Store it if it is not stored yet.

    Return None if another invocation has claimed the job, if it has ended, if its deadline has passed, or if it was
    handed over to another provider. Raise `RateLimited` or `InternalError` if the table does not respond; nothing was
    generated then.
    """
    now = when or time.time()
    claimed = job.replace(status="running", started=now, seen=now, attempts=job.attempts + 1)
    in_time = "(attribute_not_exists(deadline) OR deadline > :now)"  # items of earlier versions have no deadline
    with table.translated_errors(table.NOTHING_GENERATED):
        values = {":now": table.number(now), ":attempts": {"N": str(job.attempts)}}
        if now < job.deadline and _put(claimed, f"{_IS_CLAIMABLE} AND {in_time}", values):
            return claimed
    return None


def hand_over(job: Job, request: GenerationRequest, warnings: tuple[str, ...], failed_attempt: Attempt) -> Job | None:
    """Move a claimed job from `running` to `queued`, with the request to another provider.

    `failed_attempt` is the attempt at the present provider. The number of attempts distinguishes the claims of the two
    providers if an event arrives twice. Return None if the job has ended, or if the caller's claim has.
    """
    after = _handed_over(job, request, warnings, failed_attempt)
    mine = "#status = :running AND attempts = :attempts"
    values: dict[str, Attribute] = {":running": {"S": "running"}, ":attempts": {"N": str(job.attempts)}}
    written = table.put(as_item(after), mine, names=_STATUS, values=values)
    return after if written else None


def hand_over_unclaimed(
    job: Job, request: GenerationRequest, warnings: tuple[str, ...], failed_attempt: Attempt
) -> Job | None:
    """Give an unclaimed job the request to another provider. Return None if it was claimed or has ended.

    An attempt is counted, so that no invocation at the former provider can claim the job. Raise the errors of `create`.
    """
    after = _handed_over(job.replace(attempts=job.attempts + 1), request, warnings, failed_attempt)
    with table.translated_errors(table.NOTHING_GENERATED):
        return after if _put(after, _IS_CLAIMABLE, {":attempts": {"N": str(job.attempts)}}) else None


def _handed_over(job: Job, request: GenerationRequest, warnings: tuple[str, ...], failed_attempt: Attempt) -> Job:
    not_started = {"progress": None, "started": None, "seen": None}  # otherwise its charge would count as drawn
    changes = {"status": "queued", "request": request, "warnings": warnings, "tried": (*job.tried, failed_attempt)}
    return job.replace(**not_started, **changes)


def give_up(job: Job, error: EaselError, *, claimed: float | None = None) -> Job:
    """Fail an unclaimed job, so that no worker can claim it. Return a claimed job unchanged.

    `claimed` is the time of the caller's claim, whose response was lost. The claim may have been written.
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
    """Write a heartbeat. Return False if the job has ended."""
    return _update_open(job_id, f"SET seen = :now {webhooks.NOT_NEW}", {":now": table.number(time.time())})


def progress(job_id: str, now: Progress) -> bool:
    """Mark a job as running and store its progress. Return False if the job has ended."""
    return _update_open(
        job_id,
        "SET #status = :running, progress = :progress, seen = :now, started = if_not_exists(started, :now) "
        + webhooks.NOT_NEW,
        {":progress": {"S": table.json_text(now.to_json())}, ":now": table.number(time.time())},
    )


def succeed(job: Job, result: Result, warnings: tuple[str, ...]) -> Job:
    """End the job with a result and return it. A job that has already ended is returned unchanged."""
    return _end(job.replace(status="succeeded", finished=time.time(), result=result, warnings=warnings))


def recover(job: Job, result: Result) -> Job:
    """End the job with a stored picture, even if the job was recorded as failed."""
    ended = job.replace(status="succeeded", finished=time.time(), result=result, error=None)
    expression, values = _outcome(ended)
    if table.update(job.id, expression, condition="#status <> :status", names=_STATUS, values=values):
        return ended
    return get(job.id)


def fail(job: Job, error: EaselError) -> Job:
    """End the job with an error and return it. A job that has already ended is returned unchanged."""
    return _end(failed(job, error, time.time()))


def failed(job: Job, error: EaselError, when: float) -> Job:
    """Return the job as `fail` stores it, without storing it."""
    ended = job.replace(status="failed", finished=when, error=error.body(), error_status=error.status)
    return ended.replace(drawn=error.drawn)


def record_end(job: Job) -> Job:
    """Store the end of a job that `current_state` returned as failed. Return the stored job."""
    return _end(job) if job.ended else job


def may_be_drawn(job: Job) -> bool:
    """Return True if the provider may have generated a picture for a failed job."""
    return from_body(job.error or {}).drawn if job.drawn is None else job.drawn


def _end(job: Job) -> Job:
    """Store the job's end, unless the job has ended before. Return the stored job."""
    expression, values = _outcome(job)
    if _update_open(job.id, expression, values):
        return job
    item = table.get(job.id)
    return from_item(item) if item else job


def _outcome(job: Job) -> tuple[str, dict[str, Attribute]]:
    """Return the update expression that ends a job, and its values."""
    values: dict[str, Attribute] = {
        ":status": {"S": job.status},
        ":finished": table.number(job.finished or 0),
        ":started": table.number(job.started or job.created),
        ":outcome": {"S": table.json_text(job.to_json(), *OUTCOME)},
    }
    change = (
        "SET #status = :status, finished = :finished, outcome = :outcome, started = if_not_exists(started, :started)"
    )
    if job.webhook:
        change, values[":due"] = f"{change}, webhook = :due", {"S": webhooks.DUE}
    return change, values


def _put(job: Job, condition: str, values: dict[str, Attribute]) -> bool:
    return table.put(as_item(job), condition, names=_STATUS, values={**_QUEUED, **values})


def _update_open(job_id: str, expression: str, values: dict[str, Attribute]) -> bool:
    """Update the item of an unfinished job. Return False if the job has ended or is not stored."""
    return table.update(job_id, expression, condition=_IS_OPEN, names=_STATUS, values={**values, **_OPEN})


def current_state(job: Job) -> Job:
    """Return the job, as failed if it is past its deadline or if its heartbeats have stopped."""
    now = time.time()
    if job.ended:
        return job
    if job.status == "running" and job.seen and job.seen + SILENT_SECONDS < min(now, job.deadline):
        name = job.request.catalog_provider.name
        stopped = InternalError(f"the function stopped while {name} generated the picture or later; try again")
        return failed(job, stopped, job.seen + SILENT_SECONDS)
    if now < job.deadline:
        return job
    error = GenerationTimeout(
        f"{job.request.catalog_provider.name} did not finish within {ALLOWED_SECONDS} s, or the function stopped",
        provider=job.request.provider,
    )
    ended = failed(job, error, job.deadline)
    return ended.replace(drawn=False) if job.status == "queued" else ended


def as_item(job: Job) -> dict[str, Attribute]:
    """Return the job as a DynamoDB item. The attribute `job` has the fields that never change, as JSON."""
    item: dict[str, Attribute] = {
        "id": {"S": job.id},
        "status": {"S": job.status},
        "attempts": {"N": str(job.attempts)},
        "expires": {"N": str(int(job.created) + settings().retention_days * DAY)},
        "job": {"S": table.json_text(job.to_json(), *_CONSTANT_FIELDS)},
    }
    if job.batch:
        return item  # `easel.batch.claims` adds the other attributes
    if job.key:
        item |= of_key(job.key).attributes(job.created)
    item |= webhooks.attributes(job.webhook, job.ended)
    item["deadline"] = table.number(job.deadline)
    times = {"started": job.started, "seen": job.seen, "finished": job.finished}
    item |= {name: table.number(value) for name, value in times.items() if value is not None}
    if job.ended:
        item["outcome"] = {"S": table.json_text(job.to_json(), *OUTCOME)}
    return item


def from_item(item: Item) -> Job:
    """Return the job in an item of the table."""
    stored = from_json(item["job"]["S"])
    outcome = from_json(item["outcome"]["S"]) if "outcome" in item else {}
    times = {name: float(item[name]["N"]) for name in ("started", "seen", "finished") if name in item}
    changing = {"status": item["status"]["S"], "attempts": int(item["attempts"]["N"])}
    changing["delivery"] = webhooks.delivery_of(item)
    if "progress" in item:
        changing["progress"] = json.loads(item["progress"]["S"])
    return Job.from_json({**stored, **changing, **times, **outcome})
