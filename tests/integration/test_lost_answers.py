"""A response of AWS is lost after its call was carried out: there is still exactly one picture, for every call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.harness.cloud import Cut, Refusal

if TYPE_CHECKING:
    from tests.harness.stack import Stack

SMALL = {"width": 256, "height": 256}
KEY = {"idempotency_key": "lost"}
ASYNC = {"prefer": "respond-async"}


@pytest.mark.parametrize(
    ("headers", "operation", "number"),
    [
        ({}, "dynamodb.PutItem", 1),  # the claim, which stores the job as well
        ({}, "dynamodb.UpdateItem", 1),  # the end
        ({}, "s3.PutObject", 1),
        ({}, "lambda.Invoke", 1),
        (ASYNC, "dynamodb.PutItem", 1),  # the job
        (ASYNC, "dynamodb.PutItem", 2),  # the claim
        (ASYNC, "dynamodb.UpdateItem", 1),
        (ASYNC, "lambda.Invoke", 1),
        (KEY, "dynamodb.TransactWriteItems", 1),
        (KEY, "dynamodb.PutItem", 1),
        (KEY, "lambda.Invoke", 1),
    ],
    ids=lambda value: str(value) if not isinstance(value, dict) else "-".join(value) or "waiting",
)
def test_a_lost_response_loses_and_repeats_no_picture(
    headers: dict[str, str], operation: str, number: int, stack: Stack
) -> None:
    mark = f"lost {operation} {number} {'-'.join(headers)}"
    seen: list[int] = []

    def lose() -> Refusal | None:
        seen.append(1)
        return Cut() if len(seen) == number else None

    named = {name: f"{value} {mark}" if name == "idempotency_key" else value for name, value in headers.items()}
    with stack.cloud.rule(operation, lose):
        answer = stack.generate({**SMALL, "prompt": mark}, **named)
        job = stack.ended(answer)
    assert len(seen) >= number
    assert job["status"] == "succeeded"
    assert stack.picture(job["imageDetails"])
    assert len(stack.received("gitee", mark)) == 1
