"""Charges: exact when calls are concurrent or responses are lost, and refunded once."""

from __future__ import annotations

import itertools
import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from easel.budgets import charges, keys, periods
from easel.budgets.charges import Charge
from easel.budgets.keys import Key
from easel.common import aws
from easel.errors import AccessRefused, BudgetSpent, GenerationTimeout, InternalError, RateLimited
from easel.settings import settings
from easel.store import jobs, table
from easel.store.payer import Payer, PayerKind
from easel.store.records import GenerationRequest, Result
from tests.harness.cloud import Cut, Dropped, Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.harness.cloud import Cloud

REQUEST = GenerationRequest(provider="gitee", model="z-image-turbo", prompt="a cat")
NOW = 1_800_000_000.0
numbers = itertools.count(1)


@pytest.fixture
def payer(cloud: Cloud) -> Payer:
    return new_key(cloud)


def new_key(cloud: Cloud, **fields: Any) -> Payer:
    key = Key(**{"id": keys.id_of(f"key {next(numbers)}"), "name": "alice", "created": 1.0, **fields})
    put(cloud, key.item())
    return Payer.of_key(key.id)


def put(cloud: Cloud, item: dict[str, Any]) -> None:
    cloud.client("dynamodb").put_item(TableName=cloud.environment["JOBS_TABLE"], Item=item)


def charge(payer: Payer, *, batch: bool = False, when: float | None = None) -> Charge:
    return Charge(f"job-{next(numbers)}", (payer,), when or time.time(), batch)


def count(payer: Payer, **options: Any) -> Charge:
    """Charge one picture."""
    return charges.reserve(charge(payer, **options), payer)[0]


def item(cloud: Cloud, payer: Payer) -> dict[str, Any]:
    table = cloud.environment["JOBS_TABLE"]
    place = {"TableName": table, "Key": {"id": {"S": payer.counters_id}}}
    stored: dict[str, Any] = cloud.client("dynamodb").get_item(**place).get("Item", {})
    return stored


def used(cloud: Cloud, payer: Payer) -> dict[str, int]:
    """Return the sums of a payer's counters by kind, and the number of held charges."""
    counters: Counter[str] = Counter()
    for name, value in item(cloud, payer).items():
        kind = name.partition("#")[0]
        if kind == "held":
            counters[kind] += 1
        elif kind in ("minute", "day", "month", "running"):
            counters[kind] += int(value["N"])
    return {kind: number for kind, number in counters.items() if number}


def test_charging_and_settling_are_one_write_each(cloud: Cloud, payer: Payer) -> None:
    with cloud.counting() as calls:
        mine = count(payer)
    assert calls == {"dynamodb.GetItem": 1, "dynamodb.UpdateItem": 1}  # the key, and its counters
    assert used(cloud, payer) == {"minute": 1, "running": 1, "day": 1, "month": 1, "held": 1}
    with cloud.counting() as calls:
        charges.settle(mine, payer, drawn=True)
    assert calls == {"dynamodb.UpdateItem": 1}
    assert used(cloud, payer) == {"minute": 1, "day": 1, "month": 1}


def test_any_order_of_charging_and_refunding_is_exact(cloud: Cloud) -> None:
    payer, dice = new_key(cloud, day=1000), random.Random(7)
    held, drawn = list[Charge](), 0
    for _ in range(40):
        if held and dice.random() < 0.5:
            mine, was_drawn = held.pop(dice.randrange(len(held))), dice.random() < 0.5
            drawn += was_drawn
            for _ in range(dice.randint(1, 2)):  # a repetition has no effect
                charges.settle(mine, payer, drawn=was_drawn)
        else:
            held.append(count(payer))
    counters = used(cloud, payer)
    assert (counters["day"], counters.get("running", 0)) == (drawn + len(held), len(held))


