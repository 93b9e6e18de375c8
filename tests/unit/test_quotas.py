"""The memory of used-up quotas: no process sends a repeated request to the provider."""

from __future__ import annotations

import json
import time
from concurrent.futures import Future
from typing import TYPE_CHECKING

import pytest

from easel.errors import EaselError, NoAllowance, QuotaExceeded, RateLimited
from easel.providers import quotas
from easel.store import table
from easel.store.records import GenerationRequest

if TYPE_CHECKING:
    from tests.harness.cloud import Cloud

NOW = 1_800_000_000.0
REQUEST = GenerationRequest(provider="gitee", model="z-image-turbo", prompt="a cat", width=512, height=512, seed=1)


@pytest.fixture(autouse=True)
def clock(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [NOW]
    monkeypatch.setattr(time, "time", lambda: now[0])
    return now


class Provider:
    """Refuses every call, and counts the calls."""

    def __init__(self, error: EaselError | None = None, retry_after: int | None = None) -> None:
        self.error = error or QuotaExceeded("used up", provider="gitee", retry_after=retry_after)
        self.asked = 0

    def ask(self, request: GenerationRequest = REQUEST, token: str | None = "one") -> EaselError:
        def attempt() -> None:
            self.asked += 1
            raise self.error

        with pytest.raises(EaselError) as caught:
            quotas.attempt_unless_refused(request, token, quotas.read_by(quotas.begin_read(request, [token])), attempt)
        return caught.value


@pytest.mark.parametrize(("retry_after", "seconds"), [(None, 60), (3600, 60), (60, 60), (7, 7)])
def test_a_repeat_is_refused_until_it_may_work(clock: list[float], retry_after: int | None, seconds: int) -> None:
    provider = Provider(retry_after=retry_after)
    first = provider.ask()
    clock[0] += seconds - 1
    repeat = provider.ask(REQUEST.replace(seed=2, response_format="b64_json"))
    assert (type(repeat), repeat.message, provider.asked) == (QuotaExceeded, first.message, 1)
    assert first.retry_after is not None
    assert repeat.retry_after == first.retry_after - (seconds - 1)
    clock[0] += 1
    provider.ask()
    assert provider.asked == 2


@pytest.mark.parametrize(
    ("provider_id", "model", "seconds"),
    [("gitee", "z-image-turbo", 16 * 3600), ("modelscope", "Tongyi-MAI/Z-Image-Turbo", 1800)],
)
def test_a_refusal_says_when_the_quota_comes_back(
    clock: list[float], provider_id: str, model: str, seconds: int
) -> None:
    clock[0] = 1_800_057_600.0 - 24 * 3600 + 8 * 3600  # 00:00 UTC is 08:00 in China
    clock[0] -= clock[0] % (24 * 3600)
    request = REQUEST.replace(provider=provider_id, model=model)
    assert Provider().ask(request).retry_after == seconds


@pytest.mark.parametrize(
    ("request_", "token"),
    [
        (REQUEST, "two"),
        (REQUEST, None),
        (REQUEST.replace(model="flux-1-schnell"), "one"),
        (REQUEST.replace(width=256), "one"),
        (REQUEST.replace(prompt="a dog"), "one"),
    ],
)
def test_another_token_or_request_reaches_the_provider(request_: GenerationRequest, token: str | None) -> None:
    provider = Provider()
    provider.ask()
    provider.ask(request_, token)
    assert provider.asked == 2


def test_an_empty_account_is_a_used_up_quota() -> None:
    """A token without a package gets no daily allowance, so no time is named."""
    provider = Provider(NoAllowance("the token is bound to no package", provider="gitee"))
    errors = [provider.ask(), provider.ask()]
    assert [(error.code, error.retry_after) for error in errors] == [(NoAllowance.code, None)] * 2
    assert provider.asked == 1


@pytest.mark.parametrize(("kind", "drawn"), [(QuotaExceeded, True), (RateLimited, False)])
def test_other_errors_and_drawn_pictures_are_not_remembered(kind: type[EaselError], drawn: bool) -> None:
    provider = Provider(kind("refused"))
    provider.error.drawn = drawn
    provider.ask()
    provider.ask()
    assert provider.asked == 2


def test_the_memory_holds_no_token_and_expires(cloud: Cloud) -> None:
    Provider().ask(token="a token")
    (item,) = cloud.items()
    assert "a token" not in json.dumps(item)
    assert int(item["expires"]["N"]) == NOW + quotas.REFUSED_SECONDS


def test_one_read_finds_all_tokens_of_a_call() -> None:
    for token in ("one", "two"):
        Provider().ask(token=token)
    refusals = quotas.read_by(quotas.begin_read(REQUEST, ["one", "two", "three"]))
    assert [error.message for error in refusals.values()] == ["used up"] * 2


@pytest.mark.parametrize("name", ["get_many", "replace"])
def test_a_failing_table_costs_a_call_but_no_error(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    def fail(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(table, name, fail)
    provider = Provider()
    assert [provider.ask().message, provider.ask().message, provider.asked] == ["used up", "used up", 2]


def test_a_read_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quotas, "READ_SECONDS", 0.01)
    assert quotas.read_by(Future()) == {}
