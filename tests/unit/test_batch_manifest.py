"""Manifests: JSON Lines and CSV as people write them, read with little memory."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from easel.batch import manifest
from easel.batch.manifest import BOM, MAX_LINE_BYTES, Line, LineBody, lines
from easel.errors import CallerError, EaselError, InvalidRequest
from tests.harness.line_counter import counting
from tests.harness.python_words import PYTHON

if TYPE_CHECKING:
    from collections.abc import Callable


def reader(content: bytes) -> Callable[[int, int], bytes]:
    return lambda offset, length: content[offset : offset + length]


def read(content: bytes) -> list[Line]:
    return list(lines(reader(content), len(content)))


def outcomes(content: bytes) -> list[tuple[int, object]]:
    """Return each line's number with its fields or its error's text."""
    return [(line.number, line.error.message if line.error else line.fields) for line in read(content)]


@pytest.mark.parametrize("start", [b"", BOM])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_json_lines_may_have_a_bom_and_blank_lines(start: bytes, end: bytes) -> None:
    content = start + end.join([b'{"prompt": "cat"}', b"", b"  ", '{"prompt": "猫 \u2028"}'.encode()])
    assert outcomes(content) == [(1, {"prompt": "cat"}), (4, {"prompt": "猫 \u2028"})]
    assert outcomes(content + end) == outcomes(content)


def test_an_unreadable_line_is_reported_and_skipped() -> None:
    long = b'{"prompt": "' + b"x" * (10 * 1024 * 1024) + b'"}'
    deep = b'{"prompt": "a cat", "steps": ' + b"[" * 20_000 + b"]" * 20_000 + b"}"
    bad = [b'{"prompt":', b"[1]", b'{"prompt": "\xff"}', long, deep]
    lines = outcomes(b"\n".join([b'{"prompt": "a"}', *bad, b'{"prompt": "b"}']))
    assert [number for number, _ in lines] == list(range(1, 8))
    assert (lines[0][1], lines[-1][1]) == ({"prompt": "a"}, {"prompt": "b"})
    texts = ("ends too early", "JSON object", "UTF-8", "more than", "50 levels")
    for (_, outcome), text in zip(lines[1:-1], texts, strict=True):
        assert text in str(outcome)
    assert [line.error.code for line in read(b"\n".join(bad)) if line.error][3] == "PAYLOAD_TOO_LARGE"


@pytest.mark.parametrize("depth", [50, 51, 200, 5000])
def test_a_line_may_be_nested_fifty_levels_deep(depth: int) -> None:
    deep = '{"prompt": "a cat", "steps": ' + "[" * (depth - 1) + "]" * (depth - 1) + "}"
    assert ("50 levels" in str(read(deep.encode())[0].error)) == (depth > 50)


def test_csv_cells_keep_commas_quotes_and_line_breaks() -> None:
    content = (
        b"id,prompt,width,steps,guidance_scale,seed,count,provider\r\n"
        b'1,"a ""big"", red\r\ncat",512,9,3.5,42,2, gitee \r\n'
        b"\r\n"
        b"2,a dog,,many,,,,\r\n"
    )
    cat = {
        "id": "1", "prompt": 'a "big", red\r\ncat', "width": 512, "steps": 9, "guidance_scale": 3.5, "seed": 42,
        "count": 2, "provider": "gitee",
    }  # fmt: skip
    assert outcomes(content) == [(2, cat), (5, {"id": "2", "prompt": "a dog", "steps": "many"})]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_an_invalid_csv_row_affects_only_its_line(delimiter: str) -> None:
    content = b'prompt,steps\nfine,1\n"never closed,2\nfine,3\nfine,4,5\ncaf\xe9,6\n"a" b,7\nfine,8\n'
    lines = outcomes(BOM + content.replace(b",", delimiter.encode()))
    assert [number for number, _ in lines] == [2, 3, 4, 5, 6, 7, 8]
    assert [fields for _, fields in lines if isinstance(fields, dict)] == [
        {"prompt": "fine", "steps": steps} for steps in (1, 3, 8)
    ]
    assert "the CSV row is invalid" in str(lines[1][1])
    assert "3 cells" in str(lines[3][1])
    assert "UTF-8" in str(lines[4][1])


def test_invalid_rows_are_read_once() -> None:
    def work(rows: int) -> int:
        with counting() as steps:
            assert len(read(b"prompt\n" + b'"a\n' * rows)) == rows
        return steps()

    assert work(2000) < 3 * work(1000)
    lines = read(b'prompt\n"open\n' + b"a cat\n" * 20_000)
    assert [line.number for line in lines if line.error] == [2]
    assert len(lines) == 20_001


@pytest.mark.parametrize(
    ("content", "word"),
    [(b"\xff\xfea\x00", "UTF-16"), (b"a,b\n1,2\n", "column prompt"), (b"\x89PNG\r\n\x1a\n", "a picture")],
)
def test_a_file_that_is_not_a_manifest_is_refused(content: bytes, word: str) -> None:
    with pytest.raises(InvalidRequest, match=word):
        read(content)
    with pytest.raises(InvalidRequest, match=word):
        manifest.check_beginning(content)


def test_an_empty_file_is_an_empty_manifest() -> None:
    assert read(b"") == read(b"\n\n") == read(b"prompt\n") == read(BOM) == []


PROMPTS = st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=20).filter(str.strip), max_size=12)


@settings(deadline=None, max_examples=50)
@given(prompts=PROMPTS, chunk=st.integers(1, 50), windows=st.booleans())
def test_range_boundaries_do_not_change_the_result(prompts: list[str], chunk: int, windows: bool) -> None:
    end = "\r\n" if windows else "\n"
    as_json = "".join(json.dumps({"prompt": prompt}, ensure_ascii=False) + end for prompt in prompts)
    as_csv = f"prompt,id{end}" + "".join(f'"{p.replace(chr(34), chr(34) * 2)}",x{end}' for p in prompts)
    for content in (as_json.encode(), as_csv.encode()):

        def short(offset: int, length: int, content: bytes = content) -> bytes:
            return content[offset : offset + (length if length == manifest.DETECTION_BYTES else chunk)]

        assert [line.fields["prompt"] for line in lines(short, len(content)) if line.fields] == prompts


def test_no_read_is_longer_than_a_range(monkeypatch: pytest.MonkeyPatch) -> None:
    assert MAX_LINE_BYTES < manifest.RANGE_BYTES
    monkeypatch.setattr(manifest, "RANGE_BYTES", 64 * 1024)
    lengths: list[int] = []

    def endless(offset: int, length: int) -> bytes:
        lengths.append(length)
        return b'{"prompt": "cat"}\n' * (length // 18)

    size = 18 * (manifest.RANGE_BYTES // 18) * 3
    assert sum(1 for _ in lines(endless, size)) == size // 18
    assert max(lengths) == manifest.RANGE_BYTES


NUMBERS = ["1e400", "9" * 5000, "-" + "9" * 400, "9" * 400 + ".5", "NaN", "Infinity", "٣", "0x10", "1_000"]


@pytest.mark.parametrize("column", ["count", "width", "steps", "guidance_scale", "seed"])
def test_an_invalid_number_fails_only_its_line(column: str) -> None:
    as_json = [f'{{"prompt": "a cat", "{column}": {number}}}' for number in (*NUMBERS, "3")]
    as_csv = [f"prompt,{column}", *(f"a cat,{number}" for number in (*NUMBERS, "300"))]
    for content in ("\n".join(as_json), "\n".join(as_csv)):
        *bad, good = read(content.encode())
        assert good.fields
        for error in map(error_of, bad):
            assert error.field in ("body", LineBody.rule(column).name)
            assert not PYTHON.search(error.message)


def error_of(line: Line) -> EaselError:
    if line.error:
        return line.error
    with pytest.raises(CallerError) as caught:
        manifest.validate(line.fields or {})
    return caught.value
