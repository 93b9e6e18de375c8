"""Versioned JSON items of the job table, for items that several functions change concurrently.

A change reads the item and writes it back on the condition that its version is unchanged. If another writer came
first, the change is repeated on the new version.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Mapping
from typing import Any

from easel.store import table
from easel.store.table import Attribute, Item

ATTEMPTS = 20
PAUSE_SECONDS = 0.02
"""Maximum random pause after the first conflict. It doubles with each conflict, up to one second."""

Fields = Mapping[str, Any]


def read(item_id: str) -> Fields | None:
    """Return the item's fields by a consistent read, or None if it does not exist."""
    item = table.get(item_id)
    return fields_of(item) if item else None


def fields_of(item: table.Item) -> Fields:
    """Return the fields in an item of the table."""
    fields: Fields = json.loads(item["fields"]["S"])
    return fields


def change(
    item_id: str,
    decide: Callable[[Fields | None], Fields | None],
    expires: Callable[[Fields], float],
    index: Callable[[Fields], Mapping[str, Attribute]] = lambda _: {},
) -> Fields:
    """Change or create an item.

    Args:
        item_id: the item's key.
        decide: gets the item's fields, or None if it does not exist. Returns the new fields, or None to change
            nothing. May be called several times.
        expires: returns when DynamoDB may delete the item, in seconds since the epoch.
        index: returns further attributes of the item, such as those of the table's index, which never change.

    Returns:
        The item's fields after the change, or {} if there is no item.

    Raises:
        RuntimeError: other writers changed the item `ATTEMPTS` times in a row.
    """
    for attempt in range(ATTEMPTS):
        item = table.get(item_id)
        before = fields_of(item) if item else None
        after = decide(before)
        if after is None:
            return before or {}
        attributes: dict[str, Attribute] = {
            **index(after),
            "fields": {"S": json.dumps(after, ensure_ascii=False)},
            "expires": {"N": str(int(expires(after)))},
        }
        if _write(item_id, item, attributes):
            return after
        time.sleep(random.uniform(0, min(1.0, PAUSE_SECONDS * 2**attempt)))
    raise RuntimeError(f"the item {item_id} changes too often")


def _write(item_id: str, before: Item | None, attributes: Mapping[str, Attribute]) -> bool:
    """Write the item's next version. Return False if another writer has written it already."""
    version = int(before["version"]["N"]) if before else 0
    item: dict[str, Attribute] = {"id": {"S": item_id}, "version": {"N": str(version + 1)}, **attributes}
    if not before:
        return table.put(item, "attribute_not_exists(id)")
    return table.put(item, "version = :version", values={":version": {"N": str(version)}})
