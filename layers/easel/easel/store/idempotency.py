"""Idempotency keys: a repeated call with the same key gets the first call's job.

A key is an item of the job table that names its job. It is written in one transaction with the job: both or neither.
"""

from __future__ import annotations

import hashlib
import time
from typing import Any, NamedTuple

from easel.common import aws
from easel.store import jobs, table
from easel.store.records import Job
from easel.store.table import Attribute

CONFLICT_ATTEMPTS = 5
_IS_NEW = "attribute_not_exists(id)"


class IdempotencyRecord(NamedTuple):
    """What a key stands for."""

    job_id: str
    fingerprint: str
    """Of the call that wrote the key; the same for every call with the same content."""


def create_once(
    job: Job, key: str, fingerprint: str, seconds: float, *, after: str | None = None, first: float | None = None
) -> IdempotencyRecord | None:
    """Store a new job under an idempotency key, both or neither.

    Args:
        job: the job.
        key: the key, which includes its owner.
        fingerprint: of the call.
        seconds: for how long the key stands for the job.
        after: the id of the job that the key stands for, if this job is to replace it.
        first: for the first try of a call, the time at which the call arrived. It takes the key from every earlier
            job, but not from the job of a repeat that has overtaken it.

    Returns:
        None if the job is stored, else the entry of the job that the key stands for.
    """
    writes = [
        {"Put": {"TableName": table.name(), **_key_write(job, key, fingerprint, seconds, after=after, first=first)}},
        {"Put": {"TableName": table.name(), "Item": jobs.as_item(job), "ConditionExpression": _IS_NEW}},
    ]
    from botocore.exceptions import BotoCoreError, ClientError

    token = hashlib.sha256(f"{job.id} {after}".encode()).hexdigest()[:32]
    with table.translated_errors(table.NOTHING):
        for attempt in range(1, CONFLICT_ATTEMPTS + 1):
            client = aws.dynamodb()
            try:
                client.transact_write_items(TransactItems=writes, ClientRequestToken=token)  # type: ignore[arg-type]
            except client.exceptions.TransactionCanceledException as error:
                entry = _read(key)
                if entry and entry.job_id == job.id:
                    return None  # this call wrote it, and the answer was lost
                if entry and entry.job_id != after and not _is_conflict(error):
                    return entry
                if attempt == CONFLICT_ATTEMPTS:
                    raise
                time.sleep(0.05 * attempt)  # two such calls collided, and neither is written yet
            except (BotoCoreError, ClientError):  # no try was answered well: both may be written
                entry = _read(key)
                if not entry or entry.job_id != job.id:
                    raise
                return None
            else:
                return None
    raise AssertionError("the last attempt returns or raises")


def _is_conflict(error: Any) -> bool:
    """True if another transaction at the same moment cancelled this one, and not its own condition."""
    return any(reason.get("Code") == "TransactionConflict" for reason in error.response.get("CancellationReasons", ()))


def _key_write(
    job: Job, key: str, fingerprint: str, seconds: float, *, after: str | None, first: float | None
) -> dict[str, Any]:
    """Return the key's item, and the condition under which it is written."""
    names: dict[str, str] = {}
    values: dict[str, Attribute] = {}
    if after:
        condition, values[":after"] = "job = :after", {"S": after}
    else:  # DynamoDB deletes expired items some time later
        condition, values[":now"] = f"{_IS_NEW} OR expires < :now", {"N": str(int(job.created))}
    if first is not None:
        condition += " OR attribute_exists(#first) OR made < :first"
        names["#first"] = "first"
        values[":first"] = table.number(first)
    item = {
        "id": {"S": _item_id(key)},
        "job": {"S": job.id},
        "fingerprint": {"S": fingerprint},
        "expires": {"N": str(int(job.created + seconds))},
        "made": table.number(job.created),
        **({"first": {"BOOL": True}} if first is not None else {}),
    }
    write = {"Item": item, "ConditionExpression": condition, "ExpressionAttributeValues": values}
    return {**write, "ExpressionAttributeNames": names} if names else write


def _read(key: str) -> IdempotencyRecord | None:
    item = table.get(_item_id(key))
    return IdempotencyRecord(item["job"]["S"], item["fingerprint"]["S"]) if item else None


def _item_id(key: str) -> str:
    return f"idempotency#{key}"
