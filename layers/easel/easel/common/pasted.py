"""Clean up pasted tokens, keys and names: quotes, a leading `Bearer ` or field name, full-width characters."""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress

_MARKS = r"\s\"'`´<>()\[\]{}“”‘’„‚«»‹›「」『』【】《》〈〉〝〞\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff"
_ESCAPES = (r"\\[nrt]", "%0[ad]", "%2[02]")
_JUNK = rf"[{_MARKS}]|{'|'.join(_ESCAPES)}"
"""Characters to strip around a pasted token. `\\n` and `%0A` also match in their escaped form."""
_NAME = r"(?:authorization|x-[a-z]+-(?:key|token)|(?:api|access|auth)?[-_ ]?(?:key|token))"
"""Name of a header or field that was pasted together with its value."""
_SCHEME = r"(?:(?:bearer|token)[\s:]+|bearer\Z)"
"""Scheme before the token. The word `Bearer` alone is not a token; the word `token` alone is one, for emulators."""
_START = rf"\A(?:{_JUNK}|{_NAME}\s*[:=](?!\Z)|{_SCHEME})+"
_INSIDE = "".join(f"(?<!{each})" for each in (rf"[{_MARKS},;。、]", *_ESCAPES))
_AROUND = re.compile(rf"{_START}|{_INSIDE}(?:{_JUNK}|[,;。、])+\Z", re.I)
"""The lookbehinds let each run of junk match from its start only. Otherwise matching would take quadratic time."""
_BEARER = re.compile(rf"\A(?:{_JUNK}|{_NAME}\s*[:=])*{_SCHEME}", re.I)


def token(text: str) -> str:
    """Return the token or key in a pasted text, or "" if the text holds none."""
    return _AROUND.sub("", _as_typed(text))


def bearer(header: str) -> str:
    """Return the value of an `Authorization` header with the scheme `Bearer` or none. Return "" for another scheme."""
    text = _as_typed(header)
    inner = _AROUND.sub("", text)
    return inner if _BEARER.match(text) or not re.search(r"\s", inner) else ""


def folded(name: str) -> str:
    """Return a name's letters and digits in lower case, for comparisons."""
    return "".join(filter(str.isalnum, name.casefold()))


def _as_typed(header: str) -> str:
    """Decode a header's UTF-8 bytes, which servers pass on as Latin-1. Convert full-width characters to ASCII."""
    if header.isascii():
        return header
    with suppress(UnicodeError):
        header = header.encode("latin-1").decode()
    return unicodedata.normalize("NFKC", header)
