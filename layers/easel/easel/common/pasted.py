"""Clean pasted tokens, keys and names of quotes, a leading `Bearer ` or field name, and full-width characters."""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress

_MARKS = r"\s\"'`´<>()\[\]{}“”‘’„‚«»‹›「」『』【】《》〈〉〝〞\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff"
_ESCAPES = (r"\\[nrt]", "%0[ad]", "%2[02]")
_JUNK = rf"[{_MARKS}]|{'|'.join(_ESCAPES)}"
"""Matches a character to remove before or after a pasted token, also in its escaped form such as `\\n` or `%0A`."""
_NAME = r"(?:authorization|x-[a-z]+-(?:key|token)|(?:api|access|auth)?[-_ ]?(?:key|token))"
"""Matches the name of a header or field that was pasted with its value."""
_SCHEME = r"(?:(?:bearer|token)[\s:]+|bearer\Z)"
"""Matches the scheme before a token. The word `Bearer` alone is not a token. The word `token` is one, for emulators."""
_START = rf"\A(?:{_JUNK}|{_NAME}\s*[:=](?!\Z)|{_SCHEME})+"
_INSIDE = "".join(f"(?<!{each})" for each in (rf"[{_MARKS},;。、]", *_ESCAPES))
_AROUND = re.compile(rf"{_START}|{_INSIDE}(?:{_JUNK}|[,;。、])+\Z", re.I)
"""Matches what `token` removes. With the lookbehinds, a match begins only at the first of several such characters;
otherwise matching would take quadratic time."""
_BEARER = re.compile(rf"\A(?:{_JUNK}|{_NAME}\s*[:=])*{_SCHEME}", re.I)


def token(text: str) -> str:
    """Return the token or key in a pasted text, or "" if there is none."""
    return _AROUND.sub("", _as_typed(text))


def bearer(header: str) -> str:
    """Return the value of an `Authorization` header with the scheme `Bearer` or none. Return "" for another scheme."""
    text = _as_typed(header)
    inner = _AROUND.sub("", text)
    return inner if _BEARER.match(text) or not re.search(r"\s", inner) else ""


def folded(name: str) -> str:
    """Return a name's letters and digits in lower case, to compare names."""
    return "".join(filter(str.isalnum, name.casefold()))


def _as_typed(header: str) -> str:
    """Decode UTF-8 bytes of a header, which servers decode as Latin-1. Convert full-width characters to ASCII."""
    if header.isascii():
        return header
    with suppress(UnicodeError):
        header = header.encode("latin-1").decode()
    return unicodedata.normalize("NFKC", header)
