"""Tokens, keys and names as people paste or type them: in quotes, after `Bearer ` or a name, full width."""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress

_MARKS = r"\s\"'`´<>()\[\]{}“”‘’„‚«»‹›「」『』【】《》〈〉〝〞\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff"
_ESCAPES = (r"\\[nrt]", "%0[ad]", "%2[02]")
_JUNK = rf"[{_MARKS}]|{'|'.join(_ESCAPES)}"
"""What stands around a pasted token; `\\n` and `%0A` are also taken as the characters that a shell or a URL leaves."""
_NAME = r"(?:authorization|x-[a-z]+-(?:key|token)|(?:api|access|auth)?[-_ ]?(?:key|token))"
"""The name of a header or a field that was pasted with its value."""
_SCHEME = r"(?:(?:bearer|token)[\s:]+|bearer\Z)"
"""A scheme before the token. `Bearer` alone holds none; `token` alone is what somebody types to try an emulator."""
_START = rf"\A(?:{_JUNK}|{_NAME}\s*[:=](?!\Z)|{_SCHEME})+"
_INSIDE = "".join(f"(?<!{each})" for each in (rf"[{_MARKS},;。、]", *_ESCAPES))
_AROUND = re.compile(rf"{_START}|{_INSIDE}(?:{_JUNK}|[,;。、])+\Z", re.I)
"""Each run of junk is tried from its start alone, or a long one within the text would take the square of its length."""
_BEARER = re.compile(rf"\A(?:{_JUNK}|{_NAME}\s*[:=])*{_SCHEME}", re.I)


def token(text: str) -> str:
    """Return the token or key in a pasted text, or "" if the text holds none."""
    return _AROUND.sub("", _as_typed(text))


def bearer(header: str) -> str:
    """Return what an `Authorization` header holds after `Bearer`, or without any scheme, or "" for another scheme."""
    text = _as_typed(header)
    inner = _AROUND.sub("", text)
    return inner if _BEARER.match(text) or not re.search(r"\s", inner) else ""


def folded(name: str) -> str:
    """Return a name for comparing: its letters and digits, in small letters."""
    return "".join(filter(str.isalnum, name.casefold()))


def _as_typed(header: str) -> str:
    """Decode a header's UTF-8 bytes, which HTTP servers pass on as Latin-1; make full-width characters ASCII's."""
    if header.isascii():
        return header
    with suppress(UnicodeError):
        header = header.encode("latin-1").decode()
    return unicodedata.normalize("NFKC", header)
