"""Decompress, decode and parse the body of a call within limits. Errors say what the body contains instead of JSON."""

from __future__ import annotations

import base64
import json
import re
import zlib
from codecs import BOM_UTF8
from collections.abc import Mapping
from typing import Any, NoReturn

from easel.catalog.bodies import abbreviated
from easel.errors import InvalidRequest, PayloadTooLarge

MAX_BODY = 50 * 1024  # bytes
IMAGES = ("image", "images", "mask")
"""Fields with pictures."""
MAX_UNPACKED = 6 * 1024 * 1024
"""Maximum bytes of a decompressed body, which is Lambda's limit for an uncompressed one."""
MAX_DEPTH = 50
"""Maximum nesting of lists and objects in a JSON body, because later code may recurse into it."""
MAX_VALUES = 100_000
"""Maximum values in a JSON body, counted by commas and brackets. A value may take forty times its length in memory."""
MAX_DIGITS = 400
"""Maximum digits of an integer. A longer number is read as a float, which takes linear time."""
_NO_TEXT = (
    (rb"\xff\xfe\0\0|\0\0\xfe\xff", "in UTF-32, and not in UTF-8; save it as UTF-8"),
    (rb"\xff\xfe|\xfe\xff|\0|.\0", "in UTF-16, and not in UTF-8; save it as UTF-8"),
    (rb"\x1f\x8b", "in gzip, without the header Content-Encoding: gzip"),
    (rb"\x28\xb5\x2f\xfd|\x78[\x01\x5e\x9c\xda]", "compressed; send it uncompressed, or in gzip"),
    (rb"PK\x03\x04", "an Excel workbook or another ZIP archive; save it as text (CSV UTF-8)"),
    (rb"%PDF|\x89PNG|\xff\xd8\xff|\xd0\xcf\x11\xe0", "a document or a picture"),
)
"""Binary files that people send instead of text: how each begins, and its name."""
_NO_JSON = (
    (r"\Z", "it is empty"),
    (r"```", "it is between ``` as in Markdown"),
    (r"%7B", "it is URL-encoded"),
    (r"\[", "it is a list of objects; send them one by one, or as a batch"),
    (r"[\w ]+[^\w\s{]?\s*\Z", "it is plain text"),
    (r"[\w.%+\[\]-]{1,100}=", "it is a form that begins with {}, and not JSON"),
    (r"--\S{1,100}\r?\nContent-Disposition", "it is a multipart form"),
    (r"<", "it is HTML or XML"),
    (
        r"[\[{\s]*['‘’“”]|\{\s*\w",
        "names and texts must be in straight double quotes, which a shell removes unless they are quoted",
    ),
)
"""Texts that people send instead of JSON: how each begins, and its name."""
_FAULTS = (
    (r",\s*[}\]]", "there is a comma before a closing bracket"),
    (r"//|/\*|#", "there is a comment, which JSON does not support"),
    (r"(?:True|False|None|undefined|nan)\b", "there is {} instead of true, false or null"),
    (r"[：，；“”‘’「」｛｝［］＂]", "there is {} instead of a character of ASCII"),
    (r"[\n\r\t]", "there is a line break or a tab inside a text; write \\n or \\t"),
    (r"\\", "there is a single backslash in a text; write \\\\"),
    (r"\s*\Z", "it ends too early"),
)
"""Faults in JSON: the text at the error's position, and its name."""


def unpacked(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the HTTP API (v2) event with a decompressed body. Return an uncompressed event unchanged.

    Raises:
        InvalidRequest: the encoding is not gzip, or the data is broken.
        PayloadTooLarge: the decompressed body has more than `MAX_UNPACKED` bytes.
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
                raise zlib.error("truncated")
            rest = member.unused_data
    except (ValueError, zlib.error) as error:
        text = "body: Content-Encoding is gzip, but the body is not gzip or is incomplete; send it uncompressed"
        raise InvalidRequest(text, field="body") from error
    if len(data) > MAX_UNPACKED:
        text = f"body: too large when decompressed; at most {MAX_UNPACKED} bytes are allowed"
        raise PayloadTooLarge(text, field="body")
    return data


def read_object(body: bytes) -> dict[str, Any]:
    """Return the JSON object in a body. Pictures in it do not count towards `MAX_BODY`.

    Raises:
        PayloadTooLarge: the body is larger than `MAX_BODY`, or has more than `MAX_VALUES` values.
        InvalidRequest: the body is not a JSON object in UTF-8.
    """
    if len(body) <= MAX_BODY:
        return read_json(body)
    data = read_json(body) if b'"image' in body else {}
    others = {name: value for name, value in data.items() if name not in IMAGES}
    if others == data or len(json.dumps(others, ensure_ascii=False).encode()) > MAX_BODY:
        raise PayloadTooLarge(f"body: {len(body)} bytes are too many; at most {MAX_BODY} are allowed", field="body")
    return data


def read_json(body: bytes) -> dict[str, Any]:
    """Return the JSON object in a body of any size. Raise the errors of `read_object`."""
    brackets = body.count(b"[") + body.count(b"{")
    if brackets + body.count(b",") > MAX_VALUES:
        text = f"body: at most {MAX_VALUES} values are allowed; upload a larger batch as a file"
        raise PayloadTooLarge(text, field="body")
    text = _decoded(body)
    try:
        data = (_DECODER if len(text) > MAX_DIGITS else _SHORT_DECODER).decode(text)
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
    """Return the text of a body in UTF-8, without a byte order mark."""
    try:
        return body.removeprefix(BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        place = f"see byte {error.start + 1}; save it as UTF-8"
        seen = f"it is {file_kind(body) or f'in another encoding than UTF-8, such as GBK: {place}'}"
        raise InvalidRequest(f"body: must be a JSON object; {seen}", field="body") from error


def file_kind(beginning: bytes) -> str:
    """Return the kind of binary file that begins with these bytes, in words, or "" if it is unknown."""
    return next((words for pattern, words in _NO_TEXT if re.match(pattern, beginning[:16], re.S)), "")


def _reason(error: Exception, text: str) -> str:
    """Return why a text is not JSON, for the error."""
    if isinstance(error, json.JSONDecodeError):
        if kind := file_kind(text[:16].encode()):
            return f"it is {kind}"
        seen = _matched(_NO_JSON, text.lstrip()[:200]) or _matched(_FAULTS, text[error.pos : error.pos + 200])
        seen = seen or ("there is more text after its end" if error.msg == "Extra data" else "")
        return f"{seen or 'it is not JSON'}: see line {error.lineno}, column {error.colno}"
    if isinstance(error, UnicodeEncodeError):
        return "it has an invalid character, a surrogate without its pair"
    return f"it is nested more than {MAX_DEPTH} levels deep"


def _matched(rows: tuple[tuple[str, str], ...], text: str) -> str:
    """Return the words of the first row with a pattern that matches the text's start, or ""."""
    matches = ((re.match(pattern, text), words) for pattern, words in rows)
    return next((words.format(match[0]) for match, words in matches if match), "")


def _read_int(digits: str) -> int | float:
    return int(digits) if len(digits) <= MAX_DIGITS else float(digits)


def _refuse(constant: str) -> NoReturn:
    raise InvalidRequest(f"body: must be a JSON object; JSON does not have the number {constant}", field="body")


_DECODER = json.JSONDecoder(parse_constant=_refuse, parse_int=_read_int)
_SHORT_DECODER = json.JSONDecoder(parse_constant=_refuse)
"""For texts without room for more than `MAX_DIGITS` digits: a function call for each integer takes time."""
