"""No key and no token is in an answer, log, metric, record, object, call to AWS or execution, whatever happens.

`tests/faults` searches the traces of every fault of every provider. `test_echoing_providers.py` has providers that
repeat the token.
"""

from __future__ import annotations

import base64
import importlib
import json
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction

import batch as batch_function
from easel import generation
from easel.budgets import keys
from easel.generation import STORE_SECONDS
from easel.settings import settings
from tests.harness.batches import create_machine
from tests.harness.cloud import Cut, Dropped, Refusal
from tests.harness.easel_keys import bearer, give_key
from tests.harness.functions import FunctionDied
from tests.harness.patience import until
from tests.harness.secret_search import Watch, forms, watching
from tests.harness.stack import HEADERS, Stack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import httpx2

SMALL = {"width": 512, "height": 512}  # each provider accepts these
CALLERS = {"gitee": "zq7x-made-up-0918273645-qzj7", "modelscope": "wv3k-made-up-5647382910-kdp2"}
"""The callers' own tokens, by provider; and the deployment's."""
OWN = {"gitee": "hb8r-made-up-2468013579-tmn4", "modelscope": "cy5f-made-up-9753108642-gls9"}
MODELS = {"gitee": "z-image-turbo", "modelscope": "Tongyi-MAI/Z-Image-Turbo"}
FAULTS = ["html", "auth", "garbage", "gone"]
"""Of each kind one; tests/faults has the others."""
REFUSED = ("s3.PutObject", "dynamodb.UpdateItem", "dynamodb.PutItem", "dynamodb.GetItem", "lambda.Invoke")
LOST: dict[str, Callable[[], Refusal]] = {"cut": lambda: Cut(after=0.05), "dropped": Dropped}
WAYS: list[dict[str, str]] = [{}, {"prefer": "respond-async"}, {"accept": "image/*"}, {"x-stainless-retry-count": "0"}]


class Caller:
    """A caller with a key and tokens, and a watch for secrets."""

    def __init__(self, stack: Stack, watch: Watch, key: str) -> None:
        self.stack, self.watch, self.key = stack, watch, key

    def call(self, method: str, path: str, **options: Any) -> httpx2.Response:
        answer = self.stack.http.request(method, path, **options)
        self.watch.answered(f"{method} {path}", answer.text, answer.headers)
        return answer

    def generate(self, prompt: str, provider: str = "gitee", path: str = "", **headers: str) -> httpx2.Response:
        body = {**SMALL, "prompt": prompt, "provider": provider}
        answer = self.call("POST", path or "/api/generate", json=body, headers=headers)
        if answer.status_code in (200, 202):
            self.call("GET", f"/api/jobs/{answer.json()['jobId']}")
        return answer

    def openai(self, prompt: str, provider: str, bearer: str, **headers: str) -> httpx2.Response:
        """Send the same through `/v1`, with all credentials in one Bearer. Request two pictures."""
        body = {"model": f"{provider}/{MODELS[provider]}", "prompt": prompt, "n": 2, "size": "512x512"}
        sent = {"Authorization": f"Bearer {bearer}", **headers}
        return self.call("POST", "/v1/images/generations", json=body, headers=sent, follow_redirects=True)

    def bearers(self, provider: str) -> list[str]:
        token = CALLERS[provider]
        return [token, f"{provider}:{token}", self.key, f"{self.key},{provider}:{token},{provider}:{token}2"]

    def credentials(self, provider: str = "gitee") -> list[dict[str, str]]:
        """Return a token, a key, and both."""
        token = {HEADERS[provider]: CALLERS[provider]}
        return [token, bearer(self.key), {**token, "X-Easel-Key": self.key}]


