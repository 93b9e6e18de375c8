"""The local stack's pages in a browser."""

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
    """The page at `/` with all tokens. At the end the test fails if the page has done something forbidden."""
    opened = Playground.open(page, local_easel)
    yield opened
    opened.check()
