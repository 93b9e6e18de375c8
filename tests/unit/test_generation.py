"""One picture from a job: the job ends whatever the adapter does, and waiting callers are notified."""

from __future__ import annotations

import io
import json
import threading
import time
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from PIL import Image

from easel.catalog import stored_overlay
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
    TaskUnknown,
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


LINKS = "http://127.0.0.1:1"


def drawn() -> GeneratedImage:
    return GeneratedImage(origin=LINKS, data=png())


class Adapter:
    """Returns the result of `act`, by default an image's bytes."""

    def __init__(self, act: Callable[[Run], GeneratedImage] | None = None) -> None:
        self._act = act or (lambda run: drawn())
        self.calls: list[tuple[GenerationRequest, str | None]] = []

    def generate(self, request: GenerationRequest, token: str | None, run: Run) -> GeneratedImage:
        self.calls.append((request, token))
        return self._act(run)


def raising(error: BaseException) -> Adapter:
    def fail(run: Run) -> GeneratedImage:
        raise error

    return Adapter(fail)


def code_of(job: Job) -> str:
    return str((job.error or {}).get("code"))


def following(earlier: Job) -> Job:
    """Return a later attempt's job, which continues the earlier one's work."""
    return jobs.new(REQUEST).replace(continues=earlier.id)


def queued() -> Job:
    job = jobs.new(REQUEST, ("a warning",))
    jobs.create(job)
    return job


def send(adapter: Adapter, event: Any, seconds: float = 60) -> Any:
    answer = lambda_handler("gitee", lambda provider: adapter)(event, Context("easel-gitee", seconds))
    return json.loads(json.dumps(answer))


def work(adapter: Adapter, job: Job | None = None, seconds: float = 60, **more: Any) -> Job:
    """Send the job as the front door does, and return the stored job."""
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
    assert (job.error or {})["details"] == {"provider": "gitee", "retryAfter": 7}
    job = work(Adapter(lambda run: GeneratedImage(origin=LINKS, data=b"<h1>busy</h1>")))
    assert (job.status, code_of(job), (job.error or {})["details"]) == (
        *("failed", "PROVIDER_ERROR"),
        {"provider": "gitee"},
    )


@pytest.mark.parametrize("error", [KeyError("inside"), RecursionError(), MemoryError()], ids=repr)
def test_an_internal_error_fails_the_job_without_details(error: BaseException) -> None:
    job = work(raising(error))
    assert (job.status, code_of(job)) == ("failed", "UNKNOWN")
    assert "inside" not in (job.error or {})["error"].split()


def test_a_hanging_adapter_is_abandoned_at_the_deadline() -> None:
    release = threading.Event()

    def hang(run: Run) -> GeneratedImage:
        release.wait(HANGS_SECONDS)
        return drawn()

    job = work(Adapter(hang), seconds=STORE_SECONDS + 0.4)
    release.set()
    assert (job.status, code_of(job)) == ("failed", "TIMEOUT")


@pytest.mark.parametrize(("job_seconds", "seconds", "most"), [(300, 200, 200 - STORE_SECONDS), (30, 200, 30)])
def test_the_adapters_deadline_leaves_time_for_storing(job_seconds: int, seconds: int, most: float) -> None:
    left: list[float] = []

    def act(run: Run) -> GeneratedImage:
        left.append(run.deadline.remaining())
        return drawn()

    work(Adapter(act), jobs.new(REQUEST).replace(deadline=time.time() + job_seconds), seconds=seconds, claim=True)
    assert 0 < left[0] <= most


@pytest.fixture
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("easel.providers.downloads.PAUSES", ())


