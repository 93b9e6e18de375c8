"""CSV files as people save them: encodings, line ends, column names."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

from easel.batch import manifest
from easel.batch.manifest_text import GB18030, UTF8, detect_encoding
from easel.errors import InvalidRequest
from tests.unit.test_batch_manifest import outcomes as told

CAT = [(2, {"prompt": "cat", "width": 512}), (3, {"prompt": "dog"})]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_chinese_csv_is_read_in_either_encoding(encoding: str) -> None:
    for text in ("一只猫", "猫", "联通", "猫 café", "漢字", "🐱"):
        content = f"提示词,负面提示词,数量\r\n{text},模糊,2\r\n".encode(encoding)
        assert told(content) == [(2, {"prompt": text, "negative_prompt": "模糊", "count": 2})]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (b"prompt\ncat\n", UTF8),
        ("prompt\n猫\n".encode(), UTF8),
        ("提示词\n猫\n".encode("gb18030"), GB18030),
        ("提示词\n一只猫在睡觉".encode("gb18030")[:-1], GB18030),  # cut inside a character
        ("prompt\ncafé, crème\n".encode("latin-1"), UTF8),
        ("prompt\ncafés\n".encode("latin-1"), UTF8),
        ("提示词\n猫猫\n".encode() + "猫猫\n".encode("gb18030"), UTF8),
    ],
)
def test_the_start_of_a_file_determines_the_encoding(content: bytes, encoding: str) -> None:
    assert detect_encoding(content) == encoding


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
@pytest.mark.parametrize(
    "lines",
    [
        [b"prompt,width", b"cat,512", b"dog,"],
        [b"Prompt,Width", b"cat,512", b"dog"],
        [b"PROMPT;WIDTH", b"cat;512", b"dog;"],
        [b'"Prompt"\tWidth', b"cat\t512", b"dog"],
        [" 提示词 ,宽度".encode(), b"cat,512", b"dog"],
    ],
)
def test_any_line_ends_and_column_names_are_accepted(lines: list[bytes], end: bytes) -> None:
    assert told(end.join(lines)) == told(end.join([*lines, b""])) == CAT


@pytest.mark.parametrize("first", ["sep=;", "SEP=;", '"sep=;"', "sep=;;;"])
def test_a_first_line_may_name_the_separator(first: str) -> None:
    content = f"{first}\r\nprompt; negative prompt ;Guidance Scale\r\na, b;c;3.5\r\n"
    assert told(content.encode()) == [(3, {"prompt": "a, b", "negative_prompt": "c", "guidance_scale": 3.5})]


def test_line_ends_may_be_mixed() -> None:
    content = b'prompt\r\na\rb\n"c\rd"\r\n'
    expected: list[tuple[int, Any]] = [(2, {"prompt": "a"}), (3, {"prompt": "b"}), (4, {"prompt": "c\rd"})]
    assert told(content) == expected
    assert told(b'{"prompt": "a"}\r{"prompt": "b"}\r') == [(1, {"prompt": "a"}), (2, {"prompt": "b"})]


@pytest.mark.parametrize(
    "content",
    ['prompt,width\n="a cat",="512"\n', 'prompt;width\n"=""a cat""";"=""512"""\n', "prompt|width\na cat|512\n"],
)
def test_cells_are_read_as_excel_shows_them(content: str) -> None:
    assert told(content.encode()) == [(2, {"prompt": "a cat", "width": 512})]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("prompt\ncat\n".encode("utf-16-le"), "in UTF-16"),
        ("prompt\ncat\n".encode("utf-32"), "in UTF-32"),
        (b"PK\x03\x04 a workbook", "an Excel workbook"),
        (gzip.compress(b"prompt", mtime=0), "in gzip"),
        (b' [{"prompt": "a cat"}]', "one JSON list"),
        (b"prompt,Prompt\na,b\n", "two columns for prompt"),
    ],
)
def test_a_file_that_is_not_a_manifest_is_named(content: bytes, reason: str) -> None:
    with pytest.raises(InvalidRequest, match=reason):
        told(content)
    with pytest.raises(InvalidRequest, match=reason):
        manifest.check_beginning(content)
