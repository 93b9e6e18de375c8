"""A headless Chromium, driven by Playwright, and web pages of other origins.

Debian's package `chromium-headless-shell` is the fastest: it opens a page in a quarter of the processor time. The
package `chromium` of Debian and Ubuntu and Google's Chrome work too. Playwright's own download is not used.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

from local.errors import LocalError
from tests.harness.artifacts import missing
from tests.harness.patience import HANGS_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """Return the path of an installed browser, or None."""
    return next((path for program in PROGRAMS if (path := shutil.which(program))), None)


@contextlib.contextmanager
def launched() -> Iterator[Browser]:
    """Run a browser. Raise `LocalError` if none is installed."""
    program = find()
    if program is None:
        raise LocalError("no Chromium is on the PATH; it is Debian's and Ubuntu's package `chromium`")
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=as_root)
        try:
            yield browser
        finally:
            browser.close()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One browser for all test files of a folder. While it runs, Playwright occupies the thread's event loop."""
    with contextlib.ExitStack() as running:
        try:
            browser = running.enter_context(launched())
        except LocalError as error:
            missing(str(error))
        yield browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page with a fresh profile: no cache, storage or cookies of other tests. It waits as long as tests do."""
    with browser.new_context() as context:
        context.set_default_timeout(1000 * HANGS_SECONDS)
        yield context.new_page()


class _Site(BaseHTTPRequestHandler):
    content = b""

    def do_GET(self) -> None:
        content = self.content
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: object) -> None:
        """Do not log requests."""


@contextlib.contextmanager
def site(page: Path | None = None) -> Iterator[int]:
    """Serve a page, or an empty page, at every path. Yield the local port."""
    content = page.read_bytes() if page else b"<!doctype html><title>a page</title>"
    handler = type("Site", (_Site,), {"content": content})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, name="site")
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()
