"""The order in which tokens are used: by what each has generated and what its provider says is left."""

from __future__ import annotations

import pytest

from easel import catalog
from easel.errors import QuotaExceeded
from easel.providers import cooldowns, token_use, tokens
from easel.providers.token_use import Allowance
from tests.harness.parameters import Parameters, parameters

__all__ = ["parameters"]  # a fixture
pytestmark = pytest.mark.usefixtures("parameters")

GITEE, MODELSCOPE = catalog.provider("gitee"), catalog.provider("modelscope")
MODEL = "z-image-turbo"
NOW = 1_800_000_000.0


def values() -> set[str | None]:
    return {tokens.take(GITEE, MODEL, NOW).value for _ in range(6)}


def test_the_least_used_token_is_used_first(parameters: Parameters) -> None:
    parameters.put("tokens/gitee", "one,two,three")
    for token in tokens.of_deployment(GITEE)[:2]:
        token_use.count(GITEE, token.name, NOW)
    assert values() == {"three"}


@pytest.mark.parametrize(
    ("left", "used"),
    [((3, 100, 99), {"two", "three"}), ((3, 200, 100), {"two"}), ((0, 0, 0), {"one", "two", "three"})],
)
def test_the_token_with_the_most_left_is_used_first(
    parameters: Parameters, left: tuple[int, ...], used: set[str]
) -> None:
    parameters.put("tokens/gitee", "one,two,three")
    for token, amount in zip(tokens.of_deployment(GITEE), left, strict=True):
        token_use.keep(GITEE, token.name, Allowance(amount, "CNY"), NOW)
    assert values() == used


def test_later_pictures_are_subtracted_from_an_allowance(parameters: Parameters) -> None:
    parameters.put("tokens/modelscope", "one,two")
    first, second = tokens.of_deployment(MODELSCOPE)
    for token, amount in ((first, 9), (second, 7)):
        token_use.keep(MODELSCOPE, token.name, Allowance(amount, "magicubes"), NOW)
    for _ in range(4):
        token_use.count(MODELSCOPE, first.name, NOW)
    assert {tokens.take(MODELSCOPE, MODELSCOPE.models[0].id, NOW).value for _ in range(4)} == {"two"}


def test_the_number_of_pictures_that_fills_a_day_is_stored(parameters: Parameters) -> None:
    token = tokens.take(GITEE, MODEL, NOW)
    token_use.count(GITEE, token.name, NOW)
    tokens.rest_after_error(token, GITEE, MODEL, QuotaExceeded("used up", provider="gitee"), NOW)
    uses = [token_use.read(GITEE, NOW + days * cooldowns.DAY)[token.name] for days in (0, 1)]
    assert [(use.drawn, use.full) for use in uses] == [(1, 1), (0, 1)]
    assert token_use.read(GITEE, NOW + token_use.DAYS * cooldowns.DAY) == {}
