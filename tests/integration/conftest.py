"""A whole Easel per session: see `tests/harness`."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from tests.emulators import gitee, modelscope
from tests.harness.asgi import Served
from tests.harness.stack import Stack, leaks

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def _stack() -> Iterator[Stack]:
    with ExitStack() as running:
        providers = {
            "gitee": running.enter_context(Served(gitee.app())),
            "modelscope": running.enter_context(Served(modelscope.app())),
        }
        stack = Stack(providers)
        yield stack
        found = leaks(stack)
        stack.close()
    assert not found, f"a token was written: {found}"


@pytest.fixture
def stack(_stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    """The deployed Easel; a test ends when its functions are at rest."""
    for name, value in _stack.environment.items():
        monkeypatch.setenv(name, value)
    yield _stack
    _stack.functions.wait_until_idle()
