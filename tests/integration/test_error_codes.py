"""Every code of the design's table, each from a real cause."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from easel.generation import STORE_SECONDS
from tests.unit.test_errors import CODES

if TYPE_CHECKING:
    import httpx2

    from tests.harness.stack import Stack

SMALL = {"width": 512, "height": 512}


def ordered(stack: Stack, provider: str, fault: str) -> httpx2.Response:
    return stack.generate({**SMALL, "provider": provider, "prompt": f"a cat [[fault={fault}]]"})


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
        ordered(stack, "gitee", "retired"),
        stack.http.get("/api/generate"),
        stack.http.post("/api/generate", content=b"x" * 60_000),
        stack.http.post("/api/translate", json={"prompt": "一只猫"}),
        ordered(stack, "gitee", "rate"),
        ordered(stack, "gitee", "quota"),
        ordered(stack, "gitee", "moderation"),
        ordered(stack, "modelscope", "failed"),
        ordered(stack, "gitee", "html"),
        ordered(stack, "gitee", "cut"),
        ordered(stack, "gitee", "gone"),
        ordered(stack, "gitee", "empty"),
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
