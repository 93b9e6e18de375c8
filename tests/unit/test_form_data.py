"""Multipart forms with a file, as HTTP clients send them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import httpx2
import pytest
from fastapi import FastAPI, Request

import form_data
from easel.errors import InvalidRequest
from form_data import UploadedFile

if TYPE_CHECKING:
    from starlette.types import Message


def parse(body: bytes, content_type: str) -> UploadedFile:
    """Parse the form of a request with this body, which arrives in two pieces."""
    pieces = [body[: len(body) // 2], body[len(body) // 2 :]]

    async def receive() -> Message:
        return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

    headers = [(b"content-type", content_type.encode())]
    scope = {"type": "http", "method": "POST", "path": "/", "headers": headers, "app": FastAPI()}
    return asyncio.run(form_data.read(Request(scope, receive)))


def encode(**files: tuple[str, bytes] | str) -> tuple[bytes, str]:
    """Return the body and the content type that httpx2 makes for a form."""
    parts = [(name, (None, value.encode()) if isinstance(value, str) else value) for name, value in files.items()]
    request = httpx2.Request("POST", "https://easel.test", files=parts)
    return request.read(), request.headers["Content-Type"]


@pytest.mark.parametrize(
    "content",
    [b'{"a": 1}\n', b"\r\n", b"a\r\n--x\r\nb", bytes(range(256)) * 40, b"--", b"\n\n\r\n\r\n", b"x" * 4_500_000],
    ids=["a line", "an end", "a boundary", "bytes", "dashes", "ends", "4.5 MB"],
)
def test_a_file_arrives_byte_for_byte(content: bytes) -> None:
    assert parse(*encode(purpose="batch", file=("a.jsonl", content))) == UploadedFile("batch", "a.jsonl", content)


def test_names_and_boundaries_may_be_unusual() -> None:
    name = parse(*encode(file=('a "cat";\r\n猫.jsonl', b"x"))).filename
    assert name.startswith("a ")
    assert name.endswith(".jsonl")
    assert parse(*encode(purpose="batch", file="{}")) == UploadedFile("batch", "lines.jsonl", b"{}")
    body = b'--b 1\r\nContent-Disposition: form-data; name="file"\r\n\r\n{}\r\n--b 1--\r\nafter'
    assert parse(body, 'multipart/form-data; boundary="b 1"').content == b"{}"


NAMELESS = (b"no boundary", b"--x\r\nA header\r\n\r\na\r\n--x--", b"--x\r\nA: b\r\n\r\na\r\n--x--")
OTHER_TYPES = ("", "application/json", "multipart/form-data", "multipart/mixed; boundary=x", "x" * 999)


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        *((b"--x\r\n\r\n--x--", content_type, "^body: ") for content_type in OTHER_TYPES),
        *((body, "multipart/form-data; boundary=x", "^body: not a valid multipart form$") for body in NAMELESS),
    ],
)
def test_a_body_that_is_not_a_form_is_refused(body: bytes, content_type: str, text: str) -> None:
    with pytest.raises(InvalidRequest, match=text) as caught:
        parse(body, content_type)
    assert caught.value.field == "body"


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({f"field{number}": "x" for number in range(21)}, "Maximum number of fields is 20"),
        ({f"file{number}": ("a", b"x") for number in range(21)}, "Maximum number of files is 20"),
        ({"purpose": "batch"}, "file: required"),
        ({"file": ("a.jsonl", b"")}, "file: required"),
    ],
    ids=["fields", "files", "no file", "an empty file"],
)
def test_a_form_has_one_file_and_few_parts(fields: dict[str, str | tuple[str, bytes]], text: str) -> None:
    with pytest.raises(InvalidRequest, match=text):
        parse(*encode(**fields))


@pytest.mark.filterwarnings("ignore:Unclosed file:ResourceWarning")  # Starlette drops an unfinished file
def test_a_truncated_file_is_not_accepted() -> None:
    body, content_type = encode(purpose="batch", file=("lines.jsonl", b"x" * 99))
    for length in (len(body) - 50, len(body) // 2, 0):
        with pytest.raises(InvalidRequest) as caught:
            parse(body[:length], content_type)
        assert caught.value.field in ("file", "body")
