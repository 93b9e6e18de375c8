"""The deployment's tokens: used in turn, not used during a cooldown, never stored."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from easel import catalog
from easel.common import aws
from easel.errors import AnswerLost, AuthInvalid, AuthRequired, EaselError, NoAllowance, QuotaExceeded, RateLimited
from easel.providers import ssm_parameters, tokens
from easel.providers.tokens import NoTokenNow, Token
from easel.store import table
from tests.harness.parameters import Parameters, parameters

if TYPE_CHECKING:
    from easel.catalog import Provider
    from easel.providers.tokens import Look

__all__ = ["parameters"]  # a fixture
pytestmark = pytest.mark.usefixtures("parameters")

GITEE, MODELSCOPE = catalog.provider("gitee"), catalog.provider("modelscope")
HUGGINGFACE = catalog.provider("huggingface")
NOW = 1_800_000_000.0
DAY = 86400
SLOW = RateLimited("slow down", provider="gitee")
NO_MAGICUBES = QuotaExceeded("no magicubes", provider="modelscope")


def unknown(token: str | None) -> None:
    """Return an unknown balance, as for a provider that does not show it."""


def take(now: float = NOW, provider: Provider = GITEE, model: int = 0, look: Look = unknown) -> Token:
    """Take a token for one of the provider's models, by its index in the catalog."""
    return tokens.take(provider, provider.models[model].id, now, look)


def values(now: float = NOW, provider: Provider = GITEE, model: int = 0) -> set[str | None]:
    return {take(now, provider, model).value for _ in range(12)}


def until(now: float = NOW, provider: Provider = GITEE, look: Look = unknown) -> float:
    """Return when the first token becomes usable. None is usable now."""
    with pytest.raises(NoTokenNow) as wait:
        take(now, provider, look=look)
    return wait.value.until


def limited(seconds: int) -> RateLimited:
    return RateLimited("slow down", provider="gitee", retry_after=seconds)


def used_up(seconds: int | None = None) -> QuotaExceeded:
    return QuotaExceeded("used up", provider="gitee", retry_after=seconds)


def test_several_tokens_are_used_in_turn(parameters: Parameters) -> None:
    parameters.put("tokens/gitee", "one,two,three")
    assert values() == {"one", "two", "three"}


def test_a_rate_limited_token_cools_down_as_requested(parameters: Parameters) -> None:
    parameters.put("tokens/gitee", "one,two")
    tired = take()
    tokens.cool_down(tired, GITEE, limited(30), NOW)
    assert tired.value not in values(NOW + 29)
    tokens.record_success(take(NOW + 31), GITEE)


def test_the_cooldown_grows_with_each_429_until_a_success() -> None:
    now, pauses = NOW, []
    for _ in range(10):
        tokens.cool_down(take(now), GITEE, SLOW, now)
        pauses.append(until(now) - now)
        now = until(now)
    assert pauses == [4, 8, 16, 32, 64, 128, 256, 512, 900, 900]
    tokens.record_success(take(now), GITEE)
    at_once = [take(now) for _ in range(5)]
    for token in at_once:
        tokens.cool_down(token, GITEE, SLOW, now)
    assert until(now) - now == 4  # several 429s at once count as one


def test_after_a_cooldown_one_call_at_a_time_uses_the_token() -> None:
    tokens.cool_down(take(), GITEE, SLOW, NOW)
    after = NOW + 5
    trial = take(after)
    assert trial.refusals == 1
    assert until(after) == after + tokens.TRIAL_SECONDS
    tokens.record_success(trial, GITEE)
    assert {take(after).refusals for _ in range(5)} == {0}


def test_a_quota_returns_as_announced_or_at_midnight() -> None:
    tokens.spend(take(), GITEE, used_up(500), NOW)
    assert until() == NOW + 500
    tokens.spend(take(NOW + 501), GITEE, used_up(), NOW + 501)
    midnight = until(NOW + 501)
    assert (midnight + 8 * 3600) % DAY == 0
    assert 0 < midnight - NOW < DAY


