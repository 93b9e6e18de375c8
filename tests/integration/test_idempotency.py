"""A retried call returns the same job instead of paying twice. More is in tests/unit/test_dispatch.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from easel.generation import STORE_SECONDS
from tests.emulators.held_pictures import holding

if TYPE_CHECKING:
    from tests.harness.stack import Stack

SMALL = {"width": 256, "height": 256}


@pytest.mark.parametrize("path", ["/api/generate", "/api/providers/gitee/generate"])
def test_a_repeated_call_gets_the_first_calls_picture(path: str, stack: Stack) -> None:
    fields = {**SMALL, "prompt": f"one key at {path}"}
    first, second = (stack.generate(fields, path, idempotency_key="again") for _ in range(2))
    assert first.status_code == second.status_code == 200
    assert first.json() == second.json()
    assert len(stack.received("gitee", f"one key at {path}")) == 1


def test_a_retry_after_a_redirect_gets_the_job(stack: Stack) -> None:
    fields = {**SMALL, "prompt": "handed over once"}
    with holding("handed over once"):
        first = stack.generate(fields, idempotency_key="handed", prefer="respond-async")
        second = stack.generate(fields, idempotency_key="handed", prefer="respond-async")
    assert (first.status_code, second.status_code) == (202, 202)
    third = stack.generate(fields, idempotency_key="handed")
    assert third.status_code == 200
    assert len({answer.json()["jobId"] for answer in (first, second, third)}) == 1
    assert len(stack.received("gitee", "handed over once")) == 1


def test_a_used_up_quota_is_requested_once_for_all_repeats(stack: Stack) -> None:
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