@pytest.fixture
def caller(stack: Stack, give_tokens: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> Iterator[Caller]:
    """Watch from here to the end of the test, and fail if a secret is found."""
    key = give_key(stack.cloud, batches=True)
    monkeypatch.setenv("POWERTOOLS_METRICS_DISABLED", "false")
    give_tokens(**OWN)
    with watching(stack.cloud, [key, *OWN.values(), *CALLERS.values()]) as watch:
        yield Caller(stack, watch, key)
        stack.functions.wait_until_idle()
    watch.seen += stack.everything_written()
    assert watch.leaks() == []
    assert any(where.startswith("call dynamodb") for where, _ in watch.seen)
    for provider in OWN:
        rest(stack, provider)


def rest(stack: Stack, provider: str) -> None:
    """Clear the cooldowns that the providers' refusals have caused."""
    table = stack.cloud.environment["JOBS_TABLE"]
    stack.cloud.client("dynamodb").delete_item(TableName=table, Key={"id": {"S": f"tokens#{provider}"}})


@pytest.mark.parametrize("provider", OWN)
def test_no_secret_leaks_from_any_route_or_fault(provider: str, caller: Caller) -> None:
    own_route = f"/api/providers/{provider}/generate"
    for credentials in caller.credentials(provider):
        for way in WAYS:
            for path in ("/api/generate", own_route):
                caller.generate(f"seen {way}", provider, path, **credentials, **way)
        caller.generate("once", provider, **credentials, **{"idempotency-key": "secrets"})
        with ThreadPoolExecutor(4) as callers:
            list(callers.map(lambda fault: caller.generate(f"a [[fault={fault}]]", provider, **credentials), FAULTS))  # noqa: B023
        caller.stack.functions.wait_until_idle()
        rest(caller.stack, provider)
    for bearer_value in caller.bearers(provider):
        for prompt in ("seen", "a [[fault=auth]]"):
            caller.openai(prompt, provider, bearer_value, **{"x-stainless-retry-count": "0"})
            rest(caller.stack, provider)
    with caller.stack.functions.timeout(f"easel-{provider}", STORE_SECONDS + 0.5):
        caller.generate("a [[fault=hang]]", provider, **bearer(caller.key))
    received = {entry["token"] for entry in caller.stack.received(provider, "seen")}
    assert {CALLERS[provider][-4:], OWN[provider][-4:]} <= received  # the calls reached the provider


@pytest.mark.parametrize("operation", REFUSED)
def test_no_secret_leaks_when_aws_calls_fail(operation: str, caller: Caller) -> None:
    for credentials in caller.credentials()[1:]:
        for way in WAYS[:2]:
            with caller.stack.cloud.refusing(operation, "AccessDenied", 403):
                caller.generate(f"refused {operation}", **credentials, **way)
            for weather in LOST.values():
                left = iter([weather()])
                with caller.stack.cloud.rule(operation, lambda: next(left, None)):  # noqa: B023
                    caller.generate(f"lost {operation}", **credentials, **way)
                    caller.stack.functions.wait_until_idle()


def test_no_secret_leaks_when_a_function_dies_or_has_a_bug(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*_: object, **__: object) -> None:
        raise FunctionDied.killed()

    def fail(self: object, *given: object, **named: object) -> None:
        raise KeyError(f"inside, with {given} and {named}")  # as careless as a bug can be

    for credentials in caller.credentials()[1:]:
        for way in WAYS[:2]:
            with caller.stack.functions.broken("easel-gitee"):
                caller.generate("dead before it began", **credentials, **way)
                caller.stack.functions.wait_until_idle()
            adapter = importlib.import_module("gitee").Gitee
            for kind, name, what in ((generation.Generator, "perform", die), (adapter, "generate", fail)):
                with monkeypatch.context() as patch:
                    patch.setattr(kind, name, what)
                    caller.generate("dead at work", **credentials, **way)
                    caller.stack.functions.wait_until_idle()


def test_no_secret_leaks_from_a_wrong_place(caller: Caller) -> None:
    key, token = caller.key, CALLERS["gitee"]
    wrong: list[dict[str, str]] = [
        {"X-API-Key": key},  # a key is never sent to a provider
        {"X-Easel-Key": token},
        bearer(token),
        bearer(key[:-1]),
        bearer(f"{key[:-1]}{'a' if key[-1] != 'a' else 'b'}"),
        bearer(keys.make()),
        bearer(f"gitee:{key}"),
        bearer(f"{token},{key}"),
        bearer(f"{key},gitee:{token}\tx"),
        {"Authorization": key},
        {"Authorization": f"Basic {base64.b64encode(key.encode()).decode()}"},
        {"X-API-Key": f"{token}\tand more"},
        {"Cookie": f"key={key}; token={token}"},
        {"Idempotency-Key": f"{key} {token}", **bearer(key)},
        {"User-Agent": key, "Referer": f"https://page.test/?{key}", "Origin": f"https://{token}.test"},
        {"X-Forwarded-For": token, "Forwarded": f"for={key}"},
        {"Prefer": f"wait={token}", "If-None-Match": key, "Accept": key, **bearer(key)},
    ]
    for headers in wrong:
        for path in ("/api/generate", "/api/providers/gitee/generate"):
            caller.generate("misplaced", path=path, **headers)
        caller.call("POST", "/v1/images/generations", json={"prompt": "misplaced", "size": "512x512"}, headers=headers)
        for path in ("/api/key", "/v1/models", "/api/jobs", "/api/batches", "/nowhere"):
            caller.call("GET", path, headers=headers)
        caller.call("POST", "/api/batches", json={"requests": "none"}, headers=headers)
    for path in ("/api/generate", "/api/jobs", "/api/providers/gitee/generate"):
        caller.call("POST", f"{path}?key={key}&token={token}", json={"key": 1})
        caller.call("GET", f"{path}?cursor={key}", headers=bearer(key))
    assert not [entry for entry in caller.stack.received("gitee", "misplaced") if entry["token"] == key[-4:]]


@pytest.fixture
def machine(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The stack's batches, on a state machine that does not wait."""
    stack.functions._handlers["easel-batch"] = batch_function.handler
    monkeypatch.setenv("BATCH_MACHINE", create_machine(stack.cloud, f"secrets-{uuid.uuid4().hex[:8]}", "easel-batch"))
    monkeypatch.setenv("MOTO_PORT", stack.cloud.url.rsplit(":", 1)[1])
    monkeypatch.setattr(WaitFunction, "_wait_interval", lambda self, env, wait_seconds: time.sleep(0.05))
    settings.cache_clear()
    yield
    del stack.functions._handlers["easel-batch"]


@pytest.mark.usefixtures("machine")
def test_no_secret_leaks_from_batches(caller: Caller) -> None:
    faults = {"gitee": ("auth", "gone", "moderation"), "modelscope": ("auth", "moderation")}
    lines = [
        {"prompt": f"a [[fault={fault}]]", "provider": provider, **SMALL}
        for provider, some in faults.items()
        for fault in some
    ]
    held = bearer(caller.key)
    manifest = "".join(json.dumps(line) + "\n" for line in [*lines, {"prompt": "fine", **SMALL}, {"steps": 99}])
    wanted = {"size": len(manifest.encode()), "name": "lines.jsonl"}
    place = caller.call("POST", "/api/batches/uploads", json=wanted, headers=held).json()
    caller.call("POST", "/api/batches/preview", content=manifest)
    assert caller.stack.http.put(place["uploadUrl"], content=manifest, headers=place["uploadHeaders"]).is_success
    started = caller.call("POST", "/api/batches", json={"manifest": place["manifest"]}, headers=held).json()
    address = f"/api/batches/{started['batchId']}"

    def ended() -> bool:
        return "finishedAt" in caller.call("GET", address, headers=held).json()

    until(ended)
    results = caller.call("GET", f"{address}/results", headers=held, follow_redirects=True)
    assert len(results.text.splitlines()) == len(lines) + 2
    for path in ("/api/batches", "/api/jobs", "/api/key"):
        caller.call("GET", path, headers=held)
    caller.call("DELETE", address, headers=held)


@pytest.mark.usefixtures("machine")
def test_no_secret_leaks_from_openai_batches(caller: Caller) -> None:
    held = bearer(caller.key)
    bodies: list[dict[str, Any]] = [
        {"model": f"gitee/{MODELS['gitee']}", "prompt": prompt, "size": "512x512"}
        for prompt in ("fine", "a [[fault=auth]]", "a [[fault=gone]]")
    ]
    lines = [
        {"custom_id": f"line-{number}", "method": "POST", "url": "/v1/images/generations", "body": body}
        for number, body in enumerate(bodies)
    ]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    sent = {"files": {"file": ("lines.jsonl", text)}, "data": {"purpose": "batch"}}
    file = caller.call("POST", "/v1/files", headers=held, **sent).json()
    asked = {"input_file_id": file["id"], "endpoint": "/v1/images/generations", "completion_window": "24h"}
    started = caller.call("POST", "/v1/batches", json=asked, headers=held).json()

    def ended() -> Any:
        batch = caller.call("GET", f"/v1/batches/{started['id']}", headers=held).json()
        return batch if batch["status"] in ("completed", "failed") else None

    batch = until(ended)
    assert batch["request_counts"] == {"total": 3, "completed": 1, "failed": 2}
    for output in (batch["output_file_id"], batch["error_file_id"]):
        caller.call("GET", f"/v1/files/{output}/content", headers=held, follow_redirects=True)
    for path in ("/v1/files", "/v1/batches"):
        caller.call("GET", path, headers=held)


def test_the_search_finds_known_secrets(stack: Stack) -> None:
    """Without this, a search that never finds anything would pass."""
    secret = CALLERS["gitee"]
    with watching(stack.cloud, [secret]) as watch:
        print(f"a token: {secret[:14]}…")
        stack.cloud.client("dynamodb").put_item(
            TableName=stack.cloud.environment["JOBS_TABLE"],
            Item={"id": {"S": "leak"}, "held": {"S": base64.b64encode(secret.encode()).decode()}},
        )
        stack.cloud.client("sqs")  # created, and not called
    stack.cloud.client("dynamodb").delete_item(
        TableName=stack.cloud.environment["JOBS_TABLE"], Key={"id": {"S": "leak"}}
    )
    assert watch.leaks() == ["call dynamodb.PutItem", "print", "table leak"]
    assert len(forms(secret)) > 40
