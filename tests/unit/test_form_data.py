"""Forms with files, as HTTP clients send them."""

from __future__ import annotations

import httpx
import pytest

import form_data
from easel.errors import InvalidRequest
from form_data import Part


def sent(**files: tuple[str, bytes] | str) -> tuple[bytes, str]:
    """What httpx makes of a form: its body and its content type."""
    parts = [(name, (None, value.encode()) if isinstance(value, str) else value) for name, value in files.items()]
    request = httpx.Request("POST", "https://easel.test", files=parts)
    return request.read(), request.headers["Content-Type"]


@pytest.mark.parametrize(
    "content",
    [b'{"a": 1}\n', b"", b"\r\n", b"a\r\n--x\r\nb", bytes(range(256)) * 40, b"--", b"\n\n\r\n\r\n"],
    ids=["a line", "nothing", "an end", "a boundary", "bytes", "dashes", "ends"],
)
def test_a_file_arrives_byte_for_byte(content: bytes) -> None:
    body, kind = sent(purpose="batch", file=("lines.jsonl", content))
    assert form_data.read(body, kind) == {"purpose": Part(b"batch"), "file": Part(content, "lines.jsonl")}


def test_a_file_name_may_hold_anything() -> None:
    body, kind = sent(file=('a "cat";\r\n猫.jsonl', b"x"))
    name = form_data.read(body, kind)["file"].filename or ""
    assert name.startswith("a ")
    assert name.endswith(".jsonl")


def test_a_boundary_may_stand_in_quotes_and_text_before_the_first_part_is_skipped() -> None:
    body = b'before\r\n--b 1\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nbatch\r\n--b 1--\r\nafter'
    assert form_data.read(body, 'multipart/form-data; boundary="b 1"') == {"purpose": Part(b"batch")}


@pytest.mark.parametrize(
    "kind", ["", "application/json", "multipart/form-data", "multipart/mixed; boundary=x", "x" * 999]
)
def test_what_is_no_form_is_refused(kind: str) -> None:
    with pytest.raises(InvalidRequest, match="must be multipart/form-data") as caught:
        form_data.read(b"--x\r\n\r\n--x--", kind)
    assert caught.value.field == "body"


def test_a_form_that_was_cut_off_or_has_too_many_parts_is_refused() -> None:
    body, kind = sent(purpose="batch", file=("lines.jsonl", b"x" * 99))
    for cut in (body[:-10], body[: len(body) // 2], b"", b"--"):
        with pytest.raises(InvalidRequest, match="no whole form"):
            form_data.read(cut, kind)
    with pytest.raises(InvalidRequest, match="1 to 20 parts"):
        form_data.read(*sent(**{f"field{number}": "x" for number in range(21)}))
