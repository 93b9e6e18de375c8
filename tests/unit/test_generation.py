"""One picture from a job: whatever the adapter does, the job ends and waiting callers are notified."""

from __future__ import annotations

import io
import json
import threading
import time
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from PIL import Image

from easel.catalog import Provider, stored_overlay
from easel.common.deadline import Deadline
from easel.errors import (
    AuthInvalid,
    DownloadFailed,
    EaselError,
    GenerationTimeout,
    PromptRejected,
    ProviderError,
    QuotaExceeded,
    RateLimited,
    TaskGone,
)
from easel.generation import STORE_SECONDS, Generator
from easel.handler import lambda_handler
from easel.providers.adapter import GeneratedImage, Run
from easel.providers.http import Http, Reply
from easel.store import checkpoints, jobs
from easel.store.records import GenerationRequest, Job, Progress
from tests.harness.functions import Context
from tests.harness.patience import HANGS_SECONDS, until

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.harness.cloud import Cloud

TOKEN = "gitee-token-for-tests"
REQUEST = GenerationRequest(
    provider="gitee", model="z-image-turbo", prompt="a cat", width=64, height=48, steps=9, seed=42
)


def png(width: int = 64, height: int = 48) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height)).save(buffer, "PNG")
    return buffer.getvalue()


class Adapter:
    """Does what a test says; a picture's bytes unless told otherwise."""

    def __init__(self, act: Callable[[Run], GeneratedImage] | None = None) -> None:
        self._act = act or (lambda run: GeneratedImage(origin="http://127.0.0.1:1/v1", data=png()))
        self.calls: list[tuple[GenerationRequest, str | None]] = []

    def generate(self, request: GenerationRequest, token: str | None, run: Run) -> GeneratedImage:
        self.calls.append((request, token))
        return self._act(run)


def raising(error: BaseException) -> Adapter:
    def fail(run: Run) -> GeneratedImage:
        raise error

    return Adapter(fail)


def queued() -> Job:
    job = jobs.new(REQUEST, ("a warning",))
    jobs.create(job)
    return job


def send(adapter: Adapter, event: Any, seconds: float = 60) -> Any:
    answer = lambda_handler("gitee", lambda provider: adapter)(event, Context("easel-gitee", seconds))
    return json.loads(json.dumps(answer))


def work(adapter: Adapter, job: Job | None = None, seconds: float = 60, **more: Any) -> Job:
    """Sends the job as the front door does, and gives the job as it lies in the table."""
    job = job or queued()
    answered = Job.from_json(send(adapter, {"token": TOKEN, **more, "job": job.to_json()}, seconds))
    stored = jobs.get(job.id)
    assert (answered.status, answered.result, answered.error) == (stored.status, stored.result, stored.error)
    return stored


@pytest.fixture(autouse=True)
def _uses_the_cloud(cloud: Cloud) -> None:
    pass


def test_a_job_ends_with_its_stored_picture(cloud: Cloud) -> None:
    adapter = Adapter()
    job = work(adapter)
    assert adapter.calls == [(REQUEST, TOKEN)]
    assert job.result is not None
    assert (job.status, job.warnings) == ("succeeded", ("a warning",))
    assert (job.result.format, job.result.width, job.result.height, job.result.seed) == ("PNG", 64, 48, 42)
    assert job.result.key == f"images/{job.id}.png"
    assert cloud.object(job.result.key)["Body"] == png()


def test_a_quick_job_makes_three_writes_and_one_read(cloud: Cloud) -> None:
    job = queued()
    stored_overlay.refresh()
    with cloud.counting() as calls:
        send(Adapter(), {"job": job.to_json(), "token": TOKEN, "claim": True})
    reads = {"dynamodb.BatchGetItem": 1}  # while the job is claimed
    assert calls == {**reads, "dynamodb.PutItem": 1, "s3.PutObject": 1, "dynamodb.UpdateItem": 1}


def test_a_providers_error_ends_the_job_with_that_error() -> None:
    job = work(raising(RateLimited("wait", provider="gitee", retry_after=7)))
    assert (job.status, job.error_status) == ("failed", 429)
    assert job.error is not None
    assert job.error["details"] == {"provider": "gitee", "retryAfter": 7}


@pytest.mark.parametrize("error", [KeyError("inside"), RecursionError(), MemoryError()], ids=repr)
def test_an_internal_error_fails_the_job_without_details(error: BaseException) -> None:
    job = work(raising(error))
    assert job.error is not None
    assert (job.status, job.error["code"]) == ("failed", "UNKNOWN")
    assert "inside" not in job.error["error"].split()


