"""Jobs as callers see them: redirects, polling at low cost, and one final outcome."""

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
def test_respond_async_returns_a_job_that_gets_its_picture(path: str, stack: Stack) -> None:
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
def test_a_slow_call_is_redirected_and_finishes(provider: str, stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_an_unchanged_job_reads_no_picture(stack: Stack) -> None:
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


def test_a_long_poll_returns_the_job_at_its_end(stack: Stack) -> None:
    job = jobs.new(REQUEST)
    jobs.create(job)
    with stack.cloud.counting() as calls:
        answer = stack.http.get(f"/api/jobs/{job.id}?wait=1")
    assert (answer.status_code, answer.json()["status"]) == (200, "queued")
    assert calls["dynamodb.GetItem"] <= 4  # the first read, and two a second
    tag = answer.headers["ETag"]
    assert stack.http.get(f"/api/jobs/{job.id}?wait=1", headers={"If-None-Match": tag}).status_code == 304
    assert stack.http.get(f"/api/jobs/{job.id}?wait=25", headers={"If-None-Match": '"older"'}).status_code == 200


def test_a_long_poll_with_an_etag_answers_at_any_change(stack: Stack) -> None:
    job = jobs.new(REQUEST)
    jobs.create(job)
    jobs.claim(job)
    tag = stack.http.get(f"/api/jobs/{job.id}").headers["ETag"]
    move = partial(jobs.progress, job.id, Progress(percent=7))
    with stack.cloud.once_done("dynamodb.GetItem", move):
        answer = stack.http.get(f"/api/jobs/{job.id}?wait=25", headers={"If-None-Match": tag})
    assert answer.json()["progress"] == {"percent": 7}


def test_an_invalid_wait_is_refused(stack: Stack) -> None:
    for wait in ("soon", "-1", "1.5", "²", "9999999", ""):
        answer = stack.http.get("/api/jobs/unknown", params={"wait": wait})
        assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_REQUEST"), wait
        assert answer.json()["details"]["field"] == "wait"


def test_a_cancelled_queued_job_never_begins(stack: Stack) -> None:
    job = jobs.new(REQUEST).replace(request=REQUEST.replace(prompt="cancelled early"))
    jobs.create(job)
    for _ in range(2):
        answer = stack.http.delete(f"/api/jobs/{job.id}")
        assert answer.status_code == 200
        assert answer.json().items() >= {"cancelled": True, "status": "failed", "code": "CANCELLED"}.items()
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
    answer = stack.http.delete(f"/api/jobs/{job.id}").json()
    assert (answer["cancelled"], answer["status"]) == (False, "failed" if ended else "running")


def test_an_unknown_job_is_not_found(stack: Stack) -> None:
    for job_id in ("unknown", "x" * 2100, "%00", "idempotency%23key", "猫", " "):
        answer = stack.http.get(f"/api/jobs/{job_id}")
        assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND"), job_id


@pytest.mark.parametrize("marks", ["off", "metadata"])
def test_the_provider_of_a_picture_is_returned_and_marked(
    marks: str, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
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
