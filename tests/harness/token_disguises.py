"""More than twenty encodings in which a provider may repeat a token."""

from __future__ import annotations

import base64
import gzip
import html
import json
import zlib
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Callable


def _percent(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())


def _groups(text: str, size: int, between: str) -> str:
    return between.join(text[at : at + size] for at in range(0, len(text), size))


DISGUISES: dict[str, Callable[[str], str]] = {
    "whole": lambda token: token,
    "first half": lambda token: token[: len(token) // 2],
    "last half": lambda token: token[len(token) // 2 :],
    "eight letters": lambda token: token[5:14],
    "masked": lambda token: f"{token[:4]}****{token[-4:]}",
    "ellipsis": lambda token: f"{token[:4]}…{token[-4:]}",
    "tail": lambda token: f"****{token[-4:]}",
    "capitals": lambda token: token.upper(),
    "reversed": lambda token: token[::-1],
    "groups": lambda token: _groups(token, 4, "-"),
    "letter by letter": lambda token: _groups(token, 1, " "),
    "lines": lambda token: _groups(token, 6, "\n"),
    "zero width": lambda token: _groups(token, 2, "\u200b"),
    "full width": lambda token: "".join(chr(ord(each) + 0xFEE0) for each in token),
    "percent": _percent,
    "percent twice": lambda token: quote(_percent(token)),
    "quoted": lambda token: quote(token, safe=""),
    "json": lambda token: json.dumps(token),
    "json escapes": lambda token: "".join(f"\\u{ord(each):04x}" for each in token),
    "hex escapes": lambda token: "".join(f"\\x{ord(each):02x}" for each in token),
    "octal escapes": lambda token: "".join(f"\\{ord(each):03o}" for each in token),
    "html": html.escape,
    "html entities": lambda token: "".join(f"&#{ord(each)};" for each in token),
    "markup": lambda token: "".join(f"<b>{each}</b>" for each in token),
    "base64": lambda token: base64.b64encode(token.encode()).decode(),
    "base64 of more": lambda token: base64.urlsafe_b64encode(f"Bearer {token}".encode()).decode(),
    "base64 twice": lambda token: base64.b64encode(base64.b64encode(token.encode())).decode(),
    "base64 reversed": lambda token: base64.b64encode(token[::-1].encode()).decode(),
    "base32": lambda token: base64.b32encode(token.encode()).decode(),
    "base32 of more": lambda token: base64.b32encode(f"u:{token}".encode()).decode().lower(),
    "hex": lambda token: token.encode().hex(),
    "hex bytes": lambda token: token.encode().hex(" "),
    "hex of pieces": lambda token: token.encode().hex(":", 2).upper(),
    "codes": lambda token: ", ".join(str(ord(each)) for each in token),
    "percent three times": lambda token: quote(quote(_percent(token))),
    "percent u": lambda token: "".join(f"%u{ord(each):04X}" for each in token),
    "code points": lambda token: " ".join(f"U+{ord(each):04X}" for each in token),
    "braced escapes": lambda token: "".join(f"\\u{{{ord(each):x}}}" for each in token),
    "long escapes": lambda token: "".join(f"\\U{ord(each):08x}" for each in token),
    "octal codes": lambda token: " ".join(f"{ord(each):o}" for each in token),
    "binary codes": lambda token: " ".join(f"{ord(each):08b}" for each in token),
    "square brackets": lambda token: _groups(token, 1, "[/b][b]"),
    "invisible tags": lambda token: "".join(chr(0xE0000 + ord(each)) for each in token),
    "base64 backwards": lambda token: base64.b64encode(token.encode()).decode()[::-1],
    "base64 swapped": lambda token: base64.b64encode(token.encode()).decode().swapcase(),
    "base64 of gzip": lambda token: base64.b64encode(gzip.compress(token.encode())).decode(),
    "base64 of zlib": lambda token: base64.b64encode(zlib.compress(token.encode())).decode(),
    "base85": lambda token: base64.b85encode(token.encode()).decode(),
    "ascii85": lambda token: base64.a85encode(token.encode()).decode(),
    "base32hex": lambda token: base64.b32hexencode(token.encode()).decode(),
    "codes without spaces": lambda token: "".join(f"{ord(each):03}" for each in token),
    "a letter between": "x".join,
    "colours": lambda token: _groups(token, 3, "\x1b[31m"),
    "quoted printable": lambda token: "".join(f"={ord(each):02X}" for each in token),
}
