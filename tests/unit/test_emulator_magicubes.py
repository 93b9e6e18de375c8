"""The emulated magicubes: grants expire after a day, the oldest is spent first, and Easel can read the balance."""

from __future__ import annotations

import httpx2
import pytest

import magicubes as easels
from easel.providers.http import Http
from tests.emulators import magicubes
from tests.emulators.magicubes import Accounts
from tests.emulators.server import Emulators


def test_grants_expire_and_the_oldest_is_spent_first(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_800_000_000.0
    monkeypatch.setattr("tests.emulators.magicubes.time.time", lambda: now)
    accounts = Accounts()
    assert all(accounts.pay("without grants") for _ in range(1000))
    assert accounts.balance("without grants") == magicubes.FREE
    accounts.grant("one", 0)
    assert not accounts.pay("one")
    accounts.grant("one", 1.5, 3600)
    accounts.grant("one", 2)
    assert accounts.pay("one")
    assert accounts.balance("one") == 2.5
    now += 3601
    assert accounts.balance("one") == 2
    assert [accounts.pay("one") for _ in range(3)] == [True, True, False]


def test_easel_reads_the_balance_next_to_the_base_url() -> None:
    with Emulators(["modelscope"], seconds=0) as emulators, httpx2.Client(trust_env=False) as client:
        base = emulators.urls["modelscope"]
        headers = {"Authorization": "Bearer poor", "X-ModelScope-Async-Mode": "true"}
        http = Http("modelscope")
        assert easels.can_pay(http, base, "rich") is True
        for amount, status in ((0, 403), (1, 200)):
            grant = {"token": "poor", "amount": amount}
            client.post(base.removesuffix("/v1") + "/_emulator/magicubes", json=grant).raise_for_status()
            assert easels.can_pay(http, base, "poor") is (amount == 1)
            body = {"model": "Tongyi-MAI/Z-Image-Turbo", "prompt": "a cat"}
            assert client.post(f"{base}/images/generations", json=body, headers=headers).status_code == status
        assert easels.can_pay(http, base, "poor") is False
        http.close()
