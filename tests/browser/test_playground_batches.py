"""The page's batches: a file is validated before anything is spent, runs, and its results are shown."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.playground import TOKENS, Playground
from tests.harness.patience import holding_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Locator, Page, Route

    from local.stack import LocalStack

GOOD = "prompt,provider,width,height,count\na cat,gitee,256,256,3\na dog,gitee,256,256,1\n"
BAD = f"{GOOD}a mouse,nobody,256,256,1\na horse [[fault=moderation]],gitee,256,256,1\n"
DROP = """([selector, name, text]) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([text], name, { type: "text/csv" }));
    const target = document.querySelector(selector);
    for (const type of ["dragover", "drop"]) {
        target.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }));
    }
}"""


@pytest.fixture
def batches(page: Page, local_easel: LocalStack) -> Iterator[Playground]:
    """The page's view of batches."""
    opened = Playground.open(page, local_easel, "/#batches")
    yield opened
    opened.check()


def choose(batches: Playground, name: str, text: str) -> None:
    file = {"name": name, "mimeType": "text/csv", "buffer": text.encode()}
    batches.page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]


def card(batches: Playground, name: str) -> Locator:
    return batches.page.get_by_role("article", name=name)


def test_a_dropped_file_is_validated_without_spending(batches: Playground) -> None:
    page = batches.page
    page.evaluate(DROP, [".drop", "dropped.csv", BAD])
    preview = page.locator(".manifest")
    expect(preview).to_contain_text("dropped.csv")
    expect(preview).to_contain_text("3 valid lines with 5 pictures. Nothing is charged yet.")
    expect(preview.get_by_role("region", name="First lines").locator("tr").nth(1)).to_contain_text(
        "gitee / z-image-turbo"
    )
    preview.get_by_text("1 line is invalid: show it").click()
    expect(preview.get_by_role("region", name="Invalid lines")).to_contain_text("There is no such provider here.")
    expect(batches.button("Start 5 pictures")).to_be_visible()
    assert not batches.sent("/api/batches")
    batches.button("Other file").click()
    expect(page.locator(".drop")).to_be_visible()

    def foresee(route: Route) -> None:
        answer = route.fetch()
        quota = [{"provider": name, "pictures": 4, "left": 3, "text": ""} for name in ("gitee", "auto", "key")]
        route.fulfill(response=answer, json={**answer.json(), "quota": quota})

    page.route("**/api/batches/preview?*", foresee)
    choose(batches, "good.csv", GOOD)
    expect(preview).to_contain_text("2 valid lines with 4 pictures. All lines are valid.")
    for name in ("Gitee AI", "Automatic", "Your key"):
        expect(preview).to_contain_text(f"{name}: 3 of 4 pictures are possible today, the rest after the quota renews.")


def test_a_text_file_is_refused_in_both_languages(batches: Playground) -> None:
    choose(batches, "letter.txt", "dear all,\nthis is a letter\n")
    error = batches.page.locator(".manifest .error")
    expect(error).to_contain_text("It must be CSV with a header that has a column prompt, or JSON Lines.")
    batches.button("中文").click()
    expect(error).to_contain_text("Easel 无法读取此文件。")
    batches.button("English").click()
    expect(batches.page.get_by_role("button", name=re.compile("Start"))).to_have_count(0)


def test_without_the_access_key_the_page_asks_for_it(page: Page, local_easel: LocalStack) -> None:
    opened = Playground.open(page, local_easel, "/#batches", tokens={})
    choose(opened, "good.csv", GOOD)
    expect(opened.button("Start 4 pictures")).to_be_disabled()
    opened.button("Enter the key").click()
    page.locator("#token-access").fill("not the key")
    opened.button("Done").click()
    opened.button("Start 4 pictures").click()
    expect(page.locator(".manifest .error")).to_contain_text("The Easel key is not valid, or does not allow this.")
    opened.button("Enter the key").or_(opened.button("Tokens")).first.click()
    page.locator("#token-access").fill(TOKENS["access"])
    opened.button("Done").click()
    opened.button("Start 4 pictures").click()
    expect(card(opened, "good.csv")).to_contain_text("4 of 4 pictures")
    opened.check()


