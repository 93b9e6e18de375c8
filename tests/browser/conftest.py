"""The local stack in a browser, as its users' pages see it."""

from __future__ import annotations

from tests.harness.chromium import browser, page

__all__ = ["browser", "page"]  # fixtures
