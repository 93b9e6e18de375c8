"""The manifest: JSON Lines and CSV as people make them, in little memory."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from easel.batch import manifest
from easel.batch.manifest import BOM, MAX_LINE, Line, LineBody, lines
from easel.errors import CallerError, EaselError, InvalidRequest
from tests.harness.line_counter import counting
from tests.harness.python_words import PYTHON

if TYPE_CHECKING:
    from collections.abc import Callable


def reader(content: bytes) -> Callable[[int, int], bytes]:
    return lambda offset, length: content[offset : offset + length]


def read(content: bytes) -> list[Line]:
    return list(lines(reader(content), len(content)))


def told(content: bytes) -> list[tuple[int, object]]:
    """Line, and the fields or the error's text."""
    return [(line.number, line.error.message if line.error else line.fields) for line in read(content)]


@pytest.mark.parametrize("start", [b"", BOM])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_json_lines_may_have_a_bom_and_blank_lines(start: bytes, end: bytes) -> None:
    content = start + end.join([b'{"prompt": "cat"}', b"", b"  ", '{"prompt": "猫 \u2028"}'.encode()])
    assert told(content) == [(1, {"prompt": "cat"}), (4, {"prompt": "猫 \u2028"})]
    assert told(content + end) == told(content)


def test_an_unreadable_line_is_reported_and_the_next_is_read() -> None:
    content = b'{"prompt": "a"}\n{"prompt":\n[1]\n{"prompt": "\xff"}\n{"prompt": "b"}\n'
    found = told(content)
    assert [line for line, _ in found] == [1, 2, 3, 4, 5]
    assert "ends too early" in str(found[1][1])
    assert "JSON object" in str(found[2][1])
    assert (found[0][1], found[4][1]) == ({"prompt": "a"}, {"prompt": "b"})


def test_an_endless_line_is_refused_in_little_memory() -> None:
    content = b'{"prompt": "a"}\n{"prompt": "' + b"x" * (10 * 1024 * 1024) + b'"}\n{"prompt": "b"}\n'
    first, long, last = read(content)
    assert long.error
    assert long.error.code == "PAYLOAD_TOO_LARGE"
    assert (long.number, last.number, last.fields, first.fields) == (2, 3, {"prompt": "b"}, {"prompt": "a"})


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
    assert told(content) == [(2, cat), (5, {"id": "2", "prompt": "a dog", "steps": "many"})]


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_csv_with_semicolons_and_tabs_is_read(delimiter: str) -> None:
    content = f"id{delimiter}prompt\n1{delimiter}a cat, asleep\n".encode()
    assert told(BOM + content) == [(2, {"id": "1", "prompt": "a cat, asleep"})]


def test_a_broken_row_costs_one_line() -> None:
    content = b'prompt,steps\nfine,1\n"never closed,2\nfine,3\nfine,4,5\ncaf\xe9,6\n"a" b,7\nfine,8\n'
    found = told(content)
    assert [line for line, _ in found] == [2, 3, 4, 5, 6, 7, 8]
    assert [fields for _, fields in found if isinstance(fields, dict)] == [
        {"prompt": "fine", "steps": steps} for steps in (1, 3, 8)
    ]
    assert "broken" in str(found[1][1])
    assert "3 cells" in str(found[3][1])
    assert "UTF-8" in str(found[4][1])


def test_a_quote_left_open_in_a_long_file_costs_one_line() -> None:
    rows = [b"prompt"] + [b"cat %d" % number for number in range(20_000)]
    rows[3] = b'"open'
    found = read(b"\n".join(rows))
    assert len(found) == 20_000
    assert [line.number for line in found if line.error] == [4]


@pytest.mark.parametrize(
    ("content", "word"),
    [(b"\xff\xfea\x00", "UTF-16"), (b"a,b\n1,2\n", "column prompt"), (b"\x89PNG\r\n\x1a\n", "a picture")],
)
def test_another_file_than_a_manifest_is_refused(content: bytes, word: str) -> None:
    with pytest.raises(InvalidRequest, match=word):
        read(content)
    with pytest.raises(InvalidRequest, match=word):
        manifest.check(content)


def test_an_empty_file_is_an_empty_manifest() -> None:
    assert read(b"") == read(b"\n\n") == read(b"prompt\n") == read(BOM) == []


PROMPTS = st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=20).filter(str.strip), max_size=12)


@given(prompts=PROMPTS, chunk=st.integers(1, 50), windows=st.booleans())
def test_range_boundaries_make_no_difference(prompts: list[str], chunk: int, windows: bool) -> None:
    end = "\r\n" if windows else "\n"
    as_json = "".join(json.dumps({"prompt": prompt}, ensure_ascii=False) + end for prompt in prompts)
    as_csv = f"prompt,id{end}" + "".join(f'"{p.replace(chr(34), chr(34) * 2)}",x{end}' for p in prompts)
    for content in (as_json.encode(), as_csv.encode()):

        def short(offset: int, length: int, content: bytes = content) -> bytes:
            return content[offset : offset + (length if length == manifest.BEGINNING else chunk)]

        assert [line.fields["prompt"] for line in lines(short, len(content)) if line.fields] == prompts


def test_the_buffer_is_a_range_however_long_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    assert MAX_LINE < manifest.RANGE
    monkeypatch.setattr(manifest, "RANGE", 64 * 1024)
    largest = 0

    def endless(offset: int, length: int) -> bytes:
        nonlocal largest
        largest = max(largest, length)
        return b'{"prompt": "cat"}\n' * (length // 18)

    size = 18 * (manifest.RANGE // 18) * 3
    assert sum(1 for _ in lines(endless, size)) == size // 18
    assert largest == manifest.RANGE


NUMBERS = ["1e400", "9" * 5000, "-" + "9" * 400, "9" * 400 + ".5", "NaN", "Infinity", "٣", "0x10", "1_000"]


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: number[:12])
@pytest.mark.parametrize("column", ["count", "width", "steps", "guidance_scale", "seed"])
def test_a_number_that_is_none_fails_its_line_alone(number: str, column: str) -> None:
    as_json = [f'{{"prompt": "a cat", "{column}": {text}}}' for text in (number, "3")]
    as_csv = [f"prompt,{column}", f"a cat,{number}", "a cat,300"]
    for content in ("\n".join(as_json), "\n".join(as_csv)):
        bad, good = read(content.encode())
        assert good.fields
        error = error_of(bad)
        assert error.field in ("body", LineBody.rule(column).name)
        assert not PYTHON.search(error.message)


def error_of(line: Line) -> EaselError:
    if line.error:
        return line.error
    with pytest.raises(CallerError) as caught:
        manifest.validate(line.fields or {})
    return caught.value


@pytest.mark.parametrize("depth", [51, 200, 900, 5000, 20_000])
def test_a_line_that_is_nested_too_deeply_fails_alone(depth: int) -> None:
    deep = '{"prompt": "a cat", "steps": ' + "[" * (depth - 1) + "]" * (depth - 1) + "}"
    bad, good = read(f'{deep}\n{{"prompt": "a cat"}}'.encode())
    assert "50 levels" in str(bad.error)
    assert good.fields


def test_broken_rows_are_not_read_again_and_again() -> None:
    def work(rows: int) -> int:
        with counting() as steps:
            assert len(read(b"prompt\n" + b'"a\n' * rows)) == rows
        return steps()

    assert work(2000) < 3 * work(1000)
