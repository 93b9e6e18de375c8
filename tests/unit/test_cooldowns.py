"""Cooldowns are one item per provider, which all functions read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from easel import catalog
from easel.providers import cooldowns
from easel.providers.cooldowns import NO_COOLDOWN, Cooldown
from easel.store import versioned_items

if TYPE_CHECKING:
    from tests.harness.cloud import Cloud

PAINTER = catalog.provider("gitee").model_copy(update={"id": "painter-of-rests"})


@pytest.fixture(autouse=True)
def _cloud(cloud: Cloud) -> None:
    assert cloud


def test_scopes_cool_down_separately_and_can_be_cleared() -> None:
    rest = Cooldown(5.0, 1, "slow down")
    cooldowns.change(PAINTER, "one", lambda _: rest)
    cooldowns.change(PAINTER, cooldowns.for_model("*", "cats"), lambda _: rest._replace(spent=True))
    assert cooldowns.read(PAINTER) == {"one": rest, "*/cats": rest._replace(spent=True)}
    cooldowns.end(PAINTER, "one", 2)  # refused again in the meantime
    assert "one" in cooldowns.read(PAINTER)
    cooldowns.end(PAINTER, "one", 1)
    cooldowns.change(PAINTER, "*/cats", lambda _: NO_COOLDOWN)
    assert cooldowns.read(PAINTER) == {}


def test_a_cooldown_of_an_older_version_can_be_read() -> None:
    old = {"one": {"until": 5.0, "refusals": 1, "reason": "slow", "error": None}}
    versioned_items.change("tokens#painter-of-rests", lambda _: old, lambda _: 2e9)
    assert cooldowns.read(PAINTER)["one"] == Cooldown(5.0, 1, "slow")
