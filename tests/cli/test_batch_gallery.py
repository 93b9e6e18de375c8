"""`GALLERY=1`: the page of a batch's pictures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli import batch_gallery

ASKED = 'id,prompt\none,"a cat, asleep"\ntwo,<script>alert(1)</script>\nthree,a dog\nfour,a fox\n'
MADE = {"provider": "gitee", "model": "z-image-turbo", "seed": 7, "dimensions": "256 x 256 (1:1)", "duration": "1.0s"}
RESULTS = [
    {"line": 2, "id": "one", "copy": 2, "status": "succeeded", "url": "https://easel.test/api/images/1.png", **MADE},
    {"line": 3, "id": "two", "status": "failed", "error": {"code": "INVALID_MODEL", "message": "no <such> model"}},
    {"line": 4, "id": "three", "status": "cancelled"},
    {"line": 5, "id": "four", "status": "succeeded", "url": "x", **MADE, "warnings": ["steps & more"]},
]


def write(folder: Path) -> str:
    asked, results = folder / "p.csv", folder / "r.jsonl"
    asked.write_text(ASKED)
    results.write_text("".join(json.dumps(line) + "\n" for line in RESULTS))
    return batch_gallery.write(asked, results).read_text("utf-8")


def test_each_picture_has_its_prompt_and_result(tmp_path: Path) -> None:
    page = write(tmp_path)
    assert '<img loading="lazy" src="https://easel.test/api/images/1.png" alt="a cat, asleep">' in page
    assert "<strong>one · 2</strong> a cat, asleep" in page
    assert "gitee · z-image-turbo · 256 x 256 (1:1) · 1.0s · seed 7" in page
    assert "<small>steps &amp; more</small>" in page
    assert "2 pictures of 4" in page


def test_failures_have_a_reason_and_texts_are_escaped(tmp_path: Path) -> None:
    page = write(tmp_path)
    assert "INVALID_MODEL: no &lt;such&gt; model" in page
    assert "&lt;script&gt;" in page
    assert "<script>" not in page
    assert "CANCELLED: it was not started" in page


def test_a_page_has_a_limited_number_of_pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_gallery, "MAX_RESULTS", 2)
    page = write(tmp_path)
    assert page.count("<figure") == 2
    assert "The page shows the first 2 results; r.jsonl has all of them." in page
