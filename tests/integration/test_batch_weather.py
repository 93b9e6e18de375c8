"""Batches in bad weather: quotas that end, messages that come twice, workers and planners that die."""

from __future__ import annotations

import json
import threading
import time
import uuid
from typing import TYPE_CHECKING, Any

import pytest

import planning
from easel import aws, batches, jobs, manifests, provider, queues
from easel.deadline import Deadline
from easel.errors import QuotaExceeded
from tests.harness.batches import Killed, World, forget_asides

if TYPE_CHECKING:
    from easel.batches import Batch
    from easel.records import Request
    from tests.harness.cloud import Cloud


@pytest.fixture
def world(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> World:
    found = World(cloud, monkeypatch)
    forget_asides()
    found.hurry(lease=2.0)
    return found


def cats(count: int, **more: Any) -> list[dict[str, Any]]:
    """Requests that no other test has: the same ones would be the same batch."""
    run = uuid.uuid4().hex
    return [{"id": f"{run}-{number}", "prompt": f"cat {number}", **more} for number in range(count)]


def succeeded(results: list[dict[str, Any]]) -> int:
    return sum(line["status"] == "succeeded" for line in results)


def test_an_exhausted_quota_parks_its_provider_without_burning_tries_and_the_others_go_on(world: World) -> None:
    left = iter(range(5))

    def answer(request: Request, token: str | None) -> None:
        if next(left, None) is None:
            raise QuotaExceeded("used up", provider="gitee", retry_after=7200)

    world.providers["gitee"].answer = answer
    batch = world.start(requests=[*cats(20), *cats(10, provider="modelscope")])
    with world.working():
        world.wait(lambda: len(world.providers["modelscope"].drawn) == 10)
        world.wait(lambda: sum(world.hidden("gitee")) == 15)
        asked = len(world.providers["gitee"].calls)
        assert asked <= 5 + 4  # those under way when it ended; nobody asked in vain afterwards
        world.providers["gitee"].answer = lambda request, token: None
        forget_asides()
        world.show("gitee")  # the time it named has come
        world.finished(batch.id)
    results = world.results(batch)
    assert succeeded(results) == 30
    assert len(world.pictures(batch)) == 30
    attempts = [jobs.get(line["jobId"]).attempts for line in results]
    assert set(attempts) == {1}  # what the quota refused is not a try
    assert world.waiting(world.dead["gitee"]) == 0


def test_a_quota_of_unknown_end_is_back_at_the_next_utc_midnight(world: World) -> None:
    def answer(request: Request, token: str | None) -> None:
        raise QuotaExceeded("used up", provider="gitee")

    world.providers["gitee"].answer = answer
    world.start(requests=cats(1))
    with world.working():
        world.wait(lambda: world.providers["gitee"].calls != [] and sum(world.hidden("gitee")) == 1)
        world.wait(lambda: world.aside("gitee") != [])
    assert world.aside("gitee") == [pytest.approx((time.time() // 86400 + 1) * 86400, abs=1)]


def test_messages_delivered_twice_make_one_picture_each(world: World) -> None:
    world.providers["gitee"].seconds = 0.3
    batch = world.start(requests=cats(12))
    with world.working(concurrency=1):
        world.wait(lambda: batches.get(batch.id).status == "running")
    for body in world.messages("gitee"):
        for _ in range(3):
            aws.sqs().send_message(QueueUrl=world.urls["gitee"], MessageBody=body)
    results = world.run(batch)
    assert succeeded(results) == 12
    assert len(world.providers["gitee"].calls) == 12
    assert len(world.pictures(batch)) == 12


def test_a_worker_that_dies_at_its_provider_is_replaced(world: World) -> None:
    deaths = iter(range(3))

    def answer(request: Request, token: str | None) -> None:
        if request.prompt == "cat 3" and next(deaths, None) is not None:
            raise Killed

    world.providers["gitee"].answer = answer
    batch = world.start(requests=cats(8))
    results = world.run(batch)
    assert succeeded(results) == 8
    assert len(world.pictures(batch)) == 8
    assert sorted(world.providers["gitee"].drawn) == sorted(f"cat {number}" for number in range(8))
    assert world.sources["gitee"].deaths == 3


def test_a_line_that_kills_every_worker_fails_and_lets_the_others_live(world: World) -> None:
    def answer(request: Request, token: str | None) -> None:
        if request.prompt == "cat 3":
            raise Killed

    world.providers["gitee"].answer = answer
    results = world.run(world.start(requests=cats(6)), 60)
    assert succeeded(results) == 5
    assert results[3]["error"]["code"] == "TIMEOUT"
    assert world.waiting(world.dead["gitee"]) == 0


def test_a_picture_that_a_dead_worker_stored_is_not_made_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    alive = jobs.succeed
    deaths = iter(range(2))

    def dying(*given: Any) -> Any:
        if next(deaths, None) is not None:
            raise Killed
        return alive(*given)

    monkeypatch.setattr(jobs, "succeed", dying)
    batch = world.start(requests=cats(6))
    results = world.run(batch)
    assert succeeded(results) == 6
    assert len(world.providers["gitee"].calls) == 6
    assert world.sources["gitee"].deaths == 2


def test_a_count_that_was_lost_is_made_up_for(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from easel import tallies

    alive = tallies.count
    deaths = iter(range(2))

    def dying(*given: Any, **more: Any) -> None:
        if next(deaths, None) is not None:
            raise Killed
        alive(*given, **more)

    monkeypatch.setattr(tallies, "count", dying)
    assert succeeded(world.run(world.start(requests=cats(6)))) == 6
    assert len(world.providers["gitee"].calls) == 6


@pytest.mark.parametrize("step", ["send", "write", "advance"])
def test_planning_killed_in_a_slice_goes_on_from_the_checkpoint(
    world: World, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    monkeypatch.setattr(planning, "SLICE_RECORDS", 10)
    batch = world.start(requests=cats(35))
    places = {"send": (queues.Sender, "_dispatch"), "write": (planning, "_write"), "advance": (batches, "advance")}
    target, name = places[step]
    alive, calls = getattr(target, name), iter(range(3))

    def dying(*given: Any) -> Any:
        if next(calls, None) == 2:
            raise Killed
        return alive(*given)

    with monkeypatch.context() as patch:
        patch.setattr(target, name, dying)
        with pytest.raises(Killed):
            planning.plan(batch, Deadline(100))
    half = batches.get(batch.id)
    assert 0 < half.checkpoint.jobs < 35
    results = world.run(batch)
    assert [line["line"] for line in results] == list(range(1, 36))
    assert succeeded(results) == 35
    assert len(world.providers["gitee"].calls) == 35
    assert len(world.pictures(batch)) == 35


def test_two_planners_of_one_batch_plan_nothing_twice(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "SLICE_RECORDS", 10)
    batch = world.start(requests=cats(60))
    ends: list[Batch | None] = []
    planners = [threading.Thread(target=lambda: ends.append(planning.plan(batch, Deadline(100)))) for _ in range(2)]
    for planner in planners:
        planner.start()
    for planner in planners:
        planner.join()
    assert len([end for end in ends if end is None]) >= 1
    bodies = world.messages("gitee")
    assert len({json.loads(body)["id"] for body in bodies}) == 60
    assert batches.get(batch.id).counted.jobs == 60


def test_planning_without_time_goes_on_in_further_invocations(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "SLICE_RECORDS", 10)
    monkeypatch.setattr(planning, "RESERVE_SECONDS", 10_000.0)
    batch = world.start(requests=cats(45))
    assert succeeded(world.run(batch)) == 45
    assert batches.get(batch.id).planners == 6  # one for each slice, one that finds the end


def test_a_manifest_changed_while_it_is_read_ends_the_planning_with_a_line_that_says_so(world: World) -> None:
    manifest = world.upload(b"".join(json.dumps(cat).encode() + b"\n" for cat in cats(3)))
    batch = world.start(manifest=manifest)
    key = manifest.removeprefix(f"s3://{world.bucket}/")
    aws.s3().put_object(Bucket=world.bucket, Key=key, Body=b'{"prompt": "another"}\n')
    (line,) = world.run(batch)
    assert line["status"] == "failed"
    assert "changed" in line["error"]["message"]


def test_messages_end_in_the_dead_letter_queue_while_the_table_is_down_and_work_when_redriven(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = world.start(requests=cats(4))
    reached = planning.plan(batch, Deadline(100))
    assert reached
    with monkeypatch.context() as patch:
        patch.setattr(queues.Message, "hide", _show)
        patch.setattr(batches, "is_open", _down)
        with world.working(concurrency=2):
            world.wait(lambda: world.waiting(world.dead["gitee"]) == 4, 60)
    assert world.providers["gitee"].calls == []
    world.redrive("gitee")
    manifests.step("watch", reached)
    assert succeeded(world.run(batch)) == 4
    assert len(world.providers["gitee"].calls) == 4


def _show(message: queues.Message, seconds: float) -> None:
    aws.sqs().change_message_visibility(
        QueueUrl=queues.url(message.queue), ReceiptHandle=message.receipt, VisibilityTimeout=0
    )


def _down(batch_id: str) -> bool:
    raise ConnectionError("the table is down")


def test_a_message_that_is_none_ends_in_the_dead_letter_queue(world: World) -> None:
    aws.sqs().send_message(QueueUrl=world.urls["gitee"], MessageBody='{"hello": "world"}')
    with world.working():
        world.wait(lambda: world.waiting(world.dead["gitee"]) == 1, 30)


def test_a_worker_writes_no_progress_and_little_else(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provider, "QUIET_SECONDS", 0.0)
    monkeypatch.setattr(provider, "PROGRESS_SECONDS", 0.05)
    world.providers["gitee"].seconds = 0.3
    batch = world.start(requests=cats(5))
    with world.cloud.counting() as calls:
        world.run(batch)
    assert calls["dynamodb.UpdateItem"] <= 3 * 5 + 10  # claim, end and count; the rest is the batch's own
    assert calls["s3.PutObject"] == 5 + 3  # pictures; plan, results, summary
