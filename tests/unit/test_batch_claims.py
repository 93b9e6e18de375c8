"""Claims on a batch's jobs: one worker at a time, and each job is counted once in any order of events."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as budget
from hypothesis import strategies as st

from easel.batch import batches, claims
from easel.batch.claims import Claim
from easel.common import aws
from easel.errors import ProviderUnreachable
from easel.store.records import Attempt, GenerationRequest, Job, Result

if TYPE_CHECKING:
    from tests.harness.cloud import Cloud

REQUEST = GenerationRequest(
    provider="gitee", model="z-image-turbo", prompt="a cat", width=512, height=512, steps=9, seed=4
)
RESULT = Result(key="images/x.png", format="PNG", width=512, height=512, seed=4, seconds=1.0)
ERROR = ProviderUnreachable("hung up", provider="gitee")


def a_job(batch: str = "") -> Job:
    batch = batch or f"b{uuid.uuid4().hex[:24]}"
    return Job(id=f"b{uuid.uuid4().hex}", request=REQUEST, created=1.0, deadline=2.0, batch=batch)


def claimed(job: Job, worker: str = "a:1", dead: str = "", seconds: float = 60, run: int = 1) -> Claim:
    return claims.take(job, run, worker=worker, dead=dead, until=time.time() + seconds)


def counts(job: Job, run: int = 1) -> dict[str, int]:
    batch = batches.new("s3://b/k", "e", 1, endpoint="", scheduled=None).replace(id=job.batch or "", run=run)
    counts = claims.counts(batch.replace(jobs={"gitee": 1}))["gitee"]
    return {name: count for name, count in counts.items() if count}


@pytest.mark.parametrize("worker", ["b:1", "a:2"], ids=["another", "a second invocation"])
def test_a_second_worker_learns_when_the_claim_ends(worker: str, cloud: Cloud) -> None:
    job = a_job()
    first, second = claimed(job), claimed(job, worker)
    assert (first.worker, first.job.status, first.job.attempts) == ("a:1", "running", 1)
    assert second.worker == "a:1"
    assert second.until == pytest.approx(first.until, abs=0.01)  # milliseconds are stored
    assert counts(job) == {"running": 1}


def test_a_job_of_a_dead_or_late_worker_can_be_claimed(cloud: Cloud) -> None:
    job = a_job()
    claimed(job, "a:1")
    second = claimed(job, "b:1", dead="a")
    assert (second.worker, second.deaths, second.job.attempts) == ("b:1", 1, 2)
    expired = claimed(a := a_job(), "a:1", seconds=-1)
    assert expired.worker == "a:1"
    assert claimed(a, "c:1").worker == "c:1"
    assert counts(job) == counts(a) == {"running": 1}


def test_a_jobs_end_is_counted_once(cloud: Cloud) -> None:
    job = a_job()
    claim = claimed(job)
    assert claims.fail(claim, ERROR)
    assert claims.fail(claim, ERROR)  # a retry, for example after a lost response
    assert claimed(job, "b:1").job.status == "failed"
    assert counts(job) == {"failed": 1}


def test_outcomes_are_read_without_loading_items(cloud: Cloud) -> None:
    drawn, failed, running, unclaimed = (a_job() for _ in range(4))
    left = Attempt(provider="modelscope", model="m", code="RATE_LIMITED", message="no")
    claims.succeed(claimed(drawn.replace(tried=(left,))), RESULT.replace(price=0.5), ("a warning",))
    claims.fail(claimed(failed), ERROR)
    claimed(running)
    outcomes, others = claims.read_outcomes([job.id for job in (drawn, failed, running, unclaimed)])
    assert list(others) == [running.id]
    whole = claims.read_all([drawn.id, failed.id])
    assert outcomes[drawn.id] == claims.outcome(whole[drawn.id])
    assert outcomes[failed.id].items() > claims.outcome(whole[failed.id]).items()
    assert (whole[failed.id].job.error_status, whole[failed.id].job.drawn) == (ERROR.status, ERROR.drawn)
    assert (outcomes[drawn.id]["tried"], outcomes[drawn.id]["warnings"]) == ([left.to_json()], ["a warning"])


def test_a_released_job_counts_only_real_attempts(cloud: Cloud) -> None:
    job = a_job()
    claims.release(claimed(job), tried=False)
    assert counts(job) == {}
    assert claimed(job, "b:1").job.attempts == 1
    claim = claims.read(job.id)
    assert claim
    claims.release(claim, tried=True)
    assert claimed(job, "c:1").job.attempts == 2


def test_a_former_worker_can_succeed_but_not_fail_the_job(cloud: Cloud) -> None:
    job = a_job()
    first, second = claimed(job, "a:1"), claimed(job, "b:1", dead="a")
    assert not claims.fail(first, ERROR)
    assert claims.fail(second, ERROR)
    assert claims.succeed(first, RESULT, ("late",)).status == "succeeded"
    again = claims.succeed(second, RESULT.replace(key="images/other.png"), ())
    claim = claims.read(job.id)
    assert claim
    for stored in (again, claim.job):
        assert (stored.status, stored.result, stored.warnings) == ("succeeded", RESULT, ("late",))
        assert stored.finished
    assert counts(job) == {"succeeded": 1}


def test_a_rerun_retries_failures_and_counts_successes(cloud: Cloud) -> None:
    failed = a_job()
    made = a_job(failed.batch or "")
    claims.fail(claimed(failed), ERROR)
    claims.succeed(claimed(made), RESULT, ())
    again = claimed(failed, "b:1", run=2)
    assert (again.worker, again.job.attempts, again.job.error, again.deaths) == ("b:1", 1, None, 0)
    assert claimed(made, "b:2", run=2).job.status == "succeeded"
    assert counts(failed, run=1) == {"failed": 1, "succeeded": 1}
    assert counts(failed, run=2) == {"running": 1, "succeeded": 1}


def test_a_write_recognizes_its_own_lost_response(cloud: Cloud) -> None:
    job = a_job()
    client: Any = aws.dynamodb()
    write = client.transact_write_items

    def repeated(**given: Any) -> Any:
        write(**given)
        return write(**given)  # botocore retries after a broken connection; the second call's condition no longer holds

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(client, "transact_write_items", repeated)
        claim = claimed(job)
        assert claim.worker == "a:1"
        assert claims.succeed(claim, RESULT, ()).status == "succeeded"
    assert counts(job) == {"succeeded": 1}


STEPS = st.lists(
    st.tuples(st.sampled_from(["take", "die", "fail", "succeed", "release"]), st.integers(0, 2)), max_size=14
)


@budget(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_any_order_of_workers_keeps_pictures_and_counters(cloud: Cloud, steps: list[tuple[str, int]]) -> None:
    job, made = a_job(), False
    held: dict[int, Claim] = {}
    for invocation, (action, who) in enumerate(steps):
        if action in ("take", "die"):
            dead = next((f"{other}" for other in held), "") if action == "die" else ""
            held[who] = claimed(job, f"{who}:{invocation}", dead=dead)
        elif who in held and held[who].worker.startswith(f"{who}:"):
            claim = held[who]
            if action == "fail":
                claims.fail(claim, ERROR)
            elif action == "release":
                claims.release(claim, tried=True)
            elif not claim.job.ended:
                made = claims.succeed(claim, RESULT, ()).status == "succeeded"
    last = claims.read(job.id)
    status = last.job.status if last else "queued"
    assert status == "succeeded" or not made
    assert counts(job) == ({} if status == "queued" else {status: 1})
