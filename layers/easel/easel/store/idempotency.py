"""Idempotency keys: a repeated call with the same key returns the first call's job.

A key is an item of the job table that names its job. Key and job are written in one transaction.
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
"""Maximum attempts if concurrent transactions conflict."""
_IS_NEW = "attribute_not_exists(id)"


class IdempotencyRecord(NamedTuple):
    """A stored key: its job and the fingerprint of its call."""

    job_id: str
    fingerprint: str
    """Digest of the first call's body. Calls with the same body have the same fingerprint."""


def create_once(
    job: Job, key: str, fingerprint: str, seconds: float, *, after: str | None = None, first: float | None = None
) -> IdempotencyRecord | None:
    """Store a new job and its idempotency key in one transaction.

    Args:
        job: the job.
        key: the key, including its owner's id.
        fingerprint: the call's fingerprint.
        seconds: lifetime of the key.
        after: id of the key's present job, if the new job replaces it.
        first: arrival time of a call's first attempt, in seconds since the epoch. Such a call replaces any job that
            was created before it. It does not replace the job of its retry, which may have arrived sooner.

    Returns:
        None if the job was stored, else the record of the key's present job.
    """
    writes = [
        {"Put": {"TableName": table.name(), **_key_write(job, key, fingerprint, seconds, after=after, first=first)}},
        {"Put": {"TableName": table.name(), "Item": jobs.as_item(job), "ConditionExpression": _IS_NEW}},
    ]
    from botocore.exceptions import BotoCoreError, ClientError

    token = hashlib.sha256(f"{job.id} {after}".encode()).hexdigest()[:32]
    with table.translated_errors(table.NOTHING_GENERATED):
        for attempt in range(1, CONFLICT_ATTEMPTS + 1):
            client = aws.dynamodb()
            try:
                client.transact_write_items(TransactItems=writes, ClientRequestToken=token)  # type: ignore[arg-type]
            except client.exceptions.TransactionCanceledException as error:
                entry = _read(key)
                if entry and entry.job_id == job.id:
                    return None  # this call wrote it, and the response was lost
                if entry and entry.job_id != after and not _is_conflict(error):
                    return entry
                if attempt == CONFLICT_ATTEMPTS:
                    raise
                time.sleep(0.05 * attempt)  # two transactions conflicted, and neither was written
            except (BotoCoreError, ClientError):  # no attempt got a response: the items may be written
                entry = _read(key)
                if not entry or entry.job_id != job.id:
                    raise
                return None
            else:
                return None
    raise AssertionError("the last attempt returns or raises")


def _is_conflict(error: Any) -> bool:
    """Return True if a concurrent transaction, and not a condition, cancelled this one."""
    return any(reason.get("Code") == "TransactionConflict" for reason in error.response.get("CancellationReasons", ()))


def _key_write(
    job: Job, key: str, fingerprint: str, seconds: float, *, after: str | None, first: float | None
) -> dict[str, Any]:
    """Return the key's item and the condition of its write, for the transaction."""
    names: dict[str, str] = {}
    values: dict[str, Attribute] = {}
    if after:
        condition, values[":after"] = "job = :after", {"S": after}
    else:  # DynamoDB may delete expired items days later
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
