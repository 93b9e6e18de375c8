"""The job record: each transition happens once, deadlines hold, and no token is stored."""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from easel.common.deadline import in_thread
from easel.errors import GenerationFailed, InternalError, NotFound
from easel.store import jobs
from easel.store.records import GenerationRequest, Job, Progress, Result
from tests.harness.cloud import Cut
from tests.harness.patience import HANGS_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.harness.cloud import Cloud

REQUEST = GenerationRequest(
    provider="gitee", model="z-image-turbo", prompt="a cat", width=512, height=512, steps=9, seed=42
)
RESULT = Result(key="images/x.png", format="PNG", width=512, height=512, size=1000, seed=42, seconds=1.5)
ERROR = GenerationFailed("refused", provider="gitee", upstream="no cats", retry_after=9)

pytestmark = pytest.mark.usefixtures("cloud")


def created(**changes: Any) -> Job:
    job = jobs.new(REQUEST, ("a warning",)).replace(**changes)
    jobs.create(job)
    return job


def silent() -> Job:
    """Return a running job without a recent heartbeat."""
    job = jobs.new(REQUEST)
    return created(id=job.id, status="running", started=job.created, seen=job.created - jobs.SILENT_SECONDS - 1)


def at_once(work: Callable[[int], Any]) -> list[Any]:
    """Run the work in six threads at the same moment."""
    start = threading.Barrier(6)

    def run(number: int) -> Any:
        start.wait()
        return work(number)

    return [future.result(timeout=HANGS_SECONDS) for future in [in_thread(run, number) for number in range(6)]]


def test_a_new_job_is_queued_and_stored_once() -> None:
    job = created()
    assert jobs.get(job.id) == job
    assert (job.status, job.attempts, job.warnings) == ("queued", 0, ("a warning",))
    with pytest.raises(InternalError, match="nothing was generated"):
        jobs.create(job)


def test_ids_sort_by_time_and_cannot_be_guessed() -> None:
    ids = [jobs.new(REQUEST).id for _ in range(50)]
    assert len({identifier[12:] for identifier in ids}) == 50
    assert ids[0][:12] <= ids[-1][:12]
    assert all(len(identifier) == 44 for identifier in ids)


def test_an_unknown_id_is_not_found() -> None:
    for job_id in ("unknown", "", " ", "a/b", "x" * 3000, "猫", "idempotency#key", "\x00"):
        with pytest.raises(NotFound):
            jobs.get(job_id)


def test_a_succeeded_job_never_changes() -> None:
    job = created()
    ended = jobs.succeed(job, RESULT, ("a warning", "another"))
    stored = jobs.get(job.id)
    assert (ended.status, ended.result) == ("succeeded", RESULT)
    assert (stored.status, stored.result, stored.warnings) == ("succeeded", RESULT, ("a warning", "another"))
    assert (stored.finished or 0) >= stored.created
    jobs.fail(job, ERROR)
    assert not jobs.progress(job.id, Progress(percent=10))
    assert not jobs.claim(job)
    assert jobs.get(job.id) == stored


def test_a_failed_job_keeps_its_error() -> None:
    job = created()
    jobs.fail(job, ERROR)
    jobs.succeed(job, RESULT, ())
    stored = jobs.get(job.id)
    assert (stored.status, stored.error, stored.error_status) == ("failed", ERROR.body(), 500)


def test_one_of_several_simultaneous_ends_is_stored() -> None:
    job = created()
    at_once(lambda number: jobs.succeed(job, RESULT.replace(seed=number), ()))
    first = jobs.get(job.id)
    jobs.succeed(job, RESULT.replace(seed=99), ())
    assert jobs.get(job.id) == first


def test_progress_makes_a_job_running() -> None:
    job = created()
    assert jobs.progress(job.id, Progress(queue_position=3, eta_seconds=12.5))
    stored = jobs.get(job.id)
    assert stored.status == "running"
    assert stored.progress == Progress(queue_position=3, eta_seconds=12.5)
    jobs.progress(job.id, Progress(percent=50))
    assert jobs.get(job.id).started == stored.started
    assert not jobs.progress("nobody", Progress(percent=1))
    with pytest.raises(NotFound):
        jobs.get("nobody")


def test_a_job_is_claimed_once() -> None:
    job = created()
    claims = at_once(lambda _: jobs.claim(job) is not None)
    assert sorted(claims) == [False] * 5 + [True]
    stored = jobs.get(job.id)
    assert (stored.status, stored.attempts) == ("running", 1)


def test_claiming_stores_an_unstored_job() -> None:
    job = jobs.new(REQUEST, ("a warning",))
    claimed = jobs.claim(job)
    assert claimed is not None
    assert jobs.get(job.id).replace(started=None, seen=None) == claimed.replace(started=None, seen=None)
    assert not jobs.claim(job)


def test_a_job_past_its_deadline_cannot_be_claimed() -> None:
    job = created(deadline=1.0)
    assert not jobs.claim(job)
    assert not jobs.claim(job.replace(deadline=time.time() + 60))  # the deadline in the table decides
    assert jobs.get(job.id).attempts == 0


def test_giving_up_a_queued_job_is_final() -> None:
    for job in (created(), jobs.new(REQUEST)):
        ended = jobs.give_up(job, ERROR)
        assert (ended.status, ended.error) == ("failed", ERROR.body())
        assert jobs.get(job.id).error == ERROR.body()
        assert not jobs.claim(job)


