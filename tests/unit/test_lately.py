"""Recent results of providers: a failure moves a provider back for minutes, durations order the others."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from easel import catalog
from easel.errors import AuthInvalid, EaselError, ModelMissing, ProviderUnreachable, QuotaExceeded, RateLimited
from easel.providers import lately
from easel.store import jobs, versioned_items
from easel.store.records import GenerationRequest, Job, Result

if TYPE_CHECKING:
    from tests.harness.cloud import Cloud

FAMILY = "z-image-turbo"
DOWN = ProviderUnreachable("down")


@pytest.fixture(autouse=True)
def _uses_the_cloud(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lately, "_known", {})


def job(provider: str, seconds: float = 5.0) -> Job:
    request = GenerationRequest(provider=provider, model=catalog.provider(provider).models[0].id)
    result = Result(format="PNG", width=64, height=64, seed=1, seconds=seconds)
    return jobs.new(request).replace(family=FAMILY, result=result)


def order(*, own: bool = False) -> list[str]:
    return lately.in_order(FAMILY, catalog.in_family(FAMILY), own=own)


def test_the_fastest_comes_first_beyond_small_differences() -> None:
    assert order() == ["gitee", "huggingface", "modelscope"]  # the catalog's order
    lately.record_success(job("gitee", 16.0))
    lately.record_success(job("huggingface", 17.0))
    lately.record_success(job("modelscope", 4.0))
    assert order() == ["modelscope", "gitee", "huggingface"]


@pytest.mark.parametrize(
    ("error", "own", "moves"),
    [
        (DOWN, False, True),
        (ModelMissing("gone"), False, True),
        (QuotaExceeded("used up"), False, False),
        (AuthInvalid("refused"), False, False),
        (QuotaExceeded("used up"), True, True),
    ],
)
def test_errors_of_a_callers_token_do_not_change_the_order(error: EaselError, own: bool, moves: bool) -> None:
    lately.record_failure(job("gitee"), error, own=own)
    assert (order(own=own)[-1] == "gitee") == moves
    assert (order()[-1] == "gitee") == (moves and not own)


def test_a_failed_provider_comes_last_until_it_succeeds(monkeypatch: pytest.MonkeyPatch) -> None:
    lately.record_failure(job("gitee"), DOWN, own=False)
    assert order() == ["huggingface", "modelscope", "gitee"]
    with monkeypatch.context() as later:
        now = time.time()
        later.setattr(time, "time", lambda: now + lately.LAST_SECONDS + 1)
        assert order()[0] == "gitee"
    lately.record_success(job("gitee"))
    assert order()[0] == "gitee"


def test_a_providers_retry_time_is_kept() -> None:
    error = RateLimited("wait", retry_after=4000)
    error.concerns_model = True
    lately.record_failure(job("gitee"), error, own=False)
    assert lately.read(FAMILY)["gitee"]["until"] > time.time() + 3000


def test_a_similar_success_reads_and_writes_nothing(cloud: Cloud) -> None:
    lately.record_success(job("gitee", 5.0))
    with cloud.counting() as calls:
        lately.record_success(job("gitee", 5.2))
    assert calls == {}


def test_an_unavailable_table_does_not_change_the_order(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("read", "change"):
        monkeypatch.setattr(versioned_items, name, lambda *_: 1 / 0)
    lately.record_success(job("gitee"))
    lately.record_failure(job("gitee"), DOWN, own=False)
    assert order() == ["gitee", "huggingface", "modelscope"]
