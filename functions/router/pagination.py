"""Paginated lists of a key's jobs or batches, newest first."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Protocol, TypeVar

from fastapi import Query
from pydantic import BeforeValidator

from easel.errors import InvalidRequest
from easel.store.listing import Listing, ListingEntry

MAX_LIMIT = 100
MAX_QUERIES = 5
"""Maximum index queries for a page filtered by status. Each query returns up to `MAX_LIMIT` entries."""
_CURSOR = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,6})?)-([A-Za-z0-9_-]{1,64})")


class ListedItem(Protocol):
    """A job or a batch."""

    @property
    def id(self) -> str: ...

    @property
    def status(self) -> str: ...


Item = TypeVar("Item", bound=ListedItem)
Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT, description=f"maximum entries on the page, up to {MAX_LIMIT}")]
Cursor = Annotated[str, Query(description="`next` of the previous page")]
EMPTY_AS_NONE = BeforeValidator(lambda text: text or None)
STATUS = Query(description="only entries with this status")


@dataclass(frozen=True)
class Page:
    """The requested page: its length, the entry before it, and its items' status. None means any status."""

    limit: int
    after: ListingEntry | None = None
    status: str | None = None

    @classmethod
    def read(cls, limit: int, cursor: str, status: str | None = None) -> Page:
        """Parse a page's parameters. Raise `InvalidRequest` for an invalid cursor."""
        match = _CURSOR.fullmatch(cursor)
        if cursor and not match:
            raise InvalidRequest("cursor: must be the value of `next` in the previous page", field="cursor")
        return cls(limit, ListingEntry(match[1], match[2]) if match else None, status)


def read_page(
    listing: Listing, page: Page, load: Callable[[Sequence[str]], list[Item]]
) -> tuple[list[Item], dict[str, str]]:
    """Return a page's items, and `{"next": cursor}` if there may be more.

    A page filtered by status may have fewer items than `limit`, or none, and still have a next page.

    Args:
        listing: the index of a key's jobs or batches.
        page: the requested page.
        load: returns the items with these ids, without expired ones.
    """
    items: list[Item] = []
    after = page.after
    for _ in range(MAX_QUERIES if page.status else 1):
        entries, more = listing.newest(MAX_LIMIT if page.status else page.limit, after)
        loaded = {item.id: item for item in load([entry.id for entry in entries])}
        for place, entry in enumerate(entries, 1):
            item = loaded.get(entry.id)
            if item and page.status in (None, item.status):
                items.append(item)
            if len(items) == page.limit:
                return items, _cursor(entry) if more or place < len(entries) else {}
        if not more:
            return items, {}
        after = entries[-1]
    return items, _cursor(after) if after else {}


def _cursor(entry: ListingEntry) -> dict[str, str]:
    return {"next": "-".join(entry)}
