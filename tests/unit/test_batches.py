"""The batch record: one per manifest and time, with a status that changes in one direction."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING

import pytest

from easel.batch import batches
from easel.errors import InvalidRequest, NotFound

if TYPE_CHECKING:
    from easel.batch.batches import Batch
    from tests.harness.cloud import Cloud


@pytest.fixture
def batch(cloud: Cloud) -> Batch:
    made = batches.new(f"s3://bucket/{uuid.uuid4().hex}", "etag", 10, endpoint="https://easel.test", scheduled=None)
    assert batches.create(made)
    return made


def planned(batch: Batch) -> Batch:
    assert batches.plan(batch, requests=3, invalid=1, jobs={"gitee": 2})
    return batches.get(batch.id)


def test_the_same_manifest_and_time_give_the_same_batch(batch: Batch) -> None:
    again = batches.new(batch.manifest, batch.etag, batch.size, endpoint="", scheduled=None)
    assert again.id == batch.id
    assert not batches.create(again)
    assert batches.create(batch)  # the response to the first attempt was lost
    assert batches.new(batch.manifest, "etag", 10, endpoint="", scheduled="tonight").id != batch.id


def test_a_record_is_read_as_it_was_written(batch: Batch) -> None:
    assert batches.get(batch.id) == batch
    stored = planned(batch)
    assert (stored.status, stored.requests, stored.invalid, stored.jobs) == ("running", 3, 1, {"gitee": 2})


def test_a_batch_ends_once(batch: Batch) -> None:
    assert batches.finish(planned(batch), {"requests": 3})
    ended = batches.get(batch.id)
    assert (ended.status, ended.counts) == ("completed", {"requests": 3})
    assert not batches.cancel(ended)
    assert not batches.fail(ended, InvalidRequest("too late"))
    assert batches.get(batch.id).status == "completed"


def test_a_failed_batch_has_a_reason(batch: Batch) -> None:
    assert batches.fail(batch, InvalidRequest("no manifest", field="manifest"))
    error = batches.get(batch.id).error
    assert error
    assert (error["error"], error["details"]) == ("no manifest", {"field": "manifest"})
    for batch_id in ("nobody", "x" * 3000, ""):
        with pytest.raises(NotFound):
            batches.get(batch_id)


def test_a_cancelled_batch_is_not_planned_and_stays_cancelled(batch: Batch) -> None:
    assert batches.cancel(batch)
    assert not batches.plan(batch, requests=1, invalid=0, jobs={})
    assert batches.finish(batches.get(batch.id), {"requests": 0})
    assert batches.get(batch.id).status == "cancelled"


def test_only_an_ended_batch_can_run_again_and_once(batch: Batch) -> None:
    assert not batches.rerun(batch)
    batches.finish(planned(batch), {"requests": 3})
    ended = batches.get(batch.id)
    assert batches.rerun(ended)
    assert not batches.rerun(ended)
    again = batches.get(batch.id)
    assert (again.run, again.status, again.counts, again.jobs, again.finished) == (2, "planning", None, {}, None)
    assert (again.secret, again.created) == (batch.secret, batch.created)
    assert not batches.plan(batch, requests=1, invalid=0, jobs={})  # the first run is over


def test_waiting_reasons_are_stored_and_removed(batch: Batch, cloud: Cloud) -> None:
    until = time.time() + 60
    batches.set_waiting(batch, "gitee", "z-image-turbo", until, "no quota")
    batches.set_waiting(batches.get(batch.id), "gitee", "", None, "another batch", "turn")
    stored = batches.get(batch.id)
    assert stored.waiting["gitee/z-image-turbo"] == {"cause": "rest", "reason": "no quota", "until": until}
    assert stored.waiting["gitee/"] == {"cause": "turn", "reason": "another batch"}
    with cloud.counting() as calls:
        batches.set_waiting(stored, "gitee", "z-image-turbo", until + 0.4, "no quota")
    assert not calls  # the reason is unchanged
    batches.end_turn_wait(stored, "gitee")
    assert set(batches.get(batch.id).waiting) == {"gitee/z-image-turbo"}


def test_job_ids_are_stable_and_cannot_be_guessed(batch: Batch) -> None:
    again = batches.get(batch.id)
    assert [batch.job_id(number) for number in range(3)] == [again.job_id(number) for number in range(3)]
    other = batches.new("s3://bucket/other", "etag", 10, endpoint="", scheduled=None)
    assert batch.job_id(0)[13:] != other.job_id(0)[13:]
    assert batch.job_id(0).startswith("b")
    assert 0 <= batch.seed(0) < 2**31
    assert batch.seed(0) == again.seed(0) != batch.seed(1)


def test_a_rerun_of_a_scheduled_batch_is_charged_to_its_key(cloud: Cloud) -> None:
    scheduled = batches.new("s3://b/m", "etag", 1, endpoint="", scheduled="again by whom")
    batches.create(scheduled)
    for key, payer in ((None, None), ("alice", "alice"), ("bob", "alice")):
        ended = batches.get(scheduled.id)
        batches.plan(ended, requests=1, invalid=0, jobs={})
        batches.finish(batches.get(scheduled.id), {})
        assert batches.rerun(batches.get(scheduled.id), key)
        assert batches.get(scheduled.id).started_by == payer
