"""Counters for each kind of payer, and the settings that limit them."""

from __future__ import annotations

import pytest

from easel.budgets import limits
from easel.settings import settings
from easel.store.payer import DEPLOYMENT, Payer, PayerKind

NOW = 1_800_000_000.0
PAYERS = [Payer(kind, "abc") for kind in PayerKind]


def counted(payer: Payer, *, batch: bool = False) -> list[str]:
    return [counter.kind for counter in limits.counters(payer, NOW, batch=batch)]


def test_every_kind_of_payer_has_its_counters() -> None:
    assert {payer.kind: counted(payer) for payer in PAYERS} == {
        PayerKind.KEY: ["minute", "running", "day", "month"],
        PayerKind.ANONYMOUS: ["running", "day"],
        PayerKind.ADDRESS: ["running"],
        PayerKind.DEPLOYMENT: ["day"],
    }
    assert [counted(payer, batch=True) for payer in PAYERS] == [["day", "month"], ["day"], [], ["day"]]
    names = [counter.attribute for counter in limits.counters(Payer.of_key("abc"), NOW, batch=False)]
    assert names == ["minute#30000000", "running", "day#2027-01-15", "month#2027-01"]


def test_the_settings_limit_each_kind_of_payer(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"JOBS_AT_ONCE": "3", "ANONYMOUS_PICTURES": "7", "DAILY_PICTURES": "50"}.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    assert [limits.limits(payer) for payer in PAYERS] == [
        {"running": 3},
        {"running": 3, "day": 7},
        {"running": 3},
        {"day": 50},
    ]
    monkeypatch.setenv("JOBS_AT_ONCE", "0")
    settings.cache_clear()
    assert limits.limits(Payer(PayerKind.ANONYMOUS, "abc"))["running"] == limits.ANONYMOUS_AT_ONCE
    assert limits.limits(Payer.of_key("abc"))["running"] == limits.limits(Payer(PayerKind.ADDRESS))["running"] == 0
    assert limits.limits(DEPLOYMENT)["day"] == 50
