"""ModelScope's emulator refuses the same requests as ModelScope, and its faults do what their names say."""

import io
import json
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
FLUX = "black-forest-labs/FLUX.2-dev"
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
        client.delete(control(url, "requests"))
        yield client


def control(url: str, what: str) -> str:
    return url.removesuffix("/v1") + f"/_emulator/{what}"


def submit(modelscope: httpx2.Client, fault: str = "", **fields: Any) -> httpx2.Response:
    body = {**ORDER, "prompt": f"a cat [[fault={fault}]]" if fault else "a cat", **fields}
    return modelscope.post("images/generations", json=body, headers=ASYNC)


def poll(modelscope: httpx2.Client, submitted: httpx2.Response) -> httpx2.Response:
    assert submitted.status_code == 200, submitted.text
    return modelscope.get(f"tasks/{submitted.json()['task_id']}", headers=TASK)


def test_a_picture_is_submitted_polled_and_fetched(modelscope: httpx2.Client, url: str) -> None:
    submitted = submit(modelscope)
    assert submitted.json()["task_status"] == "SUCCEED"  # although it has only just begun
    ended = poll(modelscope, submitted).json()
    assert ended["task_status"] == "SUCCEED"
    [link] = ended["output_images"]
    picture = Image.open(io.BytesIO(modelscope.get(link).content))
    assert (picture.size, picture.format) == ((640, 512), "PNG")
    task = modelscope.get(control(url, "tasks")).json()[-1]
    assert task["submitted"] <= task["ended"] <= task["polls"][0]


@pytest.mark.parametrize(("share", "status"), [(0.1, "PENDING"), (0.3, "RUNNING"), (0.7, "PROCESSING")])
def test_a_tasks_status_follows_from_its_elapsed_time(share: float, status: str) -> None:
    picture = Picture("a cat", seed=7, width=64, height=64, format="PNG")
    state = json.loads(bytes(_running(Task("1", picture, "", submitted=100, due=200), 100 + 100 * share).body))
    assert (state["task_status"], bool(state["task_id"])) == (status, status != "PROCESSING")


def test_calls_need_their_headers(modelscope: httpx2.Client) -> None:
    synchronous = modelscope.post("images/generations", json=ORDER)
    assert synchronous.status_code == 400
    assert "X-ModelScope-Async-Mode=true" in synchronous.json()["errors"]["message"]
    polled = modelscope.get(f"tasks/{submit(modelscope).json()['task_id']}").json()
    assert (polled["task_status"], polled["errors"]["message"]) == ("FAILED", "task not found")


INVALID = {
    "prompt": ("x" * 2000, ""),
    "negative_prompt": ("x" * 2000,),
    "size": ("256x512", 1024),
    "steps": (101, 9.5),
    "guidance": (1,),
    "seed": (2**31,),
}


@pytest.mark.parametrize(("field", "value"), [(field, value) for field, values in INVALID.items() for value in values])
def test_an_invalid_field_is_named(modelscope: httpx2.Client, field: str, value: Any) -> None:
    answer = submit(modelscope, **{field: value})
    assert (answer.status_code, answer.json()["errors"]["message"]) == (400, f"Invalid parameter: {field}")


def test_sizes_depend_on_the_model(modelscope: httpx2.Client) -> None:
    assert submit(modelscope, model=FLUX, size="1024x64").status_code == 200
    assert submit(modelscope, model=FLUX, size="1088x1024").status_code == 400
    assert "has no provider supported" in submit(modelscope, model="flux").json()["errors"]["message"]


@pytest.mark.parametrize("header", ["", "Bearer invalid", "Bearer expired"])
def test_a_token_is_needed(modelscope: httpx2.Client, header: str) -> None:
    submitted = submit(modelscope)
    modelscope.headers["Authorization"] = header
    assert submit(modelscope).status_code == poll(modelscope, submitted).status_code == 401
    assert modelscope.get("models").status_code == 200


@pytest.mark.parametrize(
    ("fault", "status", "text"),
    [("quota", 429, "today's quota for model"), ("realname", 403, "real-name"), ("nonsense", 400, "has: auth, ")],
)
def test_submit_faults_are_answered_at_once(modelscope: httpx2.Client, fault: str, status: int, text: str) -> None:
    answer = submit(modelscope, fault)
    assert (answer.status_code, text in answer.text) == (status, True)


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [("moderation", "FAILED", 422), ("lost", "FAILED", 500), ("canceled", "CANCELED", 499), ("never", "PROCESSING", 0)],
)
def test_task_faults_are_reported_inside_http_200(
    modelscope: httpx2.Client, fault: str, status: str, code: int
) -> None:
    answer = poll(modelscope, submit(modelscope, fault))
    assert (answer.status_code, answer.json()["task_status"]) == (200, status)
    assert not code or answer.json()["errors"]["code"] == code


def test_one_poll_can_fail_or_hang_and_the_next_succeeds(modelscope: httpx2.Client) -> None:
    submitted = submit(modelscope, "pollerror")
    assert poll(modelscope, submitted).status_code == 500
    assert poll(modelscope, submitted).json()["task_status"] == "SUCCEED"
    submitted = submit(modelscope, "hangpoll")
    modelscope.timeout = httpx2.Timeout(HANGS_SECONDS, read=0.3)
    with pytest.raises(httpx2.ReadTimeout):
        poll(modelscope, submitted)
    modelscope.timeout = httpx2.Timeout(HANGS_SECONDS)
    assert poll(modelscope, submitted).json()["task_status"] == "SUCCEED"


def test_unknown_fields_are_dropped_and_logged(modelscope: httpx2.Client, url: str) -> None:
    assert submit(modelscope, num_inference_steps=9, width=512, n=1).status_code == 200
    [entry] = modelscope.get(control(url, "requests")).json()
    assert entry["ignored"] == ["n", "num_inference_steps", "width"]
