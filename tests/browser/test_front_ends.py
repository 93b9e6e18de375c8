"""Front ends that were made for other servers, in Chromium: pages of another origin with those front ends' code."""

from __future__ import annotations

import hashlib
import json
import re
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx2
import pytest

from easel import catalog
from tests.harness.chromium import site
from tests.harness.patience import HANGS_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page, Request, Response

    from local.stack import LocalStack

FOLDER = Path(__file__).parent
API, V1 = "front_end_api.html", "front_end_v1.html"
MODELS = sum(len(provider.models) for provider in catalog.providers().values())
V1_MODELS = {
    "gitee": ("z-image-turbo", "qwen-image", "flux-1-schnell", "flux-1-krea-dev", "flux-1-dev"),
    "huggingface": ("z-image-turbo", "qwen-image-fast", "ovis-image", "flux-1-schnell"),
    "modelscope": ("z-image-turbo", "flux-2", "flux-1-krea-dev", "flux-1"),
}
"""The models as the front end on `/v1` names them, before it puts the provider's prefix in front."""
V1_PREFIXES = {"gitee": "gitee/", "huggingface": "", "modelscope": "ms/"}


@contextmanager
def opened(page: Page, easel: LocalStack, name: str) -> Iterator[Page]:
    """Open the page of that name from another origin, with that Easel."""
    with site(FOLDER / name) as port:
        page.goto(f"http://127.0.0.1:{port}/?api={quote(easel.endpoint, safe='')}")
        yield page


@pytest.fixture
def front_end(page: Page, local_easel: LocalStack) -> Iterator[Page]:
    """The page as it was, with `/api`."""
    with opened(page, local_easel, API) as opened_page:
        yield opened_page


@pytest.fixture
def front_end_v1(page: Page, local_easel: LocalStack) -> Iterator[Page]:
    """The page as it is now, with `/v1`."""
    with opened(page, local_easel, V1) as opened_page:
        yield opened_page


@dataclass
class Begun:
    """A page that waits for a picture of 27 seconds, and the addresses that it was redirected to."""

    page: Page
    waited: list[Request] = field(default_factory=list)

    def heard(self, answer: Response) -> None:
        if answer.url.endswith("?hop=1"):
            self.waited.append(answer.request)


@pytest.fixture(scope="module", autouse=True)
def begun(browser: Browser, local_easel: LocalStack) -> Iterator[dict[str, Begun]]:
    """Pages with a long picture each, started before the other tests and checked after them."""
    with ExitStack() as pages:
        waiting = {}
        for name in (API, V1):
            context = pages.enter_context(browser.new_context())
            context.set_default_timeout(1000 * HANGS_SECONDS)
            page = pages.enter_context(opened(context.new_page(), local_easel, name))
            waiting[name] = Begun(page)
            page.on("response", waiting[name].heard)
            send(page, prompt="a cat [[delay=27]]")
        yield waiting


def send(page: Page, provider: str = "gitee", model: str = "z-image-turbo", **fields: str) -> None:
    """Fill the form and send it."""
    for name, text in {"provider": provider, "model": model, "token": "any", **fields}.items():
        page.locator(f"#{name}").fill(text)
    page.locator("#form button").click()


def generate(page: Page, provider: str = "gitee", model: str = "z-image-turbo", **fields: str) -> str:
    """Fill the form and send it. Return the page's final text."""
    send(page, provider, model, **fields)
    return said(page)


def said(page: Page) -> str:
    """Return the page's final text about its call."""
    status = page.locator("#status")
    status.filter(has_not_text="Sending request...").filter(has_text=re.compile(".")).wait_for()
    return status.inner_text()


def test_each_provider_gives_the_page_a_picture(front_end: Page) -> None:
    for provider in catalog.providers().values():
        status = generate(front_end, provider.id, provider.models[0].id, token="invalid,other")
        assert status.startswith(f"{provider.models[0].name} ({provider.name}), "), status
        picture = front_end.locator("#picture img")
        assert picture.evaluate("(picture) => picture.decode().then(() => picture.naturalWidth)") > 0


def test_a_picture_is_saved_as_a_file_and_the_page_stays_open(front_end: Page) -> None:
    generate(front_end)
    url = front_end.locator("#picture img").get_attribute("src") or ""
    address = front_end.url
    with front_end.expect_download() as saved:
        front_end.locator("#save").click()
    assert saved.value.suggested_filename == url.rpartition("/")[2]
    picture = httpx2.get(url, follow_redirects=True).content
    assert Path(saved.value.path()).read_bytes() == picture
    assert front_end.url == address
    front_end.locator("#zip").click()
    front_end.locator("#zipped").filter(has_text="type").wait_for()
    zipped = json.loads(front_end.locator("#zipped").inner_text())
    response = httpx2.get(url, follow_redirects=True)
    assert zipped["type"] == response.headers["Content-Type"]
    assert zipped["type"].startswith("image/")
    assert hashlib.sha256(bytes(zipped["bytes"])).digest() == hashlib.sha256(response.content).digest()


