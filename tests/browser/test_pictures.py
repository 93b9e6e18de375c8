"""`make pictures` takes every picture in the documents, and each file is small."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tests.browser import pictures
from tests.harness import documents

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

    from local.stack import LocalStack

MOST_BYTES = 200 * 1024


def test_the_documents_pictures_are_taken(
    browser: Browser, local_easel: LocalStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "PROMPTS", pictures.PROMPTS[:1])
    monkeypatch.setattr(pictures, "COPIES", 1)
    taken = pictures.take(browser, local_easel.endpoint, tmp_path)
    names = {name for text in documents.TEXTS.values() for name in re.findall(r"pictures/([\w-]+\.webp)", text)}
    assert {path.name for path in taken} == names == {path.name for path in pictures.FOLDER.iterdir()}
    for path in taken:
        committed = pictures.FOLDER / path.name
        with Image.open(path) as new, Image.open(committed) as old:
            assert new.size == old.size
        assert max(path.stat().st_size, committed.stat().st_size) < MOST_BYTES, path
