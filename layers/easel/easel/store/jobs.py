"""The job record: one generation from request to result, in one DynamoDB item without a token.

Status goes `queued → running → succeeded | failed`. Every transition is a conditional write, so a job ends once. The
function that works on a job claims it first, and then writes a heartbeat every few seconds. A job past its deadline,
or without a heartbeat for `SILENT_SECONDS`, reads as failed; if its picture comes all the same, the picture counts.

DynamoDB's answer can be lost after a write was carried out, and the AWS client then writes again. Therefore an item
carries `writer`, a mark of the call that wrote it: a call whose condition fails can see that the item is its own.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self
from urllib.parse import urlsplit

from easel import catalog
from easel.common import aws
from easel.errors import EaselError, GenerationTimeout, InternalError, NotFound, RateLimited
from easel.settings import settings
from easel.store import items

if TYPE_CHECKING:
    from types_boto3_dynamodb.type_defs import UniversalAttributeValueTypeDef as Attribute

Status = Literal["queued", "running", "succeeded", "failed"]

ALLOWED_SECONDS = 300
"""After this long a job that has not ended reads as failed; the functions' timeout is below it."""
SILENT_SECONDS = 40
"""A running job without a heartbeat for this long reads as failed."""
DAY = 24 * 3600
CONFLICT_ATTEMPTS = 5
PASSING = (409, 429)
"""Statuses below 500 of an error that a later try may not meet: cancelled, limited."""
OUTCOME = ("result", "warnings", "error", "error_status")
"""The fields that a job's item keeps together once it has ended."""
_PICTURE = re.compile(r"/api/images/(b?[0-9a-f]{36,44}\.(?:png|jpg|webp|gif))$")
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class StoredRecord:
    """Base of frozen dataclasses with a JSON form."""

    parts: ClassVar[Mapping[str, type[StoredRecord]]] = {}
    """The fields that are records themselves."""

    def to_json(self, *, defaults: bool = True) -> dict[str, Any]:
        """The fields as `json.dumps` takes them; None is left out, and where asked what has its default value."""
        return {
            name: value.to_json() if isinstance(value, StoredRecord) else value
            for name, value in vars(self).items()
            if value is not None and (defaults or value != getattr(type(self), name, None))
        }

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """The record whose `to_json()` this is. Unknown fields, which a newer version may have added, are ignored.

        Raises `ValueError` for what is no such record.
        """
        if not isinstance(data, Mapping):
            raise ValueError(f"no {cls.__name__}: {type(data).__name__} instead of an object")
        known = getattr(cls, "__dataclass_fields__", {})
        given = {name: cls._read(name, value) for name, value in data.items() if name in known}
        try:
            return cls(**given)
        except TypeError as error:
            raise ValueError(f"no {cls.__name__}: {error}") from error

    @classmethod
    def _read(cls, name: str, value: Any) -> Any:
        if name in cls.parts and value is not None:
            return cls.parts[name].from_json(value)
        return tuple(value) if isinstance(value, list) else value


@dataclass(frozen=True, kw_only=True)
class Request(StoredRecord):
    """A request that the catalog allows; every field has its final value. Holds no token."""

    provider: str
    model: str
    prompt: str = ""
    negative_prompt: str = ""
    width: int = 0
    height: int = 0
    steps: int = 0
    guidance: float | None = None
    seed: int = 0
    response_format: str = "url"
    source_url: str = ""
    """Upscaling: the picture to enlarge."""
    scale: int = 0
    """Upscaling: how many times; 0 means that this is a generation."""

    @property
    def catalog_provider(self) -> catalog.Provider:
        return catalog.provider(self.provider)

    @property
    def catalog_model(self) -> catalog.Model:
        return self.catalog_provider.model(self.model)

    @property
    def source_picture(self) -> str:
        """The name, `{job id}.{extension}`, of the picture to enlarge, where its link looks like one of Easel's."""
        found = _PICTURE.search(urlsplit(self.source_url).path)
        return found[1] if found else ""

    @property
    def model_name(self) -> str:
        """The model's display name."""
        return "Upscaler" if self.model == catalog.UPSCALER else self.catalog_model.name


