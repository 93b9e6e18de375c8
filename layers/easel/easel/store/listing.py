"""List an owner's items by time, with the table's index `Owners`.

The index has the items with the attributes `owner` and `made`: each Easel key, and each job and batch that a key
started. Other items are not indexed and cost nothing.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from easel.common import aws
from easel.store import table
from easel.store.table import Attribute

INDEX = "Owners"


class ListingEntry(NamedTuple):
    """One item of the index."""

    made: str
    """Creation time in seconds since the epoch, in DynamoDB's notation."""
    id: str
    """The item's id without the listing's prefix."""


class Listing(NamedTuple):
    """The items of one kind that belong to one owner."""

    owner: str
    """Value of the items' attribute `owner`."""
    prefix: str = ""
    """Prefix of the items' ids."""

    def attributes(self, created: float) -> dict[str, Attribute]:
        """Return the attributes that add an item to the index."""
        return {"owner": {"S": self.owner}, "made": table.number(created)}

    def newest(self, limit: int, after: ListingEntry | None = None) -> tuple[list[ListingEntry], bool]:
        """Return up to `limit` entries, newest first, and True if there may be more.

        Args:
            limit: maximum number of entries.
            after: last entry of the previous page.
        """
        query = {**self._query(), "ScanIndexForward": False, "Limit": limit}
        if after:
            item_id = {"S": f"{self.prefix}{after.id}"}
            query["ExclusiveStartKey"] = {"owner": {"S": self.owner}, "made": {"N": after.made}, "id": item_id}
        response = aws.dynamodb().query(**query)
        return [self._entry(item) for item in response["Items"]], "LastEvaluatedKey" in response

    def all_ids(self) -> list[str]:
        """Return the ids of all the owner's items, with the prefix. Use it for owners with few items."""
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
