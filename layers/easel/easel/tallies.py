"""What of a batch has ended, counted so that a job counted twice counts once.

The numbers of the ended jobs are kept as two sets in items of 250 jobs each. An item stays below 1 KB, which is what
one write unit pays for, and none is hot; adding a number a second time, after a redelivery, changes nothing.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from easel import aws
from easel.batches import Batch, expires
from easel.settings import settings

GROUP = 250
"""Jobs counted in one item."""
READ_AT_ONCE = 100  # items, as many as DynamoDB reads in one call
PARALLEL = 8  # such calls


def count(batch_id: str, number: int, *, succeeded: bool) -> None:
    """Notes that a job has ended; as often as one likes."""
    aws.dynamodb().update_item(
        TableName=settings().jobs_table,
        Key={"id": {"S": f"batch#{batch_id}#{number // GROUP}"}},
        UpdateExpression="SET expires = if_not_exists(expires, :expires) ADD #ended :number",
        ExpressionAttributeNames={"#ended": "succeeded" if succeeded else "failed"},
        ExpressionAttributeValues={":number": {"NS": [str(number)]}, ":expires": {"N": str(expires(time.time()))}},
    )


def uncount(batch_id: str, numbers: Sequence[int]) -> None:
    """Takes failed jobs out of the count: they are about to run again."""
    groups: dict[int, list[str]] = {}
    for number in numbers:
        groups.setdefault(number // GROUP, []).append(str(number))
    for group, failed in groups.items():
        aws.dynamodb().update_item(
            TableName=settings().jobs_table,
            Key={"id": {"S": f"batch#{batch_id}#{group}"}},
            UpdateExpression="DELETE failed :numbers",
            ExpressionAttributeValues={":numbers": {"NS": failed}},
        )


def tally(batch: Batch) -> tuple[int, int]:
    """How many jobs have succeeded and failed."""
    groups = -(-batch.counted.jobs // GROUP)
    keys = [f"batch#{batch.id}#{group}" for group in range(groups)]
    succeeded = failed = 0
    for item in items(keys, "succeeded", "failed"):
        succeeded += len(item.get("succeeded", {}).get("NS", ()))
        failed += len(item.get("failed", {}).get("NS", ()))
    return succeeded, failed


def counts(batch: Batch) -> dict[str, int]:
    """`requests` in all: `succeeded`, `failed` (with the `invalid` ones, bad lines), `pending`, or else `cancelled`."""
    succeeded, failed = tally(batch)
    known = batch.counted
    rest = max(0, known.jobs - succeeded - failed)
    over = batch.status == "cancelled" and batch.finished is not None
    return {
        "requests": known.jobs + known.invalid,
        "succeeded": succeeded,
        "failed": failed + known.invalid,
        "invalid": known.invalid,
        "pending": 0 if over else rest,
        "cancelled": rest if over else 0,
    }


def items(ids: Sequence[str], *attributes: str) -> Iterator[Mapping[str, Any]]:
    """The table's items of those ids, in any order, whole or only some attributes; what is missing is left out."""
    client, table = aws.dynamodb(), settings().jobs_table
    names = {f"#{name}": name for name in attributes}
    some = {"ProjectionExpression": ", ".join(names), "ExpressionAttributeNames": names} if names else {}

    def read(start: int) -> list[Mapping[str, Any]]:
        keys = [{"id": {"S": one}} for one in ids[start : start + READ_AT_ONCE]]
        wanted: Any = {table: {"Keys": keys, **some}}
        found: list[Mapping[str, Any]] = []
        pause = 0.05
        while wanted:
            reply = client.batch_get_item(RequestItems=wanted)
            found += reply["Responses"].get(table, ())
            if wanted := reply.get("UnprocessedKeys"):
                time.sleep(pause)
                pause = min(2 * pause, 2.0)
        return found

    with ThreadPoolExecutor(PARALLEL) as pool:
        for found in pool.map(read, range(0, len(ids), READ_AT_ONCE)):
            yield from found
