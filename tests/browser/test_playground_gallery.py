"""The page's gallery and its actions on a picture."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from playwright.sync_api import expect

from easel import catalog
from tests.browser.playground import Playground
from tests.harness.artifacts import missing
from tests.harness.patience import HANGS_SECONDS

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Download


def read(download: Download) -> bytes:
    return download.path().read_bytes()


def facts(easel_page: Playground) -> dict[str, list[str]]:
    """Return the requested and the actual values, by the row's name."""
    rows = easel_page.page.locator("dialog table.compare tbody tr")
    return {
        row.locator("th").inner_text(): [cell.inner_text() for cell in row.locator("td").all()] for row in rows.all()
    }


def test_a_picture_opens_with_its_request_and_result(easel_page: Playground) -> None:
    easel_page.picture("a cat with facts", width=320, height=256, steps=5, seed=11, negativePrompt="dogs").click()
    details = facts(easel_page)
    assert details["Size"] == ["320 x 256", "320 x 256 (5:4)"]
    assert details["Seed"] == ["11", "11"]
    assert details["Steps"] == ["5", "5"]
    assert details["Time"][1].endswith("s")
    assert details["Format"] == ["", "PNG"]
    dialog = easel_page.page.get_by_role("dialog")
    expect(dialog).to_contain_text("Negative prompt: dogs")
    picture = dialog.locator(".stage img")
    expect(picture).to_have_js_property("naturalWidth", 320)
    zoom = easel_page.button("Zoom to full size")
    zoom.click()
    expect(zoom).to_have_attribute("aria-pressed", "true")
    assert picture.bounding_box() == pytest.approx({**picture.bounding_box(), "width": 320, "height": 256})  # type: ignore[dict-item]
    zoom.click()
    expect(zoom).to_have_attribute("aria-pressed", "false")


def test_a_picture_that_differs_from_the_request_says_so(easel_page: Playground) -> None:
    easel_page.picture("a cat [[fault=wrongsize]]").click()
    assert facts(easel_page)["Size"] == ["256 x 256", "128 x 128 (1:1)"]
    expect(easel_page.page.locator("dialog .warnings li")).to_contain_text("256 x 256 was requested")


def test_the_gallery_is_saved_and_browsed_by_keyboard(easel_page: Playground) -> None:
    for number in range(3):
        easel_page.picture(f"cat {number}")
    easel_page.page.reload()
    expect(easel_page.tiles).to_have_count(3)
    expect(easel_page.tiles.first.locator("img")).to_have_attribute("alt", "cat 2")
    easel_page.tiles.first.click()
    quote = easel_page.page.locator("dialog .quote")
    expect(easel_page.button("Newer picture")).to_be_disabled()
    easel_page.page.keyboard.press("ArrowRight")
    expect(quote).to_have_text("cat 1")
    easel_page.button("Older picture").click()
    expect(quote).to_have_text("cat 0")
    expect(easel_page.button("Older picture")).to_be_disabled()
    easel_page.page.keyboard.press("ArrowLeft")
    expect(quote).to_have_text("cat 1")
    easel_page.button("Remove").click()
    expect(easel_page.tiles).to_have_count(2)
    easel_page.button("Remove all").click()
    easel_page.page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    expect(easel_page.tiles).to_have_count(2)
    easel_page.button("Remove all").click()
    easel_page.button("Remove").click()
    expect(easel_page.page.locator(".empty")).to_contain_text("Describe what you want to see.")
    easel_page.page.reload()
    expect(easel_page.page.locator(".empty")).to_be_visible()


def test_pictures_are_saved_with_their_parameters(easel_page: Playground) -> None:
    page = easel_page.page
    easel_page.picture("第一只猫", seed=1)
    easel_page.picture("a second cat", seed=2)
    with page.expect_download() as saved:
        easel_page.button("Download all").click()
    with zipfile.ZipFile(io.BytesIO(read(saved.value))) as archive:
        assert archive.testzip() is None
        parameters = json.loads(archive.read("parameters.json"))
        assert [each["asked"]["prompt"] for each in parameters] == ["a second cat", "第一只猫"]
        assert [each["obtained"]["seed"] for each in parameters] == [2, 1]
        for each in parameters:
            with Image.open(io.BytesIO(archive.read(each["file"]))) as picture:
                assert picture.size == (256, 256)
    easel_page.tiles.first.click()
    with page.expect_download() as saved:
        easel_page.button("Download").click()
    assert saved.value.suggested_filename == parameters[0]["file"]
    with Image.open(io.BytesIO(read(saved.value))) as picture:
        assert (picture.format, picture.size) == ("PNG", (256, 256))


def test_link_and_parameters_are_copied(easel_page: Playground) -> None:
    page = easel_page.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    easel_page.picture("a cat", seed=5).click()
    easel_page.button("Copy link").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link.startswith(f"{easel_page.endpoint}/api/images/")
    easel_page.button("Copy parameters").click()
    expect(page.get_by_role("button", name="Copied")).to_have_count(2)
    assert json.loads(page.evaluate("navigator.clipboard.readText()"))["asked"]["seed"] == 5


