"""Lists of what a key has started, newest first, a page at a time.

The table's index `Owners` has an entry for each job and batch that was started with a key: who owns it, when it was
made, and its id. Items of others are not in it, and cost nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from easel import aws
from easel.errors import InvalidRequest
from easel.settings import settings

INDEX = "Owners"
MOST = 100
_CURSOR = re.compile(r"(\d{1,12}(?:\.\d{1,6})?)-([A-Za-z0-9_-]{1,64})")


@dataclass(frozen=True)
class Page:
    """What is asked for: how many, and after which entry, as its moment and its id without a prefix."""

    limit: int
    after: tuple[str, str] | None = None

    @classmethod
    def read(cls, limit: str, cursor: str) -> Page:
        """Raises `InvalidRequest`."""
        if not (limit.isascii() and limit.isdigit() and len(limit) < 6 and 1 <= int(limit) <= MOST):
            raise InvalidRequest(f"limit: must be a whole number from 1 to {MOST}", field="limit")
        found = _CURSOR.fullmatch(cursor)
        if cursor and not found:
            raise InvalidRequest("cursor: must be the `next` of an earlier page", field="cursor")
        return cls(int(limit), (found[1], found[2]) if found else None)


def ids(owner: str, page: Page) -> tuple[list[str], dict[str, str]]:
    """The ids of a page's items, and `{"next": cursor}` where there may be more."""
    prefix = "batch#" if owner.startswith("batches#") else ""
    wanted: dict[str, Any] = {
        "TableName": settings().jobs_table,
        "IndexName": INDEX,
        "KeyConditionExpression": "#owner = :owner",
        "ExpressionAttributeNames": {"#owner": "owner"},
        "ExpressionAttributeValues": {":owner": {"S": owner}},
        "ScanIndexForward": False,
        "Limit": page.limit,
    }
    if page.after:
        made, item_id = page.after
        wanted["ExclusiveStartKey"] = {"owner": {"S": owner}, "made": {"N": made}, "id": {"S": f"{prefix}{item_id}"}}
    reply = aws.dynamodb().query(**wanted)
    last: Any = reply.get("LastEvaluatedKey")
    more = {"next": f"{last['made']['N']}-{last['id']['S'].removeprefix(prefix)}"} if last else {}
    return [item["id"]["S"] for item in reply["Items"]], more
