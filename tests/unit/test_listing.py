"""The table's index: what an owner has, by time, in pages and as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from easel.store import table
from easel.store.listing import Listing, ListingEntry

if TYPE_CHECKING:
    from tests.harness.cloud import Cloud

MINE = Listing("things#mine", "thing#")
THEIRS = Listing("things#mine2", "thing#")


def put(listing: Listing, name: str, created: float) -> None:
    item = {"id": {"S": f"{listing.prefix}{name}"}, **listing.attributes(created)}
    assert table.put(item, "attribute_not_exists(id)")


def test_the_newest_come_first_and_pages_follow_each_other(cloud: Cloud) -> None:
    for number in range(5):
        put(MINE, f"listed{number}", 1_800_000_000.125 + number // 2)
    put(THEIRS, "another", 1_800_000_009)
    first, more = MINE.newest(3)
    assert (first[0], more) == (ListingEntry("1800000002.125", "listed4"), True)
    rest, more = MINE.newest(3, first[-1])
    assert ({entry.id for entry in rest} | {entry.id for entry in first}, more) == (
        {f"listed{number}" for number in range(5)},
        False,
    )


def test_all_ids_of_an_owner_are_those_of_the_items(cloud: Cloud) -> None:
    listing = Listing("things#all", "thing#")
    for number in range(3):
        put(listing, f"all{number}", 1_800_000_000)
    assert sorted(listing.all_ids()) == ["thing#all0", "thing#all1", "thing#all2"]
    assert Listing("things#none").all_ids() == []