@pytest.mark.parametrize("later", [0, 86400], ids=["at once", "the next day"])
def test_a_batch_picture_counts_once_by_day_and_month(later: int, cloud: Cloud, payer: Payer) -> None:
    mine = count(payer, batch=True)
    taken_over = charges.reserve(mine._replace(when=mine.when + later), payer)[0]
    assert taken_over.when == pytest.approx(mine.when, abs=0.001)
    assert used(cloud, payer) == {"day": 1, "month": 1, "held": 1}
    charges.settle(taken_over, payer, drawn=False)
    assert used(cloud, payer) == {}


@pytest.mark.parametrize(
    ("limits", "kind", "words", "longest"),
    [
        ({"day": 2}, BudgetSpent, "has reached its limit of 2 pictures a day", 86400),
        ({"month": 2}, BudgetSpent, "has reached its limit of 2 pictures a month", 31 * 86400),
        ({"minute": 2}, RateLimited, "has reached its limit of 2 calls a minute", 60),
        ({"at_once": 2}, RateLimited, "limit of 2 simultaneous calls", 5),
    ],
)
def test_each_exceeded_limit_names_its_reset_time(
    limits: dict[str, int], kind: type[BudgetSpent], words: str, longest: int, cloud: Cloud, noon: float
) -> None:
    payer = new_key(cloud, **limits)
    count(payer), count(payer)
    with pytest.raises(kind, match=words) as refusal:
        count(payer)
    assert type(refusal.value) is kind
    assert 0 < (refusal.value.retry_after or 0) <= longest
    assert ";r=0" in refusal.value.headers["RateLimit"]
    assert used(cloud, payer)["held"] == 2


def test_a_new_period_begins_at_zero(cloud: Cloud) -> None:
    payer = new_key(cloud, day=1, minute=1)
    for days in range(3):
        count(payer, when=NOW + days * 86400)
    with pytest.raises(BudgetSpent):
        count(payer, when=NOW + 2 * 86400 + 3600)


