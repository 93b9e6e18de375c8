"""The local stack in a browser, as its users' pages see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.playground import Playground
from tests.harness.chromium import browser, page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from local.stack import LocalStack

__all__ = ["browser", "page"]  # fixtures


@pytest.fixture
def easel_page(page: Page, local_easel: LocalStack) -> Iterator[Playground]:
    """The page at `/` with all tokens; at the end it has done nothing that no page may do."""
    opened = Playground.open(page, local_easel)
    yield opened
    opened.check()
