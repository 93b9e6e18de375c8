"""Redact tokens in providers' texts, before these reach callers, records or logs.

A provider may repeat the token that it received, in whole or in part, and in another encoding. So a text is decoded
repeatedly from all usual encodings. The letters and digits of each result are compared with the token and its usual
encodings. A text that contains a part of the token is withheld as a whole, since the rest could reveal more.

SECURITY.md describes what this guarantees and its limits.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import html
import re
import zlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from urllib.parse import unquote

from easel.common.provider_text import TEXT_LIMIT, letters, unescaped

WITHHELD = "(withheld, because it repeats the token)"
MIN_SECRET = 6
"""Minimum characters of a token. A shorter one is not treated as a secret."""
RUN_LENGTH = 8
"""Number of consecutive letters of a token that no text may contain."""
DEPTH = 3
"""Maximum number of nested encodings that are decoded."""
MAX_DECODINGS = 80
"""Number of decodings of a text after which no further nested encoding is decoded."""
MASKED_LETTERS = 4
"""Number of a token's characters that may not appear next to a mask such as `****`."""
SEARCHED_BYTES = 64 * 1024
"""Bytes at the beginning of a file that are searched like a text."""
WINDOW, OVERLAP = 4096, 512
"""Characters of a file's beginning per search, and the overlap of two searches."""
MAX_INFLATED = 4096
"""Bytes of a decompressed text that are searched."""
COMPRESSED = (b"\x1f", b"\x78")
"""First bytes of gzip and zlib data. As text, the second is an `x`, and the first cannot be printed."""

_MASK = re.compile(r"[*•·●∗＊…]+|\.{2,}|[xX#_-]{3,}")
_TAG = re.compile(r"<[^<>]{0,500}>")
_TERMINAL = re.compile(r"\[[0-9;]{0,20}[A-Za-z]")
"""A terminal escape sequence without its first character, which is not printable."""
_BRACKETED = re.compile(r"\[[^\[\]]{0,50}\]")
_CODE_POINT = re.compile(r"(?:\\[uUx]\{?|%[uU]|[uU]\+|0?x)0{0,6}([0-9a-fA-F]{2})\}?")
"""A code point such as `\\u{7a}`, `\\U0000007a`, `%u007a`, `U+007A`, `0x7a` or `x7a`."""
_QUOTED_PRINTABLE = re.compile(r"=([0-9a-fA-F]{2})")
_NUMBER = re.compile(r"[0-9]+")
_PACKED = re.compile(r"[A-Za-z0-9+/_-]{12,}={0,6}")
_GROUPED = re.compile(r"[^A-Za-z0-9+/=]+")
_LOWER_CASE = bytes.maketrans(bytes(range(65, 91)), bytes(range(97, 123)))
_INVISIBLE = {0xE0000 + code: code for code in range(32, 127)}
"""Unicode's tag characters, which are invisible letters, and the letters that they stand for."""
_NOT_LETTERS = bytes(byte for byte in range(256) if not chr(byte).isalnum() or byte > 127)


def redacted(text: str, token: str | None, limit: int = TEXT_LIMIT, public: str = "") -> str:
    """Return the first `limit` characters of a text, or `WITHHELD` if they contain the token.

    `public` is a word that is not secret even if the token contains it, such as the provider's name.
    """
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    return WITHHELD if contains_token(cut, token, public) else cut


def contains_token(text: str, token: str | None, public: str = "") -> bool:
    """Return True if a text contains the token or `RUN_LENGTH` letters of it, in any usual encoding.

    `public` is a word that is not secret, such as the provider's name.
    """
    if not token or len(token) < MIN_SECRET:
        return False
    word, windows = letters(public), _windows(token)
    pieces = [token[at : at + RUN_LENGTH] for at in range(max(1, len(token) - RUN_LENGTH + 1))]
    if public:
        text = re.sub(re.escape(public), " - ", text, flags=re.I)
    for decoded in _decodings(text):
        plain = letters(decoded)
        plain = plain.replace(word, "-") if word else plain
        orders = "\n".join((plain, plain[::-1], plain[::2], plain[1::2]))
        if any(window in orders for window in windows):
            return True
        if any(piece in decoded for piece in pieces):
            return True
        if _is_masked(decoded, token):
            return True
    return False


def chunk_contains_token(chunk: bytes | Iterable[bytes], token: str | None, step: int = 1) -> bool:
    """Return True if a file's bytes contain the token. A larger `step` is faster and misses short parts of the token.

    A large file may be passed as an iterable of pieces, of which only one is in memory.
    """
    if not token or len(token) < MIN_SECRET:
        return False
    windows = [window.encode() for window in _windows(token)[::step] if window.isascii()]
    longest = max(map(len, windows), default=1)
    start = plain = b""
    for piece in (chunk,) if isinstance(chunk, bytes) else chunk:
        start += piece[: SEARCHED_BYTES - len(start)]
        plain += piece.translate(_LOWER_CASE, _NOT_LETTERS)
        if any(window in plain for window in windows):
            return True
        plain = plain[len(plain) - longest + 1 :] if len(plain) >= longest else plain
    text = start.decode("utf-8", "ignore").replace("\0", "")
    starts = range(0, max(1, len(text) - OVERLAP), WINDOW - OVERLAP)
    return any(contains_token(text[start : start + WINDOW], token) for start in starts)


