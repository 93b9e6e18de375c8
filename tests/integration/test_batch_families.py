"""Families in batches: a line moves to the next provider only if the previous one has certainly not accepted it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from easel.batch import batches
from easel.budgets import keys
from easel.errors import (
    EaselError,
    GenerationFailed,
    ModelRetired,
    NoPicture,
    PromptRejected,
    ProviderError,
    ProviderUnreachable,
    QuotaExceeded,
)
from easel.settings import settings
from easel.store.payer import Payer
from tests.harness.batches import Killed, World, worlds
from tests.harness.easel_keys import give_key
from tests.harness.patience import until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from easel.store.records import GenerationRequest
    from tests.harness.cloud import Cloud

AUTO = {"provider": "auto", "model": "flux-1-krea"}
"""A family of Gitee AI and ModelScope."""


@pytest.fixture
def world(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setenv("FAMILY_ORDER", "gitee,modelscope,huggingface")
    settings.cache_clear()
    yield from worlds(cloud, monkeypatch)


def lines(count: int, **more: Any) -> list[dict[str, Any]]:
    return [{"prompt": f"line {number}", **AUTO, **more} for number in range(count)]


def asked(world: World) -> dict[str, list[str]]:
    """Return the prompts that each provider received."""
    return {name: sorted(prompt for prompt, _ in fake.calls) for name, fake in world.providers.items() if fake.calls}


# What the first provider answers, and whether the next one generates. No answer starts a cooldown.
ROWS: list[tuple[EaselError, bool]] = [
    (ModelRetired("x", provider="gitee"), True),
    (ProviderError("x", provider="gitee"), True),
    (ProviderUnreachable("x", provider="gitee"), True),
    (PromptRejected("x", provider="gitee"), False),
    (NoPicture("x", provider="gitee"), False),
    (GenerationFailed("x", provider="gitee"), False),
]


def test_a_line_moves_if_its_provider_has_not_accepted(world: World) -> None:
    errors = {type(error).__name__: error for error, _ in ROWS}
    moving = sorted(type(error).__name__ for error, passes in ROWS if passes)

    def answer(request: GenerationRequest, token: str | None) -> None:
        raise errors[request.prompt]

    world.providers["gitee"].answer = answer
    key = keys.id_of(give_key(world.cloud, batches=True))
    results = world.run(world.start(key, requests=[{**AUTO, "prompt": name} for name in errors]))
    assert asked(world) == {"gitee": sorted(errors), "modelscope": moving}
    for line, (error, passes) in zip(results, ROWS, strict=True):
        outcome = ("succeeded", "modelscope") if passes else ("failed", "gitee")
        assert (line["status"], line["provider"]) == outcome
        tried = [(each["provider"], each["model"], each["code"]) for each in line.get("tried", [])]
        assert tried == ([("gitee", "FLUX_1-Krea-dev", error.code)] if passes else [])
    (counters,) = [item for item in world.cloud.items() if item["id"]["S"] == Payer.of_key(key).counters_id]
    charged = sum(int(value["N"]) for name, value in counters.items() if name.startswith("day#"))
    assert charged == sum(passes or error.drawn for error, passes in ROWS)


def test_a_familys_lines_do_not_wait_for_blocked_ones(world: World) -> None:
    back = threading.Event()
    left = iter(range(5))

    def answer(request: GenerationRequest, token: str | None) -> None:
        if not back.is_set() and next(left, None) is None:
            raise QuotaExceeded("used up", provider="gitee", retry_after=7200)

    world.providers["gitee"].answer = answer
    world.wait_for(back, beyond=300)
    named = [{"prompt": f"named {number}", "model": "FLUX_1-Krea-dev"} for number in range(10)]
    batch = world.start(requests=[*lines(12), *named, {"prompt": "other", "provider": "modelscope"}])
    until(lambda: len(world.providers["modelscope"].drawn) >= 8)
    drawn = len(world.providers["gitee"].drawn)
    assert drawn == 5
    until(lambda: "gitee/FLUX_1-Krea-dev" in batches.get(batch.id).waiting)
    back.set()
    results = world.run(batch)
    assert [line["status"] for line in results] == ["succeeded"] * 23
    drew = [prompt for fake in world.providers.values() for prompt in fake.drawn]
    assert sorted(drew) == sorted({line["prompt"] for line in [*lines(12), *named]} | {"other"})
    assert max(fake.most for fake in world.providers.values()) <= 4
    handed = [line for line in results if line["provider"] == "modelscope" and "tried" in line]
    assert len(handed) == len(world.providers["modelscope"].drawn) - 1
    assert {each["until"] > 0 for line in handed for each in line["tried"]} == {True}


def test_a_line_waits_for_the_provider_that_returns_first(world: World) -> None:
    back = threading.Event()

    def answer(request: GenerationRequest, token: str | None) -> None:
        if not back.is_set():
            seconds = {"gitee": 4000, "modelscope": 9000}[request.provider]
            raise QuotaExceeded("used up", provider=request.provider, retry_after=seconds)

    for name in ("gitee", "modelscope"):
        world.providers[name].answer = answer
    world.wait_for(back, beyond=300)
    batch = world.start(requests=lines(6))
    until(lambda: "gitee/FLUX_1-Krea-dev" in batches.get(batch.id).waiting)
    until(lambda: len(asked(world)) == 2)
    back.set()
    results = world.run(batch)
    assert {line["status"] for line in results} == {"succeeded"}  # a line that is moved after `back` succeeds there
    tried = [line.get("tried", ()) for line in results if line["provider"] == "gitee"]
    assert "modelscope" in {each["provider"] for attempts in tried for each in attempts}


def test_a_line_with_a_dead_function_keeps_its_provider(world: World) -> None:
    errors = iter([Killed(), QuotaExceeded("used up", provider="gitee", retry_after=1)])

    def answer(request: GenerationRequest, token: str | None) -> None:
        if error := next(errors, None):
            raise error

    world.providers["gitee"].answer = answer
    (line,) = world.run(world.start(requests=lines(1)))
    assert (line["status"], line["provider"], "tried" in line) == ("succeeded", "gitee", False)
    assert list(asked(world)) == ["gitee"]
