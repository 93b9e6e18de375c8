"""Jobs as callers see them: handed over, asked for, polled cheaply, ended once."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from easel.errors import GenerationTimeout
from easel.front_door import invoke
from easel.providers import progress
from easel.settings import settings
from easel.store import jobs
from easel.store.records import GenerationRequest, Job, Progress, Result
from tests.emulators.held_pictures import holding
from tests.harness.patience import until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.harness.stack import Stack

REQUEST = GenerationRequest(provider="gitee", model="z-image-turbo", prompt="a cat", width=256, height=256, steps=9)
SMALL = {"width": 256, "height": 256}


@pytest.mark.parametrize("path", ["/api/generate", "/api/providers/gitee/generate"])
def test_respond_async_answers_with_a_job_that_gets_its_picture(path: str, stack: Stack) -> None:
    answer = stack.generate({**SMALL, "prompt": "later"}, path, prefer="respond-async")
    assert answer.status_code == 202
    body = answer.json()
    assert body["status"] == "queued"
    assert body["statusUrl"] == answer.headers["Location"] == f"{stack.url}/api/jobs/{body['jobId']}"
    assert answer.headers["Retry-After"]
    assert answer.headers["Preference-Applied"] == "respond-async"
    job = stack.ended(answer)
    assert (job["status"], job["attempts"]) == ("succeeded", 1)
    assert job["imageDetails"]["dimensions"] == "256 x 256 (1:1)"
    assert stack.picture(job["imageDetails"])


@pytest.mark.parametrize("provider", ["gitee", "modelscope"])
def test_a_slow_call_is_handed_over_and_finishes(provider: str, stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "QUIET_SECONDS", 0.2)
    mark = f"slow {provider}"
    with holding(mark):
        answer = stack.generate({"width": 512, "height": 512, "provider": provider, "prompt": mark}, prefer="wait=1")
        assert answer.status_code == 202
        assert (answer.json()["status"], answer.headers["Preference-Applied"]) == ("running", "wait=1")
        running = until(lambda: job if "progress" in (job := stack.job(answer)) else None)
    assert running["status"] == "running"
    assert 0 <= running["progress"]["percent"] < 100
    assert running["progress"]["etaSeconds"] > 0
    job = stack.ended(answer)
    assert job["status"] == "succeeded"
    assert "progress" not in job
    assert job["createdAt"] <= job["startedAt"] <= job["finishedAt"]
    assert stack.picture(job["imageDetails"])
    assert len(stack.received(provider, mark)) == 1


def test_the_settings_wait_hands_over_without_being_asked(stack: Stack) -> None:
    with stack.holding("handed over"):
        answer = stack.generate({**SMALL, "prompt": "handed over"}, prefer="wait=20")
    assert answer.status_code == 202
    assert stack.ended(answer)["status"] == "succeeded"


def test_a_job_shows_its_request_and_its_picture(stack: Stack) -> None:
    answer = stack.generate({**SMALL, "seed": 3, "negativePrompt": "blurry"})
    job = stack.job(answer)
    assert job["request"] == {
        "prompt": "a cat",
        "negative_prompt": "blurry",
        "width": 256,
        "height": 256,
        "steps": 9,
        "seed": 3,
    }
    assert (job["jobId"], job["provider"], job["model"]) == (answer.json()["jobId"], "gitee", "z-image-turbo")
    for name in ("imageDetails", "format", "warnings"):
        assert job[name] == answer.json()[name]


def test_a_failed_job_shows_the_calls_error(stack: Stack) -> None:
    prompt = {**SMALL, "prompt": "a cat [[fault=quota]]"}
    told = stack.generate(prompt).json()
    job = stack.ended(stack.generate(prompt, prefer="respond-async"))
    assert job["status"] == "failed"
    assert {name: job[name] for name in ("error", "code", "details")} == told


def test_polling_is_cheap_while_nothing_changes(stack: Stack) -> None:
    job = jobs.new(REQUEST)
    jobs.create(job)
    path = f"/api/jobs/{job.id}"
    first = stack.http.get(path)
    assert first.headers["Retry-After"]
    tag = first.headers["ETag"]
    for sent in (tag, f"W/{tag}", f'"other", {tag}'):
        again = stack.http.get(path, headers={"If-None-Match": sent})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["ETag"] == tag
    jobs.succeed(job, Result(key="images/1.png", format="PNG", width=256, height=256, seed=1, seconds=1), ())
    done = stack.http.get(path, headers={"If-None-Match": tag})
    assert (done.status_code, done.json()["status"]) == (200, "succeeded")
    assert "Retry-After" not in done.headers


def test_a_job_that_has_not_changed_reads_no_picture(stack: Stack) -> None:
    answer = stack.generate({**SMALL, "responseFormat": "b64_json"})
    path = f"/api/jobs/{answer.json()['jobId']}"
    first = stack.http.get(path)
    assert first.json()["imageDetails"]["b64Json"]
    with stack.cloud.counting() as calls:
        again = stack.http.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert calls == {"dynamodb.GetItem": 1}


def test_a_long_poll_answers_when_the_status_changes(stack: Stack) -> None:
    job = jobs.new(REQUEST)
    jobs.create(job)
    looks: Iterator[Callable[[Job], Job | None]]
    looks = iter([jobs.claim, lambda job: jobs.fail(job, GenerationTimeout("late"))])
    for expected in ("running", "failed"):
        with stack.cloud.once_done("dynamodb.GetItem", partial(next(looks), job)):
            answer = stack.http.get(f"/api/jobs/{job.id}?wait=25")
        assert answer.json()["status"] == expected
    assert stack.http.get(f"/api/jobs/{job.id}?wait=25").json()["status"] == "failed"


def test_a_long_poll_returns_the_job_when_its_time_is_over(stack: Stack) -> None:
    job = jobs.new(REQUEST)
    jobs.create(job)
    with stack.cloud.counting() as calls:
        answer = stack.http.get(f"/api/jobs/{job.id}?wait=1")
    assert (answer.status_code, answer.json()["status"]) == (200, "queued")
    assert calls["dynamodb.GetItem"] <= 4  # the first look, and two a second
    tag = answer.headers["ETag"]
    assert stack.http.get(f"/api/jobs/{job.id}?wait=1", headers={"If-None-Match": tag}).status_code == 304
    assert stack.http.get(f"/api/jobs/{job.id}?wait=25", headers={"If-None-Match": '"older"'}).status_code == 200


def test_a_long_poll_that_knows_the_job_answers_at_any_change(stack: Stack) -> None:
    job = jobs.new(REQUEST)
    jobs.create(job)
    jobs.claim(job)
    tag = stack.http.get(f"/api/jobs/{job.id}").headers["ETag"]
    move = partial(jobs.progress, job.id, Progress(percent=7))
    with stack.cloud.once_done("dynamodb.GetItem", move):
        answer = stack.http.get(f"/api/jobs/{job.id}?wait=25", headers={"If-None-Match": tag})
    assert answer.json()["progress"] == {"percent": 7}


@pytest.mark.parametrize("wait", ["soon", "-1", "1.5", "²", "9999999", ""])
def test_a_wait_that_is_no_time_is_refused(wait: str, stack: Stack) -> None:
    answer = stack.http.get("/api/jobs/unknown", params={"wait": wait})
    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_REQUEST")
    assert answer.json()["details"]["field"] == "wait"


def test_a_queued_job_can_be_cancelled_and_never_begins(stack: Stack) -> None:
    job = jobs.new(REQUEST).replace(request=REQUEST.replace(prompt="cancelled early"))
    jobs.create(job)
    for _ in range(2):
        answer = stack.http.delete(f"/api/jobs/{job.id}")
        told = answer.json()
        assert (answer.status_code, told["cancelled"], told["status"], told["code"]) == (
            200,
            True,
            "failed",
            "CANCELLED",
        )
    done = stack.functions.run("easel-gitee", invoke.job_event(job, "gitee-token")).value
    assert (done["status"], done["error_status"]) == ("failed", 409)
    assert not stack.received("gitee", "cancelled early")


@pytest.mark.parametrize("ended", [False, True])
def test_a_running_job_cannot_be_cancelled(ended: bool, stack: Stack) -> None:
    job = jobs.new(REQUEST)
    jobs.create(job)
    jobs.claim(job)
    if ended:
        jobs.fail(job, GenerationTimeout("late"))
    told = stack.http.delete(f"/api/jobs/{job.id}").json()
    assert (told["cancelled"], told["status"]) == (False, "failed" if ended else "running")


def test_an_unknown_job_cannot_be_cancelled(stack: Stack) -> None:
    assert stack.http.delete("/api/jobs/unknown").status_code == 404


def test_a_worker_that_fell_silent_is_told_before_the_deadline(stack: Stack) -> None:
    job = jobs.new(REQUEST)
    jobs.create(job.replace(status="running", seen=job.created - jobs.SILENT_SECONDS - 1))
    told = stack.http.get(f"/api/jobs/{job.id}?wait=25").json()
    assert (told["status"], told["code"]) == ("failed", "UNKNOWN")


@pytest.mark.parametrize("job_id", ["unknown", "x" * 2100, "%00", "idempotency%23key", "猫", " "])
def test_an_unknown_job_is_not_found(job_id: str, stack: Stack) -> None:
    answer = stack.http.get(f"/api/jobs/{job_id}")
    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")


def test_an_abandoned_job_reads_as_timed_out_until_a_result(stack: Stack) -> None:
    made = jobs.new(REQUEST)
    left = Job.from_json({**made.to_json(), "deadline": made.created - 1})
    jobs.create(left)
    shown = stack.http.get(f"/api/jobs/{left.id}").json()
    assert (shown["status"], shown["code"]) == ("failed", "TIMEOUT")
    result = Result(key="images/late.png", format="PNG", width=256, height=256, seed=1, seconds=1)
    jobs.succeed(left, result, ())
    jobs.fail(left, GenerationTimeout("too late"))
    shown = stack.http.get(f"/api/jobs/{left.id}").json()
    assert (shown["status"], shown["imageDetails"]["seed"]) == ("succeeded", 1)


@pytest.mark.parametrize("marks", ["off", "metadata"])
def test_who_drew_a_picture_is_answered_and_marked(marks: str, stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARKS", marks)
    settings.cache_clear()
    made = stack.generate({**SMALL, "prompt": f"a private hat, marks {marks}", "seed": 7}).json()
    answer = stack.http.get(f"/api/images/{made['jobId']}.json")
    facts = answer.json()
    assert answer.status_code == 200
    assert "hat" not in answer.text
    assert facts["parameters"] == {"width": 256, "height": 256, "steps": 9, "seed": 7}
    assert (facts["provider"], facts["model"], facts["url"]) == ("gitee", "z-image-turbo", made["imageDetails"]["url"])
    assert facts["marks"] == {"written": marks == "metadata"}
    data = stack.picture(made["imageDetails"])
    assert (facts["digitalSourceType"].encode() in data) == (marks == "metadata")
