"""A whole Easel per session: see `tests/harness`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

import space_client
from tests.conftest import read_anew
from tests.emulators.server import QUICK, SPACES, Emulators
from tests.harness.stack import Stack, leaks

if TYPE_CHECKING:
    from collections.abc import Iterator

PAUSES = space_client.PAUSES


@pytest.fixture(scope="session")
def _stack() -> Iterator[Stack]:
    with Emulators(QUICK, seconds=0) as emulators:
        stack = Stack(emulators)
        yield stack
        stack.close()


@pytest.fixture
def stack(_stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    """The deployed Easel, with nothing in it; a test ends when its functions are at rest."""
    for name, value in _stack.environment.items():
        monkeypatch.setenv(name, value)
    read_anew()
    monkeypatch.setattr(space_client, "PAUSES", (0.01,) * len(PAUSES))  # no Space is there to be waited for
    yield _stack
    _stack.functions.wait_until_idle()
    leaking = leaks(_stack)
    _stack.cloud.wipe()
    _stack.logs.lines.clear()
    _stack.forget_requests()
    assert not leaking, f"a token was written: {leaking}"


@pytest.fixture(scope="session")
def _spaces() -> Iterator[Emulators]:
    with Emulators(SPACES, seconds=0) as emulators:
        yield emulators


@pytest.fixture
def spaces(_spaces: Emulators, stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """Real Gradio servers behind the Hugging Face function, for the tests that want them: they start slowly."""
    monkeypatch.setenv("HF_SPACE_URLS", json.dumps(_spaces.space_urls))
    monkeypatch.setattr(space_client, "PAUSES", PAUSES)
