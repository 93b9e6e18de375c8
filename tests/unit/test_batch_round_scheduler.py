"""What follows a round of a batch: the remaining jobs, the next round, its pause, and when the batch fails."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

import planning
import round_scheduler
from easel.batch import batches, claims
from easel.errors import BatchStalled, ProviderUnreachable
from easel.store.records import GenerationRequest, Job
from tests.harness.batches import World, world

if TYPE_CHECKING:
    from easel.batch.batches import Batch
    from easel.batch.claims import Claim

__all__ = ["world"]  # a fixture

FIRST, SECOND = "Tongyi-MAI/Z-Image-Turbo", "black-forest-labs/FLUX.2-dev"
LINES = [{"provider": "modelscope", "model": model, "prompt": "a cat"} for model in (FIRST, FIRST, SECOND)]


@pytest.fixture
def batch(world: World) -> Batch:
    """A planned batch of three jobs that has not run."""
    return world.planned(LINES)


def next_round(batch: Batch, **changes: Any) -> dict[str, Any]:
    last = {**planning.first_round(batch, "modelscope"), **changes}
    return round_scheduler.end_round(last, "an execution")


def models_in_next_round(world: World, answer: dict[str, Any]) -> list[str]:
    """Return the models of the jobs in the next round's file."""
    body = world.cloud.object(answer["key"])["Body"]
    return [job["request"]["model"] for group in json.loads(body) for job in group["jobs"]]


def claimed(batch: Batch, number: int, run: int = 1) -> Claim:
    items = list(planning.read_jobs(batch.run_key("modelscope.json")))
    request = GenerationRequest.from_json(items[number]["request"])
    job = Job(id=items[number]["id"], request=request, created=1, deadline=2, batch=batch.id)
    return claims.take(job, run, worker=f"w:{number}", dead="", until=time.time() + 60)


def fail(batch: Batch, number: int) -> None:
    claims.fail(claimed(batch, number), ProviderUnreachable("hung up", provider="modelscope"))


@pytest.mark.parametrize("cancelled", [True, False])
def test_a_batch_without_open_jobs_is_done(cancelled: bool, batch: Batch) -> None:
    if cancelled:
        batches.cancel(batch)
    for number in range(0 if cancelled else 3):
        fail(batch, number)
    assert next_round(batch) == {"next": "done"}


def test_open_jobs_are_in_the_next_round(world: World, batch: Batch) -> None:
    fail(batch, 0)
    answer = next_round(batch)
    assert (answer["next"], answer["round"], answer["ended"], answer["stalled"]) == ("go", 2, 1, 0)
    assert models_in_next_round(world, answer) == [FIRST, SECOND]
    batches.set_waiting(batch, "modelscope", FIRST, time.time() + 5000, "used up")
    answer = next_round(batch)
    assert (answer["next"], models_in_next_round(world, answer)) == ("go", [SECOND])


def test_a_blocked_batch_waits_for_the_first_token(world: World, batch: Batch) -> None:
    soon, later = time.time() + 5000, time.time() + 9000
    batches.set_waiting(batch, "modelscope", FIRST, later, "used up")
    batches.set_waiting(batches.get(batch.id), "modelscope", SECOND, soon, "used up")
    answer = next_round(batch)
    assert answer["next"] == "wait"
    assert answer["waited"] == pytest.approx(soon, abs=0.01)
    assert answer["until"] == time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(soon + 1))
    assert models_in_next_round(world, answer) == [FIRST, FIRST, SECOND]
    # Step Functions has waited, although the test's clock stands still.
    after = next_round(batch, waited=answer["waited"], round=2)
    assert models_in_next_round(world, after) == [SECOND]


def test_rounds_without_progress_slow_down_and_end(batch: Batch) -> None:
    answer = next_round(batch)
    pauses = []
    for _ in range(round_scheduler.STALLED_ROUNDS - 1):
        answer = round_scheduler.end_round(answer, "an execution")
        pauses.append(round(answer["waited"] - answer["began"]))
    assert pauses == [30, 60, 120, 240]
    with pytest.raises(BatchStalled, match="ModelScope"):
        round_scheduler.end_round(answer, "an execution")


def test_late_rounds_wait_longer_to_save_history_events(batch: Batch) -> None:
    fail(batch, 0)
    assert next_round(batch, round=20)["next"] == "go"
    assert next_round(batch, round=30)["waited"] == pytest.approx(time.time() + 300, abs=60)
    # 25 events a round, three providers, 14 days: below the 25,000 that an execution may have.
    slowest, slower, free = round_scheduler.MAX_WAIT, round_scheduler.WAIT_STEP, round_scheduler.FREE_ROUNDS
    seconds, count = 0.0, 0
    while seconds < batches.MAX_DAYS * batches.DAY:
        count += 1
        seconds += max(200.0, min(slowest, slower * max(0, count - free)))
    assert 3 * 25 * count < 25_000


def test_an_execution_without_groups_gets_single_jobs(world: World, batch: Batch) -> None:
    last = planning.first_round(batch, "modelscope")
    del last["group"]
    answer = round_scheduler.end_round(last, world.name)
    rest = json.loads(world.cloud.object(answer["key"])["Body"])
    assert [job["request"]["model"] for job in rest] == [FIRST, FIRST, SECOND]


def test_without_turns_groups_are_as_large_as_the_pace(world: World, batch: Batch) -> None:
    last = planning.first_round(batch, "modelscope") | {"group": 2}
    del last["turns"]
    answer = round_scheduler.end_round(last, world.name)
    rest = json.loads(world.cloud.object(answer["key"])["Body"])
    assert [len(group["jobs"]) for group in rest] == [2, 1]
