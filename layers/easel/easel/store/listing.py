"""What an owner has in the job table, by time: queries of the table's index `Owners`.

The index holds the items that have the attributes `owner` and `made`: each Easel key, and each job and batch that was
started with a key. Other items are not in it, and cost nothing.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from easel.common import aws
from easel.store import table
from easel.store.table import Attribute

INDEX = "Owners"


class ListingEntry(NamedTuple):
    """An item in the index."""

    made: str
    """When it was made, in seconds since the epoch, as DynamoDB writes the number."""
    id: str
    """The item's id without the listing's prefix."""


class Listing(NamedTuple):
    """The items of one kind that belong to one owner."""

    owner: str
    """The items' attribute `owner`."""
    prefix: str = ""
    """What the items' ids begin with."""

    def attributes(self, created: float) -> dict[str, Attribute]:
        """Return the attributes that put an item into the index."""
        return {"owner": {"S": self.owner}, "made": table.number(created)}

    def newest(self, limit: int, after: ListingEntry | None = None) -> tuple[list[ListingEntry], bool]:
        """Return up to `limit` entries, the newest first, and whether there may be more.

        Args:
            limit: how many.
            after: the last entry of the page before.
        """
        query = {**self._query(), "ScanIndexForward": False, "Limit": limit}
        if after:
            item_id = {"S": f"{self.prefix}{after.id}"}
            query["ExclusiveStartKey"] = {"owner": {"S": self.owner}, "made": {"N": after.made}, "id": item_id}
        response = aws.dynamodb().query(**query)
        return [self._entry(item) for item in response["Items"]], "LastEvaluatedKey" in response

    def all_ids(self) -> list[str]:
        """Return the ids, with the prefix, of all items of this owner; for owners that have few."""
        pages = aws.dynamodb().get_paginator("query").paginate(**self._query())
        return [item["id"]["S"] for page in pages for item in page["Items"]]

    def _query(self) -> dict[str, Any]:
        return {
            "TableName": table.name(),
            "IndexName": INDEX,
            "KeyConditionExpression": "#owner = :owner",
            "ExpressionAttributeNames": {"#owner": "owner"},
            "ExpressionAttributeValues": {":owner": {"S": self.owner}},
        }

    def _entry(self, item: Any) -> ListingEntry:
        return ListingEntry(item["made"]["N"], item["id"]["S"].removeprefix(self.prefix))
