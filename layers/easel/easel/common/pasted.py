"""Tokens, keys and names as people paste or type them: in quotes, after `Bearer `, with line ends, in any case."""

from __future__ import annotations

import re

_MARKS = r"[\s\"'`<>“”‘’„«»\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
_JUNK = rf"{_MARKS}|\\[nr]"
"""What stands around a pasted token; `\\n` is also taken as the two characters that a shell leaves."""
_AROUND = re.compile(rf"\A(?:{_JUNK}|bearer(?:[\s:]+|\Z))+|(?<!{_MARKS})(?<!\\[nr])(?:{_JUNK})+\Z", re.I)
"""Each run of junk is tried from its start alone, or a long one within the text would take the square of its length."""
_BEARER = re.compile(rf"\A(?:{_JUNK})*bearer(?:[\s:]|\Z)", re.I)


def token(text: str) -> str:
    """Return the token or key in a pasted text, or "" if the text holds none."""
    return _AROUND.sub("", _as_utf8(text))


def bearer(header: str) -> str:
    """What an `Authorization` header holds after `Bearer`, or without any scheme; "" for another scheme."""
    text = _as_utf8(header)
    inner = _AROUND.sub("", text)
    return inner if _BEARER.match(text) or not re.search(r"\s", inner) else ""


def folded(name: str) -> str:
    """A name for comparing: its letters and digits, in small letters."""
    return "".join(filter(str.isalnum, name.casefold()))


def _as_utf8(header: str) -> str:
    """Decode a header's UTF-8 bytes, which HTTP servers pass on as Latin-1."""
    if header.isascii():
        return header
    try:
        return header.encode("latin-1").decode()
    except UnicodeError:
        return header
