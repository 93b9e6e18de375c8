"""Calls with and without an Easel key: permissions, charges, and budgets that hold exactly."""

from __future__ import annotations

import contextlib
import itertools
import json
import random
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from easel import generation
from easel.budgets import keys
from easel.providers import progress
from easel.settings import settings
from tests.emulators.held_pictures import holding
from tests.harness import gateway
from tests.harness.batches import forget_cooldowns
from tests.harness.cloud import Cut, Dropped, Refusal
from tests.harness.easel_keys import bearer, give_key
from tests.harness.functions import FunctionDied
from tests.harness.patience import HANGS_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx2

    from tests.harness.stack import Stack

SMALL = {"width": 256, "height": 256}
WAYS = ("/api/generate", "/api/providers/gitee/generate")
ASYNC = {"prefer": "respond-async"}
numbers = itertools.count(1)


@dataclass(frozen=True)
class Holder:
    """A caller with a key, at a deployment with its own tokens."""

    stack: Stack
    text: str
    token: str

    @property
    def payer(self) -> str:
        return f"use#{keys.id_of(self.text)}"

    def generate(self, prompt: str = "a cat", path: str = "/api/generate", **headers: str) -> httpx2.Response:
        """Send a call like `send`, follow its redirects, and return the last response."""
        return self.stack.wait_on(self.send(prompt, path, **headers))

    def send(self, prompt: str = "a cat", path: str = "/api/generate", **headers: str) -> httpx2.Response:
        body = {**SMALL, "prompt": prompt, "provider": "gitee"}
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.stack.http.post(path, json=body, headers={**bearer(self.text), **sent})

    def used(self) -> dict[str, int]:
        """Return the counters of the key's item after all functions have ended."""
        self.stack.functions.wait_until_idle()
        item = next((item for item in self.stack.cloud.items() if item["id"]["S"] == self.payer), {})
        counts: Counter[str] = Counter()
        for name, value in item.items():
            kind = name.partition("#")[0]
            if kind != "counted" and ("#" in name or name == "running"):  # a moment later
                counts[kind] += 1 if kind == "held" else int(value["N"])
        return {kind: number for kind, number in counts.items() if number and kind != "minute"}