def test_other_bytes_than_a_picture_fail_the_job() -> None:
    job = work(Adapter(lambda run: GeneratedImage(origin="http://127.0.0.1:1", data=b"<h1>busy</h1>")))
    assert job.error is not None
    assert job.error["code"] == "PROVIDER_ERROR"
    assert job.error["details"] == {"provider": "gitee"}


def test_an_adapter_that_cannot_be_made_ends_the_job() -> None:
    def no_adapter(provider: Provider) -> Adapter:
        raise ValueError("broken setting")

    job = queued()
    lambda_handler("gitee", no_adapter)({"job": job.to_json()}, Context("easel-gitee", 60))
    assert jobs.get(job.id).status == "failed"


def test_a_hanging_adapter_is_abandoned_at_the_deadline() -> None:
    release = threading.Event()

    def hang(run: Run) -> GeneratedImage:
        release.wait(HANGS_SECONDS)
        return GeneratedImage(origin="")

    job = work(Adapter(hang), seconds=STORE_SECONDS + 0.4)
    release.set()
    assert job.error is not None
    assert (job.status, job.error["code"]) == ("failed", "TIMEOUT")


LINKS = "http://127.0.0.1:1"


@pytest.fixture
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("easel.providers.downloads.PAUSES", ())


@pytest.fixture
def links(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """The pictures at the provider, by path; any other link is a 404."""
    found: dict[str, bytes] = {}

    def answer(self: Http, url: Any, *given: Any, **named: Any) -> Reply:
        data = found.get(httpx2.URL(url).path)
        return Reply("gitee", 200 if data else 404, {}, data or b"")

    monkeypatch.setattr(Http, "get", answer)
    return found


def attempts(picture: GeneratedImage) -> Generator:
    return Generator("gitee", lambda: Adapter(lambda run: picture))


def accepting(task: str) -> Adapter:
    """Has a task accepted that does not end in time."""

    def act(run: Run) -> GeneratedImage:
        run.accept(task)
        raise GenerationTimeout("not in time", provider="gitee")

    return Adapter(act)


def test_a_task_outlives_the_job_that_began_it() -> None:
    job = work(accepting("50"))
    assert (job.status, (job.error or {})["code"]) == ("failed", "TIMEOUT")
    kept = checkpoints.read(job.id)
    assert kept
    assert kept.task == "50"


def test_the_next_job_goes_on_with_the_task() -> None:
    earlier, seen = work(accepting("50")), []

    def act(run: Run) -> GeneratedImage:
        seen.append(run.task)
        return GeneratedImage(origin="http://127.0.0.1:1/v1", data=png())

    job = jobs.new(REQUEST).replace(continues=earlier.id)
    assert work(Adapter(act), job, claim=True).status == "succeeded"
    assert seen == ["50"]


def test_a_task_that_is_gone_is_begun_anew_and_no_other() -> None:
    earlier, seen = work(accepting("50")), []

    def act(run: Run) -> GeneratedImage:
        seen.append(run.task)
        if run.task:
            raise TaskGone("unknown", provider="gitee")
        return GeneratedImage(origin="http://127.0.0.1:1/v1", data=png())

    job = jobs.new(REQUEST).replace(continues=earlier.id)
    assert work(Adapter(act), job, claim=True).status == "succeeded"
    assert seen == ["50", ""]


@pytest.mark.usefixtures("_hurried")
def test_a_picture_that_was_drawn_is_fetched_by_the_next_job(links: dict[str, bytes]) -> None:
    adapter = Adapter(lambda run: GeneratedImage(origin=LINKS, url=f"{LINKS}/cat.png", seed=7))
    first = work(adapter)
    assert (first.error or {})["code"] == "DOWNLOAD_FAILED"
    assert "cat.png" not in json.dumps(first.error)
    links["/cat.png"] = png()
    second = work(adapter, jobs.new(REQUEST).replace(continues=first.id), claim=True)
    assert second.result
    assert (second.status, second.result.seed, len(adapter.calls)) == ("succeeded", 7, 1)


def test_a_link_that_must_not_be_followed_is_not_kept() -> None:
    first = work(Adapter(lambda run: GeneratedImage(origin=LINKS, url="http://169.254.169.254/meta-data")))
    assert (first.error or {})["code"] == "PROVIDER_ERROR"
    assert checkpoints.read(first.id) is None


@pytest.mark.usefixtures("_hurried")
def test_only_what_can_be_fetched_again_is_tried_again() -> None:
    generator, deadline = attempts(GeneratedImage(origin=LINKS, url=f"{LINKS}/cat.png")), Deadline(20)
    with pytest.raises(DownloadFailed) as caught:
        generator.attempt(jobs.new(REQUEST), TOKEN, deadline)
    assert (caught.value.tries, caught.value.drawn) == (DownloadFailed.tries, True)
    generator = attempts(GeneratedImage(origin=LINKS, data=b"no picture"))
    with pytest.raises(ProviderError) as broken:
        generator.attempt(jobs.new(REQUEST), TOKEN, deadline)
    assert (broken.value.tries, broken.value.drawn) == (1, True)


def test_a_function_that_dies_over_a_download_has_kept_its_link(
    links: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Dead(BaseException):
        pass

    def die(*_: object) -> bytes:
        raise Dead

    adapter = Adapter(lambda run: GeneratedImage(origin=LINKS, url=f"{LINKS}/cat.png", seed=7))
    first = queued().replace(repeatable=True)
    with monkeypatch.context() as dying:
        dying.setattr("easel.providers.generated_images.fetch", die)
        with pytest.raises(Dead):
            work(adapter, first)
    links["/cat.png"] = png()
    second = work(adapter, jobs.new(REQUEST).replace(continues=first.id), claim=True)
    assert (second.status, len(adapter.calls)) == ("succeeded", 1)


def test_a_task_is_not_begun_with_another_token() -> None:
    earlier, adapter = work(accepting("50")), Adapter()
    job = work(adapter, jobs.new(REQUEST).replace(continues=earlier.id), claim=True, token="another")
    assert (job.error or {})["code"] == "AUTH_INVALID"
    assert not adapter.calls


def test_the_next_token_is_not_tried_while_a_task_is_under_way() -> None:
    def act(run: Run) -> GeneratedImage:
        run.accept("50")
        raise RateLimited("no polls now", provider="gitee")

    adapter = Adapter(act)
    work(adapter, spareTokens=["another"])
    assert len(adapter.calls) == 1


def test_the_adapters_deadline_leaves_time_for_storing() -> None:
    left: list[float] = []

    def act(run: Run) -> GeneratedImage:
        left.append(run.deadline.remaining())
        return GeneratedImage(origin="http://127.0.0.1:1", data=png())

    work(Adapter(act), seconds=200)
    assert 0 < left[0] <= 200 - STORE_SECONDS


def test_a_briefly_failing_table_gets_the_result(cloud: Cloud) -> None:
    with cloud.refusing("dynamodb.UpdateItem", "AccessDeniedException", times=1):
        assert work(Adapter()).status == "succeeded"


@pytest.mark.parametrize(
    "adapter", [Adapter(), raising(ProviderError("refused", provider="gitee"))], ids=["done", "failed"]
)
def test_a_caller_gets_the_outcome_that_cannot_be_recorded(adapter: Adapter, cloud: Cloud) -> None:
    job = queued()
    with cloud.refusing("dynamodb.UpdateItem", "AccessDeniedException"):
        answered = Job.from_json(send(adapter, {"job": job.to_json()}))
    assert answered.ended
    assert answered.result or answered.error
    assert jobs.get(job.id).status == "queued"


def test_a_job_that_is_delivered_twice_generates_once() -> None:
    adapter, job = Adapter(), queued()
    first = work(adapter, job, claim=True)
    second = work(adapter, job, claim=True)
    assert len(adapter.calls) == 1
    assert first == second
    assert first.attempts == 1


def test_an_unclaimed_job_generates_nothing(cloud: Cloud) -> None:
    adapter, job = Adapter(), queued()
    with cloud.refusing("dynamodb.PutItem", "ThrottlingException"):
        answered = Job.from_json(send(adapter, {"job": job.to_json(), "claim": True}))
    assert (answered.status, answered.error_status) == ("failed", 429)
    assert "nothing was generated" in (answered.error or {})["error"]
    assert not adapter.calls


def test_an_event_after_the_deadline_generates_nothing() -> None:
    adapter, job = Adapter(), jobs.new(REQUEST).replace(deadline=time.time() - 1)
    answered = Job.from_json(send(adapter, {"job": job.to_json(), "claim": True}))
    assert (answered.status, (answered.error or {})["code"]) == ("failed", "TIMEOUT")
    assert not adapter.calls


def test_the_adapters_deadline_is_never_past_the_jobs() -> None:
    left: list[float] = []

    def act(run: Run) -> GeneratedImage:
        left.append(run.deadline.remaining())
        return GeneratedImage(origin="http://127.0.0.1:1/v1", data=png())

    job = jobs.new(REQUEST).replace(deadline=time.time() + 30)
    work(Adapter(act), job, seconds=200, claim=True)
    assert left[0] <= 30


def test_slow_storing_writes_heartbeats(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("easel.providers.progress.HEARTBEAT_SECONDS", 0.05)
    before = len(cloud.calls)
    with cloud.once_done("s3.PutObject", lambda: until(lambda: "dynamodb.UpdateItem" in cloud.calls[before:])):
        done = work(Adapter(), claim=True)
    assert done.seen
    assert done.started
    assert done.seen > done.started


@pytest.fixture
def _talkative(monkeypatch: pytest.MonkeyPatch) -> None:
    """Progress is written at once, and often."""
    monkeypatch.setattr("easel.providers.progress.QUIET_SECONDS", 0.0)
    monkeypatch.setattr("easel.providers.progress.PROGRESS_SECONDS", 0.2)


@pytest.mark.usefixtures("_talkative")
def test_progress_is_written_at_intervals(cloud: Cloud) -> None:
    job, shown = queued(), []

    def act(run: Run) -> GeneratedImage:
        for position in range(1, 1000):
            run.report(Progress(queue_position=position))
        shown.append(until(lambda: p if (p := jobs.get(job.id).progress) and p.queue_position == 999 else None))
        return GeneratedImage(origin="http://127.0.0.1:1", data=png())

    began = time.monotonic()
    with cloud.counting() as calls:
        assert work(Adapter(act), job).status == "succeeded"
    assert shown[0].percent is not None
    writes = calls["dynamodb.UpdateItem"] - 1  # the last is the job's end
    assert 1 <= writes <= (time.monotonic() - began) / 0.2


@pytest.mark.usefixtures("_talkative")
def test_failed_progress_writes_do_not_fail_the_job(cloud: Cloud) -> None:
    before = len(cloud.calls)

    def act(run: Run) -> GeneratedImage:
        until(lambda: "dynamodb.UpdateItem" in cloud.calls[before:])
        return GeneratedImage(origin="http://127.0.0.1:1", data=png())

    with cloud.refusing("dynamodb.UpdateItem", "AccessDeniedException", times=1):
        assert work(Adapter(act)).status == "succeeded"


def test_the_token_is_neither_stored_nor_answered(cloud: Cloud) -> None:
    job = queued()
    for adapter in (Adapter(), raising(ProviderError("refused"))):
        answered = send(adapter, {"job": job.to_json(), "token": TOKEN})
        assert TOKEN not in json.dumps(answered)
    assert TOKEN not in json.dumps(cloud.items())


def test_perform_returns_an_ended_job_without_time() -> None:

    adapter = Adapter(lambda run: time.sleep(0.2) or GeneratedImage(origin=""))  # type: ignore[func-returns-value]
    done = Generator("gitee", lambda: adapter).perform(queued(), [None], Deadline(0))
    assert done.status == "failed"


class Choosy:
    """An adapter for which only some tokens work."""

    def __init__(self, refusals: dict[str | None, EaselError]) -> None:
        self.refusals = refusals
        self.tried: list[str | None] = []

    def generate(self, request: GenerationRequest, token: str | None, run: Run) -> GeneratedImage:
        self.tried.append(token)
        if token in self.refusals:
            raise self.refusals[token]
        return GeneratedImage(origin="http://fake", data=png())


@pytest.mark.parametrize(
    ("refusal", "tried"),
    [
        (AuthInvalid("no such token"), ["one", "two", "three"]),
        (RateLimited("too often"), ["one", "two", "three"]),
        (QuotaExceeded("used up"), ["one", "two", "three"]),
        (ProviderError("broken"), ["one"]),
        (PromptRejected("not this"), ["one"]),
    ],
)
def test_a_callers_next_token_is_tried_after_a_refusal(refusal: EaselError, tried: list[str], cloud: Cloud) -> None:
    adapter = Choosy({"one": refusal, "two": refusal})
    done = Generator("gitee", lambda: adapter).perform(queued(), ["one", "two", "three"], Deadline(HANGS_SECONDS))
    assert adapter.tried == tried
    assert done.status == ("succeeded" if len(tried) == 3 else "failed")


def test_the_last_tokens_error_is_returned(cloud: Cloud) -> None:
    adapter = Choosy({"one": AuthInvalid("one is wrong"), "two": RateLimited("two is limited", retry_after=9)})
    done = Generator("gitee", lambda: adapter).perform(queued(), ["one", "two"], Deadline(HANGS_SECONDS))
    assert (done.error_status, (done.error or {})["error"]) == (429, "two is limited")
