"""Payers of a picture: a key, an address and the deployment. A picture is charged to all of them or to none."""

from __future__ import annotations

import itertools
import json
import logging
from typing import TYPE_CHECKING, Any

import pytest

from easel.budgets import admission, keys
from easel.errors import AccessDenied, AuthRequired, BudgetSpent, RateLimited
from easel.settings import settings
from easel.store import jobs
from easel.store.payer import DEPLOYMENT, Payer, PayerKind
from easel.store.records import GenerationRequest, Job
from tests.harness.easel_keys import give_key

if TYPE_CHECKING:
    from tests.harness.cloud import Cloud

REQUEST = GenerationRequest(provider="gitee", model="z-image-turbo", prompt="a cat")
numbers = itertools.count(1)


@pytest.fixture(autouse=True)
def _own_deployment(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reset the deployment's counters to zero."""
    cloud.client("dynamodb").delete_item(
        TableName=cloud.environment["JOBS_TABLE"], Key={"id": {"S": DEPLOYMENT.item_id}}
    )
    monkeypatch.setenv("PARAMETERS_PATH", f"/stack-{next(numbers)}")


def set_environment(monkeypatch: pytest.MonkeyPatch, **values: object) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name, str(value))
    settings.cache_clear()


def new_key_id(cloud: Cloud, **fields: Any) -> str:
    return keys.id_of(give_key(cloud, **fields))


def counters_of(cloud: Cloud, payer: Payer) -> dict[str, int]:
    table = cloud.environment["JOBS_TABLE"]
    item = cloud.client("dynamodb").get_item(TableName=table, Key={"id": {"S": payer.counters_id}}).get("Item", {})
    kinds = ("minute", "day", "month")
    counters = {name.partition("#")[0]: int(value["N"]) for name, value in item.items() if name.startswith(kinds)}
    return {kind: number for kind, number in counters.items() if number}


def admitted_job(payers: tuple[Payer, ...], *, stored: bool = False) -> Job:
    job = jobs.new(REQUEST, payers=payers)
    if stored:
        jobs.create(job)
    admission.admit(job, stored=stored)
    return job


def test_callers_with_tokens_are_limited_by_setting_only(monkeypatch: pytest.MonkeyPatch) -> None:
    for token in (None, "token"):
        assert admission.payers("abc", token, "192.0.2.1") == (Payer.of_key("abc"),)
    assert admission.payers(None, "token", "192.0.2.1") == ()
    set_environment(monkeypatch, JOBS_AT_ONCE=2)
    (payer,) = admission.payers(None, "token", "192.0.2.1")
    assert payer.kind is PayerKind.ADDRESS
    admitted_job((payer,)), admitted_job((payer,))
    with pytest.raises(RateLimited, match="your address has reached its limit of 2 simultaneous calls"):
        admitted_job((payer,))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("", "unknown", False),
    ],
)
def test_ipv6_callers_are_counted_by_network(one: str, other: str, same: bool) -> None:
    (first,), (second,) = admission.payers(None, None, one), admission.payers(None, None, other)
    assert (first == second) == same
    assert first.kind is PayerKind.ANONYMOUS
    assert not one or one not in first.item_id


def test_anonymous_generation_is_limited_by_address(monkeypatch: pytest.MonkeyPatch) -> None:
    set_environment(monkeypatch, ANONYMOUS_PICTURES=2)
    for address in ("192.0.2.8", "192.0.2.9"):
        payers = admission.payers(None, None, address)
        admitted_job(payers), admitted_job(payers)
        with pytest.raises(BudgetSpent, match="your address has reached its limit of 2 pictures a day"):
            admitted_job(payers)


def test_anonymous_generation_can_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    set_environment(monkeypatch, ANONYMOUS_PICTURES=0)
    with pytest.raises(AuthRequired, match="requires a token or a key"):
        admission.payers(None, None, "192.0.2.1")
    assert admission.payers(None, "token", "192.0.2.1") == ()


def test_responses_to_a_key_have_rate_limit_headers(cloud: Cloud) -> None:
    job = jobs.new(REQUEST, payers=(Payer.of_key(new_key_id(cloud, day=3)),))
    headers = admission.admit(job, stored=False)
    assert headers["RateLimit-Policy"] == '"day";q=3;w=86400'
    assert headers["RateLimit"].startswith('"day";r=2;t=')


