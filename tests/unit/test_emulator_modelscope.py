"""ModelScope's emulator answers as docs/providers/modelscope.md says, faults included."""

import io
import json
import time
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from PIL import Image

from tests.emulators.modelscope import Task
from tests.emulators.modelscope_polls import _running
from tests.emulators.pictures import Picture
from tests.emulators.server import Emulators
from tests.harness.patience import HANGS_SECONDS

ORDER = {"model": "Tongyi-MAI/Z-Image-Turbo", "prompt": "a cat", "size": "640x512", "seed": 7}
ASYNC = {"X-ModelScope-Async-Mode": "true"}
TASK = {"X-ModelScope-Task-Type": "image_generation"}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with Emulators(["modelscope"], seconds=0) as emulators:
        yield emulators.urls["modelscope"]


@pytest.fixture
def modelscope(url: str) -> Iterator[httpx2.Client]:
    headers = {"Authorization": "Bearer token-for-tests"}
    with httpx2.Client(base_url=url, headers=headers, trust_env=False, timeout=HANGS_SECONDS) as client:
        client.delete(_control(url, "requests"))
        yield client


def _control(url: str, what: str) -> str:
    return url.removesuffix("/v1") + f"/_emulator/{what}"


def submit(modelscope: httpx2.Client, orders: str = "", **fields: Any) -> httpx2.Response:
    body = {**ORDER, "prompt": f"a cat {orders}", **fields}
    return modelscope.post("images/generations", json=body, headers=ASYNC)


def poll(modelscope: httpx2.Client, submitted: httpx2.Response) -> httpx2.Response:
    assert submitted.status_code == 200, submitted.text
    return modelscope.get(f"tasks/{submitted.json()['task_id']}", headers=TASK)


def test_a_picture_is_submitted_polled_and_fetched(modelscope: httpx2.Client, url: str) -> None:
    submitted = submit(modelscope)
    assert submitted.json()["task_status"] == "SUCCEED"  # and yet it has only begun
    assert submitted.headers["modelscope-ratelimit-requests-limit"] == "2000"
    ended = poll(modelscope, submitted).json()
    assert ended["task_status"] == "SUCCEED"
    [link] = ended["output_images"]
    assert link.startswith(url.removesuffix("/v1") + "/img/")
    picture = Image.open(io.BytesIO(modelscope.get(link).content))
    assert (picture.size, picture.format) == ((640, 512), "PNG")


def test_a_task_is_pending_then_running_then_hides_its_ids(modelscope: httpx2.Client) -> None:
    submitted = submit(modelscope, "[[delay=2]]")
    seen = []
    while not (answer := poll(modelscope, submitted).json()).get("output_images"):
        seen.append((answer["task_status"], bool(answer["task_id"]), bool(answer["request_id"])))
        time.sleep(0.05)
    expected = [("PENDING", True, True), ("RUNNING", True, True), ("PROCESSING", False, False)]
    assert seen
    assert list(dict.fromkeys(seen)) == [one for one in expected if one in seen]  # a busy machine may miss some


@pytest.mark.parametrize(("share", "status"), [(0.1, "PENDING"), (0.3, "RUNNING"), (0.7, "PROCESSING")])
def test_a_tasks_status_follows_from_its_elapsed_time(share: float, status: str) -> None:
    picture = Picture("a cat", seed=7, width=64, height=64, format="PNG")
    task = Task("1", picture, "", submitted=100, due=200)
    assert json.loads(bytes(_running(task, 100 + 100 * share).body))["task_status"] == status


def test_without_its_header_a_call_is_synchronous_and_refused(modelscope: httpx2.Client) -> None:
    answer = modelscope.post("images/generations", json=ORDER)
    assert answer.status_code == 400
    assert "X-ModelScope-Async-Mode=true" in answer.json()["errors"]["message"]


def test_without_its_header_a_poll_finds_no_task(modelscope: httpx2.Client) -> None:
    answer = modelscope.get(f"tasks/{submit(modelscope).json()['task_id']}")
    assert (answer.status_code, answer.json()["task_status"]) == (200, "FAILED")
    assert answer.json()["errors"] == {"code": 500, "message": "task not found"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("prompt", "x" * 2000),
        ("prompt", ""),
        ("negative_prompt", "x" * 2000),
        ("size", "256x512"),
        ("size", 1024),
        ("steps", 101),
        ("steps", 9.5),
        ("guidance", 1),
        ("seed", 2**31),
    ],
)
def test_a_wrong_field_is_named(modelscope: httpx2.Client, field: str, value: Any) -> None:
    answer = submit(modelscope, **{field: value})
    assert (answer.status_code, answer.json()["errors"]["message"]) == (400, f"Invalid parameter: {field}")


