"""Idempotency keys: a repeated call with the same key gets the first call's job.

A key is an item of the job table that names its job. It is written in one transaction with the job: both or neither.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from typing import Any

from easel.common import aws
from easel.store import jobs, table
from easel.store.records import Job
from easel.store.table import Attribute

CONFLICT_ATTEMPTS = 5
_IS_NEW = "attribute_not_exists(id)"


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
        free["ExpressionAttributeValues"] |= {":first": table.number(first)}
    puts = _puts_once(job, key, fingerprint, seconds, free, first=first is not None)
    token = hashlib.sha256(f"{job.id} {after}".encode()).hexdigest()[:32]
    with table.translated_errors("nothing was generated"):
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
        "made": table.number(job.created),
        **({"first": {"BOOL": True}} if first else {}),
    }
    return [
        {"Put": {"TableName": table.name(), "Item": record, **free}},
        {"Put": {"TableName": table.name(), "Item": jobs.as_item(job), "ConditionExpression": _IS_NEW}},
    ]


def _of_key(key: str) -> tuple[str, str] | None:
    """The id of the job that an idempotency key stands for, and the fingerprint of its call."""
    wanted: dict[str, Any] = {"id": {"S": f"idempotency#{key}"}}
    found = aws.dynamodb().get_item(TableName=table.name(), Key=wanted, ConsistentRead=True).get("Item")
    return (found["job"]["S"], found["fingerprint"]["S"]) if found else None