@dataclass(frozen=True)
class ValidatedRequest:
    """A request that the catalog allows. The token is kept apart, so that it is neither stored nor printed with it."""

    request: Request
    warnings: tuple[str, ...]
    token: str | None = field(repr=False, default=None)
    spare_tokens: tuple[str, ...] = field(repr=False, default=())
    """The caller's further tokens, each for when the one before is refused or limited."""
    key: str | None = None
    """Id of the Easel key that the call shows."""

    @property
    def uses_own_tokens(self) -> bool:
        """Whether the picture is made with the deployment's own tokens."""
        return bool(self.key) and not self.token


@dataclass(frozen=True, kw_only=True)
class Progress(StoredRecord):
    """How far a provider says the job is. A field that the provider does not tell is None."""

    queue_position: int | None = None
    eta_seconds: float | None = None
    percent: int | None = None

    def shown(self) -> dict[str, Any]:
        shape = {
            "queuePosition": self.queue_position,
            "etaSeconds": self.eta_seconds,
            "percent": self.percent,
        }
        return {name: value for name, value in shape.items() if value is not None}


@dataclass(frozen=True, kw_only=True)
class Result(StoredRecord):
    """The outcome of a successful job. `key` is where the picture lies in the bucket; empty when it could not be stored
    and `url`, the provider's own link, is all there is."""

    key: str = ""
    url: str = ""
    format: str
    width: int
    height: int
    size: int = 0
    """Bytes of the picture."""
    seed: int
    seconds: float
    """From the start of the work to the stored picture."""


@dataclass(frozen=True, kw_only=True)
class Job(StoredRecord):
    """A job as stored; times are seconds since the epoch."""

    parts: ClassVar = {"request": Request, "progress": Progress, "result": Result}

    id: str
    request: Request
    warnings: tuple[str, ...] = ()
    status: Status = "queued"
    created: float
    started: float | None = None
    finished: float | None = None
    deadline: float
    seen: float | None = None
    """The last heartbeat of the function that works on it; jobs of batches have none, see `easel.batch.claims`."""
    attempts: int = 0
    progress: Progress | None = None
    result: Result | None = None
    error: dict[str, Any] | None = None
    """The body of the error's answer."""
    error_status: int = 500
    batch: str | None = None
    """Id of the batch it belongs to; such a job has no progress, since nobody looks on."""
    payers: tuple[str, ...] = ()
    """Ids of the items that count its picture, see `easel.budgets.admission`."""

    @property
    def ended(self) -> bool:
        return self.status in ("succeeded", "failed")

    @property
    def key(self) -> str | None:
        """Id of the Easel key that it was made with."""
        return next((payer.removeprefix("key#") for payer in self.payers if payer.startswith("key#")), None)

    @property
    def settled(self) -> bool:
        """Whether a repeat of the request could not end otherwise: it has a picture, or it or its token was refused."""
        refused = 400 <= self.error_status < 500 and self.error_status not in PASSING
        return self.status == "succeeded" or (self.status == "failed" and refused)


def new(
    request: Request, warnings: tuple[str, ...] = (), batch: str | None = None, payers: tuple[str, ...] = ()
) -> Job:
    """A queued job, not stored yet. Its id sorts by time and cannot be guessed (128 random bits)."""
    now = time.time()
    job_id = f"{int(now * 1000):012x}{secrets.token_hex(16)}"
    return Job(
        id=job_id,
        request=request,
        warnings=warnings,
        created=now,
        deadline=now + ALLOWED_SECONDS,
        batch=batch,
        payers=payers,
    )


def create(job: Job) -> None:
    """Stores a new job; raises `RateLimited` or `InternalError` when the table refuses it: nothing has run then."""
    with table_errors("nothing was generated"):
        if not _put(job, _IS_NEW):
            raise InternalError("Easel's job table has such a job already; nothing was generated")


def ensure(job: Job) -> None:
    """Stores a job, unless the function that works on it has stored it already."""
    with table_errors("the job goes on"):
        _put(job, _IS_NEW)


