"""Pages of what a key has started: ordered by time, without gaps, and without other keys' entries."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Annotated, Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

import error_handlers
import pagination
from easel.batch import batches
from easel.errors import InvalidRequest
from easel.store import jobs
from easel.store.listing import Listing
from easel.store.records import Status
from pagination import Page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.harness.cloud import Cloud


@dataclass(frozen=True)
class Thing:
    """A listed entry."""

    id: str
    status: str = "there"


def all_of(ids: Sequence[str]) -> list[Thing]:
    return [Thing(one) for one in ids]


def put(cloud: Cloud, owner: str, item_id: str, made: float) -> None:
    item = {"id": {"S": item_id}, **Listing(owner).attributes(made)}
    cloud.client("dynamodb").put_item(TableName=cloud.environment["JOBS_TABLE"], Item=item)


@pytest.mark.parametrize("listing", [jobs.of_key("pages"), batches.of_key("pages")], ids=["jobs", "batches"])
def test_pages_follow_one_another_without_a_gap(listing: Listing, cloud: Cloud) -> None:
    owner, prefix = listing.owner, listing.prefix
    names = [f"{owner[:4]}{number:02}" for number in range(7)]
    for number, name in enumerate(names):
        put(cloud, owner, f"{prefix}{name}", 1_800_000_000 + number // 2)  # two at the same moment
    put(cloud, f"{owner}2", f"{prefix}another", 1_800_000_009)
    seen, cursor = [], ""
    for _ in range(10):
        things, more = pagination.read_page(listing, Page.read(3, cursor), all_of)
        seen += [one.id for one in things]
        if not (cursor := more.get("next", "")):
            break
    assert sorted(seen, reverse=True) == sorted(names, reverse=True)
    assert [name[-2:] >= "04" for name in seen[:3]] == [True] * 3


def test_all_ids_of_an_owner_are_those_of_the_items(cloud: Cloud) -> None:
    listing = Listing("things#all", "thing#")
    for number in range(3):
        put(cloud, listing.owner, f"thing#{number}", 1_800_000_000.125)
    assert sorted(listing.all_ids()) == ["thing#0", "thing#1", "thing#2"]
    assert listing.newest(1)[0][0].made == "1800000000.125"
    assert Listing("things#none").all_ids() == []


def test_a_status_filter_skips_all_others(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pagination, "MAX_LIMIT", 4)
    for number in range(30):
        put(cloud, "jobs#statuses", f"statuses{number:02}", 1_800_000_000 + number)

    def load(ids: Sequence[str]) -> list[Thing]:
        made = {one: int(one[-2:]) for one in ids if not one.endswith("18")}  # which has expired in the meantime
        return [Thing(one, "third" if number % 3 == 0 else "even") for one, number in made.items()]

    def pages(status: str | None, limit: int) -> list[list[int]]:
        seen, cursor = [], ""
        while True:
            things, more = pagination.read_page(jobs.of_key("statuses"), Page.read(limit, cursor, status), load)
            seen.append([int(one.id[-2:]) for one in things])
            if not (cursor := more.get("next", "")):
                return seen

    assert pages("third", 2) == [[27, 24], [21, 15], [12, 9], [6, 3], [0]]
    assert pages("third", 4)[0] == [27, 24, 21, 15]
    assert pages("never", 4) == [[], []]  # of thirty entries, twenty were read for the first
    assert list(chain(*pages(None, 4))) == [number for number in range(29, -1, -1) if number != 18]


@pytest.fixture(scope="module")
def client() -> TestClient:
    """A client of a route that answers with the query's status and limit."""
    app = FastAPI()
    error_handlers.add_to(app)

    @app.get("/")
    async def page(
        status: Annotated[Status | None, pagination.EMPTY_AS_NONE, pagination.STATUS] = None,
        limit: pagination.Limit = 20,
    ) -> list[Any]:
        return [status, limit]

    return TestClient(app)


@pytest.mark.parametrize(("query", "status"), [({}, None), ({"status": ""}, None), ({"status": "failed"}, "failed")])
def test_a_blank_status_is_no_filter(query: dict[str, str], status: str | None, client: TestClient) -> None:
    assert client.get("/", params=query).json() == [status, 20]


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("status", "odd", "must be 'queued' or 'running' or 'succeeded' or 'failed'"),
        *(
            ("limit", value, "must be a whole number from 1 to 100")
            for value in ("0", "101", "-1", "x", "", "1.5", "²")
        ),
    ],
)
def test_an_invalid_status_or_limit_is_refused(name: str, value: str, rule: str, client: TestClient) -> None:
    answer = client.get("/", params={name: value})
    assert (answer.status_code, answer.json()["details"]) == (400, {"field": name})
    assert f"{name}: {rule}" in answer.json()["error"]


@pytest.mark.parametrize("cursor", ["x", "1-", "١-a", "1.٣-a", "-a", "1-a b", "1-#", "1e9-a", "1" * 40 + "-a"])
def test_only_a_cursor_of_an_earlier_page_is_accepted(cursor: str) -> None:
    with pytest.raises(InvalidRequest, match="value of `next` in the previous page"):
        Page.read(5, cursor)
