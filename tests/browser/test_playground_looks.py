"""The page's appearance and loading: accessibility, widths, languages, light and dark; and `/docs`."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import expect

from tests.browser.playground import Playground
from tests.browser.test_playground_batches import choose
from tests.harness.patience import HANGS_SECONDS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from local.stack import LocalStack

MANIFEST = """prompt,provider,width,height
a cat for everybody,gitee,256,256
a mouse,nobody,256,256
a horse for everybody [[fault=moderation]],gitee,256,256
"""
WIDTHS = {"phone": {"width": 360, "height": 740}, "desktop": {"width": 1280, "height": 800}}
MOST = 100_000
"""Bytes of the first view."""
SIZES = """() => performance.getEntries()
    .filter((each) => "transferSize" in each)
    .map((each) => [each.name, each.transferSize])"""


def findings(page: Page) -> list[str]:
    """Return what axe rates as serious or critical."""
    violations = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:200]}"
        for each in violations
        if each["impact"] in ("serious", "critical")
    ]


def fits(page: Page) -> bool:
    """Return whether no element is wider than the window."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize(("width", "scheme", "locale"), [("phone", "dark", "zh-CN"), ("desktop", "light", "en")])
def test_every_view_is_accessible(
    width: str, scheme: str, locale: str, browser: Browser, local_easel: LocalStack
) -> None:
    with browser.new_context(viewport=WIDTHS[width], color_scheme=scheme, locale=locale) as context:  # type: ignore[arg-type]
        context.set_default_timeout(1000 * HANGS_SECONDS)
        page = context.new_page()
        opened = Playground.open(page, local_easel)
        expect(page.locator("html")).to_have_attribute("lang", "en" if locale == "en" else "zh-Hans")
        expect(page.locator("html")).to_have_attribute("data-theme", scheme)
        seen = {"empty": findings(page)}
        opened.picture("a cat")
        opened.generate("a dog [[fault=error]]")
        expect(opened.cards.locator("code")).to_be_visible()
        opened.generate("a fox", steps=99)
        expect(page.locator("#steps-error")).to_be_visible()
        seen["gallery"] = findings(page)
        assert fits(page)
        windows = {
            "viewer": opened.tiles.first,
            "code": page.locator(".go .buttons button").nth(2),
            "compare": page.locator(".go .buttons button").nth(1),
            "tokens": page.locator("header.head .buttons button").first,
        }
        for name, button in windows.items():
            button.click()
            expect(page.get_by_role("dialog")).to_be_visible()
            seen[name] = findings(page)
            assert fits(page), name
            page.keyboard.press("Escape")
            expect(page.get_by_role("dialog")).to_have_count(0)
        page.goto(f"{local_easel.endpoint}/#batches")
        page.locator(".batches header button").click()
        page.locator(".quotas li").last.wait_for()
        seen["quotas"] = findings(page)
        assert fits(page)
        page.keyboard.press("Escape")
        choose(opened, f"{width}-{scheme}.csv", MANIFEST)
        page.locator(".manifest tr.bad").last.wait_for()
        seen["manifest"] = findings(page)
        page.locator(".manifest .primary").click()
        page.locator("article.batch .grid img").first.wait_for()
        seen["batch"] = findings(page)
        assert fits(page)
        assert {name: violations for name, violations in seen.items() if violations} == {}
        opened.check()


