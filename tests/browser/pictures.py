"""`make pictures`: takes the documents' pictures from the running local stack, into `docs/pictures/`.

URL is the stack's address; without it, it is that of the `make run` that runs in this folder. Wants Chromium, and a
font with Chinese, such as Debian's `fonts-wqy-microhei`.
"""

from __future__ import annotations

import io
import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page

from local import access
from local.errors import LocalError
from local.stack import STATE_FILE
from tests.harness import chromium
from tests.harness.patience import HANGS_SECONDS
from tests.harness.template import ROOT

FOLDER = ROOT / "docs/pictures"
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
PROMPTS = (
    "a paper boat on a quiet lake",
    "a fox asleep in fog",
    "a lighthouse in a storm",
    "a tea house above clouds",
    "a night train in the hills",
)
MODELS = ("z-image-turbo", "Qwen-Image", "flux-1-schnell", "FLUX_1-Krea-dev", "FLUX.1-dev")
COPIES = 3
"""Pictures of each prompt in the batch."""

SHOWN = """() => {
    const seen = [...document.images].filter((image) => image.getBoundingClientRect().top < innerHeight);
    return Promise.all(seen.map((image) => image.decode()));
}"""
"""Waits until the pictures that can be seen are drawn."""


@contextmanager
def opened(browser: Browser, url: str, size: dict[str, int], **options: str) -> Iterator[Page]:
    """Open the page in a new profile at double resolution, with tokens that any emulator accepts."""
    with browser.new_context(viewport=size, device_scale_factor=2, **options) as context:  # type: ignore[arg-type]
        tokens = json.dumps({"gitee": "any", "huggingface": "any", "modelscope": "any", "access": access.KEY})
        context.add_init_script(f"sessionStorage.setItem('easel.credentials', {json.dumps(tokens)})")
        context.set_default_timeout(1000 * HANGS_SECONDS)  # a batch may take long on a busy machine
        page = context.new_page()
        page.goto(url)
        page.locator("form.request, .batches").first.wait_for()
        yield page


def generate(page: Page, prompts: tuple[str, ...]) -> None:
    """Fill the gallery, oldest first."""
    for number, (prompt, model) in enumerate(zip(prompts, MODELS, strict=False)):
        page.locator("#model").select_option(model)
        page.locator("#prompt").fill(prompt)
        page.locator("#seed").fill(str(7 + 12 * number))
        page.locator("form.request button[type=submit]").click()
        page.locator(".tile").nth(number).wait_for()
    page.locator("article.job").wait_for(state="detached")


def pictures(page: Page) -> None:
    page.locator("input[name=ratio][value='4:3']").check(force=True)
    generate(page, PROMPTS)
    # A job as it is while a provider generates: the emulators are too quick to show it.
    page.route("**/api/jobs/*", lambda route: route.fulfill(json={"status": "running"}))
    page.locator("#prompt").fill("a garden after rain")
    page.locator("form.request button[type=submit]").click()
    page.get_by_text(re.compile("[4-9] s, usually")).wait_for()
    page.locator("form.request").evaluate("(form) => { form.scrollTop = 0; document.activeElement.blur(); }")


def batches(page: Page) -> None:
    page.goto(f"{page.url}#batches")
    prompts = PROMPTS[:4]
    # The invalid line makes the file a new one each time. For a file that ran before, the page would ask.
    lines = [*(f"{prompt},gitee,{COPIES}" for prompt in prompts), f"{time.time()},nobody,1"]
    text = "\n".join(["prompt,provider,count", *lines])
    file = {"name": "prompts.csv", "mimeType": "text/csv", "buffer": f"{text}\n".encode()}
    page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    page.locator(".manifest button.primary").click()
    page.locator("article.batch .grid img").nth(len(prompts) * COPIES - 1).wait_for()


def phone(page: Page) -> None:
    generate(page, PROMPTS[:1])
    page.locator(".gallery").scroll_into_view_if_needed()
    page.evaluate("scrollTo(0, 0)")


SHOTS: dict[str, tuple[dict[str, int], dict[str, str], Callable[[Page], None]]] = {
    "page": (DESKTOP, {}, pictures),
    "batches": (DESKTOP, {}, batches),
    "phone": (PHONE, {"locale": "zh-CN", "color_scheme": "dark"}, phone),
}


def take(browser: Browser, url: str, folder: Path) -> list[Path]:
    """Take every picture, and return their files."""
    return [_taken(browser, url, folder, name) for name in SHOTS]


def _taken(browser: Browser, url: str, folder: Path, name: str) -> Path:
    size, options, prepare = SHOTS[name]
    with opened(browser, url, size, **options) as page:
        prepare(page)
        page.evaluate(SHOWN)
        shot = Image.open(io.BytesIO(page.screenshot(animations="disabled")))
    path = folder / f"{name}.webp"
    shot.save(path, quality=80, method=6)
    return path


def main() -> None:
    url = os.environ.get("URL") or ""
    if not url and not STATE_FILE.exists():
        raise LocalError("no local stack runs in this folder; start one with `make run`")
    with chromium.launched() as browser:
        for path in take(browser, url or json.loads(STATE_FILE.read_text())["endpoint"], FOLDER):
            print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1024} KB")


if __name__ == "__main__":
    try:
        main()
    except LocalError as error:
        sys.exit(f"make pictures: {error}")