@pytest.fixture
def deployment(give_tokens: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """A deployment with its own tokens. Calling the fixture changes its settings."""
    token = f"own-gitee-token-{next(numbers):04}"
    give_tokens(gitee=f"team A={token}")

    def change(**values: object) -> str:
        for name, value in values.items():
            monkeypatch.setenv(name, str(value))
        settings.cache_clear()
        return token

    return change


@pytest.fixture
def holder(stack: Stack, deployment: Callable[..., str]) -> Callable[..., Holder]:
    return lambda **fields: Holder(stack, give_key(stack.cloud, **fields), deployment())


@pytest.mark.parametrize(("path", "headers"), [(WAYS[0], {}), (WAYS[1], ASYNC), (WAYS[0], {"idempotency_key": "k"})])
def test_a_key_lets_its_holder_use_the_deployments_tokens(
    path: str, headers: dict[str, str], holder: Callable[..., Holder], stack: Stack
) -> None:
    alice, mark = holder(day=5), f"with a key {path} {headers}"
    answer = alice.generate(mark, path, **headers)
    assert stack.ended(answer)["status"] == "succeeded"
    assert answer.headers["RateLimit-Policy"] == '"day";q=5;w=86400'
    assert answer.headers["RateLimit"].startswith('"day";r=4;t=')
    (received,) = stack.received("gitee", mark)
    assert received["token"] == alice.token[-4:]
    assert alice.used() == {"day": 1, "month": 1}


def test_the_quota_names_the_deployments_tokens(holder: Callable[..., Holder], stack: Stack) -> None:
    alice = holder()
    assert alice.generate("counted for its token").status_code == 200
    stack.functions.wait_until_idle()
    answer = stack.http.get("/api/quota", headers=bearer(alice.text))
    by_provider = {entry["provider"]: entry for entry in answer.json()["providers"]}
    assert [(token["name"], token["drawnToday"]) for token in by_provider["gitee"]["tokens"]] == [("team A", 1)]
    assert [token["name"] for token in by_provider["huggingface"]["tokens"]] == ["no token"]
    assert by_provider["modelscope"]["tokens"] == []
    assert alice.token not in answer.text


def test_a_caller_with_a_key_may_bring_its_own_token(holder: Callable[..., Holder], stack: Stack) -> None:
    alice = holder()
    assert alice.generate("own token", x_api_key="a-callers-token-9876").status_code == 200
    (received,) = stack.received("gitee", "own token")
    assert received["token"] == "9876"
    assert alice.used()["day"] == 1


def test_an_idempotent_repeat_is_free_at_the_limit(holder: Callable[..., Holder]) -> None:
    alice, bob = holder(day=1), holder()
    first, second = (alice.generate("once only", idempotency_key="one") for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json() == second.json()
    assert alice.generate("another", idempotency_key="two").status_code == 429
    assert alice.used() == {"day": 1, "month": 1}
    assert bob.generate("once only", idempotency_key="one").json()["jobId"] != first.json()["jobId"]


def test_concurrent_calls_spend_their_budget_exactly(
    holder: Callable[..., Holder], stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "QUIET_SECONDS", 60.0)
    alice = holder(day=6)
    assert alice.generate("warm", x_easel_key=give_key(stack.cloud)).status_code == 200
    answers = at_once(alice, 24, "many")
    assert [answer.text[:500] for answer in answers if answer.status_code not in (200, 429)] == []
    assert Counter(answer.status_code for answer in answers) == {200: 6, 429: 18}
    for answer in answers:
        if answer.status_code == 429:
            assert answer.json()["code"] == "QUOTA_EXCEEDED"
            assert "has reached its limit of 6 pictures a day" in answer.json()["error"]
            assert int(answer.headers["Retry-After"]) > 0
            assert answer.headers["RateLimit"].startswith('"day";r=0;t=')
    assert len(stack.received("gitee", "many")) == 6
    assert alice.used() == {"day": 6, "month": 6}


def at_once(alice: Holder, calls: int, prompt: str, *ways: dict[str, str]) -> list[httpx2.Response]:
    """Send concurrent calls in these ways in turn. By default they wait for the picture."""
    sent = zip(range(calls), itertools.cycle(ways or [{}]), strict=False)
    with ThreadPoolExecutor(calls) as callers:
        return list(callers.map(lambda call: alice.generate(f"{prompt} {call[0]}", **call[1]), sent))


REFUSED = ("moderation", "error", "html")
"""Faults of a provider that draws nothing, and below those of one that may have drawn."""
SPOILT = ("cut", "badimage", "gone")


def test_concurrent_calls_with_failures_spend_their_budget(
    holder: Callable[..., Holder], stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some calls meet a provider's fault, one in ten calls to AWS is lost or refused, and functions die."""
    monkeypatch.setattr(progress, "QUIET_SECONDS", 60.0)
    alice, dice, mark = holder(day=10), random.Random(1), "storm"
    perform = generation.Generator.perform

    def mortal(self: generation.Generator, *given: Any, **named: Any) -> Any:
        if dice.random() < 0.05:
            raise FunctionDied.killed()
        return perform(self, *given, **named)

    def weather() -> Refusal | None:
        kinds = [Cut(after=0.05), Dropped(), Refusal(500, "InternalServerError")]
        return dice.choice(kinds) if dice.random() < 0.1 else None

    def call(number: int) -> httpx2.Response:
        fault = dice.choice([*REFUSED, *SPOILT, *[""] * 10])
        return alice.generate(f"{mark} {number}" + (f" [[fault={fault}]]" if fault else ""))

    with contextlib.ExitStack() as storm:
        for operation in ("dynamodb.UpdateItem", "dynamodb.PutItem", "dynamodb.GetItem", "lambda.Invoke"):
            storm.enter_context(stack.cloud.rule(operation, weather))
        storm.enter_context(monkeypatch.context()).setattr(generation.Generator, "perform", mortal)
        with ThreadPoolExecutor(40) as callers:
            answers = list(callers.map(call, range(40)))
        stack.functions.wait_until_idle()
    forget_cooldowns()  # a gateway's page blocks the model for seconds
    while (answer := alice.generate(f"{mark} after")).status_code != 429:  # a refunded picture can be requested again
        answers.append(answer)
    answers.append(answer)
    refused = [answer for answer in answers if answer.status_code == 429 and answer.json()["code"] == "QUOTA_EXCEEDED"]
    assert len(refused) > 1
    assert all('"day";r=0;t=' in answer.headers["RateLimit"] for answer in refused)
    used, drawn = alice.used(), len(drawn_for(stack, mark))
    made = [answer for answer in answers if answer.status_code == 200]
    assert used["day"] == 10
    # The other outcomes are unknown: a dead or silent function may have generated a picture.
    assert len(made) <= drawn <= 10


def drawn_for(stack: Stack, mark: str) -> list[dict[str, Any]]:
    """Return the calls that reached the provider and were not refused."""
    every = stack.received("gitee", mark)
    return [entry for entry in every if not any(f"fault={fault}" in json.dumps(entry) for fault in REFUSED)]


@pytest.mark.parametrize(("fault", "kept"), [("moderation", 0), ("gone", 1)])
def test_a_refused_picture_is_refunded(fault: str, kept: int, holder: Callable[..., Holder]) -> None:
    """tests/faults has for each fault whether a picture may have been generated."""
    alice = holder()
    assert alice.generate(f"a cat [[fault={fault}]]").status_code >= 400
    assert alice.used() == ({"day": 1, "month": 1} if kept else {})


def test_a_picture_of_a_dead_function_stays_charged(
    holder: Callable[..., Holder], monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = holder()

    def die(*_: object, **__: object) -> None:
        raise FunctionDied.killed()

    with monkeypatch.context() as patch:
        patch.setattr(generation.Generator, "perform", die)
        assert alice.generate().status_code == 500
    assert alice.used() == {"day": 1, "month": 1}


def test_a_cancelled_job_is_refunded(holder: Callable[..., Holder], stack: Stack) -> None:
    alice = holder()
    cancelled: list[int] = []

    def cancel() -> None:
        for item in stack.cloud.items():
            if item.get("owner", {}).get("S") == f"jobs#{keys.id_of(alice.text)}":
                cancelled.append(stack.http.delete(f"/api/jobs/{item['id']['S']}").status_code)

    with stack.cloud.rule("lambda.Invoke", lambda: cancel()):
        answer = alice.generate(prefer="respond-async")
    assert stack.ended(answer)["code"] == "CANCELLED"
    assert cancelled == [200]
    assert alice.used() == {}


def test_a_key_without_permission_reaches_no_provider(holder: Callable[..., Holder], stack: Stack) -> None:
    alice = holder(models=("huggingface/*",))
    answer = alice.generate("not permitted")
    assert (answer.status_code, answer.json()["code"]) == (403, "AUTH_INVALID")
    assert "may not use gitee/z-image-turbo" in answer.json()["error"]
    assert not stack.received("gitee", "not permitted")
    assert alice.used() == {}


def test_concurrent_calls_are_limited(holder: Callable[..., Holder], stack: Stack) -> None:
    alice = holder(at_once=3)
    with holding("at once"):
        answers = at_once(alice, 8, "at once", ASYNC)
    assert Counter(answer.status_code for answer in answers) == {202: 3, 429: 5}
    assert {answer.json()["code"] for answer in answers if answer.status_code == 429} == {"RATE_LIMITED"}
    assert alice.used() == {"day": 3, "month": 3}
    assert alice.generate("again").status_code == 200


def test_with_access_keys_a_token_alone_is_not_enough(
    deployment: Callable[..., str], holder: Callable[..., Holder], stack: Stack
) -> None:
    alice = holder()
    deployment(ACCESS="keys")
    for answer in (stack.generate(SMALL), stack.generate({**SMALL, "provider": "huggingface"}, x_hf_token="")):
        assert (answer.status_code, answer.json()["code"]) == (401, "AUTH_REQUIRED")
        assert "Easel key" in answer.json()["error"]
        assert answer.headers["www-authenticate"] == "Bearer"
    assert stack.http.post("/api/upscale", json={"url": "https://example.com/x.png"}).status_code == 401
    assert alice.generate().status_code == 200
    assert alice.generate(authorization="", x_easel_key=alice.text).status_code == 200


def test_a_deployment_without_tokens_is_reported(deployment: Callable[..., str], holder: Callable[..., Holder]) -> None:
    alice = holder()
    deployment(PARAMETERS_PATH="/without-tokens")
    answer = alice.generate()
    assert (answer.status_code, answer.json()["code"]) == (401, "AUTH_REQUIRED")
    assert "this deployment has no token of Gitee AI" in answer.json()["error"]
    assert alice.used() == {}


def test_a_token_is_not_used_during_its_cooldown(holder: Callable[..., Holder], stack: Stack) -> None:
    alice = holder()
    assert alice.generate("tired [[fault=rate]]").status_code == 429
    answer = alice.generate("tired again")
    assert (answer.status_code, answer.json()["code"]) == (429, "RATE_LIMITED")
    assert "tokens of Gitee AI rest for" in answer.json()["error"]
    assert not stack.received("gitee", "tired again")
    assert alice.used() == {}


def test_the_deployments_limit_applies_to_all_callers(
    deployment: Callable[..., str], holder: Callable[..., Holder], stack: Stack
) -> None:
    alice = holder()
    stack.cloud.client("dynamodb").delete_item(
        TableName=stack.cloud.environment["JOBS_TABLE"], Key={"id": {"S": "everybody"}}
    )
    deployment(DAILY_PICTURES=4)
    with ThreadPoolExecutor(12) as callers:
        with_key = callers.map(lambda _: alice.generate("guarded"), range(6))
        with_token = callers.map(lambda _: stack.generate({**SMALL, "prompt": "guarded"}), range(6))
        statuses = Counter(answer.status_code for answers in (with_key, with_token) for answer in answers)
    assert statuses == {200: 4, 429: 8}
    refused = alice.generate()
    assert "this deployment has reached its limit of 4 pictures a day" in refused.json()["error"]
    assert len(stack.received("gitee", "guarded")) == 4


def test_anonymous_callers_are_limited_by_their_address(
    deployment: Callable[..., str], stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployment(ANONYMOUS_PICTURES=2)
    asked, perform = threading.Event(), generation.Generator.perform

    def later(self: generation.Generator, *job: Any, **how: Any) -> Any:
        """No picture may fail and be refunded before all have been requested."""
        asked.wait(HANGS_SECONDS)
        return perform(self, *job, **how)

    monkeypatch.setattr(generation.Generator, "perform", later)
    answers = []
    for number, address in enumerate(["192.0.2.1"] * 4 + ["192.0.2.2"]):
        event = anonymous_event(address, f"10.0.0.{number}")
        answers.append(stack.functions.run("easel-router", event).value)
    asked.set()
    assert [answer["statusCode"] for answer in answers] == [202, 202, 429, 429, 202]
    assert "your address has reached its limit of 2 pictures a day" in json.loads(answers[2]["body"])["error"]


def anonymous_event(address: str, forwarded: str) -> dict[str, Any]:
    from werkzeug.test import EnvironBuilder

    body = json.dumps({**SMALL, "provider": "huggingface", "prompt": "a cat"})
    headers = [("X-Forwarded-For", forwarded), ("Forwarded", f"for={forwarded}"), ("Prefer", "respond-async")]
    builder = EnvironBuilder("/api/generate", "https://api.test", method="POST", data=body, headers=headers)
    made = gateway.event(builder.get_request(), None)
    made["headers"]["x-forwarded-for"] = forwarded
    made["requestContext"]["http"]["sourceIp"] = address
    return made


@pytest.mark.parametrize("path", WAYS)
def test_every_generating_answer_says_what_is_left(path: str, holder: Callable[..., Holder], stack: Stack) -> None:
    alice = holder(day=4, at_once=4)
    seen = [(alice.generate("now", path), 200, 3), (alice.generate("later", path, prefer="respond-async"), 202, 2)]
    with stack.holding("long"):
        seen.append((alice.send("long", path), 303, 1))
    seen.append((alice.generate("refused [[fault=moderation]]", path), 400, 0))
    alice.used()  # waits for their ends; refused pictures are refunded
    seen.append((alice.generate("the last", path, accept="image/*"), 303, 0))
    seen.append((alice.generate("too many", path), 429, 0))
    for answer, status, left in seen:
        assert answer.status_code == status, answer.text
        policy = answer.headers["RateLimit-Policy"]
        assert policy == '"running";q=4;qu="concurrent-requests", "day";q=4;w=86400'
        assert f'"day";r={left};t=' in answer.headers["RateLimit"]
        assert ("Retry-After" in answer.headers) == (status in (202, 429))


def test_protected_pictures_are_visible_to_their_key_only(
    deployment: Callable[..., str], holder: Callable[..., Holder], stack: Stack
) -> None:
    alice, bob = holder(), holder()
    deployment(ACCESS="keys", PICTURES_NEED_KEY="true")
    made = alice.generate("a secret").json()
    name, job_id = made["imageDetails"]["url"].rpartition("/")[2], made["jobId"]
    for path in (f"/api/images/{name}", f"/api/images/{job_id}.json", f"/api/jobs/{job_id}", f"/api/generate/{job_id}"):
        nobody, another = stack.http.get(path), stack.http.get(path, headers=bearer(bob.text))
        assert (nobody.status_code, nobody.json()["code"]) == (401, "AUTH_REQUIRED")
        assert (another.status_code, another.json()["code"]) == (404, "NOT_FOUND")
        assert stack.http.head(path).status_code == 401
    waiting = f"/v1/images/generations/{job_id}"
    assert stack.http.get(waiting).status_code == 401
    assert stack.http.get(waiting, headers=bearer(bob.text)).status_code == 404
    assert stack.http.get(waiting, headers=bearer(alice.text)).json()["easel"]["jobs"][0]["jobId"] == job_id
    assert stack.http.delete(f"/api/jobs/{job_id}", headers=bearer(bob.text)).status_code == 404
    answer = stack.http.get(f"/api/images/{name}", headers={"X-Easel-Key": alice.text})
    assert (answer.status_code, answer.headers["Cache-Control"]) == (302, "no-store")
    facts = stack.http.get(f"/api/images/{job_id}.json", headers=bearer(alice.text))
    assert (facts.status_code, facts.headers["Cache-Control"]) == (200, "no-store")
    # Like curl and browsers, the client sends no Authorization to another host.
    picture = stack.http.get(f"/api/images/{name}", headers=bearer(alice.text), follow_redirects=True)
    assert (picture.status_code, picture.headers["Content-Type"]) == (200, "image/png")
    assert stack.http.get(f"/api/jobs/{job_id}", headers=bearer(alice.text)).json()["status"] == "succeeded"


def openai(stack: Stack, text: str, prompt: str, count: int = 1) -> httpx2.Response:
    body = {"model": "gitee/z-image-turbo", "prompt": prompt, "n": count, "size": "256x256"}
    return stack.http.post("/v1/images/generations", json=body, headers=bearer(text), follow_redirects=True)


def test_a_key_works_for_openais_clients_and_each_picture_counts(holder: Callable[..., Holder], stack: Stack) -> None:
    alice = holder(day=3)
    answer = openai(stack, alice.text, "by an sdk", 2)
    assert (answer.status_code, len(answer.json()["data"])) == (200, 2)
    assert answer.headers["RateLimit-Policy"] == '"day";q=3;w=86400'
    beyond = openai(stack, alice.text, "by an sdk", 2).json()
    assert (len(beyond["data"]), len(beyond["easel"]["errors"])) == (1, 1)
    refused = openai(stack, alice.text, "by an sdk")
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "insufficient_quota")
    assert "has reached its limit of 3 pictures a day" in refused.json()["error"]["message"]
    assert int(refused.headers["Retry-After"]) > 0
    assert alice.used()["day"] == 3
    assert {entry["token"] for entry in stack.received("gitee", "by an sdk")} == {alice.token[-4:]}


def test_protected_pictures_are_upscaled_by_their_key_only(
    deployment: Callable[..., str], holder: Callable[..., Holder], stack: Stack
) -> None:
    alice, bob = holder(), holder()
    deployment(ACCESS="keys", PICTURES_NEED_KEY="true")
    own = alice.generate("a secret").json()["imageDetails"]["url"]
    for url in (own, own.replace("/api/", "/prefix/api/"), f"{own}?x"):
        answer = stack.http.post("/api/upscale", json={"url": url}, headers=bearer(bob.text))
        assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_PARAMS"), answer.text
    assert bob.used() == {}
    answer = stack.http.post("/api/upscale", json={"url": own}, headers=bearer(alice.text))
    assert answer.json()["code"] == "UPSTREAM_ERROR"  # permission was granted: this stack has no Space


def test_a_revoked_key_is_refused_at_once_on_every_route(holder: Callable[..., Holder], stack: Stack) -> None:
    alice = holder(batches=True)
    paths = ["/api/key", "/v1/key", "/api/jobs", "/api/batches"]
    assert {stack.http.get(path, headers=bearer(alice.text)).status_code for path in paths} == {200}
    assert alice.generate().status_code == 200
    give_key(stack.cloud, alice.text, batches=True, revoked=1.0)
    assert {stack.http.get(path, headers=bearer(alice.text)).status_code for path in paths} == {401}
    assert alice.generate().status_code == 401
    assert alice.generate(prefer="respond-async").status_code == 401
    assert stack.http.post("/api/batches", json={"requests": [{}]}, headers=bearer(alice.text)).status_code == 401