def test_a_running_job_cannot_be_given_up() -> None:
    job = created()
    jobs.claim(job)
    assert jobs.give_up(job, ERROR).status == "running"
    assert jobs.get(job.id).status == "running"


def test_a_silent_job_reads_as_failed_until_a_late_result() -> None:
    job = silent()
    error = jobs.get(job.id).error or {}
    assert error["code"] == "UNKNOWN"
    assert "the function stopped" in error["error"]
    jobs.succeed(job, RESULT, ())
    assert jobs.get(job.id).result == RESULT


@pytest.mark.parametrize("sign", [jobs.heartbeat, lambda job_id: jobs.progress(job_id, Progress(percent=1))])
def test_heartbeats_and_progress_keep_a_job_running(sign: Callable[[str], bool]) -> None:
    job = silent()
    assert sign(job.id)
    assert jobs.get(job.id).status == "running"


@pytest.mark.parametrize("running", [False, True])
def test_a_job_past_its_deadline_has_timed_out_until_a_result(running: bool) -> None:
    job = created(deadline=1.0)
    if running:
        jobs.progress(job.id, Progress(percent=1))
    stored = jobs.get(job.id)
    assert (stored.status, stored.error_status, stored.finished) == ("failed", 504, 1.0)
    assert (stored.error or {})["code"] == "TIMEOUT"
    jobs.succeed(job, RESULT, ())
    assert jobs.get(job.id).result == RESULT


@contextmanager
def losing(cloud: Cloud, operation: str, times: int) -> Iterator[None]:
    """Lose the responses of the operation's first calls, after the calls were carried out."""
    left = iter([Cut()] * times)
    with cloud.rule(f"dynamodb.{operation}", lambda: next(left, None)):
        yield


@pytest.mark.parametrize("times", [1, 4], ids=["once", "always"])
def test_a_write_recognizes_its_own_lost_response(times: int, cloud: Cloud) -> None:
    job, other, ended = jobs.new(REQUEST), created(), created()
    with losing(cloud, "PutItem", times):
        jobs.create(job)
    with losing(cloud, "PutItem", times):
        assert jobs.claim(job)
    assert not jobs.claim(job)
    with losing(cloud, "PutItem", times):
        assert jobs.give_up(other, ERROR).error == ERROR.body()
    with losing(cloud, "UpdateItem", 1):
        assert jobs.succeed(ended, RESULT, ()).result == RESULT
    assert jobs.get(ended.id).result == RESULT


def test_a_claim_without_any_response_raises(cloud: Cloud) -> None:
    job = created()
    unreadable = cloud.refusing("dynamodb.GetItem", "AccessDeniedException")
    with losing(cloud, "PutItem", 4), unreadable, pytest.raises(InternalError, match="nothing was generated"):
        jobs.claim(job)


def test_a_job_expires_after_the_retention_time(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RETENTION_DAYS", "2")
    job = created()
    item = next(item for item in cloud.items() if item["id"]["S"] == job.id)
    assert int(item["expires"]["N"]) == int(job.created) + 2 * 24 * 3600


EARLIER_JOB: dict[str, Any] = {
    "id": "01a2296de273babc09b5514bf51bd52858d685c21895",
    "request": {
        "provider": "gitee", "model": "z-image-turbo", "prompt": "a cat", "negative_prompt": "",
        "width": 512, "height": 512, "steps": 9, "seed": 42, "output_format": "", "source_url": "", "scale": 0,
    },
    "warnings": [], "created": 1795991396.9798288, "deadline": 1795991696.9798288, "payers": ["key#abc", "everybody"],
}  # fmt: skip
EARLIER_OUTCOME = {
    "result": {
        "key": "images/x.png", "url": "", "format": "PNG", "width": 512, "height": 512, "size": 10, "seed": 42,
        "seconds": 1.5,
    },
    "warnings": ["w"], "error_status": 500,
}  # fmt: skip


def test_an_item_of_an_earlier_version_can_be_read(cloud: Cloud) -> None:
    """As commit e2c674f wrote it, before payers and records had their own types."""
    texts = {
        "id": EARLIER_JOB["id"], "status": "succeeded", "owner": "jobs#abc", "writer": "f2e11e2ee12c67cb",
        "job": json.dumps(EARLIER_JOB), "outcome": json.dumps(EARLIER_OUTCOME),
    }  # fmt: skip
    numbers = {"attempts": "1", "expires": "1798583396", "deadline": "1795991696.980", "made": "1795991396.980"}
    numbers |= {"started": "1795991397.103", "seen": "1795991397.103", "finished": "1795991397.114"}
    item = {name: {"S": text} for name, text in texts.items()} | {name: {"N": text} for name, text in numbers.items()}
    cloud.client("dynamodb").put_item(TableName=cloud.environment["JOBS_TABLE"], Item=item)
    job = jobs.get(EARLIER_JOB["id"])
    assert (job.status, job.key, job.payers, job.warnings) == ("succeeded", "abc", ("key#abc", "everybody"), ("w",))
    assert (job.request, job.started) == (REQUEST, 1795991397.103)
    assert job.result is not None
    assert (job.result.key, job.result.size) == ("images/x.png", 10)