def create_once(
    job: Job, key: str, fingerprint: str, seconds: float, *, after: str | None = None, first: float | None = None
) -> tuple[str, str] | None:
    """Stores a new job under an idempotency key, both or neither.

    Args:
        job: the job.
        key: the key, which names its owner as well.
        fingerprint: of the call; the same for every call that asks for the same.
        seconds: for how long the key stands for the job.
        after: id of the job that the key stands for, where this one is to take its place.
        first: for the first try of a call, since when it has been under way. It takes the key from every earlier job,
            but not from the job of a repeat that has overtaken it.

    Returns None when this call was the first with that key, else the job's id and the fingerprint of the first.
    """
    free: dict[str, Any] = {
        "ConditionExpression": f"{_IS_NEW} OR expires < :now",  # DynamoDB deletes what has expired some time later
        "ExpressionAttributeValues": {":now": {"N": str(int(job.created))}},
    }
    if after:
        free = {"ConditionExpression": "job = :after", "ExpressionAttributeValues": {":after": {"S": after}}}
    if first is not None:
        free["ConditionExpression"] += " OR attribute_exists(#first) OR made < :first"
        free["ExpressionAttributeNames"] = {"#first": "first"}
        free["ExpressionAttributeValues"] |= {":first": as_number(first)}
    puts = _puts_once(job, key, fingerprint, seconds, free, first=first is not None)
    token = hashlib.sha256(f"{job.id} {after}".encode()).hexdigest()[:32]
    with table_errors("nothing was generated"):
        for attempt in range(1, CONFLICT_ATTEMPTS + 1):
            client = aws.dynamodb()
            try:
                client.transact_write_items(TransactItems=puts, ClientRequestToken=token)
            except client.exceptions.TransactionCanceledException as error:
                found = _of_key(key)
                if found and found[0] == job.id:
                    return None  # this very call wrote it, and its answer was lost
                if found and found[0] != after and not _collided(error):
                    return found
                if attempt == CONFLICT_ATTEMPTS:
                    raise
                time.sleep(0.05 * attempt)  # two such calls collided and neither is written yet
            else:
                return None
    raise AssertionError("the last attempt returns or raises")


def _collided(error: Any) -> bool:
    """Whether a transaction was cancelled because of another one at the same moment, not because of its condition."""
    return any(reason.get("Code") == "TransactionConflict" for reason in error.response.get("CancellationReasons", ()))


def _puts_once(
    job: Job, key: str, fingerprint: str, seconds: float, free: Mapping[str, Any], *, first: bool
) -> list[Any]:
    """The two writes of the transaction: the idempotency key's item, on the condition `free`, and the job's."""
    record: dict[str, Attribute] = {
        "id": {"S": f"idempotency#{key}"},
        "job": {"S": job.id},
        "fingerprint": {"S": fingerprint},
        "expires": {"N": str(int(job.created + seconds))},
        "made": as_number(job.created),
        **({"first": {"BOOL": True}} if first else {}),
    }
    return [
        {"Put": {"TableName": table(), "Item": record, **free}},
        {"Put": {"TableName": table(), "Item": as_item(job), "ConditionExpression": _IS_NEW}},
    ]


def _of_key(key: str) -> tuple[str, str] | None:
    """The id of the job that an idempotency key stands for, and the fingerprint of its call."""
    wanted: dict[str, Any] = {"id": {"S": f"idempotency#{key}"}}
    found = aws.dynamodb().get_item(TableName=table(), Key=wanted, ConsistentRead=True).get("Item")
    return (found["job"]["S"], found["fingerprint"]["S"]) if found else None


def get(job_id: str) -> Job:
    """The job as of now: past its deadline it reads as failed with `TIMEOUT`. Raises `NotFound`."""
    if not _ID.fullmatch(job_id):
        raise missing(job_id)
    with table_errors("try again"):
        found = aws.dynamodb().get_item(TableName=table(), Key={"id": {"S": job_id}}, ConsistentRead=True)
    item = found.get("Item")
    if not item:
        raise missing(job_id)
    return as_of_now(from_item(item))


def missing(job_id: str) -> NotFound:
    return NotFound(f"there is no job {job_id[:60]!r}; jobs are kept for {settings().retention_days} days", field="id")


