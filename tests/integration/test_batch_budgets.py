"""Batches that a key pays for: each picture is charged before it is requested, and the batch waits at the limit."""

from __future__ import annotations

import itertools
import time
from collections import Counter
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from easel.batch import batches, claims
from easel.budgets import keys, periods
from easel.errors import ProviderUnreachable, RateLimited
from easel.settings import settings
from easel.store.payer import DEPLOYMENT
from tests.harness.batches import Killed, World, worlds
from tests.harness.cloud import Cut, Dropped, Refusal
from tests.harness.easel_keys import give_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from easel.batch.batches import Batch
    from easel.store.records import GenerationRequest
    from tests.harness.cloud import Cloud


@pytest.fixture
def world(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A world in which the state machine's wait of a day takes less than a second."""
    for made in worlds(cloud, monkeypatch):
        made.hurry(1e-5)
        forget_everybody(cloud)
        yield made


def forget_everybody(cloud: Cloud) -> None:
    table = cloud.environment["JOBS_TABLE"]
    cloud.client("dynamodb").delete_item(TableName=table, Key={"id": {"S": DEPLOYMENT.item_id}})


def cats(count: int, **more: Any) -> list[dict[str, Any]]:
    return [{"prompt": f"cat {number}", **more} for number in range(count)]


def used(cloud: Cloud, payer: str) -> dict[str, int]:
    """Return a payer's counters by name, with all its marks together as `held`."""
    item = next((item for item in cloud.items() if item["id"]["S"] == payer), {})
    counters = {name: int(value["N"]) for name, value in item.items() if name.startswith(("day#", "month#", "running"))}
    held = sum(name.startswith("held#") for name in item)
    return {name: number for name, number in {**counters, "held": held}.items() if number}


def days(cloud: Cloud, payer: str) -> list[int]:
    """Return the pictures that are charged on each day, in order of days."""
    counters = used(cloud, payer)
    return [counters[name] for name in sorted(counters) if name.startswith("day#")]


def key_of(cloud: Cloud, **fields: Any) -> str:
    return keys.id_of(give_key(cloud, batches=True, **fields))


def code_of(line: dict[str, Any]) -> str | None:
    code: str | None = line.get("error", {}).get("code")
    return code


def test_a_batch_waits_for_the_keys_next_day(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    key = key_of(world.cloud, day=3)
    noted: list[tuple[float, str, str]] = []
    set_waiting = batches.set_waiting

    def note(batch: Batch, provider: str, model: str, until: float | None, reason: str, cause: str) -> None:
        noted.extend([(until, reason, cause)] if until else [])  # not the wait for a turn
        set_waiting(batch, provider, model, until, reason, cause)

    monkeypatch.setattr(batches, "set_waiting", note)
    began = time.time()
    batch = world.start(key, requests=[*cats(5), *cats(2, provider="modelscope")])
    results = world.run(batch)
    assert [line["status"] for line in results] == ["succeeded"] * 7
    stored = claims.read_all([line["jobId"] for line in results]).values()
    assert {claim.job.key for claim in stored} == {key}  # its key may see them, see `job_access.check_access`
    drawn = [*world.providers["gitee"].calls, *world.providers["modelscope"].calls]
    assert len(drawn) == 7
    counted = days(world.cloud, f"use#{key}")
    assert (sum(counted), max(counted), len(counted) >= 3) == (7, 3, True)
    assert "held" not in used(world.cloud, f"use#{key}")
    until, reason, cause = noted[0]
    assert cause == "budget"
    assert until == pytest.approx(periods.of("day", began).ends, abs=120) or until > began + 80000  # past midnight
    assert "the key 'alice' has reached its limit of 3 pictures a day; the next day begins at" in reason


def test_batches_without_a_key_are_charged_to_the_deployment(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAILY_PICTURES", "2")
    settings.cache_clear()
    assert [line["status"] for line in world.run(world.start(requests=cats(5)))] == ["succeeded"] * 5
    counted = days(world.cloud, DEPLOYMENT.item_id)
    assert (sum(counted), max(counted), len(counted) >= 3) == (5, 2, True)


def test_each_attempt_that_may_have_generated_is_charged(world: World) -> None:
    failures: dict[str, list[BaseException]] = {
        "nothing was drawn": [ProviderUnreachable("hung up", provider="gitee")],
        "a token rests": [RateLimited("slow down", provider="gitee", retry_after=1)],
        "it may have been drawn": [drawn(ProviderUnreachable("broke off", provider="gitee"))],
        "a worker died": [Killed()],
    }

    def answer(request: GenerationRequest, token: str | None) -> None:
        if failures[request.prompt]:
            raise failures[request.prompt].pop()

    world.providers["gitee"].answer = answer
    key = key_of(world.cloud)
    results = world.run(world.start(key, requests=[{"prompt": prompt} for prompt in failures]))
    assert [line["status"] for line in results] == ["succeeded"] * 4
    assert sum(days(world.cloud, f"use#{key}")) == 4 + 2
    assert "held" not in used(world.cloud, f"use#{key}")


def drawn(error: ProviderUnreachable) -> ProviderUnreachable:
    error.drawn = True
    return error


def test_revoking_a_key_fails_its_running_batch(world: World) -> None:
    key, payer = key_of(world.cloud, name="bob"), {}
    payer["id"] = {"S": f"key#{key}"}
    world.providers["gitee"].seconds = 0.05

    def answer(request: GenerationRequest, token: str | None) -> None:
        if len(world.providers["gitee"].drawn) == 3:
            change = {"UpdateExpression": "SET revoked = :now", "ExpressionAttributeValues": {":now": {"N": "1"}}}
            table = world.cloud.environment["JOBS_TABLE"]
            world.cloud.client("dynamodb").update_item(TableName=table, Key=payer, **change)

    world.providers["gitee"].answer = answer
    batch = world.start(key, requests=cats(20))
    results = world.run(batch)
    ended = batches.get(batch.id)
    assert (ended.status, (ended.error or {})["code"]) == ("failed", "AUTH_INVALID")
    made = len(world.providers["gitee"].drawn)
    assert 4 <= made <= 8  # pictures in progress are finished, and no other is started
    assert Counter((line["status"], code_of(line)) for line in results) == {
        ("succeeded", None): made, ("failed", "AUTH_INVALID"): 20 - made,
    }  # fmt: skip
    assert all("the key 'bob' was revoked" in line["error"]["message"] for line in results if "error" in line)
    assert world.summary(batch)["counts"]["invalid"] == 0
    assert sum(days(world.cloud, f"use#{key}")) == made


def test_lines_with_a_forbidden_model_fail_alone(world: World) -> None:
    key = key_of(world.cloud, models=("gitee/*",))
    results = world.run(world.start(key, requests=[*cats(2), *cats(2, provider="modelscope")]))
    assert [(line["status"], code_of(line)) for line in results] == [
        *[("succeeded", None)] * 2, *[("failed", "AUTH_INVALID")] * 2,
    ]  # fmt: skip
    assert world.providers["modelscope"].calls == []
    assert sum(days(world.cloud, f"use#{key}")) == 2


WEATHER: dict[str, Callable[[], Refusal]] = {
    "lost": Cut,
    "broken": lambda: Refusal(500, "InternalServerError"),
}


@pytest.mark.parametrize("weather", WEATHER)
def test_no_failure_exceeds_the_limit_of_a_day(weather: str, world: World) -> None:
    """Every third charge and every fourth call of the provider fail, and every seventh call kills the worker."""
    dice, calls = itertools.count(1), itertools.count(1)

    def answer(request: GenerationRequest, token: str | None) -> None:
        number = next(calls)
        if number % 7 == 0:
            raise Killed
        if number % 4 == 0:
            raise ProviderUnreachable("hung up", provider="gitee")

    world.providers["gitee"].answer = answer
    key = key_of(world.cloud, day=4)
    batch = world.start(key, requests=cats(8))
    with world.cloud.rule("dynamodb.UpdateItem", lambda: WEATHER[weather]() if next(dice) % 3 == 0 else None):
        results = world.run(batch)
    assert [line["status"] for line in results] == ["succeeded"] * 8
    counted = days(world.cloud, f"use#{key}")
    assert max(counted) <= 4
    left = used(world.cloud, f"use#{key}").get("held", 0)  # a later call settles the charges that the table refused
    made = len(world.providers["gitee"].drawn)
    assert made == 8
    assert made <= sum(counted) <= made + world.deaths + left


LINE = (
    ("lambda.Invoke", b'"job"'),
    ("dynamodb.UpdateItem", b"SET #mark"),  # the charge
    ("dynamodb.TransactWriteItems", b'"running"'),  # the claim
    ("s3.PutObject", b"IHDR"),  # the picture
    ("dynamodb.TransactWriteItems", b'"succeeded"'),  # the end
    ("dynamodb.UpdateItem", b"REMOVE #mark"),  # the settlement
)
"""The calls to AWS of a line of a batch: the operation, and what its request holds."""


@pytest.mark.parametrize(
    "failure", [Dropped(), Cut(), Refusal(500, "InternalServerError")], ids=lambda kind: type(kind).__name__
)
def test_a_line_costs_one_picture_if_each_aws_call_fails_once(failure: Refusal, world: World) -> None:
    key, failed = key_of(world.cloud, day=9), list[tuple[str, bytes]]()

    def once(call: tuple[str, bytes]) -> Refusal | None:
        if call in failed:
            return None
        failed.append(call)
        return failure

    with ExitStack() as rules:
        for operation, held in LINE:
            rules.enter_context(world.cloud.rule(operation, partial(once, (operation, held)), held))
        results = world.run(world.start(key, requests=cats(1)))
    assert sorted(failed) == sorted(LINE)
    assert [line["status"] for line in results] == ["succeeded"]
    assert (len(world.providers["gitee"].calls), sum(days(world.cloud, f"use#{key}"))) == (1, 1)
