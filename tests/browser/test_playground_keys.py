"""The page without tokens or with an Easel key: requests for credentials, and the remaining budget."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

from easel import catalog
from easel.budgets import keys
from easel.budgets.keys import Key
from tests.browser.playground import Playground
from tests.browser.test_playground_batches import choose

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

    from local.stack import LocalStack


def give(stack: LocalStack, **fields: Any) -> str:
    """Store a new key of the local stack, as `make key` does."""
    text = keys.make()
    item = Key(id=keys.id_of(text), created=time.time(), **fields).item()
    stack.client("dynamodb").put_item(TableName=stack.deployed.outputs["JobsTable"], Item=item)
    return text


def test_a_key_alone_suffices_and_its_budget_is_shown(page: Page, local_easel: LocalStack) -> None:
    key = give(local_easel, name="alice", day=2, models=("gitee/*",))
    opened = Playground.open(page, local_easel, tokens={"access": key})
    left = page.locator("form.request").get_by_text("Pictures left on your key")
    expect(left).to_contain_text(": 2")
    opened.picture("a cat")
    (sent,) = [each for each in opened.requests if each.url.endswith("/api/generate")]
    assert sent.headers["authorization"] == f"Bearer {key}"
    expect(left).to_contain_text(": 1")
    opened.button("Code").first.click()
    expect(page.locator("dialog pre")).to_contain_text("Authorization: Bearer your-easel-key")
    opened.button("Close").click()
    opened.picture("a dog")
    expect(left).to_contain_text(": 0")
    opened.generate("a mouse")
    expect(page.locator("article.job.failed, article.job .error").first).to_contain_text(
        "Your limit at this Easel is used up"
    )
    opened.button("Tokens").click()
    use = page.get_by_label("Limits of the key")
    expect(use).to_contain_text("alice · may not run batches")
    expect(use).to_contain_text("Models: gitee/*")
    expect(use.locator("dd").first).to_contain_text("2 of 2, available again from")
    assert not [each.url for each in opened.requests if key in each.url]
    opened.check()


def test_the_page_shows_the_use_of_the_key(easel_page: Playground) -> None:
    model = {"day": "2026-11-30", "provider": "modelscope", "model": "Tongyi-MAI/Z-Image-Turbo"}
    drawn = {**model, "outcome": "succeeded", "pictures": 12, "awsUsd": 0.02, "price": 12, "priceUnit": "magicubes"}
    failed = {**model, "outcome": "TIMEOUT", "pictures": 4, "awsUsd": 0.02}
    page = easel_page.page
    page.route("**/api/usage", lambda route: route.fulfill(json={"usage": [failed, drawn]}))
    easel_page.button("Tokens").click()
    use = page.get_by_label("Limits of the key")
    use.get_by_text("Pictures of the last 30 days").click()
    for text in ("2026-11-30", "Z-Image Turbo", "ModelScope", "12", "TIMEOUT", "12 magicubes"):
        expect(use.locator("td").filter(has_text=text).first).to_be_visible()
    expect(use).to_contain_text("About 0.0400 US dollars at AWS.")
    page.keyboard.press("Escape")
    easel_page.button("中文").click()
    easel_page.button("令牌").click()
    page.locator(".usage summary").click()
    expect(page.locator(".usage")).to_contain_text("12 魔粒")


def test_a_picture_with_ones_own_token_is_not_charged(page: Page, local_easel: LocalStack) -> None:
    key = give(local_easel, name="bob", day=5)
    opened = Playground.open(page, local_easel, tokens={"access": key, "gitee": "gitee-secret"})
    opened.picture("a cat")
    (sent,) = [each for each in opened.requests if each.url.endswith("/api/generate")]
    assert "authorization" not in sent.headers
    expect(page.get_by_text("Pictures left on your key")).to_contain_text(": 5")
    opened.check()


def test_a_mistyped_key_is_reported_while_it_is_entered(page: Page, local_easel: LocalStack) -> None:
    opened = Playground.open(page, local_easel, tokens={})
    opened.button("Tokens").click()
    page.get_by_label("Easel key").fill("ek_mistyped")
    expect(page.locator("dialog .error")).to_contain_text("The Easel key is not valid")
    page.get_by_label("Easel key").fill(give(local_easel, name="carol", batches=True))
    expect(page.get_by_label("Limits of the key")).to_contain_text("carol · may run batches")
    expect(page.locator("dialog .error")).to_have_count(0)
    opened.check()


def test_the_page_asks_for_a_required_key_and_sends_it(page: Page, local_easel: LocalStack) -> None:
    def closed(route: Route) -> None:
        route.fulfill(json={**route.fetch().json(), "access": "keys"})

    page.route("**/api", closed)
    opened = Playground.open(page, local_easel, tokens={"gitee": "gitee-secret"})
    opened.generate("a cat")
    expect(page.get_by_role("dialog")).to_contain_text("This Easel needs a key.")
    key = give(local_easel, name="dora")
    page.locator("#asked-token").fill(key)
    opened.button("Save and generate").click()
    opened.tiles.first.wait_for()
    (sent,) = [each for each in opened.requests if each.url.endswith("/api/generate")]
    assert (sent.headers["authorization"], sent.headers["x-api-key"]) == (f"Bearer {key}", "gitee-secret")
    opened.check()


def test_the_page_sends_the_key_to_see_protected_pictures(page: Page, local_easel: LocalStack) -> None:
    key = give(local_easel, name="eve", batches=True)
    refused: list[str] = []

    def hidden(route: Route) -> None:
        """Answer as a deployment does with `PicturesNeedKey`."""
        if route.request.headers.get("authorization") == f"Bearer {key}":
            route.continue_()
        else:
            refused.append(route.request.url)
            route.fulfill(status=401, json={"error": "this call requires an Easel key", "code": "KEY_REQUIRED"})

    page.route(
        "**/api", lambda route: route.fulfill(json={**route.fetch().json(), "access": "keys", "picturesNeedKey": True})
    )
    page.route("**/api/jobs/*", hidden)
    page.route("**/api/images/*", hidden)
    opened = Playground.open(page, local_easel, tokens={"access": key})
    tile = opened.picture("a cat").locator("img")
    expect(tile).to_have_js_property("complete", True)
    assert tile.evaluate("image => image.naturalWidth") == 256
    page.goto(f"{local_easel.endpoint}/#batches")
    choose(opened, "own.csv", "prompt,provider,width,height\na dog,gitee,256,256\n")
    opened.button("Start 1 picture").click()
    drawn = page.get_by_role("article", name="own.csv").locator(".grid img")
    drawn.wait_for()
    expect(drawn).to_have_js_property("naturalWidth", 256)
    assert refused == []
    opened.check()


def test_generate_asks_for_a_missing_token_and_continues(page: Page, local_easel: LocalStack) -> None:
    opened = Playground.open(page, local_easel, tokens={})
    opened.generate("a cat")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("link")).to_have_attribute("href", catalog.provider("gitee").token_url)
    expect(dialog.locator(".primary")).to_be_disabled()
    page.locator("#asked-token").fill("gitee-secret")
    dialog.locator(".primary").click()
    opened.tiles.first.wait_for()
    (sent,) = [each for each in opened.requests if each.url.endswith("/api/generate")]
    assert sent.headers["x-api-key"] == "gitee-secret"
    opened.check()


def test_without_a_token_the_free_provider_is_offered(page: Page, local_easel: LocalStack) -> None:
    opened = Playground.open(page, local_easel, tokens={})
    # Automatic is missing, because it has no provider to choose from.
    expect(page.locator("input[name=provider]")).to_have_count(3)
    opened.generate("a cat", width=512, height=512, seed=5)
    page.get_by_role("button", name="Generate with HuggingFace, without a token").click()
    opened.tiles.first.wait_for()
    (sent,) = opened.sent()
    assert (sent["provider"], sent["model"], sent["seed"]) == ("huggingface", "z-image-turbo", 5)
    expect(page.locator("input[name=provider][value=huggingface]")).to_be_checked()
    opened.check()


def test_without_anonymous_pictures_providers_need_tokens(page: Page, local_easel: LocalStack) -> None:
    page.route("**/api", lambda route: route.fulfill(json={**route.fetch().json(), "anonymousPictures": 0}))
    opened = Playground.open(page, local_easel, tokens={})
    dialog = page.get_by_role("dialog")
    for provider in catalog.providers().values():
        opened.choose(provider.id)
        opened.generate("a cat")
        expect(dialog.get_by_role("heading")).to_have_text(f"A token for {provider.name}")
        expect(dialog.get_by_role("link")).to_have_attribute("href", provider.token_url)
        expect(dialog.get_by_text("without a token")).to_have_count(0)
        opened.button("Close").click()
    expect(page.locator(".providers small")).to_have_text(["needs a token"] * 3)
    opened.choose("gitee")
    opened.generate("a cat")
    opened.button("I have an Easel key").click()
    page.locator("#asked-token").fill(give(local_easel, name="dora"))
    opened.button("Save and generate").click()
    opened.tiles.first.wait_for()
    opened.check()


def test_an_example_of_the_empty_page_needs_one_click(page: Page, local_easel: LocalStack) -> None:
    """It uses the tokens that a local stack fills in if the user has entered none."""
    opened = Playground.open(page, local_easel, tokens=None, stored=False)
    expect(page.locator(".emulated")).to_contain_text("any token works. Tokens are filled in.")
    expect(page.locator(".sample")).to_have_count(6)
    page.locator(".sample").nth(1).click()
    opened.tiles.first.wait_for()
    assert [body["prompt"] for body in opened.sent()] == ["a lighthouse in a storm, oil painting"]
    expect(page.locator("#prompt")).to_have_value("a lighthouse in a storm, oil painting")
    opened.check()
