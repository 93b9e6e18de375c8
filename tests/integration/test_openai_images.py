"""`/v1/images/generations` over HTTP: one or several pictures, waiting, tokens in turn, refusals, repeats."""

from __future__ import annotations

import base64
import json
from contextlib import nullcontext
from functools import partial
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest

from easel.front_door import job_responses
from easel.generation import STORE_SECONDS
from easel.store import jobs
from easel.store.records import GenerationRequest
from tests.harness import sdks
from tests.harness.cloud import Dropped
from tests.harness.easel_keys import give_key
from tests.harness.openapi_check import Description
from tests.harness.patience import HANGS_SECONDS
from tests.harness.stack import TOKENS
from tests.integration.conftest import cancel_what_waits

if TYPE_CHECKING:
    import httpx2

    from tests.harness.stack import Stack

PATH = "/v1/images/generations"
SMALL = {"model": "gitee/z-image-turbo", "size": "256x256"}


def generate(stack: Stack, prompt: str = "a cat", token: str = TOKENS["gitee"], **fields: Any) -> httpx2.Response:
    body = {**SMALL, "prompt": prompt, **fields}
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return stack.http.post(PATH, json=body, headers=headers, follow_redirects=True)


def made(answer: httpx2.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def error(answer: httpx2.Response) -> tuple[int, str, str]:
    error_body = answer.json()["error"]
    return answer.status_code, error_body["type"], error_body["code"]


def test_a_picture_is_returned_as_by_openai(stack: Stack) -> None:
    answer = generate(stack, seed=42)
    body = made(answer)
    (entry,) = body["data"]
    assert stack.picture(entry) == base64.b64decode(entry["b64_json"])
    (job,) = body["easel"]["jobs"]
    assert entry["url"] == f"{stack.url}/api/images/{job['jobId']}.png"
    facts = {name: body[name] for name in ("size", "output_format", "background", "quality", "usage")}
    assert facts == {"size": "256x256", "output_format": "png", "background": None, "quality": None, "usage": None}
    assert (job["seed"], job["format"], job["width"], job["height"]) == (42, "PNG", 256, 256)
    assert abs(body["created"] - stack.http.get(f"/api/jobs/{job['jobId']}").json()["createdAt"]) < 1
    assert body["easel"]["warnings"] == []
    assert int(answer.headers["openai-processing-ms"]) > 0
    assert answer.headers["x-request-id"]


def test_several_pictures_have_consecutive_seeds(stack: Stack) -> None:
    body = made(generate(stack, "three at once", n=3, seed=7))
    assert [job["seed"] for job in body["easel"]["jobs"]] == [7, 8, 9]
    assert len({stack.picture(entry) for entry in body["data"]}) == 3
    assert sorted(entry["json"]["seed"] for entry in stack.received("gitee", "three at once")) == [7, 8, 9]


@pytest.mark.parametrize(("wanted", "entry"), [("b64_json", ["b64_json"]), (None, ["url", "b64_json"])])
def test_a_picture_too_large_for_the_answer_is_a_link(
    wanted: str | None, entry: list[str], stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = len(stack.picture(made(generate(stack, seed=1))["data"][0]))
    monkeypatch.setattr(job_responses, "MAX_B64", int(2.5 * size))
    body = made(generate(stack, n=3, seed=1, response_format=wanted))
    assert [[*entry] for entry in body["data"]] == [entry, entry, ["url"]]
    assert stack.picture(body["data"][2])
    assert [warning.split(":")[0] for warning in body["easel"]["warnings"]] == ["data[2] has url and no b64_json"]


@pytest.mark.parametrize("wanted", ["PNG", "webp"])
def test_an_unavailable_format_is_a_warning(wanted: str, stack: Stack) -> None:
    warnings = made(generate(stack, output_format=wanted, response_format="url"))["easel"]["warnings"]
    expected = [] if wanted == "PNG" else ["output_format was ignored: data[0] is in png, the format of its provider"]
    assert warnings == expected


def test_a_client_that_follows_redirects_gets_slow_pictures(stack: Stack) -> None:
    prompt, count = "followed", 2
    with stack.holding(prompt, calls=3):
        answer = generate(stack, prompt, n=count, response_format="b64_json")
    assert len(made(answer)["data"]) == count
    assert all(entry["b64_json"] for entry in answer.json()["data"])
    hops = [sent.url.params.get("hop") for sent in (*answer.history, answer) if sent.request.method == "GET"]
    assert hops == [str(number) for number in range(1, len(hops) + 1)]
    assert len(hops) >= 2
    first = answer.history[0]
    assert (first.status_code, first.headers["cache-control"]) == (303, "no-store")
    assert len(first.json()["jobIds"]) == count
    assert first.headers["location"] == f"{stack.url}{PATH}/{','.join(first.json()['jobIds'])}?hop=1"
    assert len(stack.received("gitee", prompt)) == count


def events(answer: httpx2.Response) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/event-stream")
    return [event.json() for event in sdks.events(answer.content)]


@pytest.mark.parametrize("calls", [1, 3])
def test_a_stream_has_an_event_for_each_picture(calls: int, stack: Stack) -> None:
    prompt = f"streamed, {calls}"
    with stack.holding(prompt, calls) if calls > 1 else nullcontext():
        answer = generate(stack, prompt, n=2, stream=True, partial_images=2)
    pictures = events(answer)
    assert [event["easel"]["jobs"][0]["width"] for event in pictures] == [256, 256]
    assert [stack.picture(event) for event in pictures] == [base64.b64decode(event["b64_json"]) for event in pictures]
    assert answer.history or calls == 1
    assert len(stack.received("gitee", prompt)) == 2


def test_a_stream_without_a_picture_is_an_ordinary_error(stack: Stack) -> None:
    answer = generate(stack, "refused in a stream [[fault=moderation]]", stream=True)
    assert error(answer) == (400, "invalid_request_error", "content_policy_violation")


def test_a_task_starts_at_once_and_has_its_pictures_at_the_end(stack: Stack) -> None:
    headers = {"Authorization": f"Bearer {TOKENS['gitee']}", "Idempotency-Key": "a task"}
    body = {**SMALL, "prompt": "a task", "n": 2, "async": True}
    with stack.holding("a task"):
        begun, again = (stack.http.post(PATH, json=body, headers=headers) for _ in "12")
    (entry,) = begun.json()["data"]
    assert begun.status_code == 202
    assert entry == {"id": begun.json()["id"], "task_id": begun.json()["id"], "status": "submitted"}
    assert again.json()["id"] == entry["id"]
    assert begun.headers["location"] == f"{stack.url}/v1/tasks/{entry['task_id']}"
    stack.functions.wait_until_idle()
    task = stack.http.get(begun.headers["location"]).json()
    assert (task["status"], task["data"]["progress"]) == ("completed", 100)
    assert len({stack.picture({"url": image["url"][0]}) for image in task["data"]["result"]["images"]}) == 2
    assert len(stack.received("gitee", "a task")) == 2


def test_redirects_end_and_no_sdk_starts_a_new_job(stack: Stack) -> None:
    with stack.holding("endless"):
        sent = stack.http.post(PATH, json={**SMALL, "prompt": "endless"}, headers={"X-API-Key": TOKENS["gitee"]})
        last = stack.http.get(sent.headers["location"].replace("hop=1", "hop=9"))
    assert error(last) == (504, "api_error", "timeout")
    assert last.headers["x-should-retry"] == "false"
    stack.functions.wait_until_idle()
    assert made(stack.http.get(sent.headers["location"]))["data"]


def test_a_waiting_url_may_name_a_job_twice(stack: Stack) -> None:
    (job,) = made(generate(stack))["easel"]["jobs"]
    assert len(made(stack.http.get(f"{PATH}/{job['jobId']},{job['jobId']}"))["data"]) == 2


@pytest.mark.parametrize(
    ("fault", "expected", "repeated"),
    [
        ("auth", (401, "authentication_error", "invalid_api_key"), False),
        ("rate", (429, "rate_limit_exceeded", "rate_limit_exceeded"), True),
    ],
)
def test_a_providers_refusal_says_whether_to_retry(
    fault: str, expected: tuple[int, str, str], repeated: bool, stack: Stack
) -> None:
    answer = generate(stack, f"a cat [[fault={fault}]]", n=2)
    assert error(answer) == expected
    assert answer.headers.get("x-should-retry") == (None if repeated else "false")
    assert answer.headers.get("retry-after") == ("7" if repeated else None)


def test_finished_pictures_are_returned_with_the_others_error(stack: Stack) -> None:
    token = f"{give_key(stack.cloud, day=2)},{TOKENS['gitee']}"
    with stack.holding("two of three", calls=2):
        answer = generate(stack, "two of three", token, n=3)
    body = made(answer)
    assert len(body["data"]) == len(body["easel"]["jobs"]) == 2
    (missing,) = body["easel"]["errors"]
    assert (missing["type"], missing["code"]) == ("insufficient_quota", "insufficient_quota")
    assert "has reached its limit of 2 pictures a day" in missing["message"]
    assert missing["jobId"] not in [job["jobId"] for job in body["easel"]["jobs"]]
    assert answer.history
    refused = generate(stack, "none of two", token, n=2)
    assert error(refused) == (429, "insufficient_quota", "insufficient_quota")
    assert refused.headers["ratelimit"].startswith('"day";r=0')
    assert not stack.received("gitee", "none of two")


def test_a_refused_picture_of_a_task_is_one_job(stack: Stack) -> None:
    key = give_key(stack.cloud, day=1)
    assert generate(stack, "one of a task", f"{key},{TOKENS['gitee']}", n=2, **{"async": True}).status_code == 202
    listed = stack.http.get("/api/jobs", headers={"Authorization": f"Bearer {key}"}).json()["jobs"]
    assert len(listed) == 2


def test_a_waiting_url_needs_the_key_if_pictures_do(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"ACCESS": "keys", "PICTURES_NEED_KEY": "true"}.items():
        monkeypatch.setenv(name, value)
    token = f"{give_key(stack.cloud, day=1)},{TOKENS['gitee']}"
    with stack.holding("mine", calls=2):
        answer = generate(stack, "mine", token, n=2)
    assert (len(made(answer)["data"]), len(made(answer)["easel"]["errors"])) == (1, 1)
    assert error(stack.http.get(answer.url.path)) == (401, "authentication_error", "invalid_api_key")
    other = stack.http.get(answer.url.path, headers={"Authorization": f"Bearer {give_key(stack.cloud)}"})
    assert error(other) == (404, "invalid_request_error", "not_found")


def test_each_next_token_is_tried_once_after_a_refusal(stack: Stack) -> None:
    prompt = "in turn"
    body = made(generate(stack, prompt, f"gitee:invalid,hf:elsewhere,{TOKENS['gitee']}"))
    assert body["data"]
    assert len(stack.received("gitee", prompt)) == 2
    assert error(generate(stack, "both refused", "invalid,expired"))[0] == 401
    assert len(stack.received("gitee", "both refused")) == 2


def test_an_sdks_retry_joins_each_job_of_the_first_call(stack: Stack) -> None:
    sent = {"Authorization": f"Bearer {TOKENS['gitee']}"}
    first, *repeats = (
        made(stack.http.post(PATH, json={**SMALL, "prompt": "again", "n": 2}, headers={**sent, **counted}))
        for counted in ({"x-stainless-retry-count": number} for number in "012")
    )
    assert repeats == [first, first]
    assert len(stack.received("gitee", "again")) == 2


def test_log_lines_of_several_pictures_name_their_jobs(stack: Stack) -> None:
    before, lost, all_three = len(stack.logs.lines), iter([Dropped(), Dropped(), Dropped()]), Barrier(3)

    def lose() -> Dropped | None:
        if dropped := next(lost, None):
            all_three.wait(HANGS_SECONDS)  # the first call of each job, before any is repeated
        return dropped

    with stack.cloud.rule("lambda.Invoke", lose):
        body = made(generate(stack, n=3))
    lines = [json.loads(line) for line in stack.logs.lines[before:] if "contact with the function was lost" in line]
    assert {line["job"] for line in lines} == {job["jobId"] for job in body["easel"]["jobs"]}


def test_an_idempotency_key_works_as_on_api(stack: Stack) -> None:
    headers = {"X-API-Key": TOKENS["gitee"], "Idempotency-Key": "for two pictures"}
    first, second = (stack.http.post(PATH, json={**SMALL, "prompt": "keyed", "n": 2}, headers=headers) for _ in "12")
    assert made(first) == made(second)
    other = stack.http.post(PATH, json={**SMALL, "prompt": "keyed", "n": 3}, headers=headers)
    assert (other.status_code, other.json()["error"]["param"]) == (422, "Idempotency-Key")


def test_every_documented_status_was_returned(stack: Stack) -> None:
    description = Description(stack.http.get("/openapi.json").json())
    limited = give_key(stack.cloud, models=("huggingface/*",), minute=5)
    with description.watching(stack.http):
        made(generate(stack, n=2, response_format="b64_json"))
        assert events(generate(stack, stream=True))
        stack.http.post(PATH, json={**SMALL, "prompt": "later", "async": True}, headers={"X-API-Key": TOKENS["gitee"]})
        with stack.functions.timeout("easel-gitee", STORE_SECONDS + 0.3):
            generate(stack, "a cat [[fault=hang]]")
        with stack.cloud.rule("lambda.Invoke", partial(cancel_what_waits, stack)):
            headers = {"Idempotency-Key": "cancelled /v1", "X-API-Key": TOKENS["gitee"]}
            stack.http.post(PATH, json={**SMALL, "prompt": "cancelled"}, headers=headers)
        with stack.holding("described", calls=3):
            waited = made(generate(stack, "described"))["easel"]["jobs"][0]["jobId"]
        for fault in ("rate", "html", "failed", "moderation", "auth", "notfound", "retired"):
            model = "ms/z-image-turbo" if fault == "failed" else "gitee/z-image-turbo"
            generate(stack, f"a cat [[fault={fault}]]", model=model)
            with stack.holding(f"late {fault}", calls=2):
                generate(stack, f"late {fault} [[fault={fault}]]", model=model)
        generate(stack, model="nobody")
        generate(stack, token="no token")
        generate(stack, token=limited)
        stack.http.post(PATH, content=b"x" * 60_000)
        for prompt in ("the first", "the second"):
            headers = {"Idempotency-Key": "described /v1", "X-API-Key": TOKENS["gitee"]}
            stack.http.post(PATH, json={**SMALL, "prompt": prompt}, headers=headers)
        with stack.cloud.refusing("lambda.Invoke", "ServiceException", 500):
            generate(stack)
        with stack.holding("held", calls=2), stack.functions.timeout("easel-gitee", STORE_SECONDS + 1):
            generate(stack, "held [[fault=hang]]")
        unbegun = jobs.new(GenerationRequest(provider="gitee", model="z-image-turbo", prompt="cancelled"))
        jobs.create(unbegun)
        stack.http.delete(f"/api/jobs/{unbegun.id}")
        for path in (f"{waited}?hop=x", "nobody", unbegun.id):
            stack.http.get(f"{PATH}/{path}")
        with stack.cloud.refusing("dynamodb.BatchGetItem", "InternalServerError", 500):
            stack.http.get(f"{PATH}/{waited}")
    assert description.never_seen(f"POST {PATH}") == set()
    assert description.never_seen(f"GET {PATH}/{{job_ids}}") == set()
