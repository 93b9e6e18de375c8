"""A caller's token goes to its provider and nowhere else: not into table, bucket, logs, or answers."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from easel.generation import STORE_SECONDS
from tests.harness.stack import TOKENS, leaks

if TYPE_CHECKING:
    from tests.harness.stack import Stack

SMALL = {"width": 512, "height": 512}
FAULTS = ["html", "auth", "quota", "cut", "garbage", "badimage", "gone", "redirect"]


@pytest.mark.parametrize("provider", ["gitee", "modelscope"])
def test_no_token_is_written_whatever_happens(
    provider: str, stack: Stack, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.INFO)  # what libraries log, beside Easel's own lines
    texts: list[str] = []

    def call(prompt: str, path: str = "/api/generate", **headers: str) -> None:
        answer = stack.generate({**SMALL, "provider": provider, "prompt": prompt}, path, **headers)
        texts.append(answer.text + str(answer.headers))
        if answer.status_code in (200, 202):
            texts.append(stack.http.get(f"/api/jobs/{answer.json()['jobId']}").text)

    call("a cat", idempotency_key="token")
    call("a cat", f"/api/providers/{provider}/generate")
    call("later", prefer="respond-async")
    with ThreadPoolExecutor(4) as callers:
        list(callers.map(lambda fault: call(f"a cat [[fault={fault}]]"), FAULTS))
    own = ("s3.PutObject", "dynamodb.UpdateItem", "dynamodb.PutItem", "lambda.Invoke")
    for operation in own if provider == "gitee" else ():
        with stack.cloud.refusing(operation, "AccessDenied", 403):
            call(f"refused {operation}")
    with stack.functions.timeout(f"easel-{provider}", STORE_SECONDS + 0.5):
        call("a cat [[fault=hang]]")
    with ExitStack() as weather:
        weather.enter_context(stack.cloud.cutting("lambda.Invoke"))
        call("lost")
    stack.functions.wait_until_idle()

    printed = capfd.readouterr()
    assert stack.received(provider, "later"), "the token did reach the provider"
    assert not leaks(stack)
    for text in (*texts, caplog.text, printed.out, printed.err):
        assert TOKENS[provider] not in text
