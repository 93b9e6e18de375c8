"""The page's window with the quotas of the deployment's tokens."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

if TYPE_CHECKING:
    from tests.browser.playground import Playground

SOON = time.time() + 5000
QUOTAS: list[dict[str, Any]] = [
    {
        "provider": "gitee",
        "renewsAt": SOON,
        "models": [{"model": "flux-1-schnell", "until": SOON, "reason": "the server is full"}],
        "tokens": [
            {
                "name": "alice",
                "state": "usable",
                "refused": [],
                "drawnToday": 88,
                "fullAfter": 100,
                "allowance": {"left": 12, "unit": "CNY", "total": 100, "resetsAt": SOON, "readAt": SOON - 5000},
            },
            {
                "name": "token 2",
                "state": "used up",
                "until": SOON,
                "reason": "it comes back at midnight",
                "refused": [],
                "drawnToday": 1,
            },
            {
                "name": "token 3",
                "state": "resting",
                "until": SOON,
                "reason": "too many calls",
                "refused": [{"model": "Qwen-Image", "until": SOON, "reason": "no package for it"}],
                "drawnToday": 0,
            },
        ],
    },
    {"provider": "huggingface", "tokens": [], "models": []},
    {"provider": "modelscope", "tokens": [], "models": [], "unknown": "the function did not answer"},
]


def test_the_page_shows_the_quotas_of_the_deployments_tokens(easel_page: Playground) -> None:
    page = easel_page.page
    easel_page.button("Tokens").click()
    page.get_by_label("Limits of the key").get_by_role("button").click()
    window = page.get_by_role("dialog", name="Quotas of this Easel")
    expect(window.get_by_label("ModelScope")).to_contain_text("usable")  # as this stack reports it
    page.route("**/api/quota", lambda route: route.fulfill(json={"providers": QUOTAS}))
    window.get_by_role("button", name="Refresh").click()
    expect(window.get_by_label("HuggingFace")).to_contain_text("This Easel has no token for it.")
    expect(window.get_by_label("ModelScope")).to_contain_text("It does not respond.")
    gitee = window.get_by_label("Gitee AI")
    for text in (
        r"^alice *usable",
        r"88 of about 100 pictures today",
        r"12 of 100 yuan left · more at .*\d:\d\d.* · read at .*\d:\d\d",
        r"token 2 *used up until .*\d:\d\d.* (UTC|GMT)",
        r"1 picture today",
        r"it comes back at midnight",
        r"token 3 *paused until .*\d:\d\d.* (UTC|GMT)",
        r"Refused for Qwen Image until .*\d:\d\d.*\. *no package for it",
        r"FLUX.1 Schnell accepts no calls until .*\d:\d\d.*\. *the server is full",
        r"Daily quotas reset at .*\d:\d\d.* (UTC|GMT)",
    ):
        expect(gitee.locator("li p, p, li").filter(has_text=re.compile(text)).first).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    easel_page.button("中文").click()
    page.goto(f"{easel_page.endpoint}/#batches")
    easel_page.button("此 Easel 的额度").click()
    chinese = page.get_by_role("dialog").inner_text()
    for reason in ("it comes back at midnight", "no package for it", "the server is full", "too many calls"):
        chinese = chinese.replace(reason, "")
    names = {"Easel", "Gitee", "HuggingFace", "ModelScope", "alice", "FLUX", "Schnell", "Qwen", "Image", "UTC", "GMT"}
    assert set(re.findall(r"[A-Za-z]{3,}", chinese)) <= names