def test_the_lower_of_two_limits_applies(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOBS_AT_ONCE", "1")
    settings.cache_clear()
    payer = new_key(cloud, at_once=5)
    count(payer)
    with pytest.raises(RateLimited, match="limit of 1 simultaneous calls"):
        count(payer)


def test_a_payer_without_an_item_gets_one_that_expires(
    cloud: Cloud, noon: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANONYMOUS_PICTURES", "1")
    settings.cache_clear()
    payer = Payer(PayerKind.ANONYMOUS, str(next(numbers)))
    count(payer)
    with pytest.raises(BudgetSpent, match="your address has reached its limit of 1 pictures a day"):
        count(payer)
    assert int(item(cloud, payer)["expires"]["N"]) == pytest.approx(noon + 3 * 86400, abs=1)


@pytest.mark.parametrize(
    ("fields", "words"),
    [({"revoked": 1.0}, "was revoked"), ({"until": 1e9}, "expired on"), (None, "does not know")],
)
def test_an_invalid_key_is_not_charged(fields: dict[str, Any] | None, words: str, cloud: Cloud) -> None:
    payer = new_key(cloud, **fields) if fields else Payer.of_key(keys.id_of("nobody"))
    with cloud.counting() as calls, pytest.raises(AccessRefused, match=words):
        count(payer)
    assert calls == {"dynamodb.GetItem": 1}
    assert used(cloud, payer) == {}


def test_a_hundred_concurrent_charges_keep_a_limit_of_thirty(cloud: Cloud) -> None:
    payer = new_key(cloud, day=30)
    assert outcomes(payer, 100) == {"Charge": 30, "BudgetSpent": 70}
    assert used(cloud, payer)["day"] == 30


@pytest.mark.parametrize(
    "weather",
    [
        Cut,  # the write is carried out, and its response is lost
        Dropped,
        lambda: Refusal(500, "InternalServerError"),
        lambda: Refusal(400, "ProvisionedThroughputExceededException"),
    ],
    ids=["lost", "dropped", "broken", "throttled"],
)
def test_lost_and_refused_writes_do_not_change_the_count(weather: Callable[[], Refusal], cloud: Cloud) -> None:
    """Every third write fails. Each caller retries until it gets a response."""
    payer, dice = new_key(cloud, day=10), itertools.count(1)
    aws.dynamodb()
    with cloud.rule("dynamodb.UpdateItem", lambda: weather() if next(dice) % 3 == 0 else None):
        results = outcomes(payer, 40)
    assert results["Charge"] + results.get("InternalError", 0) + results.get("RateLimited", 0) >= 10
    assert results["Charge"] <= 10
    # If every response of a call was lost, its picture is refunded; another call may have been refused because of it.
    assert used(cloud, payer)["day"] == used(cloud, payer)["held"] == results["Charge"]


def outcomes(payer: Payer, calls: int) -> dict[str, int]:
    def one(_: int) -> str:
        try:
            return type(count(payer)).__name__
        except (BudgetSpent, InternalError, RateLimited) as error:
            return type(error).__name__

    with ThreadPoolExecutor(20) as callers:
        return dict(Counter(callers.map(one, range(calls))))


def test_concurrent_charges_never_exceed_the_limit(cloud: Cloud) -> None:
    """Half of the pictures are refunded while others are charged."""
    payer = new_key(cloud, at_once=5)
    most: list[int] = []

    def one(number: int) -> int:
        try:
            mine = count(payer)
        except RateLimited:
            return 0
        most.append(used(cloud, payer)["held"])
        charges.settle(mine, payer, drawn=number % 2 == 0)
        return 1

    with ThreadPoolExecutor(10) as callers:
        made = sum(callers.map(one, range(40)))
    left = used(cloud, payer)
    assert max(most) <= 5
    assert left.keys().isdisjoint({"held", "running"})
    assert left["day"] <= made


def test_a_failing_write_leaves_no_charge(cloud: Cloud, payer: Payer) -> None:
    lost = itertools.count(1)
    with (
        cloud.rule("dynamodb.UpdateItem", lambda: Cut() if next(lost) <= 4 else None),
        pytest.raises(InternalError, match="nothing was generated"),
    ):
        count(payer)
    assert used(cloud, payer) == {"minute": 1}
    mine = count(payer)
    with cloud.refusing("dynamodb.UpdateItem", "AccessDeniedException"):
        charges.settle(mine, payer, drawn=False)  # a later call will settle it
        with pytest.raises(InternalError, match="nothing was generated"):
            count(payer)
    assert used(cloud, payer)["held"] == 1


def aged(cloud: Cloud, payer: Payer, mine: Charge) -> None:
    """Make a charge so old that its job must have ended."""
    old = {**item(cloud, payer), mine.mark: table.number(mine.when - charges.MAX_JOB_SECONDS - 1)}
    put(cloud, old)


@pytest.mark.parametrize(
    ("fate", "kept"),
    [("never stored", 0), ("queued", 0), ("running", 1), ("succeeded", 1), ("timed out", 1), ("refused", 0)],
)
def test_abandoned_charges_are_settled_by_the_next_call(fate: str, kept: int, cloud: Cloud) -> None:
    payer = new_key(cloud, at_once=1)
    job = jobs.new(REQUEST, payers=(payer,))
    mine = Charge(job.id, (payer,), job.created)
    charges.reserve(mine, payer)
    if fate != "never stored":
        jobs.create(job)
    if fate not in ("never stored", "queued"):
        job = jobs.claim(job) or job
    if fate == "succeeded":
        jobs.succeed(job, Result(key="images/x.png", format="PNG", width=1, height=1, seed=1, seconds=1.0), ())
    if fate in ("timed out", "refused"):
        jobs.fail(job, GenerationTimeout("slow") if fate == "timed out" else RateLimited("no"))
    with pytest.raises(RateLimited):
        count(payer)
    aged(cloud, payer, mine)
    other = count(payer)
    counters = used(cloud, payer)
    assert (counters["held"], counters["running"]) == (1, 1)
    assert counters["day"] == kept + 1
    charges.settle(other, payer, drawn=False)


@pytest.mark.parametrize("drawn", [True, False])
@pytest.mark.parametrize("lost", [Dropped, Cut])
def test_a_write_after_the_settlement_has_no_effect(
    lost: Callable[[], Refusal], drawn: bool, cloud: Cloud, payer: Payer
) -> None:
    weather = iter([lost()])
    sent = charge(payer, batch=True)
    late = charges._reservation(sent, payer, {})
    with cloud.rule("dynamodb.UpdateItem", lambda: next(weather, None)):
        mine = charges.reserve(sent, payer)[0]
    charges.settle(mine, payer, drawn=drawn)
    with pytest.raises(aws.dynamodb().exceptions.ConditionalCheckFailedException):
        aws.dynamodb().update_item(**late)
    assert days(cloud, payer) == drawn
    again = charges.reserve(sent._replace(when=sent.when + 1), payer)[0]  # a batch's next attempt at the same job
    charges.settle(mine, payer, drawn=False)  # as late as the write above
    charges.settle(again, payer, drawn=True)
    assert days(cloud, payer) == 1 + drawn


def days(cloud: Cloud, payer: Payer) -> int:
    return sum(int(value["N"]) for name, value in item(cloud, payer).items() if name.startswith("day#"))


def test_marks_against_late_writes_are_removed(cloud: Cloud, payer: Payer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charges, "MAX_OLD_COUNTERS", 1)
    weather = iter([Cut()])
    with cloud.rule("dynamodb.UpdateItem", lambda: next(weather, None)):
        count(payer)
    assert [name for name in item(cloud, payer) if name.startswith("counted#")]
    monkeypatch.setattr(charges, "LATE_SECONDS", -1.0)
    count(payer)
    assert not [name for name in item(cloud, payer) if name.startswith("counted#")]


def test_counters_of_old_periods_are_removed(cloud: Cloud, payer: Payer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charges, "MAX_OLD_COUNTERS", 3)
    for minutes in range(12):
        mine = count(payer, when=time.time() - 86400 * 400 + 60 * minutes)
        charges.settle(mine, payer, drawn=True)
    assert len([name for name in item(cloud, payer) if name.startswith("minute#")]) < 10
    assert keys.get(payer.id).name == "alice"


def test_counters_of_an_earlier_version_are_migrated(cloud: Cloud, noon: float) -> None:
    """They were part of the key's own item, which no function may write now."""
    payer, now = new_key(cloud, day=5, month=9), noon
    earlier = {periods.of("day", now).counter: 3, periods.of("month", now).counter: 7, "running": 2, "held#x": 1}
    own = {**keys.read_item(payer.id), **{name: {"N": str(number)} for name, number in earlier.items()}}
    put(cloud, own)
    (shown,) = keys.with_counters([own])
    assert (shown[periods.of("day", now).counter], "running" in shown) == ({"N": "3"}, False)
    assert outcomes(payer, 20) == {"Charge": 2, "BudgetSpent": 18}
    found = used(cloud, payer)
    assert (found["day"], found["month"], found["running"], found["held"]) == (5, 9, 2, 2)
    assert keys.read_item(payer.id) == own


def test_a_keys_own_item_is_never_written(cloud: Cloud) -> None:
    payer = new_key(cloud, day=2)
    before = keys.read_item(payer.id)
    with cloud.recording() as calls:
        charges.settle(count(payer), payer, drawn=False)
        count(payer), count(payer)
        with pytest.raises(BudgetSpent):
            count(payer)
    assert keys.read_item(payer.id) == before
    assert not [1 for operation, sent in calls if operation != "dynamodb.GetItem" and payer.item_id.encode() in sent]
