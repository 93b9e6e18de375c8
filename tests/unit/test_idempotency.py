"""Idempotency keys: a repeated call gets the first call's job, even if writes fail."""

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


def create(
    key: str, job: Job | None = None, body: str = "body", first: float | None = None
) -> tuple[str, tuple[str, str] | None]:
    """Return the id of the new job, and the job and body that the key already refers to."""
    job = job or jobs.new(REQUEST)
    return job.id, idempotency.create_once(job, key, body, jobs.DAY, first=first)


def test_a_repeated_key_returns_the_first_job() -> None:
    first, earlier = create("key", body="body-1")
    assert earlier is None
    second, earlier = create("key", body="body-2")
    assert earlier == (first, "body-1")
    assert jobs.get(first).id == first
    for job_id in (second, "idempotency#key"):
        with pytest.raises(NotFound):
            jobs.get(job_id)


def test_a_first_try_does_not_replace_an_overtaking_retry() -> None:
    begun = time.time()
    repeat, _ = create("overtaken")
    assert create("overtaken", first=begun - 1)[1] == (repeat, "body")
    assert create("overtaken", first=begun + 60)[1] is None
    assert create("asked anew", first=begun - 1)[1] is None
    newest, earlier = create("asked anew", first=begun - 1)  # a second call, not a retry of the first
    assert earlier is None
    assert create("asked anew")[1] == (newest, "body")


def test_simultaneous_calls_with_one_key_make_one_job() -> None:
    start = threading.Barrier(6)

    def create_at_once(job: Job) -> tuple[str, tuple[str, str] | None]:
        start.wait()
        return create("key", job)

    futures = [in_thread(create_at_once, jobs.new(REQUEST)) for _ in range(6)]
    results = dict(future.result(timeout=HANGS_SECONDS) for future in futures)
    (winner,) = (job_id for job_id, earlier in results.items() if earlier is None)
    assert {earlier for earlier in results.values() if earlier} == {(winner, "body")}


@pytest.mark.parametrize("code", ["TransactionCanceledException", "TransactionInProgressException"])
def test_a_key_that_is_being_written_is_retried(code: str, cloud: Cloud) -> None:
    with cloud.refusing("dynamodb.TransactWriteItems", code, times=1):
        assert create("key")[1] is None
