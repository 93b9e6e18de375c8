"""Reads the body of a call: gzip, encoding, JSON, and their limits. What is wrong is named as it was seen."""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Mapping
from typing import Any, NoReturn

from easel.catalog.bodies import abbreviated
from easel.errors import InvalidRequest, PayloadTooLarge

MAX_BODY = 50 * 1024  # bytes
IMAGES = ("image", "images", "mask")
"""Fields with pictures."""
MAX_UNPACKED = 6 * 1024 * 1024
"""Bytes of a body after decompression, as many as Lambda takes of one that is not compressed."""
MAX_DEPTH = 50
"""Levels of lists and objects in a JSON body: later code may recurse into a body that was read."""
MAX_VALUES = 100_000
"""Values in a JSON body, counted by commas and brackets. A value can take forty times its length in memory."""
MAX_DIGITS = 400
"""Digits of a number that is read as an integer. A longer one is read as a float: that takes no quadratic time."""
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_NO_JSON = (
    (r"\Z", "it is empty"),
    (r"[\w.%+\[\]-]{1,100}=", "it is a form that begins with {}, and not JSON"),
    (r"--\S{1,100}\r?\nContent-Disposition", "it is a multipart form"),
    (r"<", "it is HTML or XML"),
    (
        r"[\[{\s]*['‘’“”]|\{\s*\w",
        "names and texts must be in straight double quotes, which a shell takes away unless they are quoted",
    ),
)
"""Bodies that people send for JSON: how each begins, and its name."""


def unpacked(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """The HTTP API (v2) event with its body as it was before gzip; the event itself if its body is not compressed.

    Raises `InvalidRequest` for another encoding or for broken data, `PayloadTooLarge` if it holds too much.
    """
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    coding = str(headers.pop("content-encoding", "")).strip().lower()
    if coding in ("", "identity") or not event.get("body"):
        return event
    if coding not in ("gzip", "x-gzip"):
        text = f"Content-Encoding: must be gzip, or the body must not be compressed; got {abbreviated(coding)}"
        raise InvalidRequest(text, field="Content-Encoding")
    headers.pop("content-length", None)
    body = base64.b64encode(_gunzipped(event)).decode()
    return {**event, "headers": headers, "body": body, "isBase64Encoded": True}


def _gunzipped(event: Mapping[str, Any]) -> bytes:
    data = b""
    try:
        rest = (
            base64.b64decode(event["body"], validate=True) if event.get("isBase64Encoded") else event["body"].encode()
        )
        while rest and len(data) <= MAX_UNPACKED:  # one member after the other
            member = zlib.decompressobj(wbits=31)
            data += member.decompress(rest, MAX_UNPACKED + 1 - len(data))
            if not (member.eof or len(data) > MAX_UNPACKED):
                raise zlib.error("cut off")
            rest = member.unused_data
    except (ValueError, zlib.error) as error:
        text = "body: Content-Encoding says gzip, but it arrived as something else or incomplete; send it uncompressed"
        raise InvalidRequest(text, field="body") from error
    if len(data) > MAX_UNPACKED:
        raise PayloadTooLarge(f"body: at most {MAX_UNPACKED} bytes are taken, once decompressed", field="body")
    return data


def read_object(body: bytes) -> dict[str, Any]:
    """The JSON object in a body. Raises `PayloadTooLarge`, or `InvalidRequest` with the field `body`.

    Its pictures do not count towards `MAX_BODY`.
    """
    if len(body) <= MAX_BODY:
        return read_json(body)
    data = read_json(body) if b'"image' in body else {}
    others = {name: value for name, value in data.items() if name not in IMAGES}
    if others == data or len(json.dumps(others, ensure_ascii=False).encode()) > MAX_BODY:
        raise PayloadTooLarge(f"body: {len(body)} bytes are too many; at most {MAX_BODY} are taken", field="body")
    return data


def read_json(body: bytes) -> dict[str, Any]:
    """The JSON object in a body of any size. Raises `PayloadTooLarge`, or `InvalidRequest` with the field `body`."""
    brackets = body.count(b"[") + body.count(b"{")
    if brackets + body.count(b",") > MAX_VALUES:
        text = f"body: more than {MAX_VALUES} values are too many; a larger batch is uploaded as a file"
        raise PayloadTooLarge(text, field="body")
    text = _decoded(body)
    try:
        data = json.loads(text, parse_constant=_refuse, parse_int=_read_int)
        if brackets > MAX_DEPTH:
            check_depth(data)
        if "\\u" in text:  # reject a lone surrogate, which cannot be encoded as UTF-8
            json.dumps(data, ensure_ascii=False).encode()
    except InvalidRequest:
        raise
    except (ValueError, RecursionError) as error:
        raise InvalidRequest(f"body: must be a JSON object; {_reason(error, text)}", field="body") from error
    if not isinstance(data, dict):
        raise InvalidRequest(f"body: must be a JSON object, not {abbreviated(data)}", field="body")
    return data


def check_depth(data: Any) -> None:
    """Raise `InvalidRequest` if JSON values are nested more than `MAX_DEPTH` levels deep."""
    level = [data] if isinstance(data, dict | list) else []
    for _ in range(MAX_DEPTH):
        if not level:
            return
        parents = [value.values() if isinstance(value, dict) else value for value in level if value]
        level = [child for values in parents for child in values if isinstance(child, dict | list)]
    if not level:
        return
    raise InvalidRequest(f"body: must not be nested more than {MAX_DEPTH} levels deep", field="body")


def _decoded(body: bytes) -> str:
    """The text of a body in UTF-8, without a byte order mark."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        encoding = "UTF-16" if body.startswith(_UTF16) else "another encoding, such as GBK"
        seen = f"it is not UTF-8 text but in {encoding}: see byte {error.start + 1}"
        raise InvalidRequest(f"body: must be a JSON object; {seen}; save it as UTF-8", field="body") from error


def _reason(error: Exception, text: str) -> str:
    """Why a text cannot be read as JSON, in Easel's words."""
    if isinstance(error, json.JSONDecodeError):
        start = text.lstrip()[:200]
        matches = ((re.match(pattern, start), words) for pattern, words in _NO_JSON)
        seen = next((words.format(match[0]) for match, words in matches if match), "it is not JSON")
        return f"{seen}: see line {error.lineno}, column {error.colno}"
    if isinstance(error, UnicodeEncodeError):
        return "it has half a character, a surrogate without its pair"
    return f"it is nested more than {MAX_DEPTH} levels deep"


def _read_int(digits: str) -> int | float:
    return int(digits) if len(digits) <= MAX_DIGITS else float(digits)


def _refuse(constant: str) -> NoReturn:
    raise InvalidRequest(f"body: must be a JSON object; {constant} is no number of JSON", field="body")