def test_a_key_is_not_charged_for_a_forbidden_model(cloud: Cloud) -> None:
    payer = Payer.of_key(new_key_id(cloud, models=("huggingface/*",)))
    with pytest.raises(AccessDenied, match="may not use gitee/z-image-turbo; it may use: huggingface"):
        admitted_job((payer,))
    assert set(counters_of(cloud, payer)) == {"minute"}


def test_the_key_is_refunded_at_the_deployments_limit(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    set_environment(monkeypatch, DAILY_PICTURES=2)
    payers = admission.payers(new_key_id(cloud, day=9), None, "")
    assert payers[1:] == (DEPLOYMENT,)
    admitted_job(payers), admitted_job(payers)
    with pytest.raises(BudgetSpent, match="this deployment has reached its limit of 2 pictures a day"):
        admitted_job(payers)
    assert counters_of(cloud, payers[0])["day"] == counters_of(cloud, DEPLOYMENT)["day"] == 2
    assert admission.payers(None, "token", "") == (DEPLOYMENT,)


def test_the_alarm_line_is_logged_once_at_80_percent(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    set_environment(monkeypatch, DAILY_PICTURES=6)
    for _ in range(6):
        admitted_job((DEPLOYMENT,))
    (line,) = [record for record in caplog.records if getattr(record, "alarm", "")]
    assert line.levelno == logging.CRITICAL
    assert (line.alarm, line.used, line.allowed) == ("daily-pictures", 5, 6)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("begun", "drawn", "kept"), [(True, True, 1), (True, False, 0), (True, None, 1), (False, None, 0)]
)
def test_a_finished_job_is_settled_for_each_payer(
    begun: bool, drawn: bool | None, kept: int, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_environment(monkeypatch, DAILY_PICTURES=5)
    payers = admission.payers(new_key_id(cloud), None, "")
    job = admitted_job(payers)
    admission.settle_job(job)  # the job has not finished yet
    assert counters_of(cloud, payers[0])["day"] == 1
    if begun:
        job = jobs.claim(job) or job
    job = jobs.failed(job, RateLimited("no"), 1.0)
    for _ in range(2):
        admission.settle_job(job, drawn=drawn)
    assert [counters_of(cloud, payer).get("day", 0) for payer in payers] == [kept, kept]


def test_a_stored_job_that_is_refused_fails_with_the_reason(cloud: Cloud) -> None:
    payer = Payer.of_key(new_key_id(cloud, day=1))
    admitted_job((payer,), stored=True)
    job = jobs.new(REQUEST, payers=(payer,))
    jobs.create(job)
    with pytest.raises(BudgetSpent):
        admission.admit(job, stored=True)
    stored = jobs.get(job.id)
    assert (stored.status, stored.error_status, (stored.error or {})["code"]) == ("failed", 429, "QUOTA_EXCEEDED")
    assert stored.key == payer.id


def test_a_batch_job_is_charged_to_the_batchs_payers(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    set_environment(monkeypatch, DAILY_PICTURES=5)
    holder = new_key_id(cloud, day=1)
    mine, _ = admission.reserve(admission.batch_charge("b1", holder, 1_800_000_000.0), REQUEST)
    assert mine.payers == (Payer.of_key(holder), DEPLOYMENT)
    assert counters_of(cloud, DEPLOYMENT)["day"] == 1
    admission.settle(mine, drawn=False)
    assert counters_of(cloud, DEPLOYMENT) == counters_of(cloud, mine.payers[0]) == {}
    assert admission.batch_charge("b2", None, 1_800_000_000.0).payers == (DEPLOYMENT,)  # a scheduled batch has no key
    set_environment(monkeypatch, DAILY_PICTURES=0)
    assert admission.batch_charge("b3", None, 1_800_000_000.0).payers == ()


def test_ip_addresses_are_not_stored(cloud: Cloud) -> None:
    admitted_job(admission.payers(None, None, "203.0.113.77"))
    assert "203.0.113.77" not in json.dumps(cloud.items())
