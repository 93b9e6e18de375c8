"""Pictures with a source picture: from a file, and from the gallery."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.harness.source_pictures import PICTURE

if TYPE_CHECKING:
    from tests.browser.playground import Playground


def test_a_source_is_taken_from_a_file_or_the_gallery(easel_page: Playground) -> None:
    page = easel_page.page
    easel_page.choose("gitee", "Qwen-Image-Edit")
    easel_page.generate("a cat")
    expect(page.locator("#image-error")).to_contain_text("Choose a picture to start from")
    page.locator("#image").set_input_files({"name": "red.png", "mimeType": "image/png", "buffer": PICTURE})
    expect(page.locator(".drop.source img")).to_be_visible()
    expect(page.locator("#width")).to_have_value("320")
    easel_page.picture("a red cat", width=320, height=256)
    sent = easel_page.sent()[-1]
    assert base64.b64decode(sent["image"].partition(",")[2]) == PICTURE
    assert (sent["width"], sent["height"]) == (320, 256)
    easel_page.button("Start without a picture").click()
    expect(page.locator(".drop.source img")).to_have_count(0)

    easel_page.choose("gitee", "z-image-turbo")
    expect(page.locator("#image")).to_have_count(0)
    easel_page.tiles.first.click()
    easel_page.button("Use this picture").click()
    expect(page.locator("#model")).to_have_value("qwen-image-2.0")
    easel_page.picture("a redder cat", width=512, height=512)
    assert "/api/images/" in easel_page.sent()[-1]["image"]


def test_a_file_that_is_not_a_picture_is_refused_at_once(easel_page: Playground) -> None:
    easel_page.choose("modelscope", "Qwen/Qwen-Image-2.1")
    easel_page.page.locator("#image").set_input_files({"name": "cat.txt", "mimeType": "text/plain", "buffer": b"a cat"})
    expect(easel_page.page.locator("#image-error")).to_contain_text("Choose a picture to start from")