def test_if_all_tokens_cool_down_the_first_to_return_is_named(parameters: Parameters) -> None:
    parameters.put("tokens/gitee", "one,two")
    for seconds in (100, 50):
        error = QuotaExceeded(f"back in {seconds}", provider="gitee", retry_after=seconds)
        tokens.spend(take(), GITEE, error, NOW)
    with pytest.raises(NoTokenNow, match="back in 50") as wait:
        take()
    assert wait.value.until == NOW + 50


def test_the_token_that_returns_first_is_used_first(parameters: Parameters) -> None:
    parameters.put("tokens/gitee", "one,two,three")
    rests = {"one": 70, "two": 30, "three": 50}
    for token in tokens.of_deployment(GITEE):
        tokens.cool_down(token, GITEE, limited(rests[token.value or ""]), NOW)
    assert [take(NOW + 80).value for _ in rests] == ["two", "three", "one"]


def test_magicubes_block_the_whole_token_for_longer_each_time() -> None:
    now = NOW
    for minutes in (30, 60, 120, 240, 240):
        token = take(now, MODELSCOPE)
        for _ in range(2):  # the second one is a concurrent call
            tokens.spend(token, MODELSCOPE, NO_MAGICUBES, now)
        with pytest.raises(NoTokenNow, match="no magicubes") as wait:
            take(now + 1, MODELSCOPE, model=1)
        assert wait.value.until == now + 60 * minutes
        now = wait.value.until
    tokens.record_success(take(now, MODELSCOPE), MODELSCOPE)
    assert take(now, MODELSCOPE, model=1).refusals == 0


@pytest.fixture
def back() -> float:
    """Return the end of the cooldown of ModelScope's token after its magicubes were used up."""
    tokens.spend(take(NOW, MODELSCOPE), MODELSCOPE, NO_MAGICUBES, NOW)
    return until(NOW, MODELSCOPE)


def test_a_balance_is_read_at_growing_intervals(back: float) -> None:
    looks = list[str | None]()

    def empty(token: str | None) -> bool:
        looks.append(token)
        return False

    now, pauses = back, []
    for _ in range(4):
        later = until(now, MODELSCOPE, look=empty)
        pauses.append((later - now) / 60)
        assert until(later - 1, MODELSCOPE, look=empty) == later
        now = later
    assert pauses == [60, 120, 240, 240]
    assert looks == ["modelscope-token"] * 4
    assert take(now, MODELSCOPE, look=lambda _: True).refusals == 5


def test_with_an_unknown_balance_a_call_tries_the_token(back: float) -> None:
    assert take(back, MODELSCOPE, look=unknown).refusals == 1


def test_a_new_batch_reads_the_balance_at_once(back: float) -> None:
    tokens.forgive(MODELSCOPE)
    assert back > NOW + 100
    assert take(NOW + 1, MODELSCOPE, look=lambda _: True).refusals == 1


def test_a_usable_token_needs_no_balance_of_the_other(parameters: Parameters) -> None:
    parameters.put("tokens/modelscope", "one,two")
    spent = take(NOW, MODELSCOPE)
    tokens.spend(spent, MODELSCOPE, NO_MAGICUBES, NOW)

    def look(token: str | None) -> bool:
        raise AssertionError("the provider was asked")

    for later in (NOW + 1, NOW + 10_000):
        assert {take(later, MODELSCOPE, look=look).value for _ in range(6)} == {"one", "two"} - {spent.value}


def test_a_space_at_its_limit_blocks_every_token(parameters: Parameters) -> None:
    parameters.put("tokens/huggingface", "one,two")
    full = RateLimited("the Space has a full queue", provider="huggingface", retry_after=10**9)
    full.concerns_model = True
    assert tokens.rest_after_error(take(NOW, HUGGINGFACE), HUGGINGFACE, HUGGINGFACE.models[0].id, full, NOW)
    with pytest.raises(NoTokenNow, match="full queue") as wait:
        take(NOW + 1, HUGGINGFACE)
    assert wait.value.until == NOW + DAY
    assert values(NOW + 1, HUGGINGFACE, model=1) == {"one", "two"}
    again = take(NOW + DAY + 1, HUGGINGFACE)
    assert (again.refusals, again.model_refusals) == (0, 1)
    tokens.record_success(again, HUGGINGFACE)
    assert take(NOW + DAY + 2, HUGGINGFACE).model_refusals == 0


