"""The deployment's tokens: used in turn, left alone while they cool down, never stored."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from easel import catalog
from easel.common import aws
from easel.errors import (
    AnswerLost,
    AuthInvalid,
    AuthRequired,
    EaselError,
    NoAllowance,
    QuotaExceeded,
    RateLimited,
)
from easel.providers import ssm_parameters, tokens
from easel.providers.tokens import NoTokenNow, Token
from easel.store import table
from tests.harness.batches import World, worlds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.harness.cloud import Cloud

GITEE, MODELSCOPE = catalog.provider("gitee"), catalog.provider("modelscope")
HUGGINGFACE = catalog.provider("huggingface")
MODEL = "z-image-turbo"
NOW = 1_800_000_000.0
SLOW = RateLimited("slow down", provider="gitee")


@pytest.fixture
def world(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    yield from worlds(cloud, monkeypatch)


def take(now: float = NOW, model: str = MODEL) -> Token:
    return tokens.take(GITEE, model, now)


def values(count: int = 12, now: float = NOW) -> set[str | None]:
    return {take(now).value for _ in range(count)}


def until(now: float = NOW, model: str = MODEL) -> float:
    with pytest.raises(NoTokenNow) as wait:
        take(now, model)
    return wait.value.until


def test_several_tokens_are_used_in_turn(world: World) -> None:
    world.put("tokens/gitee", " one, two ,three,one,")
    assert values() == {"one", "two", "three"}


def test_a_rate_limited_token_rests_as_long_as_requested(world: World) -> None:
    world.put("tokens/gitee", "one,two")
    tired = take()
    tokens.cool_down(tired, GITEE, RateLimited("slow", provider="gitee", retry_after=30), NOW)
    assert tired.value not in values(now=NOW + 29)
    tokens.worked(take(NOW + 31), GITEE)


def test_the_cooldown_grows_with_each_429_until_a_success(world: World) -> None:
    now, pauses = NOW, []
    for _ in range(10):
        tokens.cool_down(take(now), GITEE, SLOW, now)
        pauses.append(until(now) - now)
        now = until(now)
    assert pauses == [4, 8, 16, 32, 64, 128, 256, 512, 900, 900]
    tokens.worked(take(now), GITEE)
    tokens.cool_down(take(now), GITEE, SLOW, now)
    assert until(now) - now == 4


def test_of_several_429s_at_once_one_counts(world: World) -> None:
    at_once = [take() for _ in range(5)]
    for token in at_once:
        tokens.cool_down(token, GITEE, SLOW, NOW)
    assert until() - NOW == 4


def test_after_a_cooldown_one_call_at_a_time_tries_the_token(world: World) -> None:
    tokens.cool_down(take(), GITEE, SLOW, NOW)
    after = NOW + 5
    trial = take(after)
    assert trial.refusals == 1
    assert until(after) == after + tokens.TRIAL_SECONDS
    tokens.worked(trial, GITEE)
    assert {take(after).refusals for _ in range(5)} == {0}


def test_a_quota_returns_as_announced_or_at_midnight(world: World) -> None:
    tokens.spend(take(), GITEE, QuotaExceeded("used up", provider="gitee", retry_after=500), NOW)
    assert until() == NOW + 500
    tokens.spend(take(NOW + 501), GITEE, QuotaExceeded("used up", provider="gitee"), NOW + 501)
    midnight = until(NOW + 501)
    assert (midnight + 8 * 3600) % 86400 == 0
    assert 0 < midnight - NOW < 86400


def test_when_all_tokens_rest_the_first_to_return_is_named(world: World) -> None:
    world.put("tokens/gitee", "one,two")
    for seconds in (100, 50):
        error = QuotaExceeded(f"back in {seconds}", provider="gitee", retry_after=seconds)
        tokens.spend(take(), GITEE, error, NOW)
    with pytest.raises(NoTokenNow, match="back in 50") as wait:
        take()
    assert wait.value.until == NOW + 50


def test_of_tokens_that_rested_the_first_to_return_is_tried(world: World) -> None:
    world.put("tokens/gitee", "one,two,three")
    rests = {"one": 70, "two": 30, "three": 50}
    for token in tokens.of_deployment(GITEE):
        error = RateLimited("slow down", provider="gitee", retry_after=rests[token.value or ""])
        tokens.cool_down(token, GITEE, error, NOW)
    assert [take(NOW + 80).value for _ in rests] == ["two", "three", "one"]


def test_magicubes_rest_the_whole_token_for_longer_each_time(world: World) -> None:
    first, second = MODELSCOPE.models[0].id, MODELSCOPE.models[1].id
    error, now = QuotaExceeded("no magicubes", provider="modelscope"), NOW
    for minutes in (30, 60, 120, 240, 240):
        token = tokens.take(MODELSCOPE, first, now)
        tokens.spend(token, MODELSCOPE, error, now)
        tokens.spend(token, MODELSCOPE, error, now)  # another call at the same time
        with pytest.raises(NoTokenNow, match="no magicubes") as wait:
            tokens.take(MODELSCOPE, second, now + 1)
        assert wait.value.until == now + 60 * minutes
        now = wait.value.until
    tokens.worked(tokens.take(MODELSCOPE, first, now), MODELSCOPE)
    assert tokens.take(MODELSCOPE, second, now).refusals == 0


def short_of_magicubes(now: float) -> float:
    """The end of the rest of a token whose magicubes are used up."""
    model = MODELSCOPE.models[0].id
    token = tokens.take(MODELSCOPE, model, now)
    tokens.spend(token, MODELSCOPE, QuotaExceeded("no magicubes", provider="modelscope"), now)
    with pytest.raises(NoTokenNow) as wait:
        tokens.take(MODELSCOPE, model, now)
    return wait.value.until


def test_a_balance_is_read_at_growing_intervals(world: World) -> None:
    model, looks = MODELSCOPE.models[0].id, list[str | None]()

    def empty(token: str | None) -> bool:
        looks.append(token)
        return False

    now, pauses = short_of_magicubes(NOW), []
    for _ in range(4):
        with pytest.raises(NoTokenNow, match="no magicubes") as wait:
            tokens.take(MODELSCOPE, model, now, empty)
        pauses.append((wait.value.until - now) / 60)
        with pytest.raises(NoTokenNow):
            tokens.take(MODELSCOPE, model, wait.value.until - 1, empty)
        now = wait.value.until
    assert pauses == [60, 120, 240, 240]
    assert looks == [f"m-{world.name}"] * 4
    assert tokens.take(MODELSCOPE, model, now, lambda _: True).refusals == 5


def test_a_balance_that_nobody_tells_leaves_the_trial_to_a_call(world: World) -> None:
    assert tokens.take(MODELSCOPE, MODELSCOPE.models[0].id, short_of_magicubes(NOW), lambda _: None).refusals == 1


def test_a_live_token_is_used_without_a_look_at_the_other(world: World) -> None:
    world.put("tokens/modelscope", "one,two")
    model = MODELSCOPE.models[0].id
    spent = tokens.take(MODELSCOPE, model, NOW)
    tokens.spend(spent, MODELSCOPE, QuotaExceeded("no magicubes", provider="modelscope"), NOW)

    def look(token: str | None) -> bool:
        raise AssertionError("the provider was asked")

    for later in (NOW + 1, NOW + 10_000):
        assert {tokens.take(MODELSCOPE, model, later, look).value for _ in range(6)} == {"one", "two"} - {spent.value}


def test_a_new_batch_looks_at_the_balance_at_once(world: World) -> None:
    model, until = MODELSCOPE.models[0].id, short_of_magicubes(NOW)
    tokens.forgive(MODELSCOPE)
    assert until > NOW + 100
    assert tokens.take(MODELSCOPE, model, NOW + 1, lambda _: True).refusals == 1


def test_a_space_at_its_limit_rests_for_every_token(world: World) -> None:
    world.put("tokens/huggingface", "one,two")
    busy, other = HUGGINGFACE.models[0].id, HUGGINGFACE.models[1].id
    full = RateLimited("the Space has a full queue", provider="huggingface", retry_after=10**9)
    full.of_model = True
    token = tokens.take(HUGGINGFACE, busy, NOW)
    assert tokens.blame(token, HUGGINGFACE, busy, full, NOW)
    with pytest.raises(NoTokenNow, match="full queue") as wait:
        tokens.take(HUGGINGFACE, busy, NOW + 1)
    assert wait.value.until == NOW + 86400
    assert {tokens.take(HUGGINGFACE, other, NOW + 1).value for _ in range(6)} == {"one", "two"}
    again = tokens.take(HUGGINGFACE, busy, NOW + 86401)
    assert (again.refusals, again.model_refusals) == (0, 1)
    tokens.worked(again, HUGGINGFACE)
    assert tokens.take(HUGGINGFACE, busy, NOW + 86402).model_refusals == 0


def test_a_gateway_in_the_providers_place_rests_the_model(world: World) -> None:
    lost, now = AnswerLost("a gateway answered HTTP 504", provider="gitee"), NOW
    for pause in (4, 8, 16):
        assert tokens.blame(take(now), GITEE, MODEL, lost, now)
        assert until(now) - now == pause
        now += pause
    assert take(now).refusals == 0
    assert take(NOW, GITEE.models[1].id).model_refusals == 0


def test_a_spaces_own_quota_rests_no_token(world: World) -> None:
    own, model = QuotaExceeded("my GPU quota is over", provider="huggingface"), HUGGINGFACE.models[0].id
    own.of_model = True
    tokens.blame(tokens.take(HUGGINGFACE, model, NOW), HUGGINGFACE, model, own, NOW)
    assert tokens.take(HUGGINGFACE, HUGGINGFACE.models[1].id, NOW).refusals == 0


def test_no_rest_is_longer_than_a_day(world: World) -> None:
    tokens.spend(take(), GITEE, QuotaExceeded("used up", provider="gitee", retry_after=10**9), NOW)
    assert until() == NOW + 86400
    tokens.cool_down(take(NOW + 86401), GITEE, RateLimited("no", provider="gitee", retry_after=10**9), NOW + 86401)
    assert until(NOW + 86402) == NOW + 86401 + 86400


def test_a_refused_token_is_left_out_for_that_model(
    world: World,
) -> None:
    world.put("tokens/gitee", "one,two")
    dead = take()
    tokens.refuse(dead, GITEE, MODEL, NoAllowance("bind a package", provider="gitee"), NOW)
    assert values() == {"one", "two"} - {dead.value}
    assert {take(model="Qwen-Image").value for _ in range(8)} == {"one", "two"}
    refused = AuthInvalid("refused", provider="gitee", field="X-API-Key")
    tokens.refuse(take(), GITEE, MODEL, refused, NOW)
    with pytest.raises(
        (QuotaExceeded, AuthInvalid), match=r"token of Gitee AI cannot be used.*(bind a package|refused)"
    ) as caught:
        take()
    assert caught.value.field is None  # which the caller did not send
    assert values(now=NOW + tokens.REFUSED_SECONDS + 1)  # its owner may have seen to it
    tokens.forgive(GITEE)
    assert values() == {"one", "two"}


def test_a_provider_that_needs_a_token_says_where_to_put_it(world: World) -> None:
    aws.ssm().delete_parameter(Name=f"/{world.name}/tokens/gitee")
    ssm_parameters.forget()
    with pytest.raises(AuthRequired, match=f"/{world.name}/tokens/gitee"):
        take()


def test_calls_without_a_token_have_a_cooldown_too(world: World) -> None:
    token = tokens.take(HUGGINGFACE, MODEL, NOW)
    assert token.value is None
    tokens.cool_down(token, HUGGINGFACE, SLOW, NOW)
    with pytest.raises(NoTokenNow):
        tokens.take(HUGGINGFACE, MODEL, NOW)


@pytest.mark.parametrize(
    "error", [SLOW, QuotaExceeded("used up", provider="gitee"), AuthInvalid("no", provider="gitee")]
)
def test_a_refused_token_is_not_asked_again_if_no_rest_is_kept(world: World, error: EaselError) -> None:
    asked: list[str | None] = []

    def refuse(token: str | None) -> None:
        asked.append(token)
        raise error

    with (
        world.cloud.refusing("dynamodb.PutItem", "AccessDeniedException"),
        pytest.raises(RateLimited, match="rest for"),
    ):
        tokens.in_turn(GITEE, MODEL, refuse)
    assert len(asked) == len(set(asked)) == len(tokens.of_deployment(GITEE))


def test_no_token_is_in_the_table_or_in_what_is_printed(world: World) -> None:
    token = take()
    tokens.cool_down(token, GITEE, SLOW, time.time())
    stored = aws.dynamodb().get_item(TableName=table.name(), Key={"id": {"S": "tokens#gitee"}})["Item"]
    assert token.name in stored["fields"]["S"]
    assert token.value
    assert token.value not in json.dumps(stored) + repr(token)


def test_tokens_are_cached_for_a_minute_and_kept_on_errors(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with world.cloud.counting() as calls:
        values(20)
    assert calls["ssm.GetParameter"] == 1
    monkeypatch.setattr(ssm_parameters, "CACHE_SECONDS", 0.0)
    values(1)
    with world.cloud.refusing("ssm.GetParameter", "AccessDeniedException"):
        assert values(3) == {f"g-{world.name}"}
