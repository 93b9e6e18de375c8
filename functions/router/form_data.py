"""`multipart/form-data` (RFC 7578), as HTTP clients send files."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser

from easel.errors import InvalidRequest

MAX_PARTS = 20


@dataclass(frozen=True)
class Part:
    """A field's value; a file has a file name too."""

    content: bytes
    filename: str | None = None

    @property
    def text(self) -> str:
        return self.content.decode("utf-8", "replace")


def read(body: bytes, content_type: str) -> dict[str, Part]:
    """The parts by name, of several with one name the last; raises `InvalidRequest`."""
    boundary = _headers(f"Content-Type: {content_type}").get_boundary("")
    if not content_type.lower().startswith("multipart/form-data") or not boundary:
        told = "body: must be multipart/form-data with the fields purpose and file, as OpenAI's SDKs send it"
        raise InvalidRequest(told, field="body")
    _, *pieces = (b"\r\n" + body).split(b"\r\n--" + boundary.encode(), MAX_PARTS + 1)
    parts = dict(_part(piece) for piece in pieces[:-1])
    if not parts or not pieces[-1].startswith(b"--"):
        raise InvalidRequest(f"body: no whole form; it must have 1 to {MAX_PARTS} parts and an end", field="body")
    return parts


def _part(piece: bytes) -> tuple[str, Part]:
    head, _, content = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
    headers = _headers(head.decode("utf-8", "replace"))
    name = headers.get_param("name", "", "Content-Disposition")
    return str(name), Part(content, headers.get_filename())


def _headers(text: str) -> Message:
    return HeaderParser().parsestr(text)
