"""A proxy in front of AWS loses, delays, repeats and refuses calls at random: each caller gets an answer and pays once.

`HOSTILE_CALLS` sets the number of calls, and `HOSTILE_SEED` the seed.
"""

from __future__ import annotations

import json
import os
import random
import re
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from easel.front_door import dispatch
from easel.settings import settings
from easel.store import images
from tests.harness.cloud import Cut, Dropped, Late, Refusal, Repeated, Then
from tests.harness.easel_keys import bearer, give_key
from tests.harness.python_words import PYTHON
from tests.integration.conftest import charged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import httpx2

    from tests.harness.stack import Stack

CALLS = int(os.environ.get("HOSTILE_CALLS", "40"))
SEED = int(os.environ.get("HOSTILE_SEED", "21"))
AT_ONCE = 4
REPEATS = 3
"""Repeats of a call while the weather lasts."""
TABLE = ("GetItem", "PutItem", "UpdateItem", "TransactWriteItems", "BatchGetItem", "Query")
OPERATIONS = (
    *(f"dynamodb.{name}" for name in TABLE),
    *("s3.PutObject", "s3.GetObject", "s3.HeadObject", "lambda.Invoke", "ssm.GetParameter"),
)
LONGEST_SPELL = 6
"""Calls of an operation that fail in a row; botocore sends each up to four times."""
DESCRIBED = {"UNKNOWN", "TIMEOUT", "GENERATION_FAILED"}
"""Codes of 5xx that tell of AWS."""


AWS_CODES = re.compile("InternalServerError|ThrottlingException")


class Weather:
    """The failures of one operation's calls: phases in which each call fails in the same way."""

    def __init__(self, operation: str) -> None:
        self._random = random.Random(f"{SEED} {operation}")
        self._lock = threading.Lock()
        self._left, self._kind = 0, Refusal(0, "")
        self.seen: Counter[str] = Counter()

    def __call__(self) -> Refusal | None:
        with self._lock:
            if not self._left and self._random.random() < 0.08:
                self._left, self._kind = self._random.randint(1, LONGEST_SPELL), self._random.choice(KINDS)
            if not self._left:
                return None
            self._left -= 1
            self.seen[type(self._kind).__name__] += 1
            return self._kind


KINDS = (
    Dropped(),
    Late(),
    Cut(),
    Repeated(),
    Refusal(500, "InternalServerError"),
    Refusal(400, "ThrottlingException"),
    Then(action=lambda: time.sleep(0.2)),
)


@dataclass
class Caller:
    """A caller with an Easel key, who requests one picture in some way."""

    stack: Stack
    key: str
    number: int
    answers: list[httpx2.Response] = field(default_factory=list)

    WAYS = ("waits", "waits", "own route", "async", "sdk", "sdk", "without a key of its own")

    @property
    def way(self) -> str:
        return self.WAYS[self.number % len(self.WAYS)]

    @property
    def mark(self) -> str:
        return f"weather {SEED} {self.number} end"

    def ask(self) -> httpx2.Response:
        """Send one call. The first one is retried as its client does."""
        fields = {"prompt": self.mark, "width": 512, "height": 512}
        headers, path = bearer(self.key), "/api/generate"
        provider = ("gitee", "modelscope")[self.number % 2]
        if self.way == "sdk":
            headers |= {"X-Stainless-Retry-Count": str(len(self.answers))}
            fields = {"prompt": self.mark, "model": f"{provider}/{MODELS[provider]}", "size": "512x512", "n": 1}
            path = "/v1/images/generations"
        else:
            fields["provider"] = provider
            headers |= {} if self.way == "without a key of its own" else {"Idempotency-Key": self.mark}
            headers |= {"Prefer": "respond-async"} if self.way == "async" else {}
            path = f"/api/providers/{provider}/generate" if self.way == "own route" else path
        answer = self.stack.http.post(path, json=fields, headers=headers)
        self.answers.append(answer)
        return answer

    def in_the_weather(self) -> None:
        """Send the call and its retries, and read its job."""
        for _ in range(REPEATS):
            answer = self.ask()
            check(answer)
            if answer.status_code == 202:
                check(self.stack.http.get(f"/api/jobs/{answer.json()['jobId']}", headers=bearer(self.key)))
            if answer.status_code == 200 or self.way == "without a key of its own":
                break
        for path in ("/api/key", "/api/jobs?limit=3"):
            check(self.stack.http.get(path, headers=bearer(self.key)))

    def afterwards(self) -> bytes:
        """Return the picture in the end."""
        answer = self.stack.wait_on(self.ask())
        while answer.status_code in (202, 303):
            answer = self.stack.http.get(f"/api/jobs/{answer.json()['jobId']}?wait=20", headers=bearer(self.key))
        assert answer.status_code == 200, (self.way, self.mark, answer.text, [each.text for each in self.answers])
        body = answer.json()
        url = body["data"][0]["url"] if "data" in body else body["imageDetails"]["url"]
        return self.stack.http.get(url, follow_redirects=True).content


