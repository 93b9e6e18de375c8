"""The file of a `multipart/form-data` upload. Starlette and python-multipart parse the form."""

from __future__ import annotations

from dataclasses import dataclass, field

from fastapi import Request
from python_multipart.multipart import parse_options_header
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from easel.errors import InvalidRequest

MAX_PARTS = 20
"""Files of a form, and other fields of it."""
MAX_CONTENT_TYPE = 300
"""Characters of the header. A boundary has at most 70 (RFC 2046)."""
DEFAULT_NAME = "lines.jsonl"


@dataclass(frozen=True)
class UploadedFile:
    """A file and the purpose that the form states."""

    purpose: str
    filename: str
    content: bytes = field(repr=False)


async def read(request: Request) -> UploadedFile:
    """Parse the form; raise `InvalidRequest` if it is malformed or has no file."""
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        expected = "body: must be multipart/form-data with the fields purpose and file, as OpenAI's SDKs send it"
        raise InvalidRequest(expected, field="body")
    try:
        _check_boundaries(request.headers["content-type"], await request.body())
        async with request.form(max_files=MAX_PARTS, max_fields=MAX_PARTS) as form:
            file = form.get("file")
            if isinstance(file, UploadFile):
                content, filename = await file.read(), file.filename
            else:  # a field without a file name
                content, filename = (file or "").encode(), None
            upload = UploadedFile(str(form.get("purpose")), filename or DEFAULT_NAME, content)
    except HTTPException as error:
        limit = f": {error.detail}" if error.detail.startswith("Too many") else ""
        raise InvalidRequest(f"body: not a valid multipart form{limit}", field="body") from error
    if not upload.content:
        raise InvalidRequest("file: required; must hold the lines of a batch, each a JSON object", field="file")
    return upload


def _check_boundaries(content_type: str, body: bytes) -> None:
    """Refuse what python-multipart reads byte by byte: boundaries without a part, and blanks after a boundary.

    Raises `HTTPException`, as Starlette does for a form that it cannot read.
    """
    if len(content_type) > MAX_CONTENT_TYPE:
        raise HTTPException(400, "Content-Type is too long.")
    boundary = b"\r\n--" + parse_options_header(content_type)[1].get(b"boundary", b"")
    if body.count(boundary) > 2 * MAX_PARTS + 1:
        raise HTTPException(400, f"Too many boundaries. Maximum number of parts is {2 * MAX_PARTS}.")
    if boundary + b" " in body or boundary + b"\t" in body:
        raise HTTPException(400, "Blanks after a boundary.")
