"""`make test ARGS="tests/faults --write-readme"` writes README's table of faults."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faults import doors

if TYPE_CHECKING:
    from tests.faults.doors import Run


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-readme", action="store_true", help="write README's table of faults from what is seen")


@pytest.fixture(scope="session")
def run() -> Run:
    return doors.run()