# The fields of a call, and the start of the page's error.
API_ERRORS = [
    ({"token": ""}, "Please configure your gitee token first"),
    ({"prompt": "a cat [[fault=auth]]"}, "Invalid gitee token"),
    ({"prompt": "a cat [[fault=rate]]"}, "Too many requests. Please wait 7 seconds"),
    ({"prompt": "a cat [[fault=quota]]"}, "API quota exceeded for gitee"),
    ({"steps": "99"}, "steps: must be a whole number from 1 to 20 for z-image-turbo; got 99"),
    ({"model": "dall-e-3"}, "model: unknown model 'dall-e-3'; Gitee AI has: z-image-turbo"),
    ({"prompt": " "}, "prompt: must be a text of 1 to 4000 characters, not blank"),
]
V1_ERRORS = [
    ({"token": ""}, "Gitee AI needs a token"),
    ({"token": "invalid,invalid"}, "Authorization: Gitee AI refused the token"),
    ({"prompt": "a cat [[fault=auth]]"}, "Authorization: Gitee AI"),
    ({"prompt": "a cat [[fault=rate]]"}, "Gitee AI"),
    ({"steps": "99"}, "steps: must be a whole number from 1 to 20"),
    ({"model": "dall-e-3"}, "model: 'gitee/dall-e-3' is unknown; use one of: "),
    ({"width": "64"}, "size: must be WIDTHxHEIGHT"),
    ({"prompt": " "}, "prompt: must be a text of 1 to 4000 characters"),
]


@pytest.mark.parametrize(("name", "rows"), [(API, API_ERRORS), (V1, V1_ERRORS)])
def test_errors_are_shown(page: Page, local_easel: LocalStack, name: str, rows: list[tuple[Any, str]]) -> None:
    with opened(page, local_easel, name):
        blank = {field: page.locator(f"#{field}").input_value() for field in ("prompt", "steps", "width")}
        for fields, text in rows:
            status = generate(page, **{**blank, **fields})
            assert status.startswith(f"Error: {text}"), status
            assert page.locator("#picture img").count() == 0


def test_unsupported_features_are_reported(front_end: Page) -> None:
    for button, text in (
        ("optimize", "Easel does not rewrite prompts"),
        ("translate", "Easel does not translate prompts"),
        ("video", "Easel does not generate videos"),
    ):
        front_end.locator(f"#{button}").click()
        front_end.locator("#status").filter(has_text=f"Error: {text}").wait_for()


def test_the_page_requests_text_models_once(front_end: Page) -> None:
    front_end.locator("#baseUrl").fill("https://api.example.com/v1")
    front_end.locator("#apiKey").fill("any")
    option = front_end.locator("#textModel option")
    option.wait_for(state="attached")
    assert "pictures only" in option.inner_text()
    assert front_end.locator("#asked").inner_text() == "1"


def test_easel_knows_every_model_of_the_page_on_v1(local_easel: LocalStack) -> None:
    drawing = [model for provider in catalog.providers().values() for model in provider.models if not model.edits]
    assert sum(map(len, V1_MODELS.values())) == len(drawing)
    for name in (f"{V1_PREFIXES[provider]}{model}" for provider, models in V1_MODELS.items() for model in models):
        httpx2.get(f"{local_easel.endpoint}/v1/models/{name}").raise_for_status()


def test_each_provider_gives_the_page_on_v1_a_picture(front_end_v1: Page) -> None:
    for provider, models in V1_MODELS.items():
        status = generate(front_end_v1, provider, models[-1], token="invalid,other", width="768", height="512")
        assert re.fullmatch(r"Image generated: \d+x\d+", status), status


def test_the_page_on_v1_saves_pictures(front_end_v1: Page) -> None:
    generate(front_end_v1, "huggingface")
    with front_end_v1.expect_download() as saved:
        front_end_v1.locator("#save").click()
    assert saved.value.suggested_filename == "zenith.png"
    assert Path(saved.value.path()).read_bytes().startswith(b"\x89PNG")
    front_end_v1.locator("#zip").click()
    front_end_v1.locator("#zipped").filter(has_text="type").wait_for()
    zipped = json.loads(front_end_v1.locator("#zipped").inner_text())
    url = front_end_v1.locator("#picture img").get_attribute("src") or ""
    assert hashlib.sha256(bytes(zipped["bytes"])).digest() == (
        hashlib.sha256(httpx2.get(url, follow_redirects=True).content).digest()
    )


def test_the_page_on_v1_gets_an_error_for_text(front_end_v1: Page) -> None:
    front_end_v1.locator("#models").click()
    listed = front_end_v1.locator("#status").filter(has_text="gitee/z-image-turbo")
    listed.wait_for()
    names = [name for name in listed.inner_text().split() if "/" in name]
    assert len([name for name in names if not name.startswith("auto/")]) == MODELS
    front_end_v1.locator("#optimize").click()
    front_end_v1.locator("#status").filter(has_text="Error: Easel does not write or translate texts").wait_for()


@pytest.mark.parametrize(("name", "expected"), [(API, "Z-Image Turbo (Gitee AI), "), (V1, "Image generated: 512x512")])
def test_a_picture_slower_than_the_call_limit_arrives(begun: dict[str, Begun], name: str, expected: str) -> None:
    waiting = begun[name]
    status = said(waiting.page)
    assert status.startswith(expected), status
    (request,) = waiting.waited
    assert request.method == "GET"
    assert request.redirected_from is not None
