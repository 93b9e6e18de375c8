"""The page's form and its wait: the controls for each model, the requests, and the displayed progress."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

from easel import catalog
from local import access
from tests.browser.playground import Playground
from tests.harness.patience import holding_at

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

    from local.stack import LocalStack

MODELS = [(provider, model) for provider in catalog.providers().values() for model in provider.models]


def test_every_model_has_its_own_controls_and_defaults(easel_page: Playground) -> None:
    page = easel_page.page
    for provider, model in MODELS:
        easel_page.choose(provider.id, model.id)
        steps, guidance = page.locator("#steps"), page.locator("#guidanceScale")
        expect(steps).to_have_value(f"{model.steps.default:g}")
        assert (steps.get_attribute("min"), steps.get_attribute("max")) == (
            f"{model.steps.min:g}",
            f"{model.steps.max:g}",
        )
        expect(guidance).to_have_count(1 if model.guidance else 0)
        if model.guidance:
            expect(guidance).to_have_value(f"{model.guidance.default:g}")
        expect(page.locator("#negativePrompt")).to_have_count(1 if model.negative_prompt else 0)
        expect(page.locator("#image")).to_have_count(1 if model.edits else 0)
        if model.space and model.space.ratios:
            expect(page.locator("input[name=ratio]")).to_have_count(len(model.space.ratios))
            assert page.locator("#width").get_attribute("readonly") is not None


def test_a_model_added_to_the_catalog_appears(page: Page, local_easel: LocalStack) -> None:
    def more(route: Route) -> None:
        catalog_body = route.fetch().json()
        added = {**catalog_body["models"][0], "id": "new-1", "name": "New One", "family": "new"}
        features = {"negativePrompt": False, "steps": {"min": 2, "max": 7, "default": 3}, "seed": True}
        catalog_body["models"].append({**added, "features": features})
        route.fulfill(json=catalog_body)

    page.route("**/api/models", more)
    opened = Playground.open(page, local_easel)
    opened.choose("gitee", "new-1")
    expect(page.locator("#steps")).to_have_value("3")
    expect(page.locator("#negativePrompt")).to_have_count(0)
    opened.generate("a cat")
    expect(page.locator("#model-error")).to_have_text("Gitee AI does not have this model. Choose another one.")
    opened.check()


def test_a_field_added_to_requests_appears(page: Page, local_easel: LocalStack) -> None:
    def more(route: Route) -> None:
        body = route.fetch().json()
        choice = {"anyOf": [{"enum": ["euler", "heun"], "type": "string"}, {"type": "null"}], "default": "euler"}
        number = {"anyOf": [{"type": "integer", "minimum": 1, "maximum": 9}, {"type": "null"}], "description": "a why"}
        maybe = {"anyOf": [{"enum": ["karras"], "type": "string"}, {"type": "null"}], "default": None}
        flag = {"anyOf": [{"type": "boolean"}, {"type": "null"}], "default": True}
        body["fields"] |= {"sampler": choice, "clipSkip": number, "schedule": maybe, "tiling": flag}
        route.fulfill(json=body)

    page.route("**/api/models", more)
    opened = Playground.open(page, local_easel, tokens={"gitee": "token-for-tests"})
    expect(page.get_by_label("Clip skip")).to_have_attribute("max", "9")
    page.get_by_label("Clip skip").fill("2")
    page.locator("#sampler").select_option("heun")
    expect(page.locator("#schedule option").first).to_have_text("")
    expect(page.locator("#tiling")).to_be_checked()
    page.locator("#tiling").uncheck()
    opened.generate("a cat with more fields")
    expect(opened.tiles.first).to_be_visible()
    assert [(body["sampler"], body["clipSkip"], body["tiling"]) for body in opened.sent()] == [("heun", 2, False)]
    opened.check()


def test_the_form_sends_what_it_shows(easel_page: Playground) -> None:
    page = easel_page.page
    easel_page.choose("gitee", "flux-1-schnell")
    page.get_by_role("slider", name="Steps, slider").fill("5")
    page.locator("input[name=ratio][value='16:9']").check(force=True)
    expect(page.locator("#width")).to_have_value("1280")
    page.get_by_role("button", name="Swap width and height").click()
    expect(page.locator("#height")).to_have_value("1280")
    easel_page.picture("a cat in the rain", width=320, height=256, guidanceScale="2.5", seed=7)
    assert easel_page.sent() == [
        {"provider": "gitee", "model": "flux-1-schnell", "prompt": "a cat in the rain", "width": 320, "height": 256,
         "steps": 5, "guidanceScale": 2.5, "seed": 7}
    ]  # fmt: skip
    (sent,) = [each for each in easel_page.requests if each.url.endswith("/api/generate")]
    assert sent.headers["x-api-key"] == "gitee-secret"


def test_the_form_offers_the_models_sizes(easel_page: Playground) -> None:
    page = easel_page.page
    easel_page.fill(width=1280, height=720)
    easel_page.choose("modelscope", "black-forest-labs/FLUX.2-dev")
    expect(page.locator("#width")).to_have_value("1024")
    expect(page.locator("#height")).to_have_value("576")
    expect(page.locator("input[name=ratio][value='16:9']")).to_be_checked()
    expect(page.locator("#width")).to_have_attribute("step", "8")
    expect(page.locator("form.request")).to_contain_text("256 to 1024 pixels, in steps of 8")
    expect(page.get_by_label("Size", exact=True)).to_have_count(0)  # the form has no control for the API's field `size`


def test_an_invalid_field_shows_the_valid_values(easel_page: Playground) -> None:
    page = easel_page.page
    for name, wrong, right, text in (
        ("steps", "99", "9", "Steps must be a whole number for Z-Image Turbo: 1 to 20."),
        ("seed", "many", "7", "The seed must be a whole number up to 2147483647. Leave it empty for a random one."),
        ("width", "100", "256", "Z-Image Turbo supports sides of 256 to 2048 pixels, in steps of 8."),
        ("prompt", " ", "a cat", "Describe the picture in at most 4000 characters."),
    ):
        easel_page.generate(**{"prompt": "a cat", name: wrong})
        expect(page.locator(f"#{name}-error")).to_have_text(text)
        expect(page.locator(f"#{name}")).to_have_attribute("aria-invalid", "true")
        expect(page.locator(f"#{name}")).to_be_focused()
        page.locator(f"#{name}").fill(right)
        expect(page.locator(f"#{name}-error")).to_have_count(0)
    expect(easel_page.cards).to_have_count(0)


def test_seeds_can_be_open_locked_or_random(easel_page: Playground) -> None:
    page, seed = easel_page.page, easel_page.page.locator("#seed")
    easel_page.generate("open", count=2)
    expect(easel_page.tiles).to_have_count(2)
    assert not [body for body in easel_page.sent() if "seed" in body]
    easel_page.button("Keep the seed").click()
    kept = int(seed.input_value())
    easel_page.button("Random seed").click()
    rolled = int(seed.input_value())
    assert rolled != kept
    easel_page.generate("locked", count=3)
    expect(easel_page.tiles).to_have_count(5)
    assert sorted(body["seed"] for body in easel_page.sent()[2:]) == [rolled, rolled + 1, rolled + 2]
    easel_page.button("Keep the seed").click()
    expect(seed).to_have_value("")
    expect(page.get_by_role("button", name="Keep the seed")).to_have_attribute("aria-pressed", "false")


def test_progress_is_shown_for_parallel_generations(easel_page: Playground, local_easel: LocalStack) -> None:
    page = easel_page.page
    with holding_at(local_easel.providers.parameters, "several"):
        easel_page.generate("one of several")
        easel_page.choose("huggingface", "z-image-turbo")
        easel_page.generate("two of several", width=512, height=512)
        easel_page.choose("modelscope")
        easel_page.generate("three of several", width=512, height=512)
        expect(easel_page.cards).to_have_count(3)
        for _ in range(3):
            expect(page.locator("article.job progress").first).to_be_visible()
        said = page.locator("article.job .state")
        expect(said.filter(has_text=re.compile(r"^\d+ s, usually \d+ s")).first).to_be_visible()
    expect(easel_page.tiles).to_have_count(3)
    expect(easel_page.cards).to_have_count(0)
    expect(page.locator("p.hidden[role=status]")).to_have_text(re.compile(r"\d+ x \d+ .*, "))  # for screen readers


def test_a_providers_queue_position_is_shown(easel_page: Playground) -> None:
    progress: dict[str, Any] = {"queuePosition": 3, "etaSeconds": 20}
    job = {"status": "running", "createdAt": 1.0, "progress": progress}
    easel_page.page.route("**/api/jobs/*", lambda route: route.fulfill(json=job))
    easel_page.generate("a cat")
    state, bar = easel_page.cards.locator(".state"), easel_page.cards.locator("progress")
    expect(state).to_have_text("in the provider's queue: 3 · about 20 s left")
    assert bar.get_attribute("value") is None
    job["progress"] = {"percent": 40, "etaSeconds": 65}
    expect(state).to_have_text("40 % · about 1:05 left")
    expect(bar).to_have_js_property("value", 0.4)
    job["progress"] = {"percent": 90}
    expect(state).to_have_text("90 %")


def test_cancelling_a_running_job_says_that_it_continues(easel_page: Playground, local_easel: LocalStack) -> None:
    with holding_at(local_easel.providers.parameters, "continues"):
        easel_page.generate("it continues")
        expect(easel_page.cards.locator(".state")).to_contain_text("usually")
        easel_page.button("Cancel").click()
        expect(easel_page.cards).to_contain_text("It has already started, so the provider will finish it.")
        easel_page.button("Stop waiting").click()
        expect(easel_page.cards).to_have_count(0)
    easel_page.page.route("**/api/generate", lambda route: None)  # never answered, so later jobs wait here
    easel_page.generate("waits", count=8)
    expect(easel_page.cards.filter(has_text="waiting to be sent")).to_have_count(5)
    easel_page.cards.filter(has_text="waiting to be sent").first.get_by_role("button", name="Cancel").click()
    expect(easel_page.cards).to_have_count(7)


def test_a_queued_job_is_cancelled(easel_page: Playground) -> None:
    job = {"jobId": "0", "status": "queued", "createdAt": 1.0}
    route = easel_page.page.route
    route(
        "**/api/jobs/*",
        lambda intercepted: intercepted.fulfill(json={**job, "cancelled": intercepted.request.method == "DELETE"}),
    )
    easel_page.generate("a cat")
    expect(easel_page.cards.locator(".state")).to_have_text("submitted")
    easel_page.button("Cancel").click()
    expect(easel_page.cards).to_have_count(0)


def test_closing_the_page_loses_no_picture(easel_page: Playground, local_easel: LocalStack) -> None:
    with holding_at(local_easel.providers.parameters, "its time"):
        easel_page.generate("a cat that takes its time")
        expect(easel_page.cards.locator(".state")).to_contain_text("usually")
        context = easel_page.page.context
        easel_page.page.close()
        again = Playground.open(context.new_page(), local_easel, tokens={})  # another tab has no tokens
        expect(again.cards).to_contain_text("a cat that takes its time")
    expect(again.tiles).to_have_count(1)
    expect(again.cards).to_have_count(0)
    assert again.sent() == []  # it was requested only once
    again.check()


def test_an_unreachable_deployment_is_shown_and_retried(page: Page, local_easel: LocalStack) -> None:
    page.route("**/api/models", lambda route: route.abort())
    page.goto(f"{local_easel.endpoint}/")
    expect(page.get_by_role("alert")).to_contain_text("Easel does not respond")
    page.unroute("**/api/models")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("form.request")).to_be_visible()


def test_tokens_stay_in_the_tab_unless_they_are_saved(page: Page, local_easel: LocalStack) -> None:
    page.goto(f"{local_easel.endpoint}/")
    read = "(name) => JSON.parse(window[name].getItem('easel.credentials') || 'null')"
    page.get_by_role("button", name="Tokens").click()
    page.locator("#token-gitee").fill("gitee-secret")
    entered = {**dict.fromkeys([*catalog.providers(), "access"], access.KEY), "gitee": "gitee-secret"}
    assert page.evaluate(read, "sessionStorage") == entered
    assert page.evaluate(read, "localStorage") is None
    page.get_by_text("Keep them on this device").click()
    assert page.evaluate(read, "localStorage") == entered
    assert page.evaluate(read, "sessionStorage") is None
    page.get_by_role("button", name="Forget all").click()
    assert page.evaluate(read, "localStorage") is None
    expect(page.locator("#token-gitee")).to_have_value("")
    everything = json.dumps(page.evaluate("({...localStorage, ...sessionStorage})"))
    assert "gitee-secret" not in everything


def test_the_page_works_by_keyboard_alone(easel_page: Playground) -> None:
    page = easel_page.page
    easel_page.fill()
    page.locator("#prompt").focus()
    page.keyboard.type("a cat by keyboard")
    page.keyboard.press("Control+Enter")
    easel_page.tiles.first.wait_for()
    page.locator("input[name=provider]:checked").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("input[name=provider][value=huggingface]")).to_be_checked()
    easel_page.tiles.first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    for _ in range(40):  # Tab never leaves the window
        page.keyboard.press("Tab")
        assert page.evaluate(
            "Boolean(document.activeElement.closest('dialog')) || document.activeElement === document.body"
        )
    page.locator("[role=tab]").first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[role=tab]").nth(1)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(easel_page.tiles.first).to_be_focused()