def get_all(ids: Sequence[str]) -> list[Job]:
    """The jobs of those ids as of now, in that order, without those that are gone or are no ids."""
    wanted = [one for one in dict.fromkeys(ids) if _ID.fullmatch(one)]
    with table_errors("try again"):
        found = {item["id"]["S"]: as_of_now(from_item(item)) for item in items.read_all(wanted)}
    return [found[one] for one in wanted if one in found]


def claim(job: Job) -> Job | None:
    """Claims the job: queued → running. A job that nobody has stored yet is stored.

    Returns None when somebody else has claimed it, when it has ended, or when its deadline has passed. Raises
    `RateLimited` or `InternalError` when the table does not answer: nothing has been generated then.
    """
    now = time.time()
    mine = replace(job, status="running", started=now, seen=now, attempts=job.attempts + 1)
    in_time = "(attribute_not_exists(deadline) OR deadline > :now)"  # an item of an earlier version has none
    with table_errors("nothing was generated"):
        if now < job.deadline and _put(mine, f"{_IS_UNBEGUN} AND {in_time}", {**_QUEUED, ":now": as_number(now)}):
            return mine
    return None


def give_up(job: Job, error: EaselError) -> Job:
    """Fails a job that nobody has claimed, so that nobody can; a job that was claimed is returned as it is."""
    over = failed(job, error, time.time())
    with table_errors("try again"):
        if _put(over, _IS_UNBEGUN, _QUEUED):
            return over
    return get(job.id)


def heartbeat(job_id: str) -> bool:
    """Writes a heartbeat; False when the job has ended."""
    return _update(job_id, "SET seen = :now", {":now": as_number(time.time()), **_OPEN}, condition=_IS_OPEN)


def progress(job_id: str, now: Progress) -> bool:
    """Marks a job as running and how far it is; False when it has ended."""
    return _update(
        job_id,
        "SET #status = :running, progress = :progress, seen = :now, started = if_not_exists(started, :now)",
        {
            ":running": {"S": "running"},
            ":progress": {"S": as_text(now.to_json())},
            ":now": as_number(time.time()),
            **_OPEN,
        },
        condition=_IS_OPEN,
    )


def succeed(job: Job, result: Result, warnings: tuple[str, ...]) -> Job:
    """Ends the job with a result and returns it; a job that had ended before is returned as it ended."""
    return _end(replace(job, status="succeeded", finished=time.time(), result=result, warnings=warnings))


def fail(job: Job, error: EaselError) -> Job:
    """Ends the job with an error and returns it; a job that had ended before is returned as it ended."""
    return _end(failed(job, error, time.time()))


def failed(job: Job, error: EaselError, when: float) -> Job:
    """The job as it would be after `fail`; writes nothing."""
    return replace(job, status="failed", finished=when, error=error.body(), error_status=error.status)


def _end(job: Job) -> Job:
    values: dict[str, Attribute] = {
        ":status": {"S": job.status},
        ":finished": as_number(job.finished or 0),
        ":started": as_number(job.started or job.created),
        ":outcome": {"S": as_text(job.to_json(), *OUTCOME)},
        **_OPEN,
    }
    written = _update(
        job.id,
        "SET #status = :status, finished = :finished, outcome = :outcome, started = if_not_exists(started, :started)",
        values,
        condition=_IS_OPEN,
    )
    return job if written else _as_ended(job)


def _as_ended(job: Job) -> Job:
    """The job as its item holds it: of two ends the first counts."""
    found = aws.dynamodb().get_item(TableName=table(), Key={"id": {"S": job.id}}, ConsistentRead=True)
    return from_item(found["Item"]) if "Item" in found else job


_OPEN: dict[str, Attribute] = {":open1": {"S": "queued"}, ":open2": {"S": "running"}}
_IS_OPEN = "#status IN (:open1, :open2)"
_QUEUED: dict[str, Attribute] = {":queued": {"S": "queued"}}
_IS_UNBEGUN = "(attribute_not_exists(id) OR #status = :queued)"
_IS_NEW = "attribute_not_exists(id)"


