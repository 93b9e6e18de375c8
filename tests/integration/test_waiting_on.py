"""A picture that takes longer than the call limit: clients follow redirects to it, and retries join it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from easel.common.deadline import ends_within, in_thread
from easel.front_door import http_messages
from tests.emulators.held_pictures import holding
from tests.harness.patience import HANGS_SECONDS, until
from tests.harness.stack import HEADERS, TOKENS

if TYPE_CHECKING:
    from tests.harness.stack import Stack

SMALL = {"width": 256, "height": 256}
WAYS = ["/api/generate", "/api/providers/gitee/generate"]
V1 = "/v1/images/generations"


def follow(stack: Stack, path: str, prompt: str) -> httpx2.Response:
    """Return the response that a stock client gets, which knows nothing of jobs."""
    body = {**SMALL, "prompt": prompt}
    headers = {HEADERS["gitee"]: TOKENS["gitee"]}
    return httpx2.post(
        stack.url + path, json=body, headers=headers, follow_redirects=True, timeout=HANGS_SECONDS, trust_env=False
    )


@pytest.mark.parametrize("path", WAYS)
def test_a_client_that_follows_redirects_gets_a_slow_picture(path: str, stack: Stack) -> None:
    with stack.holding(f"followed {path}", calls=3):
        answer = follow(stack, path, f"followed {path}")
    assert answer.status_code == 200, answer.text
    hops = [sent.url.params.get("hop") for sent in (*answer.history, answer) if sent.request.method == "GET"]
    assert hops == [str(number) for number in range(1, len(hops) + 1)]
    assert len(hops) >= 2
    assert stack.picture(answer.json()["imageDetails"])
    assert len(stack.received("gitee", f"followed {path}")) == 1


def test_a_waiting_url_also_describes_the_job(stack: Stack) -> None:
    with stack.holding("told"):
        answer = stack.send({**SMALL, "prompt": "told"})
    assert answer.status_code == 303
    job = answer.json()["jobId"]
    assert answer.headers["Location"] == answer.json()["waitUrl"] == f"{stack.url}/api/generate/{job}?hop=1"
    assert f"GET {stack.url}/api/generate/{job}?hop=1 with the same Authorization" in answer.json()["message"]
    assert answer.json()["statusUrl"] == f"{stack.url}/api/jobs/{job}"
    assert answer.headers["Cache-Control"] == "no-store"
    assert stack.ended(answer)["status"] == "succeeded"
    picture = stack.http.get(f"/api/generate/{job}", headers={"accept": "image/*"})
    assert (picture.status_code, picture.headers["Location"]) == (303, f"{stack.url}/api/images/{job}.png")


def test_the_number_of_redirects_is_limited(stack: Stack) -> None:
    with stack.holding("endless"):
        answer = stack.send({**SMALL, "prompt": "endless"})
        last = stack.http.get(answer.headers["Location"].replace("hop=1", "hop=9"))
    assert (last.status_code, last.json()["code"]) == (504, "TIMEOUT")
    assert last.headers["X-Should-Retry"] == "false"
    assert stack.ended(answer)["status"] == "succeeded"


@pytest.mark.parametrize(("path", "agent", "hops"), [(WAYS[0], "GuzzleHttp/7", 5), (V1, "python-urllib3/2.8.0", 3)])
def test_a_client_gets_no_more_redirects_than_it_follows(path: str, agent: str, hops: int, stack: Stack) -> None:
    headers = {"x-api-key": TOKENS["gitee"], "user-agent": agent, "prefer": "respond-async"}
    with stack.holding(f"few hops {agent}"):
        job = stack.http.post(WAYS[0], json={**SMALL, "prompt": f"few hops {agent}"}, headers=headers).json()["jobId"]
        wait = V1 if path == V1 else WAYS[0]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(http_messages, "GATEWAY_SECONDS", 2)  # such clients wait until the gateway's limit
            seen = [stack.http.get(f"{wait}/{job}?hop={hop}", headers=headers) for hop in (hops - 1, hops)]
    assert [answer.status_code for answer in seen] == [303, 504]
    assert f"GET {stack.url}{wait}/{job} to keep waiting" in seen[1].text
    assert seen[1].headers["X-Should-Retry"] == "false"


@pytest.mark.parametrize("path", [WAYS[1], V1])
def test_the_function_url_answers_once_with_the_picture(path: str, stack: Stack) -> None:
    prompt = f"answered once {path}"
    with stack.holding(prompt) as release:
        call = in_thread(
            httpx2.post,
            stack.function_url.url + path,
            json={**SMALL, "prompt": prompt, **({"size": "256x256"} if path == V1 else {})},
            headers={HEADERS["gitee"]: TOKENS["gitee"]},
            timeout=HANGS_SECONDS,
            trust_env=False,
        )
        until(lambda: stack.received("gitee", prompt))
        assert not ends_within(call, 1)  # here a call to the API waits for 0.3 s
        release()
    answer = call.result(HANGS_SECONDS)
    assert answer.status_code == 200, answer.text
    assert len(stack.received("gitee", prompt)) == 1


def test_the_function_url_answers_with_the_picture_itself(stack: Stack) -> None:
    headers = {HEADERS["gitee"]: TOKENS["gitee"], "accept": "image/*"}
    address, body = f"{stack.function_url.url}/api/generate", {**SMALL, "prompt": "itself"}
    answer = httpx2.post(address, json=body, headers=headers, timeout=HANGS_SECONDS, trust_env=False)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert answer.content.startswith(b"\x89PNG")


def test_a_waiting_url_works_at_the_function_url(stack: Stack) -> None:
    prompt = "waited for elsewhere"
    with stack.holding(prompt) as release:
        job = stack.send({**SMALL, "prompt": prompt}, prefer="respond-async").json()["jobId"]
        address = f"{stack.function_url.url}{V1}/{job}?hop=9"
        call = in_thread(httpx2.get, address, timeout=HANGS_SECONDS, trust_env=False)
        assert not ends_within(call, 1)
        release()
    assert call.result(HANGS_SECONDS).status_code == 200


def test_url_limits_apply_at_the_function_url(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANONYMOUS_PICTURES", "0")
    body = {"provider": "huggingface", "prompt": "a cat"}
    answer = httpx2.post(f"{stack.function_url.url}/api/generate", json=body, timeout=HANGS_SECONDS, trust_env=False)
    assert (answer.status_code, answer.json()["code"]) == (401, "AUTH_REQUIRED")


def sent(stack: Stack, prompt: str, count: str) -> dict[str, Any]:
    """Return the answer to the call with this retry count of an SDK."""
    body: dict[str, Any] = stack.generate({**SMALL, "prompt": prompt}, x_stainless_retry_count=count).json()
    return body


def test_a_new_call_of_an_sdk_makes_another_picture(stack: Stack) -> None:
    # The first attempt of the first call never arrived.
    answers = [sent(stack, "made anew", count) for count in ("1", "0", "0")]
    assert len({answer["jobId"] for answer in answers}) == 3


def test_an_sdks_retry_joins_the_job_of_its_first_call(stack: Stack) -> None:
    with ThreadPoolExecutor(3) as callers, holding("repeated"):
        first = callers.submit(sent, stack, "repeated", "0")
        until(lambda: stack.received("gitee", "repeated"))
        others = [callers.submit(sent, stack, "repeated", count) for count in ("1", "2")]
        until(lambda: stack.cloud.calls.count("dynamodb.TransactWriteItems") >= 3)
    assert len({call.result()["jobId"] for call in (first, *others)}) == 1
    assert len(stack.received("gitee", "repeated")) == 1