def test_a_picture_is_repeated_varied_and_enlarged(easel_page: Playground) -> None:
    page = easel_page.page
    easel_page.choose("gitee", "flux-1-schnell")
    easel_page.picture("a cat to vary", seed=21, steps=3)
    easel_page.choose("modelscope")
    easel_page.fill(prompt="something else", seed=1)
    easel_page.tiles.first.click()
    easel_page.button("Use these settings").click()
    expect(page.locator("#prompt")).to_have_value("a cat to vary")
    expect(page.locator("#model")).to_have_value("flux-1-schnell")
    expect(page.locator("#seed")).to_have_value("21")
    expect(page.locator("#steps")).to_have_value("3")
    easel_page.tiles.first.click()
    easel_page.button("Vary the seed").click()
    expect(easel_page.tiles).to_have_count(2)
    varied = easel_page.sent()[-1]
    assert "seed" not in varied
    assert varied == {name: value for name, value in easel_page.sent()[0].items() if name != "seed"}
    easel_page.tiles.first.click()
    easel_page.button("Upscale 2×").click()
    expect(easel_page.tiles).to_have_count(3)
    assert easel_page.sent("/api/upscale")[0]["scale"] == 2
    easel_page.tiles.first.click()
    assert facts(easel_page)["Scale"] == ["2×", "512 x 512 (1:1)"]


def test_one_prompt_can_be_compared_across_all_models(easel_page: Playground) -> None:
    page = easel_page.page
    easel_page.picture("before")
    easel_page.fill(prompt="a cat to compare", width=512, height=512, seed=3)
    easel_page.button("Compare models").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator(".quote")).to_have_text("a cat to compare")
    every = [
        model.name for provider in catalog.providers().values() for model in provider.models if not model.needs_image
    ]
    assert [box.inner_text().split("\n")[0] for box in dialog.locator("label.check").all()] == every
    expect(dialog.locator("label.check", has_text="Ovis Image")).to_contain_text("picks its own seed")
    dialog.get_by_role("button", name="None", exact=True).click()
    expect(dialog.locator(".primary")).to_be_disabled()
    dialog.get_by_role("button", name="All", exact=True).click()
    dialog.get_by_label("FLUX.1 Krea").first.uncheck()
    dialog.get_by_role("button", name=f"Generate {len(every) - 1} pictures").click()
    expect(page.get_by_role("heading", name="Comparison")).to_be_visible()
    expect(easel_page.tiles).to_have_count(len(every) - 1)
    assert {body["seed"] for body in easel_page.sent()[1:]} == {3}
    assert {body["prompt"] for body in easel_page.sent()[1:]} == {"a cat to compare"}
    every.remove("FLUX.1 Krea")
    expect(page.locator(".which")).to_have_text([re.compile(f"^{re.escape(name)}") for name in every])  # in this order
    widths = page.locator(".rows > li").evaluate_all("cells => cells.map((cell) => cell.getBoundingClientRect().width)")
    assert len({round(width) for width in widths}) == 1
    with page.expect_download() as saved:
        easel_page.button("Download all").click()
    with zipfile.ZipFile(io.BytesIO(read(saved.value))) as archive:
        names = archive.namelist()
    assert any("-FLUX.2-ModelScope-" in name for name in names)
    assert len([name for name in names if "-Z-Image-Turbo-" in name]) == 3
    easel_page.button("All pictures").click()
    expect(easel_page.tiles).to_have_count(len(every) + 1)
    easel_page.tiles.first.click()
    easel_page.button("Show the comparison").click()
    expect(easel_page.tiles).to_have_count(len(every))


def test_a_comparison_starts_for_all_models_or_for_none(easel_page: Playground) -> None:
    easel_page.fill(prompt="a cat to compare", seed="many")
    easel_page.button("Compare models").click()
    easel_page.page.get_by_role("dialog").locator(".primary").click()
    expect(easel_page.page.locator("#seed-error")).to_contain_text("The seed must be a whole number")
    expect(easel_page.cards).to_have_count(0)
    assert easel_page.sent() == []


def test_models_without_credentials_cannot_be_compared(easel_page: Playground) -> None:
    page = easel_page.page
    easel_page.button("Tokens").click()
    page.locator("#token-modelscope").fill("")
    page.locator("#token-access").fill("")  # a key would replace it
    easel_page.button("Done").click()
    easel_page.button("Compare models").click()
    expect(page.get_by_role("dialog")).to_contain_text("ModelScope needs your token.")
    drawing = [model for model in catalog.provider("modelscope").models if not model.needs_image]
    expect(page.get_by_role("dialog").locator("input:disabled")).to_have_count(len(drawing))
    expect(page.get_by_role("dialog").locator(".primary")).to_be_disabled()  # there is no prompt yet
    easel_page.page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


RUN = {
    "curl": ["bash", "-c"],
    "Python": [sys.executable, "-c"],
    "OpenAI SDK": [sys.executable, "-c"],
    "JavaScript": ["node", "--input-type=module", "-e"],
}


def test_the_displayed_code_makes_the_same_picture(easel_page: Playground, tmp_path: Path) -> None:
    if not shutil.which("node"):
        missing("no node is on the PATH; it is Debian's and Ubuntu's package nodejs")
    easel_page.fill(prompt='a "cat" that\'s on $HOME', seed=77, steps=4)
    easel_page.button("Code").click()
    environment = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    for language, command in RUN.items():
        easel_page.page.get_by_role("tab", name=language).click()
        code = easel_page.page.get_by_role("tabpanel").inner_text()
        assert "gitee-secret" not in code
        assert "your-gitee-token" in code
        done = subprocess.run(
            [*command, code], capture_output=True, text=True, timeout=HANGS_SECONDS, cwd=tmp_path, env=environment
        )
        assert done.returncode == 0, done.stderr
        assert f"{easel_page.endpoint}/api/images/" in done.stdout
        if language == "curl":
            details = json.loads(done.stdout)["imageDetails"]
            assert (details["seed"], details["prompt"]) == (77, 'a "cat" that\'s on $HOME')
