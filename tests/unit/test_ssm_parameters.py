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
    assert ssm_parameters.secrets("tokens/gitee") == ("one", "two", "three")
    assert ssm_parameters.secrets("tokens/nobody") == ()


def test_an_unreadable_parameter_is_an_error(world: World) -> None:
    ssm_parameters.forget()
    with world.cloud.refusing("ssm.GetParameter", "AccessDeniedException"), pytest.raises(InternalError, match="again"):
        ssm_parameters.secrets("tokens/gitee")