MODELS = {"gitee": "z-image-turbo", "modelscope": "z-image-turbo"}


def check(answer: httpx2.Response) -> None:
    """Assert that an answer is a success, or an error that the API describes."""
    if answer.status_code < 400:
        return
    body = answer.json()
    code = body.get("easel", body)["code"]
    assert answer.status_code == 429 or code in DESCRIBED, (answer.request.url, answer.text)
    assert not PYTHON.search(AWS_CODES.sub("", answer.text)), answer.text


@contextmanager
def weather(stack: Stack) -> Iterator[dict[str, Weather]]:
    with ExitStack() as rules:
        winds = {operation: Weather(operation) for operation in OPERATIONS}
        for operation, wind in winds.items():
            rules.enter_context(stack.cloud.rule(operation, wind))
        yield winds


@pytest.fixture
def hurried(stack: Stack, give_tokens: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> Stack:
    """The deployed Easel with its own tokens. Callers hardly wait for a job without a worker."""
    give_tokens(**{provider: f"own-{provider}-token-for-tests" for provider in MODELS})
    monkeypatch.setenv("WAIT_SECONDS", "3")
    monkeypatch.setattr(dispatch, "UNSTARTED_SECONDS", 0.5)
    settings.cache_clear()
    return stack


def silence(stack: Stack) -> None:
    """End the heartbeats of claimed jobs without a worker: the response to their claim was lost."""
    for item in stack.cloud.items():
        if item.get("status", {}).get("S") == "running":
            stack.cloud.client("dynamodb").update_item(
                TableName=stack.environment["JOBS_TABLE"],
                Key={"id": item["id"]},
                UpdateExpression="SET seen = :long_ago",
                ExpressionAttributeValues={":long_ago": {"N": "1"}},
            )


def test_no_failure_loses_a_call_a_picture_or_a_charge(hurried: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    stack = hurried
    key = give_key(stack.cloud)
    callers = [Caller(stack, key, number) for number in range(CALLS)]
    with weather(stack) as winds, ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(Caller.in_the_weather, callers))
        stack.functions.wait_until_idle()
    assert all(wind.seen for name, wind in winds.items() if name in ("dynamodb.UpdateItem", "lambda.Invoke")), winds
    silence(stack)
    monkeypatch.setenv("WAIT_SECONDS", "25")
    settings.cache_clear()
    repeated = [caller for caller in callers if caller.way != "without a key of its own"]
    for caller in repeated:
        assert images.inspect(caller.afterwards(), "gitee").width == 512, caller
    stack.functions.wait_until_idle()
    entries = json.dumps([*stack.received("gitee"), *stack.received("modelscope")])
    drawn = {caller.mark: entries.count(f'"{caller.mark}"') for caller in callers}
    assert {caller.mark: caller.way for caller in repeated if drawn[caller.mark] != 1} == {}
    assert charged(stack, key) == sum(drawn.values())