def test_a_batch_shows_progress_pictures_and_failed_lines(batches: Playground) -> None:
    page = batches.page
    choose(batches, "mixed.csv", BAD)
    batches.button("Start 5 pictures").click()
    batch = card(batches, "mixed.csv")
    expect(batch.locator(".badge")).to_have_text("Completed")
    expect(batch.locator(".counts")).to_have_text("4 of 5 pictures · 1 failed · 1 invalid line")
    expect(batch).to_contain_text("a minute")
    expect(batch).to_contain_text(re.compile(r"took \d+ s"))
    failed = batch.get_by_role("region", name="Failed lines").locator("tbody tr")
    expect(failed).to_have_count(2)
    expect(failed.nth(0)).to_contain_text("INVALID_PROVIDER")
    expect(failed.nth(1)).to_contain_text("PROMPT_REJECTED")
    expect(batch.locator(".grid img")).to_have_count(4)
    expect(batch.locator(".grid img").first).to_have_js_property("naturalWidth", 256)
    with page.expect_download() as saved:
        batches.button("Results as a file").click()
    lines = [json.loads(line) for line in saved.value.path().read_text().splitlines()]
    assert [line["status"] for line in lines] == ["succeeded"] * 4 + ["failed"] * 2
    with page.expect_response(lambda answer: answer.request.method == "POST") as again:
        batches.button("Retry the rest").click()
    assert json.loads(again.value.request.post_data or "") == {"retry": again.value.json()["batchId"]}
    expect(batch.locator(".badge")).to_have_text("Completed")
    expect(batch.locator(".counts")).to_have_text("4 of 5 pictures · 1 failed · 1 invalid line")
    page.reload()
    expect(card(batches, "mixed.csv").locator(".grid img")).to_have_count(4)
    page.get_by_role("button", name="中文").click()
    expect(batch.get_by_role("table")).to_contain_text("这里没有这个服务商")
    expect(batch.get_by_role("table")).to_contain_text("Gitee AI 拒绝了这个提示词")
    expect(batch.locator(".counts")).to_have_text("4 / 5 张图片 · 1 张失败 · 1 行有错")
    page.get_by_role("button", name="English").click()
    batches.button("Remove from the list").click()
    expect(page.get_by_text("Batches that you start are listed here.")).to_be_visible()
    choose(batches, "mixed.csv", BAD)
    expect(page.locator(".manifest .notice")).to_contain_text(
        re.compile("ran before, at .*: 4 of 5 pictures, 1 without")
    )
    expect(batches.button("Run all again")).to_be_visible()
    expect(batches.button("Retry the 1 without a picture")).to_be_visible()
    batches.button("See that batch").click()
    expect(card(batches, "mixed.csv").locator(".grid img")).to_have_count(4)


def test_a_waiting_batch_has_results_and_can_be_cancelled(batches: Playground) -> None:
    model = "MusePublic/489_ckpt_FLUX_1"
    text = f"prompt,provider,model,width,height\na cat [[fault=quota]],modelscope,{model},512,512\n"
    choose(batches, "quota.csv", f"{text}a dog,gitee,,256,256\na rat [[fault=moderation]],gitee,,256,256\n")
    batches.button("Start 3 pictures").click()
    batch = card(batches, "quota.csv")
    expect(batch.locator(".grid img")).to_have_count(1)  # finished pictures are shown while the rest waits
    expect(batch.get_by_role("region", name="Failed lines")).to_contain_text("PROMPT_REJECTED")
    expect(batch.locator(".badge")).to_have_text("Running")
    expect(batches.button("Results so far as a file")).to_be_visible()
    wait = batch.locator(".notice")
    text = r"The quota at ModelScope is used up\. The batch continues at .*\d:\d\d.* (UTC|GMT)\."
    expect(wait).to_have_text(re.compile(text))
    batches.button("中文").click()
    expect(wait).to_contain_text("ModelScope 的额度已用完")
    batches.button("English").click()
    expect(batch.locator(".counts")).to_contain_text("1 pending")
    batches.button("Cancel the batch").click()
    expect(batch.locator(".badge")).to_have_text("Cancelled")
    expect(batch.locator(".counts")).to_contain_text("1 cancelled")


def test_a_running_batch_shows_counts_rate_and_time_left(batches: Playground, local_easel: LocalStack) -> None:
    lines = "a cat,256,256,20\na slow cat,256,256,20\n"
    with holding_at(local_easel.providers.parameters, "slow"):
        choose(batches, "slow.csv", f"prompt,width,height,count\n{lines}")
        batches.button("Start 40 pictures").click()
        batch = card(batches, "slow.csv")
        expect(batch).to_contain_text(re.compile(r"\d+ of 40 pictures · .*pending"))
        expect(batch).to_contain_text(re.compile(r"\d a minute · about [\d:]+( s)? left"))
        batches.button("Cancel the batch").click()
    expect(batch.locator(".badge")).to_have_text("Cancelled")


def test_each_view_has_a_url(batches: Playground) -> None:
    page = batches.page
    page.get_by_role("link", name="Pictures").click()
    expect(page.locator("form.request")).to_be_visible()
    page.go_back()
    expect(page.locator(".drop")).to_be_visible()
    expect(page).to_have_title("Batches · Easel")
