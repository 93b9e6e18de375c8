"""Connections that break at every stage of a call by OpenAI's stock SDKs: the provider is paid once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import pytest

from easel.settings import settings
from tests.emulators.held_pictures import holding
from tests.harness.breaking_proxy import Cut, cutting
from tests.harness.patience import until
from tests.harness.sdks import node, sdk
from tests.harness.stack import TOKENS

if TYPE_CHECKING:
    from tests.harness.sdks import Outcome, Sdk
    from tests.harness.stack import Stack

__all__ = ["node", "sdk"]  # fixtures

STAGES = {
    "before the call arrives": [Cut("POST", "unsent")],
    "while the picture is drawn": [Cut("POST", "begun")],
    "both": [Cut("POST", "unsent"), Cut("POST", "begun")],
    "in the answer that sends on": [Cut("POST", "answer", 303)],
    "before a hop arrives": [Cut("GET", "unsent")],
    "in the answer of a hop": [Cut("GET", "answer", 303)],
    "in two hops": [Cut("GET", "unsent"), Cut("GET", "answer")],
}
IN_THE_PICTURE = {
    "in the picture's answer": [Cut("POST", "answer", 200)],
    "in the picture's answer of a hop": [Cut("GET", "answer", 200)],
}
"""Cuts in the body of an answer that has come well so far. The SDK for Node tells its caller of those."""


def draw(stack: Stack, sdk: Sdk, prompt: str, cuts: list[Cut]) -> tuple[Outcome, int]:
    """Return what the client received through breaking connections, and how often the provider was called."""
    begun = partial(until, lambda: stack.received("gitee", prompt))
    with holding(prompt) as finish, cutting(stack.url, cuts, begun, finish) as url:
        model = {"model": "gitee/z-image-turbo", "size": "256x256", "n": 2}
        outcome = sdk(url, TOKENS["gitee"], "images.generate", prompt=prompt, **model)
    stack.functions.wait_until_idle()
    return outcome, len(stack.received("gitee", prompt))


def wait(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Let calls wait this long. Nine such waits are enough for a slow machine to finish released pictures."""
    monkeypatch.setenv("WAIT_SECONDS", str(seconds))
    settings.cache_clear()


def test_a_broken_connection_costs_no_second_picture(
    sdk: Sdk, stack: Stack, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All stages run in parallel, each with its own proxy, since they mostly wait."""
    wait(monkeypatch, 1.5)

    def at(stage: str) -> tuple[Outcome, int]:
        return draw(stack, sdk, f"cut {request.node.name} {stage}.", STAGES[stage])

    with ThreadPoolExecutor(len(STAGES)) as callers:
        outcomes = dict(zip(STAGES, callers.map(at, STAGES), strict=True))
    failed = {
        stage: outcome for stage, (outcome, _) in outcomes.items() if outcome.error or len(outcome.body["data"]) != 2
    }
    assert failed == {}
    assert {stage: paid for stage, (_, paid) in outcomes.items()} == dict.fromkeys(STAGES, 2)


@pytest.mark.parametrize("stage", IN_THE_PICTURE)
def test_a_break_in_the_response_costs_no_second_picture(
    stage: str, sdk: Sdk, stack: Stack, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "hop" in stage:
        wait(monkeypatch, 1.5)
    outcome, paid = draw(stack, sdk, f"cut {request.node.name}", IN_THE_PICTURE[stage])
    assert outcome.body["data"] if "node" not in request.node.name else outcome.error
    assert paid == 2