def test_a_failing_gateway_blocks_only_the_model() -> None:
    lost, now = AnswerLost("a gateway answered HTTP 504", provider="gitee"), NOW
    for pause in (4, 8, 16):
        assert tokens.rest_after_error(take(now), GITEE, GITEE.models[0].id, lost, now)
        assert until(now) - now == pause
        now += pause
    assert take(now).refusals == 0
    assert take(NOW, model=1).model_refusals == 0


def test_a_spaces_own_quota_blocks_no_token() -> None:
    own = QuotaExceeded("my GPU quota is over", provider="huggingface")
    own.concerns_model = True
    tokens.rest_after_error(take(NOW, HUGGINGFACE), HUGGINGFACE, HUGGINGFACE.models[0].id, own, NOW)
    assert take(NOW, HUGGINGFACE, model=1).refusals == 0


def test_no_cooldown_is_longer_than_a_day() -> None:
    tokens.spend(take(), GITEE, used_up(10**9), NOW)
    assert until() == NOW + DAY
    tokens.cool_down(take(NOW + DAY), GITEE, limited(10**9), NOW + DAY)
    assert until(NOW + DAY + 1) == NOW + 2 * DAY


def test_a_refused_token_is_not_used_for_that_model(parameters: Parameters) -> None:
    parameters.put("tokens/gitee", "one,two")
    dead = take()
    tokens.refuse(dead, GITEE, GITEE.models[0].id, NoAllowance("bind a package", provider="gitee"), NOW)
    assert values() == {"one", "two"} - {dead.value}
    assert values(model=1) == {"one", "two"}
    refused = AuthInvalid("refused", provider="gitee", field="X-API-Key")
    tokens.refuse(take(), GITEE, GITEE.models[0].id, refused, NOW)
    cause = r"token of Gitee AI cannot be used.*(bind a package|refused)"
    with pytest.raises((QuotaExceeded, AuthInvalid), match=cause) as caught:
        take()
    assert caught.value.field is None  # the caller did not send it
    assert values(NOW + tokens.REFUSED_SECONDS + 1)  # its owner may have replaced it
    tokens.forgive(GITEE)
    assert values() == {"one", "two"}


def test_a_provider_without_its_token_says_where_to_set_it(parameters: Parameters) -> None:
    parameters.delete("tokens/gitee")
    with pytest.raises(AuthRequired, match=f"{parameters.path}/tokens/gitee"):
        take()


def test_calls_without_a_token_have_a_cooldown_too() -> None:
    token = take(NOW, HUGGINGFACE)
    assert token.value is None
    tokens.cool_down(token, HUGGINGFACE, SLOW, NOW)
    assert until(NOW, HUGGINGFACE) > NOW


@pytest.mark.parametrize("error", [SLOW, used_up(), AuthInvalid("no", provider="gitee")], ids=lambda error: error.code)
def test_a_refused_token_is_not_retried_without_cooldowns(parameters: Parameters, error: EaselError) -> None:
    asked: list[str | None] = []

    def refuse(token: str | None) -> None:
        asked.append(token)
        raise error

    unwritable = parameters.cloud.refusing("dynamodb.PutItem", "AccessDeniedException")
    with unwritable, pytest.raises(RateLimited, match="rest for"):
        tokens.in_turn(GITEE, GITEE.models[0].id, refuse)
    assert len(asked) == len(set(asked)) == len(tokens.of_deployment(GITEE))


def test_no_token_is_in_the_table_or_in_a_repr() -> None:
    token = take()
    tokens.cool_down(token, GITEE, SLOW, time.time())
    stored = aws.dynamodb().get_item(TableName=table.name(), Key={"id": {"S": "tokens#gitee"}})["Item"]
    assert token.name in stored["fields"]["S"]
    assert token.value
    assert token.value not in json.dumps(stored) + repr(token)


def test_tokens_are_cached_for_a_minute_and_kept_on_errors(
    parameters: Parameters, monkeypatch: pytest.MonkeyPatch
) -> None:
    with parameters.cloud.counting() as calls:
        values()
    assert calls["ssm.GetParameter"] == 1
    monkeypatch.setattr(ssm_parameters, "CACHE_SECONDS", 0.0)
    with parameters.cloud.refusing("ssm.GetParameter", "AccessDeniedException"):
        assert values() == {"gitee-token"}
