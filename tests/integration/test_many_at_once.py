"""Many concurrent generations, each longer than its caller waits: no picture is lost or generated twice."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from easel.providers import progress
from easel.store import jobs
from tests.emulators.held_pictures import holding

if TYPE_CHECKING:
    import httpx2
    import pytest

    from tests.harness.stack import Stack

CALLS = 40


def test_every_redirected_call_gets_its_picture(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    # Forty writes of progress a second are too many for moto on a busy core, though not for DynamoDB.
    monkeypatch.setattr(progress, "QUIET_SECONDS", 60.0)

    def call(number: int) -> httpx2.Response:
        fields = {"prompt": f"one of many {number}", "seed": number, "width": 256, "height": 256}
        return stack.generate(fields, prefer="wait=2")

    # Warm up: one connection pool for all calls.
    assert stack.generate({"width": 256, "height": 256}).status_code == 200
    with ThreadPoolExecutor(CALLS) as callers, holding("one of many"):
        answers = list(callers.map(call, range(CALLS)))
    assert Counter(answer.status_code for answer in answers) == {202: CALLS}
    ids = [answer.json()["jobId"] for answer in answers]
    assert len(set(ids)) == CALLS
    stack.functions.wait_until_idle()

    ended = [jobs.get(job_id) for job_id in ids]
    assert Counter(job.status for job in ended) == {"succeeded": CALLS}
    assert [job.request.seed for job in ended] == list(range(CALLS))
    assert [job.result.seed for job in ended if job.result] == list(range(CALLS))
    keys = {job.result.key for job in ended if job.result}
    assert len(keys) == CALLS
    assert keys <= set(stack.cloud.stored())
    received = stack.received("gitee", "one of many")
    assert Counter(entry["json"]["seed"] for entry in received) == dict.fromkeys(range(CALLS), 1)
