"""The ledger function: counts the ended jobs in the table's stream by day and caller.

Lambda collects the records of some minutes. One transaction writes a marker and adds to the counters of each item. The
marker's id is the first record's sequence number, and the marker contains the last one's. After an error, Lambda
retries from the same record. If its marker exists then, the records that it covers are not counted again.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import job_costs
from easel import catalog
from easel.budgets import daily_usage
from easel.budgets.daily_usage import Amounts
from easel.budgets.periods import DAY
from easel.catalog import stored_overlay
from easel.common import startup
from easel.common.telemetry import begin, logger
from easel.store import jobs, table
from easel.store.records import Job

if TYPE_CHECKING:
    from easel.handler import Context  # not at run time: it imports everything that a provider's function needs

MAX_LINES = 25
"""Maximum lines that a transaction changes. DynamoDB allows 100 items, and 4 KB and 300 operators per expression."""
MARKER_DAYS = 2
"""Days that a marker is kept. The stream keeps a record for one day."""

Record = Mapping[str, Any]
Place = tuple[str, str]
"""An item's id and a line in it."""


def handler(event: Mapping[str, Any], context: Context) -> dict[str, int]:
    """Count the jobs in the event's records, and return the number of records.

    Raise an error if the table refuses a write, so that Lambda retries the records.
    """
    begin(request=context.aws_request_id)
    stored_overlay.refresh()
    records: Sequence[Record] = event["Records"]
    while records:
        records = records[_count(records) :]
    return {"records": len(event["Records"])}


def _count(records: Sequence[Record]) -> int:
    """Count the first records. Return how many are counted, including those of an earlier invocation."""
    totals: dict[Place, Amounts] = {}
    end = 0
    for record in records:
        changes = list(_changes(record))
        if len(totals.keys() | {place for place, _ in changes}) > MAX_LINES:
            break
        for place, amounts in changes:
            totals[place] = totals.get(place, Amounts()) + amounts
        end += 1
    if not totals or table.transact([_marker(records[:end]), *_updates(totals)]):
        return end
    marker = table.get(_marker_id(records[0])) or {}
    last = int(marker["last"]["S"])
    logger.info("the records were counted before")
    return max(1, sum(_number(record) <= last for record in records))


def _changes(record: Record) -> Iterator[tuple[Place, Amounts]]:
    """Yield the amounts that a record adds to lines. A failed job with a late picture moves to another line."""
    before, after = _ended(record["dynamodb"].get("OldImage")), _ended(record["dynamodb"].get("NewImage"))
    if not after or (before and before.status == after.status):
        return
    yield _place(after), job_costs.amounts(after)
    if before:
        yield _place(before), -job_costs.amounts(before)


def _ended(item: Any) -> Job | None:
    """Return the ended job in the image of an item, or None for anything else."""
    if not item or "job" not in item or "outcome" not in item:
        return None
    try:
        job = jobs.from_item(item)
    except ValueError:
        logger.exception("job not counted")
        return None
    return job if job.ended else None


def _place(job: Job) -> Place:
    when = job.finished or job.created
    return daily_usage.item_id(daily_usage.day_of(when), job_costs.caller(job)), job_costs.line(job)


def _updates(totals: Mapping[Place, Amounts]) -> list[dict[str, Any]]:
    """Return one update for each item."""
    added: dict[str, dict[str, str]] = {}
    for (item_id, line), amounts in totals.items():
        added.setdefault(item_id, {}).update(daily_usage.attributes(line, amounts))
    expires = str(daily_usage.expires(time.time()))
    return [_update(item_id, numbers, expires) for item_id, numbers in added.items()]


def _update(item_id: str, numbers: Mapping[str, str], expires: str) -> dict[str, Any]:
    names = {f"#n{place}": name for place, name in enumerate(numbers)}
    values = {f":v{place}": {"N": number} for place, number in enumerate(numbers.values())}
    added = ", ".join(f"#n{place} :v{place}" for place in range(len(numbers)))
    return {
        "Update": {
            "TableName": table.name(),
            "Key": {"id": {"S": item_id}},
            "UpdateExpression": f"SET expires = :expires ADD {added}",
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": {":expires": {"N": expires}, **values},
        }
    }


def _marker(records: Sequence[Record]) -> dict[str, Any]:
    """Return the write of the marker. It fails if the marker exists."""
    expires = int(time.time()) + MARKER_DAYS * DAY
    return {
        "Update": {
            "TableName": table.name(),
            "Key": {"id": {"S": _marker_id(records[0])}},
            "UpdateExpression": "SET #last = :last, expires = :expires",
            "ConditionExpression": "attribute_not_exists(id)",
            "ExpressionAttributeNames": {"#last": "last"},
            "ExpressionAttributeValues": {
                ":last": {
                    "S": str(_number(records[-1]))
                },  # a string: it has up to 40 digits, and a DynamoDB number has 38
                ":expires": {"N": str(expires)},
            },
        }
    }


def _marker_id(record: Record) -> str:
    return f"counted#{_number(record)}"


def _number(record: Record) -> int:
    """Return the record's sequence number, which increases within a shard."""
    return int(record["dynamodb"]["SequenceNumber"])


startup.prepare(catalog.providers, meanwhile=stored_overlay.reading)
