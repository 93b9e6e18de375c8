"""The page after a failure: its texts in both languages, and the offered actions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

from tests.browser.playground import Playground
from tests.browser.test_playground_batches import choose

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

    from local.stack import LocalStack

OTHERS = ["Use HuggingFace", "Use ModelScope"]
"""Z-Image's other providers."""
FAILED = {"jobId": "0", "status": "failed", "createdAt": 1, "error": "", "details": {"provider": "gitee"}}
HANDED_OVER: dict[str, Any] = {"status": 202, "json": {"jobId": "0", "status": "queued"}}
WARNINGS = [
    "negativePrompt was dropped: z-image-turbo of HuggingFace does not support negative prompts",
    "steps: 40 was changed to 20, which z-image-turbo of Gitee AI supports",
    "a sentence of its own",
]


def with_warnings(route: Route) -> None:
    answer = route.fetch()
    if answer.status == 200 and answer.json()["status"] == "succeeded":
        route.fulfill(response=answer, json={**answer.json(), "warnings": WARNINGS})
    else:
        route.fulfill(response=answer)


FAULTS = [
    ("error", "PROVIDER_ERROR", "Gitee AI has a problem right now.", ["Try again", *OTHERS]),
    ("quota", "QUOTA_EXCEEDED", "The token's quota at Gitee AI is used up for now.", ["Try again", *OTHERS]),
    (
        "package",
        "QUOTA_EXCEEDED",
        "Gitee AI grants this token no quota for Z-Image Turbo. Check your account there.",
        ["Try again", *OTHERS],
    ),
    ("rate", "RATE_LIMITED", "Gitee AI has too many requests right now.", ["Try again", *OTHERS]),
    ("moderation", "PROMPT_REJECTED", "Gitee AI refuses this prompt.", ["Edit the prompt", *OTHERS]),
    ("badsize", "INVALID_DIMENSIONS", "Gitee AI does not support this size with Z-Image Turbo.", ["Pick another size"]),
    ("auth", "AUTH_INVALID", "Gitee AI does not accept the token.", ["Enter a token", *OTHERS]),
]


def actions_of(easel_page: Playground) -> list[str]:
    return [each.inner_text().strip() for each in easel_page.cards.locator(".buttons button:not(.dismiss)").all()]


def test_a_failure_shows_its_reason_and_remedies(easel_page: Playground) -> None:
    card = easel_page.cards
    for fault, code, text, actions in FAULTS:
        easel_page.generate(f"a cat [[fault={fault}]]")
        expect(card.locator("code")).to_have_text(code)
        expect(card.locator(".error")).to_contain_text(text)
        assert actions_of(easel_page) == actions
        if fault in ("quota", "rate"):
            expect(card.locator(".hint").first).to_have_text(re.compile(r"Try again from .*\d:\d\d.* (UTC|GMT)"))
        if fault == "error":
            with easel_page.page.expect_response("**/api/generate") as again:
                easel_page.button("Try again").click()
            assert again.value.status == 202
            expect(card.locator("code")).to_have_text(code)
        easel_page.button("Dismiss").click()
        expect(card).to_have_count(0)


ANSWERS: list[tuple[str, dict[str, Any], str, str, list[str]]] = [
    ("TIMEOUT", {}, "Gitee AI took too long. It may be busy.", "Gitee AI 用时过长，可能正忙。", ["Try again", *OTHERS]),
    (
        "GENERATION_FAILED",
        {},
        "Gitee AI started the picture but could not finish it.",
        "Gitee AI 开始绘制，但未能完成。",
        ["Try again", *OTHERS],
    ),
    ("CANCELLED", {}, "It was cancelled before it started.", "任务在开始前已取消，没有产生费用。", ["Try again"]),
    ("PAYLOAD_TOO_LARGE", {"status": 413}, "This request is too large.", "请求内容过大", ["Edit the prompt"]),
    ("BUSY", {"status": 503}, "This Easel is busy right now.", "此 Easel 目前繁忙。", ["Try again"]),
    ("OFFLINE", {"status": 0}, "Easel does not respond.", "Easel 没有响应。", ["Try again"]),
]
"""Codes with what the network, the gateway or the API answers, the texts of both languages, and the actions."""


def test_a_failure_is_shown_in_both_languages(easel_page: Playground) -> None:
    page, card, now = easel_page.page, easel_page.cards, dict[str, Any]()

    def generate(route: Route) -> None:
        answer = {"json": {"message": "as the gateway says it"}, **now["answer"]} if now["answer"] else HANDED_OVER
        route.abort() if answer.get("status") == 0 else route.fulfill(**answer)

    page.route("**/api/generate", generate)
    page.route("**/api/jobs/*", lambda route: route.fulfill(json={**FAILED, "code": now["code"]}))
    for code, answer, english, chinese, actions in ANSWERS:
        now.update(code=code, answer=answer)
        easel_page.generate("a cat")
        expect(card.locator("code")).to_have_text(code)
        expect(card.locator(".error")).to_contain_text(english)
        assert actions_of(easel_page) == actions
        easel_page.button("中文").click()
        expect(card.locator(".error")).to_contain_text(chinese)
        easel_page.button("English").click()
        easel_page.button("Dismiss").click()
        expect(card).to_have_count(0)


def test_a_failing_bucket_is_shown_in_both_languages(page: Page, local_easel: LocalStack) -> None:
    opened = Playground.open(page, local_easel, "/#batches")
    page.route(f"{local_easel.aws_url}/**", lambda route: route.fulfill(status=403))
    choose(opened, "refused.csv", "prompt\na bucket that refuses\n")
    opened.button("Start 1 picture").click()
    error = page.locator(".manifest .error")
    expect(error).to_contain_text("The storage refused the file.")
    expect(error).to_contain_text("BUCKET_REFUSED")
    expect(opened.button("Start 1 picture")).to_be_enabled()
    opened.button("中文").click()
    expect(error).to_contain_text("存储桶没有接受该文件。")
    opened.check()


def test_a_warning_is_shown_in_the_pages_language(easel_page: Playground) -> None:
    page = easel_page.page
    page.route("**/api/jobs/*", with_warnings)
    easel_page.picture("a cat with warnings").click()
    expect(page.locator(".warnings li").first).to_have_text(WARNINGS[0])
    page.keyboard.press("Escape")
    easel_page.button("中文").click()
    easel_page.tiles.first.click()
    expect(page.locator(".warnings li")).to_have_text(
        [
            "未使用反向提示词：HuggingFace 的 z-image-turbo 不支持反向提示词。",
            "步数由 40 改为 20，以适应 Gitee AI 的 z-image-turbo。",
            "a sentence of its own",
        ]
    )


def test_the_actions_of_a_failure_do_what_they_say(easel_page: Playground) -> None:
    page = easel_page.page
    easel_page.generate("a cat [[fault=moderation]]", seed=5)
    page.locator("#prompt").fill("something else")
    easel_page.button("Edit the prompt").click()
    expect(page.locator("#prompt")).to_be_focused()
    expect(page.locator("#prompt")).to_have_value("a cat [[fault=moderation]]")
    expect(easel_page.cards).to_have_count(0)
    easel_page.generate("a cat [[fault=package]]", seed=5)  # only Gitee AI has it
    with page.expect_response("**/api/generate"):
        page.get_by_role("button", name="Use ModelScope").click()
    assert [(body["provider"], body["seed"], body["width"]) for body in easel_page.sent()[1:]] == [
        ("gitee", 5, 256),
        ("modelscope", 5, 512),  # the model's smallest size
    ]
