"""Items of the job table that several functions change: JSON with a version.

A change reads the item and writes it only if nobody else has written it since; else it begins again. DynamoDB's answer
can be lost after the write was carried out, so each write leaves a mark by which it knows itself again.
"""

from __future__ import annotations

import json
import random
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from easel.common import aws
from easel.settings import settings

ATTEMPTS = 20
PAUSE_SECONDS = 0.02
"""The longest pause after the first collision; it doubles up to a second, and each pause is a random part of it."""

READ_AT_ONCE = 100  # items, as many as DynamoDB reads in one call
PARALLEL = 8  # such calls

Fields = Mapping[str, Any]


def read(item_id: str) -> Fields | None:
    """What the item holds now; None where there is none."""
    found = _read(item_id)
    return json.loads(found["fields"]["S"]) if found else None


def change(
    item_id: str,
    decide: Callable[[Fields | None], Fields | None],
    expires: Callable[[Fields], float],
    index: Callable[[Fields], Mapping[str, Any]] = lambda _: {},
) -> Fields:
    """Changes an item, or makes it.

    Args:
        item_id: the item's key.
        decide: is given what the item holds, or None, and returns what it shall hold, or None to leave it. It may be
            called several times.
        expires: when DynamoDB may delete the item, in seconds since the epoch.
        index: further attributes of the item, for the table's index; they never change.

    Returns:
        What the item holds then; nothing where it was left and is not there.
    """
    for attempt in range(ATTEMPTS):
        found = _read(item_id)
        before = json.loads(found["fields"]["S"]) if found else None
        after = decide(before)
        if after is None:
            return before or {}
        if _write(item_id, found, {**index(after), **_moving(after, expires(after))}):
            return after
        time.sleep(random.uniform(0, min(1.0, PAUSE_SECONDS * 2**attempt)))
    raise RuntimeError(f"the item {item_id} changes too often")


def read_all(ids: Sequence[str]) -> Iterator[Mapping[str, Any]]:
    """The table's items of those ids, in any order; what is missing is left out."""
    client, table = aws.dynamodb(), settings().jobs_table

    def read(start: int) -> list[Mapping[str, Any]]:
        keys = [{"id": {"S": one}} for one in ids[start : start + READ_AT_ONCE]]
        wanted: Any = {table: {"Keys": keys, "ConsistentRead": True}}
        found: list[Mapping[str, Any]] = []
        pause = 0.05
        while wanted:
            reply = client.batch_get_item(RequestItems=wanted)
            found += reply["Responses"].get(table, ())
            if wanted := reply.get("UnprocessedKeys"):
                time.sleep(pause)
                pause = min(2 * pause, 2.0)
        return found

    if len(ids) <= READ_AT_ONCE:
        yield from read(0) if ids else ()
        return
    with ThreadPoolExecutor(PARALLEL) as pool:
        for found in pool.map(read, range(0, len(ids), READ_AT_ONCE)):
            yield from found


def _read(item_id: str) -> Mapping[str, Any] | None:
    key: Any = {"id": {"S": item_id}}
    return aws.dynamodb().get_item(TableName=settings().jobs_table, Key=key, ConsistentRead=True).get("Item")


def _moving(fields: Fields, expires: float) -> dict[str, Any]:
    return {"fields": {"S": json.dumps(fields, ensure_ascii=False)}, "expires": {"N": str(int(expires))}}


def _write(item_id: str, found: Mapping[str, Any] | None, attributes: Mapping[str, Any]) -> bool:
    """Writes over the version that was read; False when somebody else did."""
    version, mark = int(found["version"]["N"]) if found else 0, secrets.token_hex(8)
    item: Any = {
        "id": {"S": item_id},
        "version": {"N": str(version + 1)},
        "writer": {"S": mark},
        **attributes,
    }
    condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(id)"}
    if found:
        values = {":version": {"N": str(version)}}
        condition = {"ConditionExpression": "version = :version", "ExpressionAttributeValues": values}
    client = aws.dynamodb()
    try:
        client.put_item(TableName=settings().jobs_table, Item=item, **condition)
    except client.exceptions.ConditionalCheckFailedException:
        there = _read(item_id)
        return bool(there and there["writer"]["S"] == mark)
    return True