def test_sizes_go_by_the_model(modelscope: httpx2.Client) -> None:
    assert submit(modelscope, model="black-forest-labs/FLUX.2-dev", size="1024x64").status_code == 200
    assert submit(modelscope, model="black-forest-labs/FLUX.2-dev", size="1088x1024").status_code == 400
    assert "has no provider supported" in submit(modelscope, model="flux").json()["errors"]["message"]


@pytest.mark.parametrize("header", ["", "Bearer invalid", "Bearer expired"])
def test_a_token_is_needed(modelscope: httpx2.Client, header: str) -> None:
    submitted = submit(modelscope)
    modelscope.headers["Authorization"] = header
    assert submit(modelscope).status_code == poll(modelscope, submitted).status_code == 401
    assert modelscope.get("models").status_code == 200


@pytest.mark.parametrize(
    ("fault", "status", "text"),
    [
        ("error", 500, "Internal server error"),
        ("quota", 429, "today's quota for model Tongyi-MAI/Z-Image-Turbo"),
        ("rate", 429, "insufficient_quota"),
        ("balance", 429, "insufficient balance (1008)"),
        ("auth", 401, "valid ModelScope token"),
        ("expired", 401, "expired"),
        ("unbound", 401, "bind your Alibaba Cloud account"),
        ("realname", 403, "real-name verification"),
        ("busy", 503, "Server is busy"),
        ("notfound", 404, "Not Found"),
    ],
)
def test_faults_of_the_submit_answer_under_error(modelscope: httpx2.Client, fault: str, status: int, text: str) -> None:
    answer = submit(modelscope, f"[[fault={fault}]]")
    assert answer.status_code == status
    assert text in str(answer.json()["error"])
    assert answer.json()["request_id"]


def test_an_unknown_fault_is_answered_with_the_known_ones(modelscope: httpx2.Client) -> None:
    answer = submit(modelscope, "[[fault=nonsense]]")
    assert answer.status_code == 400
    assert "the modelscope emulator has: auth, " in answer.json()["errors"]["message"]


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [("moderation", "FAILED", 422), ("failed", "FAILED", 500), ("lost", "FAILED", 500), ("canceled", "CANCELED", 499)],
)
def test_failures_come_inside_http_200(modelscope: httpx2.Client, fault: str, status: str, code: int) -> None:
    answer = poll(modelscope, submit(modelscope, f"[[fault={fault}]]"))
    assert answer.status_code == 200
    assert (answer.json()["task_status"], answer.json()["errors"]["code"]) == (status, code)


def test_faults_of_success(modelscope: httpx2.Client) -> None:
    assert poll(modelscope, submit(modelscope, "[[fault=succeeded]]")).json()["task_status"] == "SUCCEEDED"
    assert "output_images" not in poll(modelscope, submit(modelscope, "[[fault=empty]]")).json()
    assert isinstance(submit(modelscope, "[[fault=numbertask]]").json()["task_id"], int)
    assert poll(modelscope, submit(modelscope, "[[fault=never]]")).json()["task_status"] == "PROCESSING"


def test_one_poll_can_fail_or_hang_and_the_next_is_fine(modelscope: httpx2.Client) -> None:
    submitted = submit(modelscope, "[[fault=pollerror]]")
    assert poll(modelscope, submitted).status_code == 500
    assert poll(modelscope, submitted).json()["task_status"] == "SUCCEED"
    submitted = submit(modelscope, "[[fault=hangpoll]]")
    modelscope.timeout = httpx2.Timeout(HANGS_SECONDS, read=0.3)
    with pytest.raises(httpx2.ReadTimeout):
        poll(modelscope, submitted)
    modelscope.timeout = httpx2.Timeout(HANGS_SECONDS)
    assert poll(modelscope, submitted).json()["task_status"] == "SUCCEED"


def test_unknown_fields_are_dropped_and_logged(modelscope: httpx2.Client, url: str) -> None:
    assert submit(modelscope, num_inference_steps=9, width=512, n=1).status_code == 200
    [entry] = modelscope.get(_control(url, "requests")).json()
    assert entry["ignored"] == ["n", "num_inference_steps", "width"]


def test_tasks_tell_when_they_ended_and_were_polled(modelscope: httpx2.Client, url: str) -> None:
    poll(modelscope, submit(modelscope))
    task = modelscope.get(_control(url, "tasks")).json()[-1]
    assert task["submitted"] <= task["ended"] <= task["polls"][0]