def _put(job: Job, condition: str, values: Mapping[str, Attribute] | None = None) -> bool:
    """Writes the whole item. False when the condition does not hold; True when it fails because of this very write."""
    from botocore.exceptions import BotoCoreError

    client, writer = aws.dynamodb(), secrets.token_hex(8)
    options: dict[str, Any] = {"ConditionExpression": condition, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    if values:
        options |= {"ExpressionAttributeNames": {"#status": "status"}, "ExpressionAttributeValues": values}
    try:
        client.put_item(TableName=table(), Item={**as_item(job), "writer": {"S": writer}}, **options)
    except client.exceptions.ConditionalCheckFailedException as error:
        there: Any = error.response.get("Item")
        return bool(there and there.get("writer") == {"S": writer})
    except BotoCoreError:  # every answer was lost: the write may have been carried out
        found = client.get_item(TableName=table(), Key={"id": {"S": job.id}}, ConsistentRead=True).get("Item", {})
        if found.get("writer") != {"S": writer}:
            raise
    return True


def _update(job_id: str, expression: str, values: dict[str, Attribute], *, condition: str) -> bool:
    client = aws.dynamodb()
    try:
        client.update_item(
            TableName=table(),
            Key={"id": {"S": job_id}},
            UpdateExpression=expression,
            ConditionExpression=condition,
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues=values,
        )
    except client.exceptions.ConditionalCheckFailedException:
        return False
    return True


def as_of_now(job: Job) -> Job:
    """The job as it reads at this moment: past its deadline, or with a worker that fell silent, it has failed."""
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
    """The job as a DynamoDB item. Fields that never change lie in the attribute `job` as JSON."""
    item: dict[str, Attribute] = {
        "id": {"S": job.id},
        "status": {"S": job.status},
        "attempts": {"N": str(job.attempts)},
        "expires": {"N": str(int(job.created) + settings().retention_days * DAY)},
        "job": {"S": as_text(job.to_json(), "id", "request", "warnings", "created", "deadline", "batch", "payers")},
    }
    if job.batch:
        return item  # the batch's claims keep the rest
    if job.key:
        item |= {"owner": {"S": f"jobs#{job.key}"}, "made": as_number(job.created)}  # the index lists it by these
    item["deadline"] = as_number(job.deadline)
    times = {"started": job.started, "seen": job.seen, "finished": job.finished}
    item |= {name: as_number(value) for name, value in times.items() if value is not None}
    if job.ended:
        item["outcome"] = {"S": as_text(job.to_json(), *OUTCOME)}
    return item


def from_item(item: Mapping[str, Any]) -> Job:
    stored = json.loads(item["job"]["S"])
    outcome = json.loads(item["outcome"]["S"]) if "outcome" in item else {}
    times = {name: float(item[name]["N"]) for name in ("started", "seen", "finished") if name in item}
    moving = {"status": item["status"]["S"], "attempts": int(item["attempts"]["N"])}
    if "progress" in item:
        moving["progress"] = json.loads(item["progress"]["S"])
    return Job.from_json({**stored, **moving, **times, **outcome})


def as_text(fields: Mapping[str, Any], *names: str) -> str:
    """The fields of those names, or all, as compact JSON."""
    chosen = {name: fields[name] for name in names if name in fields} if names else fields
    return json.dumps(chosen, ensure_ascii=False, separators=(",", ":"))


def as_number(value: float) -> Attribute:
    return {"N": f"{value:.3f}"}


def table() -> str:
    return settings().jobs_table


class table_errors:
    """Turns DynamoDB's errors into Easel's. `outcome` ends the sentence that the caller reads."""

    def __init__(self, outcome: str) -> None:
        self._outcome = outcome

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        if error is None or isinstance(error, EaselError) or not isinstance(error, Exception):
            return
        from botocore.exceptions import BotoCoreError, ClientError

        if isinstance(error, ClientError):
            code = error.response.get("Error", {}).get("Code", "")
            if "Throttl" in code or "LimitExceeded" in code or "ThroughputExceeded" in code:
                message = f"Easel's job table is asked too much at the moment; {self._outcome}"
                raise RateLimited(message, retry_after=2) from error
            raise InternalError(f"Easel's job table refused ({code}); {self._outcome}") from error
        if isinstance(error, BotoCoreError):
            raise InternalError(
                f"Easel's job table could not be reached ({type(error).__name__}); {self._outcome}"
            ) from error
