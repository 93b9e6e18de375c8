"""Pages of what a key has started: by time, without gaps, and nobody else's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import own_lists
from easel.errors import InvalidRequest
from own_lists import Page

if TYPE_CHECKING:
    from tests.harness.cloud import Cloud


def put(cloud: Cloud, owner: str, item_id: str, made: float) -> None:
    item = {"id": {"S": item_id}, "owner": {"S": owner}, "made": {"N": f"{made:.3f}"}}
    cloud.client("dynamodb").put_item(TableName=cloud.environment["JOBS_TABLE"], Item=item)


@pytest.mark.parametrize(("owner", "prefix"), [("jobs#pages", ""), ("batches#pages", "batch#")])
def test_pages_follow_one_another_without_a_gap(owner: str, prefix: str, cloud: Cloud) -> None:
    names = [f"{prefix}{owner[:4]}{number:02}" for number in range(7)]
    for number, name in enumerate(names):
        put(cloud, owner, name, 1_800_000_000 + number // 2)  # two at the same moment
    put(cloud, f"{owner}2", f"{prefix}another", 1_800_000_009)
    seen, cursor = [], ""
    for _ in range(10):
        found, more = own_lists.ids(owner, Page.read("3", cursor))
        seen += found
        if not (cursor := more.get("next", "")):
            break
    assert sorted(seen, reverse=True) == sorted(names, reverse=True)
    assert [name[-2:] >= "04" for name in seen[:3]] == [True] * 3


@pytest.mark.parametrize("limit", ["0", "101", "-1", "x", "", "1.5", "9" * 50, "²"])
def test_a_page_has_one_to_a_hundred_entries(limit: str) -> None:
    with pytest.raises(InvalidRequest, match="from 1 to 100"):
        Page.read(limit, "")


@pytest.mark.parametrize("cursor", ["x", "1-", "-a", "1-a b", "1-#", "1e9-a", "1" * 40 + "-a"])
def test_a_cursor_is_an_earlier_pages(cursor: str) -> None:
    with pytest.raises(InvalidRequest, match="`next` of an earlier page"):
        Page.read("5", cursor)
