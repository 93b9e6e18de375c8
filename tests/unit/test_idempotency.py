"""Idempotency keys: a repeated call gets the first call's job, whatever happens to the writes."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest

from easel.common.deadline import in_thread
from easel.errors import NotFound
from easel.store import idempotency, jobs
from easel.store.records import GenerationRequest, Job
from tests.harness.patience import HANGS_SECONDS

if TYPE_CHECKING:
    from tests.harness.cloud import Cloud

REQUEST = GenerationRequest(
    provider="gitee", model="z-image-turbo", prompt="a cat", width=512, height=512, steps=9, seed=42
)

pytestmark = pytest.mark.usefixtures("cloud")


def test_what_an_idempotency_key_left_is_no_job() -> None:
    idempotency.create_once(jobs.new(REQUEST), "key-a", "body", jobs.DAY)
    with pytest.raises(NotFound):
        jobs.get("idempotency#key-a")


def test_a_key_that_comes_again_gives_the_first_job() -> None:
    first, second = jobs.new(REQUEST), jobs.new(REQUEST)
    assert idempotency.create_once(first, "key-1", "body-1", jobs.DAY) is None
    assert idempotency.create_once(second, "key-1", "body-1", jobs.DAY) == (first.id, "body-1")
    assert idempotency.create_once(second, "key-1", "body-2", jobs.DAY) == (first.id, "body-1")
    assert jobs.get(first.id) == first
    with pytest.raises(NotFound):
        jobs.get(second.id)


def test_a_first_try_does_not_replace_an_overtaking_retry(cloud: Cloud) -> None:
    def create(key: str, *, first: float | None = None) -> tuple[str, tuple[str, str] | None]:
        job = jobs.new(REQUEST)
        return job.id, idempotency.create_once(job, key, "body", jobs.DAY, first=first)

    begun = time.time()
    repeat, _ = create("overtaken")
    assert create("overtaken", first=begun - 1)[1] == (repeat, "body")
    assert create("overtaken", first=begun + 60)[1] is None
    assert create("asked anew", first=begun - 1)[1] is None
    newest, earlier = create("asked anew", first=begun - 1)  # a second call, which is not a repeat of the first
    assert earlier is None
    assert create("asked anew")[1] == (newest, "body")


def test_two_calls_with_one_key_at_the_same_moment_make_one_job() -> None:
    mine = [jobs.new(REQUEST) for _ in range(6)]
    start = threading.Barrier(6)

    def create(job: Job) -> tuple[str, str] | None:
        start.wait()
        return idempotency.create_once(job, "key-2", "body", jobs.DAY)

    answers = [in_thread(create, job) for job in mine]
    results = [future.result(timeout=HANGS_SECONDS) for future in answers]
    assert results.count(None) == 1
    winner = mine[results.index(None)]
    assert {answer for answer in results if answer} == {(winner.id, "body")}


@pytest.mark.parametrize("code", ["TransactionCanceledException", "TransactionInProgressException"])
def test_a_key_that_is_being_written_is_tried_again(code: str, cloud: Cloud) -> None:
    with cloud.refusing("dynamodb.TransactWriteItems", code, times=1):
        assert idempotency.create_once(jobs.new(REQUEST), f"key-{code}", "body", jobs.DAY) is None
