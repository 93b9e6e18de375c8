"""The whole system, as `make run` starts it, shared by all tests that call it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local import access
from local.settings import Settings
from local.stack import LocalStack, local_stack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.tools import Tools


@pytest.fixture(scope="session")
def local_log() -> list[str]:
    """The local stack's log: a line for each call and for each record of its functions."""
    return []


@pytest.fixture(scope="session")
def local_easel(tools: Tools, local_log: list[str]) -> Iterator[LocalStack]:
    """A running local stack with emulated providers, free ports, a key and tokens. Tests share it."""
    with local_stack(Settings(port=0, aws_port=0), print, local_log.append) as running:
        running.wait_for_spaces()
        access.store_credentials(running.client, running.deployed.outputs["JobsTable"], live=False)
        yield running