def test_the_language_is_chosen_kept_and_used_for_every_text(easel_page: Playground) -> None:
    page = easel_page.page
    page.get_by_role("button", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    page.reload()
    expect(page.get_by_role("button", name="English")).to_be_visible()
    page.locator("#model").evaluate("(models) => models.remove()")  # their names are the same in every language
    seen = page.locator("form.request").inner_text() + page.locator("header.head nav").inner_text()
    words = set(re.findall(r"[A-Za-z]{3,}", seen))
    names = {"Gitee", "HuggingFace", "ModelScope", "Image", "Turbo", "Qwen", "FLUX", "Schnell", "Krea", "API", "Ctrl"}
    names |= {"Edit", "Pro", "Kontext"}
    assert words - names <= {"image", "turbo"}, words  # the family's id
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_the_form_needs_no_scrolling_on_a_usual_screen(page: Page, local_easel: LocalStack) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    opened = Playground.open(page, local_easel)
    models = [("gitee", "z-image-turbo"), ("gitee", "flux-1-schnell"), ("gitee", "qwen-image-2.0")]
    models.append(("auto", "flux-1-krea"))
    for model, wrong in itertools.product(models, (False, True)):
        opened.choose(*model)
        if wrong:
            opened.generate("a cat", width=10)
            expect(page.locator("#width-error")).to_be_visible()
        buttons = page.locator(".go").bounding_box()
        assert buttons
        for name in ("prompt", "model", "width", "steps", "seed", "count"):
            box = page.locator(f"#{name}").bounding_box()
            assert box
            assert box["y"] + box["height"] <= buttons["y"], (model, wrong, name)
        assert buttons["y"] + buttons["height"] <= 900
    opened.button("Code").click()
    assert page.locator("dialog .tabs").evaluate("tabs => tabs.scrollWidth <= tabs.clientWidth")


def test_pictures_of_all_shapes_leave_no_gaps(easel_page: Playground) -> None:
    page = easel_page.page
    for number, (width, height) in enumerate([(256, 512), (512, 256), (256, 256), (384, 256)]):
        easel_page.picture(f"shape {number}", width=width, height=height)
    boxes = page.locator(".rows > li").evaluate_all(
        "cells => cells.map((cell) => cell.getBoundingClientRect().toJSON())"
    )
    for top in {box["top"] for box in boxes}:
        assert len({round(box["bottom"]) for box in boxes if box["top"] == top}) == 1
    expect(easel_page.tiles.first.locator(".prompt")).to_have_text("shape 3")
    easel_page.button("Remove all").click()
    easel_page.button("Remove").click()
    page.set_viewport_size({"width": 390, "height": 844})
    tile = easel_page.picture("alone").bounding_box()
    assert tile
    assert tile["width"] > 340


def test_light_or_dark_follows_the_device_unless_chosen(easel_page: Playground) -> None:
    page = easel_page.page
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        expect(page.locator("html")).to_have_attribute("data-theme", scheme)
    easel_page.button("Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_first_view_is_small_and_the_second_is_cached(page: Page, local_easel: LocalStack) -> None:
    Playground.open(page, local_easel, tokens={})
    page.wait_for_load_state("networkidle")
    first = dict(page.evaluate(SIZES))
    assert sum(first.values()) < MOST, first
    assert any("/assets/" in name and size for name, size in first.items())
    page.goto("about:blank")
    page.goto(f"{local_easel.endpoint}/")
    page.wait_for_load_state("networkidle")
    again = dict(page.evaluate(SIZES))
    assert [name for name, size in again.items() if "/assets/" in name and size] == []


def test_docs_load_no_foreign_files_and_can_try_a_call(page: Page, local_easel: LocalStack) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{local_easel.endpoint}/docs")
    page.locator("#operations-generate-generate_api_generate_post").wait_for()
    page.get_by_role("button", name="Authorize").click()
    token = page.locator("div.auth-container", has_text="X-API-Key")
    token.locator("input").fill("gitee-secret")
    token.get_by_role("button", name="Apply credentials").click()
    page.get_by_role("button", name="Close").last.click()
    operation = page.locator("#operations-generate-generate_api_generate_post")
    operation.locator("button.opblock-summary-control").click()
    operation.locator("textarea.body-param__text").fill('{"prompt": "a cat", "width": 256, "height": 256}')
    with page.expect_response("**/api/generate") as answer:
        operation.get_by_role("button", name="Execute").click()
    assert answer.value.request.headers["x-api-key"] == "gitee-secret"
    assert answer.value.status == 200
    expect(operation.locator(".live-responses-table tbody .response-col_status").first).to_contain_text("200")
    assert not [url for url in asked if not url.startswith((local_easel.endpoint, "data:", "blob:"))]
