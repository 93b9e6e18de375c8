"""Pictures that stand in an answer itself: in base64 of any kind, alone or as a `data:` link (RFC 2397)."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from easel.catalog import name_of
from easel.common import contents, image_formats
from easel.common.contents import Content
from easel.errors import ProviderError
from easel.errors.base import AGAIN

LARGE = 2**20
"""Bytes of an answer that surely holds a picture."""
BEGINNING = 64 * 1024
"""Bytes of an answer in which its picture begins."""
_START = re.compile(
    rb'"url"\s*:\s*"data:[^",]{0,200};base64,'
    rb'|"(?:b64_json"\s*:\s*"|output_images"\s*:\s*\[?\s*")(?!"|https?:)(?:data:[^",]{0,200};base64,)?',
    re.I,
)
"""What stands before a picture's base64, by the names of its field."""
_ESCAPES = ((rb"\n", b""), (rb"\r", b""), (rb"\/", b"/"))
"""What JSON may make of base64 in lines, and of its slashes."""
_CODE_POINT = re.compile(rb"\\u00([0-9a-fA-F]{2})")
LONGEST_ESCAPE = 6
_SPACES = b" \t\r\n\f"
_URL_SAFE = bytes.maketrans(b"-_", b"+/")


def is_inline(text: str) -> bool:
    """Return whether a text is a picture itself: a `data:` link, or base64 whose first bytes are a picture's."""
    if text[:100].lstrip()[:5].lower() == "data:":
        return True
    start = text[:120].encode("utf-8", "replace").translate(_URL_SAFE, _SPACES)
    try:
        head = binascii.a2b_base64(start[: len(start) // 4 * 4], strict_mode=True)
    except binascii.Error:
        return False
    return bool(image_formats.detect(head) or image_formats.unsupported_name(head))


def decode(text: str | bytes | memoryview, provider: str) -> bytes:
    """Return the bytes of a `data:` link, or of base64: in lines, with the URL-safe letters, with or without padding.

    Raises:
        ProviderError: the text is neither.
    """
    encoded = memoryview(text.strip().encode("utf-8", "replace") if isinstance(text, str) else text)
    try:
        if bytes(encoded[:5]).lower() == b"data:":
            return _of_link(encoded)
        return _of_base64(encoded)
    except (binascii.Error, ValueError) as error:
        raise _broken(provider) from error


def in_answer(answer: Content, provider: str) -> Content | None:
    """Return the picture that a large answer in JSON begins with, in base64 or as a `data:` link. None without one.

    The answer is not parsed, and read and decoded in pieces. JSON would hold a large picture four times.

    Raises:
        ProviderError: the picture's base64 is broken.
    """
    start = _START.search(answer[:BEGINNING])
    if not start:
        return None
    try:
        return contents.collected(_decoded(_until_quote(answer, start.end())))
    except (binascii.Error, ValueError) as error:
        raise _broken(provider) from error


def _broken(provider: str) -> ProviderError:
    broken = ProviderError(f"{name_of(provider)} sent a picture whose base64 is broken; {AGAIN}", provider=provider)
    broken.tries, broken.drawn = 1, True
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
    """Decode base64 in the text of a JSON string. Only its end may have padding."""
    rest = b""
    for piece in pieces:
        text = rest + piece
        escape = text.find(b"\\", -LONGEST_ESCAPE)  # which may be cut
        end = len(text) if escape < 0 else escape
        plain = _without_escapes(text[:end]).translate(_URL_SAFE, _SPACES)
        whole = max(0, len(plain) // 4 * 4 - 4)
        if b"=" in plain[:whole]:
            raise ValueError("padding within base64")
        yield binascii.a2b_base64(plain[:whole], strict_mode=True)
        rest = plain[whole:] + text[end:]
    yield _of_base64(memoryview(_without_escapes(rest)))


def _without_escapes(text: bytes) -> bytes:
    """Undo the escapes that JSON may have in base64."""
    if b"\\" in text:
        for escape, plain in _ESCAPES:
            text = text.replace(escape, plain)
        text = _CODE_POINT.sub(lambda match: bytes.fromhex(match[1].decode()), text)
    return text


def _of_link(link: memoryview) -> bytes:
    head, comma, _ = bytes(link[:1000]).partition(b",")
    if not comma:
        raise ValueError("a data: link without a comma")
    data = link[len(head) + 1 :]
    if not head.lower().rstrip().endswith(b";base64"):
        return unquote_to_bytes(bytes(data))
    return _of_base64(data)


def _of_base64(encoded: memoryview) -> bytes:
    """Decode. Only a text that is not plain base64 is copied and made plain first, since a picture may be large."""
    try:
        if data := binascii.a2b_base64(encoded, strict_mode=True):
            return data
    except binascii.Error:
        pass
    plain = bytes(encoded)
    if b"%" in plain:
        plain = unquote_to_bytes(plain)
    plain = plain.translate(_URL_SAFE, _SPACES).rstrip(b"=")
    if not plain:
        raise ValueError("nothing is there")
    return binascii.a2b_base64(plain + b"=" * (-len(plain) % 4), strict_mode=True)
