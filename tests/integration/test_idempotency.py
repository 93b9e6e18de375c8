"""A retried call returns the same job instead of paying twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from easel.generation import STORE_SECONDS
from tests.emulators.held_pictures import holding

if TYPE_CHECKING:
    from tests.harness.stack import Stack

SMALL = {"width": 256, "height": 256}


@pytest.mark.parametrize("path", ["/api/generate", "/api/providers/gitee/generate"])
def test_a_call_that_comes_again_gets_the_first_ones_picture(path: str, stack: Stack) -> None:
    fields = {**SMALL, "prompt": f"one key at {path}"}
    first, second = (stack.generate(fields, path, idempotency_key="again") for _ in range(2))
    assert first.status_code == second.status_code == 200
    assert first.json() == second.json()
    assert len(stack.received("gitee", f"one key at {path}")) == 1


def test_calls_at_the_same_moment_make_one_generation(stack: Stack) -> None:
    fields = {**SMALL, "prompt": "same moment [[delay=0.5]]"}
    with ThreadPoolExecutor(8) as callers:
        answers = list(callers.map(lambda _: stack.generate(fields, idempotency_key="same-moment"), range(8)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["jobId"] for answer in answers}) == 1
    assert len(stack.received("gitee", "same moment")) == 1


def test_a_retry_after_a_hand_over_gets_the_job(stack: Stack) -> None:
    fields = {**SMALL, "prompt": "handed over once"}
    with holding("handed over once"):
        first = stack.generate(fields, idempotency_key="handed", prefer="respond-async")
        second = stack.generate(fields, idempotency_key="handed", prefer="respond-async")
    assert (first.status_code, second.status_code) == (202, 202)
    third = stack.generate(fields, idempotency_key="handed")
    assert third.status_code == 200
    assert len({answer.json()["jobId"] for answer in (first, second, third)}) == 1
    assert len(stack.received("gitee", "handed over once")) == 1


@pytest.mark.parametrize(("fault", "status", "tries"), [("auth", 401, 1), ("rate", 429, 2)])
def test_a_repeat_reruns_transient_failures_only(fault: str, status: int, tries: int, stack: Stack) -> None:
    fields = {**SMALL, "prompt": f"failed with {fault} [[fault={fault}]]"}
    first, second = (stack.generate(fields, idempotency_key=f"failed-{fault}") for _ in range(2))
    assert (first.status_code, first.json()) == (second.status_code, second.json())
    assert first.status_code == status
    assert len(stack.received("gitee", f"failed with {fault}")) == tries


def test_a_used_up_quota_is_asked_once_for_all_repeats(stack: Stack) -> None:
    fields = {**SMALL, "prompt": "used up [[fault=quota]]"}
    paths = ("/api/generate", "/api/generate", "/v1/images/generations", "/v1/images/generations")
    repeats = [stack.generate({**fields, "seed": None}, path) for path in paths]
    assert [answer.status_code for answer in repeats] == [429] * 4
    waits = [int(answer.headers["Retry-After"]) for answer in repeats]
    assert waits == sorted(waits, reverse=True)
    assert len(stack.received("gitee", "used up")) == 1
    assert stack.generate({**fields, "prompt": "a smaller one"}).status_code == 200


def test_a_repeat_after_a_timeout_polls_the_first_calls_task(stack: Stack) -> None:
    mark = "slow at first"
    fields = {**SMALL, "provider": "modelscope", "width": 512, "height": 512, "prompt": mark}
    with holding(mark), stack.functions.timeout("easel-modelscope", STORE_SECONDS + 4, mark):
        first = stack.generate(fields, idempotency_key="slow")
    second = stack.generate(fields, idempotency_key="slow")
    assert (first.status_code, second.status_code) == (504, 200)
    assert len(stack.received("modelscope", mark)) == 1


def test_the_key_with_another_body_is_refused(stack: Stack) -> None:
    stack.generate({**SMALL, "prompt": "the first"}, idempotency_key="other-body")
    answer = stack.generate({**SMALL, "prompt": "the second"}, idempotency_key="other-body")
    assert answer.status_code == 422
    assert answer.json()["details"]["field"] == "Idempotency-Key"
    assert not stack.received("gitee", "the second")


def test_a_key_belongs_to_its_caller(stack: Stack) -> None:
    fields = {**SMALL, "prompt": "whose key"}
    mine = stack.generate(fields, idempotency_key="mine")
    theirs = stack.generate(fields, idempotency_key="mine", x_api_key="another-gitee-token-for-tests")
    assert mine.json()["jobId"] != theirs.json()["jobId"]
    assert len(stack.received("gitee", "whose key")) == 2
