"""The deployment's tokens: used in turn, set aside for all containers, never stored."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from easel import aws, catalog, jobs, parameters, tokens
from easel.errors import AuthRequired
from easel.tokens import Parked
from tests.harness.batches import World, forget_asides

if TYPE_CHECKING:
    from tests.harness.cloud import Cloud

GITEE, MODELSCOPE = catalog.provider("gitee"), catalog.provider("modelscope")
HUGGINGFACE = catalog.provider("huggingface")


@pytest.fixture
def world(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> World:
    found = World(cloud, monkeypatch)
    forget_asides()
    return found


def values(count: int = 12, model: str = "z-image-turbo") -> set[str | None]:
    return {tokens.take(GITEE, model).value for _ in range(count)}


def test_several_tokens_are_used_in_turn(world: World) -> None:
    world.put("tokens/gitee", " one, two ,three,one,")
    assert values() == {"one", "two", "three"}


def test_a_token_set_aside_is_left_alone_until_its_time_has_come(world: World) -> None:
    world.put("tokens/gitee", "one,two")
    taken = tokens.take(GITEE, "z-image-turbo")
    tokens.set_aside(taken, GITEE, time.time() + 60)
    assert taken.value not in values()
    tokens.set_aside(taken, GITEE, time.time() - 1)
    assert taken.value in values()


def test_when_all_are_set_aside_the_provider_is_parked_until_the_first_is_back(world: World) -> None:
    world.put("tokens/gitee", "one,two")
    ends = [time.time() + 100, time.time() + 50]
    for end in ends:
        tokens.set_aside(tokens.take(GITEE, "z-image-turbo"), GITEE, end)
    with pytest.raises(Parked) as parked:
        tokens.take(GITEE, "z-image-turbo")
    assert parked.value.until == pytest.approx(min(ends), abs=0.01)


def test_where_quotas_are_counted_by_model_the_token_still_serves_the_others(world: World) -> None:
    first, second = MODELSCOPE.models[0].id, MODELSCOPE.models[1].id
    token = tokens.take(MODELSCOPE, first)
    tokens.set_aside(token, MODELSCOPE, time.time() + 60, first)
    assert tokens.take(MODELSCOPE, second) == token
    with pytest.raises(Parked):
        tokens.take(MODELSCOPE, first)
    tokens.set_aside(token, MODELSCOPE, time.time() + 60)
    with pytest.raises(Parked):
        tokens.take(MODELSCOPE, second)


def test_a_provider_that_needs_a_token_says_where_to_put_it(world: World) -> None:
    aws.ssm().delete_parameter(Name=f"/{world.name}/tokens/gitee")
    parameters.forget()
    with pytest.raises(AuthRequired, match=f"/{world.name}/tokens/gitee"):
        tokens.take(GITEE, "z-image-turbo")


def test_a_provider_that_needs_none_is_called_without_and_parked_all_the_same(world: World) -> None:
    token = tokens.take(HUGGINGFACE, "z-image-turbo")
    assert token.value is None
    tokens.set_aside(token, HUGGINGFACE, time.time() + 60)
    with pytest.raises(Parked):
        tokens.take(HUGGINGFACE, "z-image-turbo")


def test_no_token_is_in_the_table_or_in_what_is_printed(world: World) -> None:
    token = tokens.take(GITEE, "z-image-turbo")
    tokens.set_aside(token, GITEE, time.time() + 60)
    stored = aws.dynamodb().get_item(TableName=jobs.table(), Key={"id": {"S": "tokens#gitee"}})["Item"]
    assert token.name in stored
    assert token.value
    assert token.value not in json.dumps(stored) + repr(token)


def test_ssm_is_asked_once_a_minute_and_a_refusal_does_not_lose_what_is_known(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world.cloud.counting() as calls:
        values(20)
    assert calls["ssm.GetParameter"] == 1
    monkeypatch.setattr(parameters, "KEPT_SECONDS", 0.0)
    values(1)
    with world.cloud.refusing("ssm.GetParameter", "AccessDeniedException"):
        assert values(3) == {f"g-{world.name}"}
