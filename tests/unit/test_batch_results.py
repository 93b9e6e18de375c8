"""Results of a running batch: paged, in the manifest's order, at the same cost for each page."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

import planning
from easel.batch import batches, claims, results
from easel.batch.results import Cursor
from easel.errors import InvalidRequest, PromptRejected
from easel.store.records import Job, Result
from tests.harness.batches import World, world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from easel.batch.batches import Batch

__all__ = ["world"]  # a fixture

RESULT = Result(key="images/b.png", format="PNG", width=64, height=48, size=1, seed=7, seconds=1.5)


@pytest.fixture
def batch(world: World) -> Batch:
    """Three pictures of one line, an invalid line, and a fourth picture. The second and the third are claimed."""
    lines = [{"prompt": "three", "count": 3, "id": "cats"}, {"prompt": ""}, {"prompt": "one"}]
    planned = world.planned(lines, "https://easel.test")
    found = list(planning.read_jobs(planned.run_key("gitee.json")))
    times = {"created": time.time(), "deadline": time.time() + 99}
    taken = [Job.from_json({**each, **times, "batch": planned.id}) for each in found[1:3]]
    first, _ = (claims.take(job, 1, worker="w:1", dead="", until=time.time() + 60) for job in taken)
    claims.fail(first, PromptRejected("no", provider="gitee"))
    return planned


def walk(batch: Batch, limit: int, status: Any = None) -> Iterator[list[dict[str, Any]]]:
    cursor = ""
    while True:
        page, cursor = results.page(batch, Cursor.read(cursor, batch.run), limit, status)
        yield page
        if not cursor:
            return


def statuses(batch: Batch) -> list[str]:
    return [line["status"] for page in walk(batch, 100) for line in page]


@pytest.mark.parametrize("range_size", [300, results.PLAN_RANGE_BYTES])
@pytest.mark.parametrize("limit", [1, 2, 100])
def test_pages_return_each_picture_once_in_order(
    batch: Batch, limit: int, range_size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results, "PLAN_RANGE_BYTES", range_size)  # room for the longest entry alone
    pages = list(walk(batch, limit))
    assert all(len(page) <= limit for page in pages)
    lines = [line for page in pages for line in page]
    assert [(line["line"], line.get("copy")) for line in lines] == [(1, 1), (1, 2), (1, 3), (2, None), (3, None)]
    assert [line["status"] for line in lines] == ["pending", "failed", "running", "failed", "pending"]
    assert lines[1]["error"] == {"code": "PROMPT_REJECTED", "message": "no", "provider": "gitee"}
    assert lines[3]["error"]["code"] == "INVALID_PROMPT"
    assert [line["line"] for page in walk(batch, 1, "failed") for line in page] == [1, 2]


def test_a_cancelled_or_failed_batch_reports_its_status(batch: Batch) -> None:
    batches.cancel(batch)
    assert statuses(batches.get(batch.id)) == ["cancelled", "failed", "running", "failed", "cancelled"]


def test_a_batch_without_a_plan_has_only_its_own_error(world: World) -> None:
    new = batches.new("s3://b/k", world.name, 1, endpoint="", scheduled=None)
    assert statuses(new) == []
    failed = new.replace(status="failed", error=InvalidRequest("manifest: broken", field="manifest").body())
    assert next(walk(failed, 9))[0]["error"]["message"] == "manifest: broken"


@pytest.mark.parametrize("cursor", ["x", "2-0-0", "1-0", "1-0-0-0", "1--1-0"])
def test_a_cursor_of_another_run_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidRequest, match="cursor"):
        Cursor.read(cursor, 1)


def test_a_cursor_inside_an_entry_is_refused(batch: Batch) -> None:
    for offset in (1, 9, 30):
        with pytest.raises(InvalidRequest, match="cursor"):
            results.page(batch, Cursor(1, offset), 1, None)
    assert results.page(batch, Cursor(1, 99_999), 10, None) == ([], "")  # past the end


def test_every_page_of_a_large_batch_costs_the_same(world: World) -> None:
    batch = world.planned([{"prompt": f"cat {number}"} for number in range(1500)])
    entries = list(planning.read_lines(batch.run_key("plan.jsonl")))
    for number in (0, 1200):
        offset = sum(len(f'{{"line":{each["line"]},"n":{each["n"]},"count":1}}\n') for each in entries[:number])
        with world.cloud.counting() as calls:
            page, after = results.page(batch, Cursor(1, offset), 100, None)
        assert [line["line"] for line in page] == list(range(number + 1, number + 101))
        assert after
        assert calls == {"s3.GetObject": 1, "dynamodb.BatchGetItem": 1}
