"""Decode pictures that a response contains itself: as base64, or as a `data:` link (RFC 2397)."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from easel.catalog import name_of
from easel.common import contents, image_formats
from easel.common.contents import Content
from easel.errors import ProviderError
from easel.errors.base import RETRY_ADVICE

LARGE = 2**20
"""A response of more bytes is assumed to contain a picture."""
SEARCHED = 64 * 1024
"""The picture of a large response must begin within this number of bytes."""
_START = re.compile(
    rb'"url"\s*:\s*"data:[^",]{0,200};base64,'
    rb'|"(?:b64_json"\s*:\s*"|output_images"\s*:\s*\[?\s*")(?!"|https?:)(?:data:[^",]{0,200};base64,)?',
    re.I,
)
"""The JSON before a picture's base64: one of the known field names, and the start of a `data:` link if it is one."""
_ESCAPES = ((rb"\n", b""), (rb"\r", b""), (rb"\/", b"/"))
"""JSON's escapes of line breaks and slashes, which base64 may contain."""
_CODE_POINT = re.compile(rb"\\u00([0-9a-fA-F]{2})")
MAX_ESCAPE = 6  # characters
_SPACES = b" \t\r\n\f"
_URL_SAFE = bytes.maketrans(b"-_", b"+/")


def is_inline(text: str) -> bool:
    """Return whether a text is a `data:` link, or base64 that begins like a picture's file."""
    if text[:100].lstrip()[:5].lower() == "data:":
        return True
    start = text[:120].encode("utf-8", "replace").translate(_URL_SAFE, _SPACES)
    try:
        head = binascii.a2b_base64(start[: len(start) // 4 * 4], strict_mode=True)
    except binascii.Error:
        return False
    return bool(image_formats.detect(head) or image_formats.unsupported_name(head))


def decode(text: str | bytes | memoryview, provider: str) -> bytes:
    """Return the bytes of a `data:` link or of base64. Base64 may have line breaks, the URL-safe alphabet, no padding.

    Args:
        text: the link or the base64.
        provider: the provider's id, for the error.

    Raises:
        ProviderError: the text is neither of them.
    """
    if isinstance(text, str):
        text = text.strip()
    try:
        if isinstance(text, str) and text.isascii() and text[:5].lower() != "data:":
            return _of_base64(text)
        encoded = memoryview(text.encode("utf-8", "replace") if isinstance(text, str) else text)
        if bytes(encoded[:5]).lower() == b"data:":
            return _of_link(encoded)
        return _of_base64(encoded)
    except (binascii.Error, ValueError) as error:
        raise _broken(provider) from error


def in_answer(answer: Content, provider: str) -> Content | None:
    """Return the picture in a large JSON response, or None if no picture begins in its first `SEARCHED` bytes.

    The response is decoded in pieces, without a JSON parser, which would need four times the picture's size in memory.

    Raises:
        ProviderError: the picture's base64 is broken.
    """
    start = _START.search(answer[:SEARCHED])
    if not start:
        return None
    try:
        return contents.collected(_decoded(_until_quote(answer, start.end())))
    except (binascii.Error, ValueError) as error:
        raise _broken(provider) from error


def _broken(provider: str) -> ProviderError:
    broken = ProviderError(
        f"{name_of(provider)} sent a picture whose base64 is broken; {RETRY_ADVICE}", provider=provider
    )
    broken.max_attempts, broken.drawn = 1, True
    return broken


def _until_quote(answer: Content, start: int) -> Iterator[bytes]:
    """Yield the text of a JSON string in pieces. Raise `ValueError` if it has no end."""
    for piece in contents.pieces(answer, start):
        text, quote, _ = piece.partition(b'"')
        yield text
        if quote:
            return
    raise ValueError("the JSON string has no end")


def _decoded(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Decode the base64 in a JSON string. Only its end may have padding."""
    rest = b""
    for piece in pieces:
        text = rest + piece
        escape = text.find(b"\\", -MAX_ESCAPE)  # the piece may end within an escape
        end = len(text) if escape < 0 else escape
        plain = _without_escapes(text[:end]).translate(_URL_SAFE, _SPACES)
        whole = max(0, len(plain) // 4 * 4 - 4)
        if b"=" in plain[:whole]:
            raise ValueError("the base64 has padding before its end")
        yield binascii.a2b_base64(plain[:whole], strict_mode=True)
        rest = plain[whole:] + text[end:]
    yield _of_base64(memoryview(_without_escapes(rest)))


def _without_escapes(text: bytes) -> bytes:
    """Decode JSON's escapes in base64."""
    if b"\\" in text:
        for escape, plain in _ESCAPES:
            text = text.replace(escape, plain)
        text = _CODE_POINT.sub(lambda match: bytes.fromhex(match[1].decode()), text)
    return text


def _of_link(link: memoryview) -> bytes:
    head, comma, _ = bytes(link[:1000]).partition(b",")
    if not comma:
        raise ValueError("the data: link has no comma")
    data = link[len(head) + 1 :]
    if not head.lower().rstrip().endswith(b";base64"):
        return unquote_to_bytes(bytes(data))
    return _of_base64(data)


def _of_base64(encoded: memoryview | str) -> bytes:
    """Decode base64. Only unusual base64 is copied and normalized first, because a picture may be large.

    A `str` must be ASCII.
    """
    try:
        if data := binascii.a2b_base64(encoded, strict_mode=True):
            return data
    except binascii.Error:
        pass
    plain = encoded.encode() if isinstance(encoded, str) else bytes(encoded)
    if b"%" in plain:
        plain = unquote_to_bytes(plain)
    plain = plain.translate(_URL_SAFE, _SPACES).rstrip(b"=")
    if not plain:
        raise ValueError("the base64 is empty")
    return binascii.a2b_base64(plain + b"=" * (-len(plain) % 4), strict_mode=True)
