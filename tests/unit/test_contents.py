"""Large contents: a temporary file reads like bytes, and both give the same results."""

from __future__ import annotations

import random

import pytest

from easel.common import contents
from easel.common.contents import Collector, FileContent

DATA = random.Random(7).randbytes(300_000)


@pytest.fixture
def on_disk(monkeypatch: pytest.MonkeyPatch) -> FileContent:
    monkeypatch.setattr(contents, "MAX_IN_MEMORY", 1000)
    content = contents.collected([DATA[:900], DATA[900:950], DATA[950:]])
    assert isinstance(content, FileContent)
    return content


def test_small_contents_stay_in_memory() -> None:
    collector = Collector()
    collector.add(DATA[:1000])
    collector.add(memoryview(DATA)[1000:])
    assert collector.content() == DATA
    assert collector.length == len(DATA)


def test_a_file_reads_like_bytes(on_disk: FileContent) -> None:
    assert len(on_disk) == len(DATA)
    assert on_disk[:] == DATA
    dice = random.Random(8)
    for _ in range(500):
        start, end = dice.randrange(-10, len(DATA) + 10), dice.randrange(-10, len(DATA) + 10)
        assert on_disk[start:end] == DATA[start:end]
        at = dice.randrange(len(DATA))
        assert on_disk[at] == DATA[at]


def test_pieces_and_views_equal_the_content(on_disk: FileContent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contents, "PIECE_BYTES", 7000)
    for content in (DATA, on_disk):
        pieces = list(contents.pieces(content, 5, 200_000))
        assert max(map(len, pieces)) == 7000
        assert b"".join(pieces) == DATA[5:200_000]
        assert contents.view(content) == DATA


def test_the_last_match_is_found_across_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contents, "PIECE_BYTES", 4)
    for text in (b"abcdefghij", b"abab", b"", b"xyzab", b"aaaab"):
        for wanted in (b"ab", b"de", b"j", b"zz"):
            assert contents.rfind(text, wanted) == text.rfind(wanted)
