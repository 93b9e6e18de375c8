"""The meaning of a generating call's answer: a picture, an error, or a success that must not be repeated."""

from __future__ import annotations

import json
from typing import Any

import pytest

import gitee
import modelscope
from easel.common.deadline import Deadline
from easel.errors import (
    AnswerLost,
    EaselError,
    NoPicture,
    PromptRejected,
    ProviderError,
    ProviderUnreachable,
    QuotaExceeded,
    TaskFailed,
)
from easel.providers import tasks
from easel.providers.adapter import Run
from easel.providers.http import GATEWAY, Reply
from easel.providers.tasks import State, TaskEnded

PAGE = b"<!doctype html><html><body>Just a moment...</body></html>"
LINK = "https://gitee-ai.su.bcebos.com/cat.png"
FAILURE = TaskFailed("out of memory")


def reply(body: Any, status: int = 200, provider: str = "gitee") -> Reply:
    return Reply(provider, status, {}, body if isinstance(body, bytes) else json.dumps(body).encode())


def error(body: Any, status: int = 200) -> EaselError:
    """Return Gitee's error for an answer to a generating call."""
    answer = reply(body, status)
    with pytest.raises(EaselError) as caught:
        tasks.read_answer(answer, lambda: gitee.read_picture(answer, "https://x"), gitee.ROWS, None)
    return caught.value


def submission_error(body: Any, status: int = 200) -> EaselError:
    """Return ModelScope's error for an answer to a call that starts a task."""
    answer = reply(body, status, "modelscope")
    with pytest.raises(EaselError) as caught:
        tasks.read_answer(answer, lambda: modelscope.task_id(answer), modelscope.SUBMISSION_ROWS, None, "task")
    return caught.value


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"null", b"[]", b"{}", b'{"created": 17', b"OK", b"\xff\xfe", {"created": 1, "data": []}),
        *({"data": None}, {"data": "picture"}, {"data": ["x"]}, {"data": [{"url": ""}]}, {"data": [{"file": 7}]}),
        *({"code": 0, "message": "success", "data": []}, {"code": "200", "message": "ok"}, {"success": True}),
        *({"task_id": "1", "status": "waiting"}, {"message": "your picture is on its way"}),
    ],
    ids=str,
)
def test_a_success_without_a_picture_is_not_repeated(body: Any) -> None:
    for status in (200, 204):
        raised = error(body, status)
        assert (type(raised), raised.max_attempts, raised.drawn) == (NoPicture, 1, True)
        assert "try again" in raised.message


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (PAGE, ProviderError),
        ({"error": {"message": "out of memory"}}, ProviderError),
        ({"errors": [{"message": "out of memory"}]}, ProviderError),
        ({"success": False, "message": "out of memory"}, ProviderError),
        ({"Success": False, "Message": "额度不足"}, QuotaExceeded),
        ({"status": "error", "msg": "out of memory"}, ProviderError),
        ({"code": 500, "message": "out of memory"}, ProviderError),
        ({"code": "InternalError", "message": "out of memory", "data": None}, ProviderError),
        ({"data": {"error": {"code": 429, "message": "额度不足"}}}, QuotaExceeded),
        ({"response": {"errors": ["额度不足"]}}, QuotaExceeded),
        ({"detail": "您已达到最大当日免费 API 使用次数"}, QuotaExceeded),
        ({"message": "内容安全审核未通过"}, PromptRejected),
        (b"quota exceeded", QuotaExceeded),
    ],
    ids=str,
)
def test_an_error_or_a_page_in_a_2xx_generated_nothing(body: Any, kind: type[EaselError]) -> None:
    raised = error(body)
    assert (type(raised), raised.max_attempts, raised.drawn) == (kind, kind.max_attempts, False)


def test_a_broken_picture_is_not_generated_again() -> None:
    raised = error({"data": [{"b64_json": "%"}]})
    assert (raised.max_attempts, raised.drawn, "base64 is broken" in raised.message) == (1, True, True)


def test_an_error_status_is_an_error_whatever_its_body() -> None:
    assert type(error({"data": [{"url": LINK}]}, 500)) is ProviderError
    assert type(error(PAGE, 403)) is ProviderUnreachable


@pytest.mark.parametrize("status", GATEWAY)
def test_a_gateways_error_to_a_generation_is_not_repeated(status: int) -> None:
    for body in (PAGE, b"", b"upstream request timeout"):
        raised = error(body, status)
        assert (type(raised), raised.max_attempts, raised.drawn, raised.concerns_model) == (AnswerLost, 1, True, True)
    assert type(error({"error": {"message": "node 17 failed"}}, status)) is ProviderError
    unsent = submission_error(PAGE, status)
    assert (unsent.max_attempts, unsent.drawn) == (ProviderError.max_attempts, False)


def test_a_submission_without_a_task_is_not_repeated() -> None:
    for body in ({}, {"task_status": "SUCCEED"}, {"task_id": ""}, {"request_id": "7"}, b"OK"):
        raised = submission_error(body)
        assert (type(raised), raised.max_attempts, raised.drawn) == (NoPicture, 1, True)
        assert "no task" in raised.message


@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        (State("running"), None),
        (State("running", LINK, "a step was repeated"), None),
        (State("in_a_new_state"), None),
        (State("success", LINK), LINK),
        (State("in_a_new_state", LINK), LINK),
        (State("", LINK), LINK),
        (State("failed", LINK), FAILURE),
        (State("expired"), FAILURE),
        (State("in_a_new_state", None, "out of memory"), FAILURE),
        (State("success", None, "out of memory"), FAILURE),
    ],
    ids=str,
)
def test_a_tasks_state_is_read_with_its_details(state: State, outcome: str | EaselError | None) -> None:
    result: object
    try:
        result = tasks.picture_of(state, reply({}), lambda: FAILURE)
    except TaskEnded as ended:
        result = ended.error
    assert result is outcome


def test_a_task_without_a_state_is_polled_again() -> None:
    with pytest.raises(ProviderError, match="returned no status"):
        tasks.picture_of(State(""), reply({}), lambda: FAILURE)


@pytest.mark.parametrize("state", ["success", "succeeded", "completed", "done"])
def test_a_finished_task_without_a_picture_is_not_repeated(state: str) -> None:
    with pytest.raises(TaskEnded) as caught:
        tasks.picture_of(State(state), reply({}), lambda: FAILURE)
    assert type(caught.value.error) is NoPicture


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"errors": {"code": 500, "message": "why"}}, "why"),
        ({"error": "why"}, "why"),
        ({"output": {"error": {"message": "why"}}}, "why"),
        ({"outputs": {"error_message": "why"}}, "why"),
        ({"output": {"message": "all is well"}, "outputs": [], "errors": {}, "message": "queued"}, ""),
    ],
)
def test_a_failed_tasks_reason_is_in_its_errors(body: dict[str, Any], reason: str) -> None:
    assert tasks.reason_of(body) == reason


@pytest.mark.usefixtures("clock")
def test_an_ended_task_is_forgotten_and_its_error_raised() -> None:
    accepted: list[str] = []

    def ask() -> str | None:
        raise TaskEnded(FAILURE)

    with pytest.raises(TaskFailed):
        tasks.wait(ask, Run(Deadline(1), task="7", accept=accepted.append), "gitee")
    assert accepted == [""]