@lru_cache(maxsize=8)
def _windows(token: str) -> tuple[str, ...]:
    """Return the parts of the token and of its encodings that no text may contain."""
    found: dict[str, None] = {}
    for encoded, run in _encodings(token):
        plain = letters(encoded)
        run = min(run, len(plain))
        found |= dict.fromkeys(plain[at : at + run] for at in range(len(plain) - run + 1) if run >= MIN_SECRET)
    return tuple(found)


def _encodings(token: str) -> Iterator[tuple[str, int]]:
    """Yield the token's encodings, each with the number of letters that encode `RUN_LENGTH` letters of the token."""
    for spelled in (token, token[::-1]):
        raw = spelled.encode("utf-8", "replace")
        yield spelled, RUN_LENGTH
        yield codecs.encode(spelled, "rot13"), RUN_LENGTH
        yield raw.hex(), 2 * RUN_LENGTH
        for shift in range(5):  # the token may begin at any offset in the encoded text
            yield _inner(base64.b32encode(b"\0" * shift + raw).decode(), shift, 8, 5), 11
            if shift < 3:
                yield _inner(base64.b64encode(b"\0" * shift + raw).decode(), shift, 4, 3), 9
                yield _inner(base64.urlsafe_b64encode(b"\0" * shift + raw).decode(), shift, 4, 3), 9


def _inner(encoded: str, shift: int, group: int, size: int) -> str:
    """Return an encoding without the characters at its ends, which depend on the text around the token."""
    return encoded.rstrip("=")[-(-shift * group // size) : -1]


def _decodings(text: str) -> Iterator[str]:
    """Yield the text and its decodings, with up to `DEPTH` nested encodings."""
    seen = {text}
    latest = [text]
    yield text
    yield from _slowly_decoded(text)
    for _ in range(DEPTH):
        latest = [each for one in latest for each in dict.fromkeys(_decoded(one)) if each not in seen]
        for each in latest:
            seen.add(each)
            yield each
        if len(seen) > MAX_DECODINGS:
            return


def _decoded(text: str) -> Iterator[str]:
    """Yield the text decoded once, for each encoding that it may have."""
    yield unquote(text)
    yield html.unescape(text)
    yield unescaped(text)
    yield _TAG.sub("", text)
    yield _BRACKETED.sub("", text)
    yield _TERMINAL.sub("", text)
    yield _CODE_POINT.sub(lambda match: chr(int(match[1], 16)), text)
    yield text.translate(_INVISIBLE)
    yield _QUOTED_PRINTABLE.sub(lambda match: chr(int(match[1], 16)), text)
    yield text.replace("0x", "").replace("0X", "")
    digits = _NUMBER.findall(text)
    yield "".join(chr(int(number)) for number in digits if len(number) < 4)
    yield "".join(chr(int(code)) for number in digits if len(number) % 3 == 0 for code in re.findall("...", number))
    yield "".join(chr(int(number, 8)) for number in digits if len(number) < 4 and not set(number) & {"8", "9"})
    yield "".join(chr(int(number, 2)) for number in digits if 6 < len(number) < 9 and set(number) <= {"0", "1"})
    for part in {*_PACKED.findall(text), _GROUPED.sub("", text)}:
        yield from _unpacked(part)


def _slowly_decoded(text: str) -> Iterator[str]:
    """Yield the text decoded from encodings that are slow or use punctuation. These are not decoded when nested."""
    parts = [part for part in text.split() if len(part) >= MIN_SECRET]
    for decode in (base64.b85decode, base64.a85decode, base64.b32hexdecode, binascii.a2b_uu):
        for part in [*parts, *(part.strip("()[]{}<>'\",.:;") for part in parts)]:
            try:
                yield decode(part).decode("utf-8", "ignore")
            except (binascii.Error, ValueError):
                continue


def _unpacked(part: str) -> Iterator[str]:
    """Yield the texts that base64, base32 or hexadecimal digits encode."""
    bare = part.rstrip("=").replace("-", "+").replace("_", "/")
    for decode, group, text in (
        (base64.b64decode, 4, bare),
        (base64.b32decode, 8, bare.upper()),
        (bytes.fromhex, 2, bare),
    ):
        padding = "=" * (-len(text) % group) if group > 2 else ""
        try:
            raw = decode(text + padding)
            yield raw.decode() if raw[:1] not in COMPRESSED else _inflated(raw)
        except (binascii.Error, ValueError, zlib.error):
            continue


def _inflated(raw: bytes) -> str:
    """Decompress gzip or zlib data."""
    return zlib.decompressobj(wbits=47).decompress(raw, MAX_INFLATED).decode()


def _is_masked(text: str, token: str) -> bool:
    """Return True if the token's start or end is next to a mask, as in `abcd…wxyz` or `****wxyz`."""
    lower, secret = text.casefold(), token.casefold()
    reach = min(len(secret), 2 * RUN_LENGTH)
    for mask in _MASK.finditer(lower):
        before = lower[max(0, mask.start() - reach - 2) : mask.start()].rstrip(" [(<{")
        after = lower[mask.end() : mask.end() + reach + 2].lstrip(" ])>}")
        head = next((n for n in range(reach, 1, -1) if before.endswith(secret[:n])), 0)
        tail = next((n for n in range(reach, 1, -1) if after.startswith(secret[-n:])), 0)
        if head + tail >= MASKED_LETTERS:
            return True
    return False
