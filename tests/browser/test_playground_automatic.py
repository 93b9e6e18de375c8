"""The page's provider "Automatic": families, the provider that generated, and the providers that were skipped."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.playground import Playground

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

    from local.stack import LocalStack


def test_automatic_names_the_used_and_the_skipped_providers(page: Page, local_easel: LocalStack) -> None:
    left = {
        "provider": "gitee",
        "model": "FLUX_1-Krea-dev",
        "code": "QUOTA_EXCEEDED",
        "message": "no package",
    }

    def with_one_left(route: Route) -> None:
        answer = route.fetch()
        body = answer.json() if answer.status == 200 else None
        if body and body["status"] == "succeeded":
            route.fulfill(response=answer, json={**body, "tried": [left]})
        else:
            route.fulfill(response=answer)

    opened = Playground.open(page, local_easel, tokens={"gitee": "gitee-secret", "modelscope": "ms-secret"})
    opened.choose("auto", "flux-1-krea")
    expect(page.locator("form.request")).to_contain_text("Tries Gitee AI, ModelScope.")
    expect(page.locator("#steps")).to_have_value("")
    page.route("**/api/jobs/*", with_one_left)
    opened.picture("a heron on a pole", width=512, height=512, seed=3).click()
    facts = page.locator(".facts")
    expect(facts.locator("tr", has_text="Provider")).to_have_text(re.compile("ProviderAutomatic(Gitee AI|ModelScope)"))
    expect(facts).to_contain_text("Gitee AI was skipped: its quota is used up.")
    page.get_by_role("tab", name="OpenAI SDK").click()
    expect(facts.locator("pre")).to_contain_text('api_key="gitee:your-gitee-token,modelscope:your-modelscope-token"')
    expect(facts.locator("pre")).to_contain_text('model="auto/flux-1-krea"')
    opened.button("Use these settings").click()
    expect(page.locator("input[name=provider][value=auto]")).to_be_checked()
    page.unroute("**/api/jobs/*")
    opened.generate("a heron in rain [[fault=error]]")
    expect(opened.cards.locator(".left li")).to_have_text(
        re.compile("(Gitee AI|ModelScope) was skipped: it has a problem.")
    )
    body, *_ = opened.sent()
    assert body == {
        "provider": "auto",
        "model": "flux-1-krea",
        "prompt": "a heron on a pole",
        "width": 512,
        "height": 512,
        "seed": 3,
    }
    (first, *_) = [each for each in opened.requests if each.url.endswith("/api/generate")]
    assert (first.headers["x-api-key"], first.headers["x-ms-token"]) == ("gitee-secret", "ms-secret")
    opened.check()


def test_automatic_names_the_fields_that_some_models_ignore(easel_page: Playground) -> None:
    page = easel_page.page
    easel_page.choose("auto", "flux-1-schnell")
    expect(page.locator("#guidanceScale-hint")).to_have_text("not at HuggingFace")
    expect(page.locator("form.request")).to_contain_text("the nearest one is used")
    easel_page.choose("auto", "z-image-turbo")
    expect(page.locator("form.request .field", has_text="Negative prompt")).to_contain_text("not at HuggingFace")
    easel_page.choose("gitee")
    expect(page.locator("#model")).to_have_value("z-image-turbo")
    expect(page.locator("#steps")).to_have_value("9")