@pytest.fixture
def links(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """The pictures at the provider, by path. Any other link is a 404."""
    pictures: dict[str, bytes] = {}

    def answer(self: Http, url: Any, *given: Any, **named: Any) -> Reply:
        data = pictures.get(httpx2.URL(url).path)
        return Reply("gitee", 200 if data else 404, {}, data or b"")

    monkeypatch.setattr(Http, "get", answer)
    return pictures


def attempts(picture: GeneratedImage) -> Generator:
    return Generator("gitee", lambda: Adapter(lambda run: picture))


def accepting(task: str) -> Adapter:
    """An adapter with a task that is accepted and does not end in time."""

    def act(run: Run) -> GeneratedImage:
        run.accept(task)
        raise GenerationTimeout("not in time", provider="gitee")

    return Adapter(act)


@pytest.mark.parametrize("known", [True, False])
def test_the_next_job_continues_a_task_that_is_still_known(known: bool) -> None:
    earlier, tasks = work(accepting("50")), []
    kept = checkpoints.read(earlier.id)
    assert kept
    assert (earlier.status, code_of(earlier), kept.task) == ("failed", "TIMEOUT", "50")

    def act(run: Run) -> GeneratedImage:
        tasks.append(run.task)
        if run.task and not known:
            raise TaskUnknown("unknown", provider="gitee")
        return drawn()

    assert work(Adapter(act), following(earlier), claim=True).status == "succeeded"
    assert tasks == (["50"] if known else ["50", ""])


@pytest.mark.usefixtures("_hurried")
def test_a_generated_picture_is_fetched_by_the_next_job(links: dict[str, bytes]) -> None:
    adapter = Adapter(lambda run: GeneratedImage(origin=LINKS, url=f"{LINKS}/cat.png", seed=7))
    first = work(adapter)
    assert code_of(first) == "DOWNLOAD_FAILED"
    assert "cat.png" not in json.dumps(first.error)
    links["/cat.png"] = png()
    second = work(adapter, following(first), claim=True)
    assert second.result
    assert (second.status, second.result.seed, len(adapter.calls)) == ("succeeded", 7, 1)


def test_a_forbidden_link_is_not_kept() -> None:
    first = work(Adapter(lambda run: GeneratedImage(origin=LINKS, url="http://169.254.169.254/meta-data")))
    assert code_of(first) == "PROVIDER_ERROR"
    assert checkpoints.read(first.id) is None


@pytest.mark.usefixtures("_hurried")
def test_only_a_fetchable_picture_is_fetched_again() -> None:
    generator, deadline = attempts(GeneratedImage(origin=LINKS, url=f"{LINKS}/cat.png")), Deadline(20)
    with pytest.raises(DownloadFailed) as caught:
        generator.attempt(jobs.new(REQUEST), TOKEN, deadline)
    assert (caught.value.max_attempts, caught.value.drawn) == (DownloadFailed.max_attempts, True)
    generator = attempts(GeneratedImage(origin=LINKS, data=b"no picture"))
    with pytest.raises(ProviderError) as broken:
        generator.attempt(jobs.new(REQUEST), TOKEN, deadline)
    assert (broken.value.max_attempts, broken.value.drawn) == (1, True)


def test_a_download_that_kills_the_function_keeps_its_link(
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
    second = work(adapter, following(first), claim=True)
    assert (second.status, len(adapter.calls)) == ("succeeded", 1)


def test_a_task_is_not_resumed_with_another_token() -> None:
    earlier, adapter = work(accepting("50")), Adapter()
    job = work(adapter, following(earlier), claim=True, token="another")
    assert code_of(job) == "AUTH_INVALID"
    assert not adapter.calls


def test_the_next_token_is_not_used_while_a_task_runs() -> None:
    def act(run: Run) -> GeneratedImage:
        run.accept("50")
        raise RateLimited("no polls now", provider="gitee")

    adapter = Adapter(act)
    work(adapter, spareTokens=["another"])
    assert len(adapter.calls) == 1


def test_a_result_is_stored_after_brief_table_failures(cloud: Cloud) -> None:
    with cloud.refusing("dynamodb.UpdateItem", "AccessDeniedException", times=1):
        assert work(Adapter()).status == "succeeded"


@pytest.mark.parametrize(
    "adapter", [Adapter(), raising(ProviderError("refused", provider="gitee"))], ids=["done", "failed"]
)
def test_an_outcome_that_cannot_be_stored_is_returned(adapter: Adapter, cloud: Cloud) -> None:
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


def test_an_unclaimed_or_late_job_generates_nothing(cloud: Cloud) -> None:
    adapter, job, late = Adapter(), queued(), jobs.new(REQUEST).replace(deadline=time.time() - 1)
    with cloud.refusing("dynamodb.PutItem", "ThrottlingException"):
        unclaimed = Job.from_json(send(adapter, {"job": job.to_json(), "claim": True}))
    assert (unclaimed.status, unclaimed.error_status) == ("failed", 429)
    assert "nothing was generated" in (unclaimed.error or {})["error"]
    answered = Job.from_json(send(adapter, {"job": late.to_json(), "claim": True}))
    assert (answered.status, code_of(answered)) == ("failed", "TIMEOUT")
    assert not adapter.calls


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
    """Progress is written at once and frequently."""
    monkeypatch.setattr("easel.providers.progress.QUIET_SECONDS", 0.0)
    monkeypatch.setattr("easel.providers.progress.PROGRESS_SECONDS", 0.2)


@pytest.mark.usefixtures("_talkative")
def test_progress_is_written_at_intervals(cloud: Cloud) -> None:
    job, shown = queued(), []

    def act(run: Run) -> GeneratedImage:
        for position in range(1, 1000):
            run.report(Progress(queue_position=position))
        shown.append(until(lambda: p if (p := jobs.get(job.id).progress) and p.queue_position == 999 else None))
        return drawn()

    began = time.monotonic()
    with cloud.counting() as calls:
        assert work(Adapter(act), job).status == "succeeded"
    assert shown[0].percent is not None
    writes = calls["dynamodb.UpdateItem"] - 1  # the last one is the job's end
    assert 1 <= writes <= (time.monotonic() - began) / 0.2


@pytest.mark.usefixtures("_talkative")
def test_failed_progress_writes_do_not_fail_the_job(cloud: Cloud) -> None:
    before = len(cloud.calls)

    def act(run: Run) -> GeneratedImage:
        until(lambda: "dynamodb.UpdateItem" in cloud.calls[before:])
        return drawn()

    with cloud.refusing("dynamodb.UpdateItem", "AccessDeniedException", times=1):
        assert work(Adapter(act)).status == "succeeded"


def test_the_token_is_neither_stored_nor_returned(cloud: Cloud) -> None:
    job = queued()
    for adapter in (Adapter(), raising(ProviderError("refused"))):
        answered = send(adapter, {"job": job.to_json(), "token": TOKEN})
        assert TOKEN not in json.dumps(answered)
    assert TOKEN not in json.dumps(cloud.items())


class Choosy:
    """An adapter that accepts only some tokens."""

    def __init__(self, refusals: dict[str | None, EaselError]) -> None:
        self.refusals = refusals
        self.tried: list[str | None] = []

    def generate(self, request: GenerationRequest, token: str | None, run: Run) -> GeneratedImage:
        self.tried.append(token)
        if token in self.refusals:
            raise self.refusals[token]
        return GeneratedImage(origin="http://fake", data=png())


def perform(adapter: Any, tokens: list[str | None], seconds: float = HANGS_SECONDS) -> Job:
    return Generator("gitee", lambda: adapter).perform(queued(), tokens, Deadline(seconds))


def test_perform_returns_an_ended_job_without_time() -> None:
    assert perform(accepting("50"), [None], 0).status == "failed"


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
def test_a_callers_next_token_is_used_after_a_refusal(refusal: EaselError, tried: list[str]) -> None:
    adapter = Choosy({"one": refusal, "two": refusal})
    done = perform(adapter, ["one", "two", "three"])
    assert (adapter.tried, done.status) == (tried, "succeeded" if len(tried) == 3 else "failed")


def test_the_last_tokens_error_is_returned() -> None:
    adapter = Choosy({"one": AuthInvalid("one is wrong"), "two": RateLimited("two is limited", retry_after=9)})
    done = perform(adapter, ["one", "two"])
    assert (done.error_status, (done.error or {})["error"]) == (429, "two is limited")
