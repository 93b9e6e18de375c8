"""Pictures that stand in an answer itself: in base64 of any kind, alone or as a `data:` link (RFC 2397)."""

from __future__ import annotations

import binascii
from urllib.parse import unquote_to_bytes

from easel.catalog import name_of
from easel.common import image_formats
from easel.errors import ProviderError
from easel.errors.base import AGAIN

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
    return bool(image_formats.of(head) or image_formats.foreign(head))


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
        broken = ProviderError(f"{name_of(provider)} sent a picture whose base64 is broken; {AGAIN}", provider=provider)
        broken.tries, broken.drawn = 1, True
        raise broken from error


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
