"""`make test ARGS="tests/faults --write-faults"` writes the table of docs/faults.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faults import doors

if TYPE_CHECKING:
    from tests.faults.doors import Run


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-faults", action="store_true", help="write docs/faults.md's table from what is seen")


@pytest.fixture(scope="session")
def run() -> Run:
    return doors.run()
