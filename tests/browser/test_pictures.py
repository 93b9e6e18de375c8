"""`make pictures` takes every picture that the documents show, and each is small."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PIL import Image

from tests.browser import pictures
from tests.harness import chromium, documents
from tests.harness.artifacts import missing

if TYPE_CHECKING:
    from pathlib import Path

    from local.stack import LocalStack

MOST = 200 * 1024


def test_each_is_taken_and_is_one_that_the_documents_show(local_easel: LocalStack, tmp_path: Path) -> None:
    if chromium.find() is None:
        missing("no Chromium is on the PATH")
    taken = pictures.take(local_easel.endpoint, tmp_path)
    names = {name for text in documents.TEXTS.values() for name in re.findall(r"pictures/([\w-]+\.webp)", text)}
    assert {path.name for path in taken} == names == {path.name for path in pictures.FOLDER.iterdir()}
    for path in taken:
        there = pictures.FOLDER / path.name
        with Image.open(path) as new, Image.open(there) as old:
            assert new.size == old.size
        assert max(path.stat().st_size, there.stat().st_size) < MOST, path
