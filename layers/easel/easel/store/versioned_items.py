"""Items of the job table that several functions change: JSON with a version.

A change reads the item and writes it back on the condition that its version is still the same; if another writer came
first, the change starts again from what that writer left.
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
"""The longest pause after the first collision; it doubles up to a second, and each pause is a random part of it."""

Fields = Mapping[str, Any]


def read(item_id: str) -> Fields | None:
    """Return the item's fields as of now, or None if there is no such item."""
    item = table.get(item_id)
    return json.loads(item["fields"]["S"]) if item else None


def change(
    item_id: str,
    decide: Callable[[Fields | None], Fields | None],
    expires: Callable[[Fields], float],
    index: Callable[[Fields], Mapping[str, Attribute]] = lambda _: {},
) -> Fields:
    """Change an item, or create it.

    Args:
        item_id: the item's key.
        decide: takes the item's fields, or None, and returns the new fields, or None to leave the item as it is. It
            may be called several times.
        expires: when DynamoDB may delete the item, in seconds since the epoch.
        index: further attributes of the item, for the table's index; they never change.

    Returns:
        The item's fields after the change; empty if there is no item and none was created.
    """
    for attempt in range(ATTEMPTS):
        item = table.get(item_id)
        before = json.loads(item["fields"]["S"]) if item else None
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
    """Replace the version that was read. Return False if another writer has replaced it already."""
    version = int(before["version"]["N"]) if before else 0
    item: dict[str, Attribute] = {"id": {"S": item_id}, "version": {"N": str(version + 1)}, **attributes}
    if not before:
        return table.put(item, "attribute_not_exists(id)")
    return table.put(item, "version = :version", values={":version": {"N": str(version)}})
