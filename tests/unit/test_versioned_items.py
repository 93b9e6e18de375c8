"""Items that several functions change: no change is lost or applied twice."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from easel.store import versioned_items
from tests.harness.cloud import Cut, Refusal

if TYPE_CHECKING:
    from tests.harness.cloud import Cloud


def add_one(fields: versioned_items.Fields | None) -> versioned_items.Fields:
    return {"number": (fields or {"number": 0})["number"] + 1}


def later(fields: versioned_items.Fields) -> float:
    return time.time() + 3600


def test_an_item_is_created_changed_and_read(cloud: Cloud) -> None:
    assert versioned_items.read("counter") is None
    assert versioned_items.change("counter", add_one, later) == {"number": 1}
    assert versioned_items.change("counter", add_one, later) == {"number": 2}
    assert versioned_items.read("counter") == {"number": 2}


def test_an_item_can_be_left_unchanged(cloud: Cloud) -> None:
    assert versioned_items.change("none", lambda fields: None, later) == {}
    assert versioned_items.read("none") is None
    versioned_items.change("one", add_one, later)
    assert versioned_items.change("one", lambda fields: None, later) == {"number": 1}


def test_no_concurrent_change_is_lost(cloud: Cloud) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: versioned_items.change("crowded", add_one, later), range(24)))
    assert versioned_items.read("crowded") == {"number": 24}


def test_a_write_with_a_lost_response_is_applied_once(cloud: Cloud) -> None:
    lost: list[Refusal | None] = [Cut()]
    with cloud.rule("dynamodb.PutItem", lambda: lost.pop() if lost else None):
        assert versioned_items.change("lost", add_one, later) == {"number": 1}
    assert not lost
    assert versioned_items.read("lost") == {"number": 1}


def test_a_concurrent_change_is_computed_again(cloud: Cloud) -> None:
    others = [5, 7]

    def decide(fields: versioned_items.Fields | None) -> versioned_items.Fields:
        if others:
            number = others.pop()
            versioned_items.change("shared", lambda _: {"number": number}, later)
        return add_one(fields)

    assert versioned_items.change("shared", decide, later) == {"number": 6}
