"""The deployment's secrets are read from SSM, and cached for a minute."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from easel.errors import InternalError
from easel.providers import ssm_parameters
from tests.harness.batches import World, worlds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.harness.cloud import Cloud


@pytest.fixture
def world(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    yield from worlds(cloud, monkeypatch)


def test_values_are_trimmed_and_unique(world: World) -> None:
    world.put("tokens/gitee", " one, two ,three,one,")
    assert list(ssm_parameters.secrets("tokens/gitee")) == ["one", "two", "three"]
    assert ssm_parameters.secrets("tokens/nobody") == {}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("alice=one,two", {"one": "alice", "two": ""}),
        ('Team A = "one"\n魔搭=two', {"one": "Team A", "two": "魔搭"}),
        ("alice=one,alice=two", {"one": "alice", "two": ""}),
        ("alice=one,bob=one", {"one": "alice"}),
        ("2=one,token 7=two,Every=three", {"one": "", "two": "", "three": ""}),
        ("X-API-Key=one,token=two,api_key: three", {"one": "", "two": "", "three": ""}),
        ("abcdefghijklmnopqrstu=one", {"abcdefghijklmnopqrstu=one": ""}),
        ("padded==,a==b,=one", {"padded==": "", "a==b": "", "=one": ""}),
        ("alice=,alice=one=", {"alice=": "", "one=": "alice"}),
    ],
)
def test_a_token_may_have_a_name_before_it(world: World, text: str, values: dict[str, str]) -> None:
    world.put("tokens/gitee", text)
    assert dict(ssm_parameters.secrets("tokens/gitee")) == values


def test_an_unreadable_parameter_is_an_error(world: World) -> None:
    ssm_parameters.forget()
    with world.cloud.refusing("ssm.GetParameter", "AccessDeniedException"), pytest.raises(InternalError, match="again"):
        ssm_parameters.secrets("tokens/gitee")
