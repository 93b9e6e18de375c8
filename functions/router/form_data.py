"""Read `multipart/form-data` bodies. Starlette and python-multipart parse them."""

from __future__ import annotations

from dataclasses import dataclass, field

from fastapi import Request
from python_multipart.multipart import parse_options_header
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from easel.errors import InvalidRequest

MAX_PARTS = 20
"""Maximum number of files in a form, and of other fields."""
MAX_CONTENT_TYPE = 300
"""Maximum characters of the header. A boundary has at most 70 (RFC 2046)."""
DEFAULT_NAME = "lines.jsonl"

Part = str | tuple[str, bytes]
"""A field's text, or a file's name and content."""


@dataclass(frozen=True)
class UploadedFile:
    """An uploaded file and its `purpose` field."""

    purpose: str
    filename: str
    content: bytes = field(repr=False)


async def read(request: Request) -> UploadedFile:
    """Return a form's file. Raise `InvalidRequest` if the form is malformed or has no file."""
    if not is_form(request):
        expected = "body: must be multipart/form-data with the fields purpose and file, as OpenAI's SDKs send it"
        raise InvalidRequest(expected, field="body")
    parts = dict(reversed(await read_parts(request)))  # the first of several parts with one name counts
    file = parts.get("file", "")
    name, content = file if isinstance(file, tuple) else ("", file.encode())  # a part without a file name
    if not content:
        raise InvalidRequest("file: required; must contain the lines of a batch, or a picture", field="file")
    return UploadedFile(str(parts.get("purpose")), name or DEFAULT_NAME, content)


def is_form(request: Request) -> bool:
    """Return whether the request's body is a form that may contain files."""
    return request.headers.get("content-type", "").lower().startswith("multipart/form-data")


async def read_parts(request: Request) -> list[tuple[str, Part]]:
    """Return a form's parts as (name, part), in their order. Raise `InvalidRequest` if the form is malformed."""
    try:
        _check_boundaries(request.headers["content-type"], await request.body())
        async with request.form(max_files=MAX_PARTS, max_fields=MAX_PARTS) as form:
            return [(name, await _content(value)) for name, value in form.multi_items()]
    except HTTPException as error:
        limit = f": {error.detail}" if error.detail.startswith("Too many") else ""
        raise InvalidRequest(f"body: not a valid multipart form{limit}", field="body") from error


async def _content(value: UploadFile | str) -> Part:
    return value if isinstance(value, str) else (value.filename or "", await value.read())


def _check_boundaries(content_type: str, body: bytes) -> None:
    """Refuse boundaries without a part and blanks after a boundary: python-multipart reads them byte by byte.

    Raise `HTTPException`, as Starlette does for a form that it cannot read.
    """
    if len(content_type) > MAX_CONTENT_TYPE:
        raise HTTPException(400, "Content-Type is too long.")
    boundary = b"\r\n--" + parse_options_header(content_type)[1].get(b"boundary", b"")
    if body.count(boundary) > 2 * MAX_PARTS + 1:
        raise HTTPException(400, f"Too many boundaries. Maximum number of parts is {2 * MAX_PARTS}.")
    if boundary + b" " in body or boundary + b"\t" in body:
        raise HTTPException(400, "Blanks after a boundary.")
