"""The page at `/` in a browser: how tests use it, and the check that it does nothing forbidden."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from playwright.sync_api import expect

from local import access
from tests.harness.patience import HANGS_SECONDS

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Locator, Page, Request

    from local.stack import LocalStack

TOKENS = {"gitee": "gitee-secret", "huggingface": "hf-secret", "modelscope": "ms-secret", "access": access.KEY}
SEARCHED = tuple(TOKENS[name] for name in ("gitee", "huggingface", "modelscope"))

expect.set_options(timeout=1000 * HANGS_SECONDS)


@dataclass
class Playground:
    """The opened page, its requests, and its errors."""

    page: Page
    endpoint: str
    allowed: frozenset[str]
    """The deployment's origin and its bucket's."""
    faults: list[str] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)

    @classmethod
    def open(
        cls, page: Page, stack: LocalStack, path: str = "/", tokens: dict[str, str] | None = None, stored: bool = True
    ) -> Playground:
        """Open the page in a tab with these tokens, by default all. Without `stored`, the tab keeps its own state."""
        given = json.dumps(json.dumps(TOKENS if tokens is None else tokens))
        if stored:
            page.add_init_script(f"sessionStorage.setItem('easel.credentials', {given})")
        opened = cls(page, stack.endpoint, frozenset((_origin(stack.endpoint), _origin(stack.aws_url))))
        page.on("pageerror", lambda error: opened.faults.append(str(error)))
        page.on("console", opened._heard)
        page.on("request", lambda request: opened.requests.append(request))
        page.goto(f"{stack.endpoint}{path}")
        page.locator("form.request, .batches").first.wait_for()
        return opened

    def _heard(self, message: ConsoleMessage) -> None:
        # The console also reports refused calls as "Failed to load resource", which the page handles.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.faults.append(message.text)

    def check(self) -> None:
        """Assert that there was no exception, no violation of the policy, no foreign request and no token in a URL."""
        assert self.faults == []
        asked = [request.url for request in self.requests if not request.url.startswith(("blob:", "data:"))]
        assert {_origin(url) for url in asked} <= self.allowed
        assert not [url for url in asked if any(token in url for token in SEARCHED)]

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    @property
    def tiles(self) -> Locator:
        return self.page.locator(".tile")

    @property
    def cards(self) -> Locator:
        """Generations that are running or have failed."""
        return self.page.locator("article.job")

    def fill(self, **fields: Any) -> None:
        """Fill fields of the form by their id. Pictures are small by default."""
        for name, value in {"width": 256, "height": 256, **fields}.items():
            field = self.page.locator(f"#{name}")
            if name == "count":
                field.select_option(str(value))
            elif field.get_attribute("readonly") is None:
                field.fill(str(value))

    def choose(self, provider: str, model: str | None = None) -> None:
        self.page.locator(f"input[name=provider][value={provider}]").check(force=True)
        if model:
            self.page.locator("#model").select_option(model)

    def generate(self, prompt: str, **fields: Any) -> None:
        self.fill(prompt=prompt, **fields)
        self.page.locator("form.request button[type=submit]").click()

    def picture(self, prompt: str, **fields: Any) -> Locator:
        """Generate a picture, wait for it, and return its tile."""
        before = self.tiles.count()
        self.generate(prompt, **fields)
        self.tiles.nth(before).wait_for()
        return self.tiles.first

    def sent(self, path: str = "/api/generate") -> list[Any]:
        """Return the bodies of the calls to that path."""
        posts = [each for each in self.requests if each.method == "POST" and urlsplit(each.url).path == path]
        return [json.loads(each.post_data or "{}") for each in posts]


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
