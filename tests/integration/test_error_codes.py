"""Every code of the design's table, each from a real cause, and every fault that an emulator knows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING

import pytest

from easel.generation import STORE_SECONDS
from tests.emulators import directives
from tests.unit.test_errors import CODES

if TYPE_CHECKING:
    import httpx

    from tests.harness.stack import Stack

SMALL = {"width": 512, "height": 512}
OK = (200, "")
BROKEN = (502, "PROVIDER_ERROR")
REFUSED = (500, "GENERATION_FAILED")

# What each fault of the emulators comes to, for both providers unless named; None where a test of its own has it.
FAULTS: dict[str, tuple[int, str] | None] = {
    "error": BROKEN,
    "html": BROKEN,
    "html200": BROKEN,
    "quota": (429, "QUOTA_EXCEEDED"),
    "rate": (429, "RATE_LIMITED"),
    "auth": (401, "AUTH_INVALID"),
    "expired": (401, "AUTH_EXPIRED"),
    "moderation": (400, "PROMPT_REJECTED"),
    "gitee busy": BROKEN,
    "modelscope busy": (429, "RATE_LIMITED"),
    "loading": BROKEN,
    "unavailable": BROKEN,
    "notfound": BROKEN,
    "hang": None,
    "cut": (502, "UPSTREAM_ERROR"),
    "garbage": BROKEN,
    "badjson": BROKEN,
    "empty": BROKEN,
    "package": (429, "QUOTA_EXCEEDED"),
    "interface": BROKEN,
    "b64": OK,
    "numbertask": OK,
    "never": None,
    "failed": REFUSED,
    "failedtext": REFUSED,
    "failedoutput": REFUSED,
    "canceled": REFUSED,
    "succeeded": OK,
    "lost": REFUSED,
    "pollerror": OK,
    "hangpoll": None,
    "balance": (429, "QUOTA_EXCEEDED"),
    "unbound": (401, "AUTH_INVALID"),
    "realname": (401, "AUTH_INVALID"),
    "badimage": BROKEN,
    "bigimage": BROKEN,
    "truncated": BROKEN,
    "wrongsize": OK,
    "wrongformat": OK,
    "htmlimage": BROKEN,
    "gone": BROKEN,
    "slowimage": None,
    "redirect": BROKEN,
    "hop": OK,
    "internal": BROKEN,
}
CASES = [
    (provider, fault, FAULTS.get(f"{provider} {fault}") or FAULTS[fault])
    for provider in ("gitee", "modelscope")
    for fault in directives.known_faults(provider)
]
SLOW = [(provider, fault) for provider, fault, expected in CASES if expected is None and fault != "hangpoll"]


def outcome(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


def ordered(stack: Stack, provider: str, fault: str) -> httpx.Response:
    return stack.generate({**SMALL, "provider": provider, "prompt": f"a cat [[fault={fault}]]"})


@pytest.mark.parametrize(("provider", "fault", "expected"), [case for case in CASES if case[2]])
def test_a_fault_of_the_provider_gets_its_code(
    provider: str, fault: str, expected: tuple[int, str], stack: Stack
) -> None:
    answer = stack.generate({**SMALL, "provider": provider, "prompt": f"sent once: {fault}. [[fault={fault}]]"})
    assert outcome(answer) == expected, answer.text
    assert len(stack.received(provider, f"sent once: {fault}.")) == 1
    if answer.status_code == 200:
        assert stack.picture(answer.json()["imageDetails"])
        return
    body = answer.json()
    assert set(body) == {"error", "code", "details"}
    assert body["details"]["provider"] == provider
    assert "<" not in body["details"].get("upstream", "")
    assert len(body["details"].get("upstream", "")) <= 500
    assert answer.headers["X-Request-ID"]


def test_a_provider_that_is_too_slow_is_given_up_in_time(stack: Stack) -> None:
    """All of them at once, since each takes as long as it is given."""
    with ExitStack() as short, ThreadPoolExecutor(len(SLOW)) as callers:
        for provider in ("gitee", "modelscope"):
            short.enter_context(stack.functions.timeout(f"easel-{provider}", STORE_SECONDS + 1.5))
        answers = list(callers.map(lambda case: ordered(stack, *case), SLOW))
        for answer in answers:
            assert outcome(answer) == (504, "TIMEOUT"), answer.text


def test_a_rate_limit_says_when_to_come_again(stack: Stack) -> None:
    answer = ordered(stack, "gitee", "rate")
    assert answer.headers["Retry-After"] == "7"
    assert answer.json()["details"]["retryAfter"] == 7


def cancel_what_waits(stack: Stack) -> None:
    for item in stack.cloud.items():
        if item.get("status", {}).get("S") == "queued":
            stack.http.delete(f"/api/jobs/{item['id']['S']}")


def test_every_code_of_the_table_has_a_cause(stack: Stack) -> None:
    causes = [
        stack.http.post("/api/generate", content=b"{"),
        stack.generate({"provider": "openai"}),
        stack.generate({"model": "unknown"}),
        stack.generate({"prompt": " "}),
        stack.generate({"width": 1}),
        stack.generate({"steps": 99}),
        stack.generate(x_api_key=""),
        ordered(stack, "gitee", "auth"),
        ordered(stack, "gitee", "expired"),
        stack.http.get("/api/jobs/unknown"),
        stack.http.get("/api/generate"),
        stack.http.post("/api/generate", content=b"x" * 60_000),
        ordered(stack, "gitee", "rate"),
        ordered(stack, "gitee", "quota"),
        ordered(stack, "gitee", "moderation"),
        ordered(stack, "modelscope", "failed"),
        ordered(stack, "gitee", "html"),
        ordered(stack, "gitee", "cut"),
    ]
    with stack.functions.timeout("easel-gitee", STORE_SECONDS + 0.3):
        causes.append(ordered(stack, "gitee", "hang"))
    with stack.cloud.refusing("lambda.Invoke", "ServiceException", 500):
        causes.append(stack.generate())
    with stack.cloud.rule("lambda.Invoke", partial(cancel_what_waits, stack)):
        causes.append(stack.generate(idempotency_key="cancelled"))
    found: dict[int, set[str]] = {}
    for answer in causes:
        found.setdefault(answer.status_code, set()).add(answer.json()["code"])
    assert found == CODES
