"""Compressed bodies. `test_validation.py` covers how a body is read, `test_worst_bodies.py` its cost."""

from __future__ import annotations

import base64
import gzip
import zlib
from typing import Any

import pytest

from easel.errors import EaselError
from easel.front_door import http_messages, request_body

BODY = b'{"prompt": "a cat"}'
ZIPPED = gzip.compress(BODY, mtime=0)  # a fixed time, since all test workers must collect the same names


def event(body: bytes | str, coding: str = "gzip") -> dict[str, Any]:
    text = body if isinstance(body, str) else base64.b64encode(body).decode()
    headers = {"Content-Encoding": coding, "content-length": "9", "x-api-key": "k"}
    return {"headers": headers, "body": text, "isBase64Encoded": isinstance(body, bytes)}


@pytest.mark.parametrize("coding", ["gzip", " GZIP", "x-gzip"])
@pytest.mark.parametrize("body", [ZIPPED, gzip.compress(BODY[:5], mtime=0) + gzip.compress(BODY[5:], mtime=0)])
def test_a_gzip_body_is_decompressed(coding: str, body: bytes) -> None:
    call = http_messages.read_event(event(body, coding))
    assert (call.body, dict(call.headers)) == (BODY, {"x-api-key": "k"})


@pytest.mark.parametrize("coding", ["", "identity"])
def test_a_plain_body_is_unchanged(coding: str) -> None:
    plain = event(BODY, coding)
    assert request_body.unpacked(plain) is plain
    assert request_body.unpacked({}) == {}


@pytest.mark.parametrize(
    ("body", "coding", "field", "words"),
    [
        (BODY, "br", "Content-Encoding", 'must be gzip, or the body must not be compressed; got "br"'),
        (BODY, "gzip, gzip", "Content-Encoding", "must be gzip"),
        (BODY, "gzip", "body", "is not gzip or is incomplete"),
        (BODY.decode(), "gzip", "body", "is not gzip or is incomplete"),
        (ZIPPED[:-9], "gzip", "body", "incomplete"),
        (ZIPPED + b"more", "gzip", "body", "is not gzip or is incomplete"),
        (zlib.compress(BODY), "gzip", "body", "is not gzip or is incomplete"),
        (ZIPPED.decode("utf-8", "replace"), "gzip", "body", "send it uncompressed"),
    ],
)
def test_a_body_that_is_not_gzip_is_refused(body: bytes | str, coding: str, field: str, words: str) -> None:
    with pytest.raises(EaselError) as caught:
        http_messages.read_event(event(body, coding))
    assert (caught.value.code, caught.value.field) == ("INVALID_REQUEST", field)
    assert words in caught.value.message


def test_a_gzip_body_is_limited_by_its_decompressed_size() -> None:
    largest = b" " * request_body.MAX_UNPACKED
    assert len(http_messages.read_event(event(gzip.compress(largest))).body) == request_body.MAX_UNPACKED
    too_much = (
        gzip.compress(largest + b" "),
        gzip.compress(largest) + gzip.compress(b" "),
        gzip.compress(largest * 20),
    )
    for bomb in too_much:
        with pytest.raises(EaselError) as caught:
            http_messages.read_event(event(bomb))
        assert caught.value.code == "PAYLOAD_TOO_LARGE"
