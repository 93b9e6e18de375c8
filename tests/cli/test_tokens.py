"""`make tokens`: the tokens' cooldowns, with tokens named by their position, and how a cooldown is ended."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest

from cli import tokens as command
from easel import catalog
from easel.common import aws
from easel.errors import AuthInvalid, QuotaExceeded, RateLimited
from easel.providers import ssm_parameters, token_use, tokens
from easel.providers.token_use import Allowance
from easel.providers.tokens import NoTokenNow
from local.errors import LocalError
from tests.harness.batches import World, worlds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.harness.cloud import Cloud

GITEE, HUGGINGFACE = catalog.provider("gitee"), catalog.provider("huggingface")
MODEL = "z-image-turbo"
NOW = 1_800_000_000.0


@pytest.fixture
def world(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setattr(command, "connect", lambda environment: None)
    for found in worlds(cloud, monkeypatch):
        found.put("tokens/gitee", "secret-one,alice=secret-two")
        yield found


def lines() -> list[list[str]]:
    return [re.split(" {2,}", row) for row in command.rows(NOW)]


def test_usable_tokens_are_listed_by_position(world: World) -> None:
    assert lines()[1:] == [
        ["gitee/1", "all", "usable", "-", "0", "-"],
        ["gitee/alice", "all", "usable", "-", "0", "-"],
        ["huggingface/none", "all", "usable", "-", "0", "-"],
        ["modelscope/1", "all", "usable", "-", "0", "-"],
    ]


def test_a_token_shows_its_use_and_its_providers_allowance(world: World) -> None:
    first, second = tokens.of_deployment(GITEE)
    for _ in range(2):
        token_use.count(GITEE, first.name, NOW)
    token_use.note_full(GITEE, first.name, NOW)
    token_use.keep(GITEE, second.name, Allowance(37.5, "magicubes", total=250, resets=NOW, read=NOW), NOW)
    rows = {line[0]: line for line in lines()}
    assert rows["gitee/1"][4:] == ["2 of about 2", "-"]
    at = time.strftime("%H:%M", time.localtime(NOW))
    assert rows["gitee/alice"][4:] == ["0", f"37.5 of 250 magicubes, more at {at} (at {at})"]


def test_a_cooldown_shows_its_end_and_reason_but_no_token(world: World) -> None:
    first, second = tokens.of_deployment(GITEE)
    tokens.spend(first, GITEE, QuotaExceeded("used up", provider="gitee", retry_after=7200), NOW)
    tokens.refuse(second, GITEE, MODEL, AuthInvalid("refused", provider="gitee"), NOW)
    full = RateLimited("a full queue", provider="huggingface", retry_after=60)
    full.concerns_model = True
    tokens.rest_after_error(tokens.take(HUGGINGFACE, MODEL, NOW), HUGGINGFACE, MODEL, full, NOW)
    text = "\n".join(command.rows(NOW))
    rows = {(line[0], line[1]): line for line in lines()}
    assert rows["gitee/1", "all"][2] == "used up"
    assert rows["gitee/1", "all"][-1].endswith("used up")
    assert "20" in rows["gitee/1", "all"][3]
    assert rows["gitee/alice", "all"][2] == "usable"
    assert rows["gitee/alice", MODEL][2::4] == ["refused", "refused"]
    assert rows["huggingface/every", MODEL][2::4] == ["resting", "a full queue"]
    assert "secret" not in text
    assert first.name not in text


def test_an_empty_and_a_missing_token_are_distinguished(world: World) -> None:
    aws.ssm().delete_parameter(Name=f"/{world.name}/tokens/modelscope")
    first, _ = tokens.of_deployment(GITEE)
    tokens.spend(first, GITEE, QuotaExceeded("used up", provider="gitee"), NOW)
    world.put("tokens/gitee", "secret-three")
    ssm_parameters.forget()
    rows = {line[0]: line[1:] for line in lines()}
    assert rows["gitee/removed"][-1].endswith("used up")
    assert rows["huggingface/none"][1] == "usable"
    assert rows["modelscope"][-1] == "no token"


def test_one_cooldown_is_ended_and_the_others_remain(world: World) -> None:
    for token in tokens.of_deployment(GITEE):
        tokens.spend(token, GITEE, QuotaExceeded("used up", provider="gitee", retry_after=7200), NOW)
    with pytest.raises(NoTokenNow):
        tokens.take(GITEE, MODEL, NOW)
    assert command.main({"WAKE": "gitee/alice"}) == ["gitee/alice: cooldown ended"]
    assert tokens.take(GITEE, MODEL, NOW).value == "secret-two"
    assert command.main({"WAKE": "gitee/alice"}) == ["gitee/alice: no cooldown"]
    assert command.main({"WAKE": "gitee"}) == ["gitee/1: cooldown ended"]


@pytest.mark.parametrize(
    ("wanted", "says"),
    [("acme", "unknown provider"), ("gitee/3", "gitee has: 1, alice, every"), ("gitee/secret-one", "1, alice")],
)
def test_an_unknown_token_cannot_be_selected(world: World, wanted: str, says: str) -> None:
    with pytest.raises(LocalError, match=says):
        command.main({"WAKE": wanted})
