"""Texts from a provider, reduced to what may be passed on, stored and logged.

A response may be a web page that names the provider's servers, and it may repeat the token that was sent.
`short_message` returns a message and never a page; `redact` removes the token.
"""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

TEXT_LIMIT = 500  # characters of a provider's text that an error carries
SHORTEST_SECRET = 6  # characters; what is shorter is no secret
PIECE = 8  # characters; a piece of a token that is as long as this is cut out as well
CUT = "[token]"

_MESSAGES = ("message", "error_message", "error", "errors", "detail", "msg", "output")
_CODES = ("code", "error", "errors", "output")
_DEPTH = 5
_PAGE_START = re.compile(r"\s*<[a-z!?/]", re.I)
_PAGE_PART = re.compile(
    r"<!doctype|</?(?:html|head|body|title|center|h[1-6]|script|style|table|div|hr|address)\b", re.I
)
_MASK = re.compile(  # the second line is the first as URLs write it
    r"(?:\s|%20)?[\[(<{]?(?:[*•·●∗＊…]+|\.{2,}|[xX#_-]{3,}"
    r"|(?:%2a|%e2%80%a[26]|%c2%b7)+)[\])>}]?(?:\s|%20)?",
    re.I,
)

_REFUSALS = re.compile(
    r"nsfw|\bmoderat(?:ion|ed)\b|safety (?:check|filter|system)|content (?:policy|filter)|inappropriate|\bunsafe\b"
    r"|prohibited|(?<!case-)(?<!case )\bsensitive\b|敏感|违规|审核",
    re.I,
)
# The first two are OpenAI's codes, the last two Alibaba's.
_REFUSAL_CODES = ("content_policy_violation", "moderation_blocked", "data_inspection_failed", "datainspectionfailed")
_LOADING = re.compile(
    r"\b(?:model|pipeline|weights?)\b.{0,60}\bload(?:ing|ed yet)?\b|\bloading (?:the )?(?:model|pipeline|weights?)\b"
    r"|\bmodel\b.{0,60}\b(?:not ready|warming up|starting)\b|模型.{0,10}加载中",
    re.I,
)


def short_message(raw: str) -> str:
    """The message in a provider's text, plain and short: the message in JSON, or plain text; empty for a web page."""
    text = plain_text(_unwrapped(raw, _DEPTH))
    return plain_text(_unwrapped(text, _DEPTH)) if text.startswith('"') else text  # what was in quotes among markup


def message(body: Any) -> str:
    """The message in parsed JSON, in any of the known envelopes; empty without one."""
    return _message(body, _DEPTH)


def code(body: Any) -> str:
    """The provider's own error code, in lower case; empty without one."""
    return _code(body, _DEPTH)


def is_refusal(text: str, code: str = "") -> bool:
    """Whether an error says that moderation refused the prompt or the picture."""
    return code in _REFUSAL_CODES or bool(_REFUSALS.search(text))


def is_loading(text: str) -> bool:
    """Whether an error says that the model is being loaded, so that a later try may work."""
    return bool(_LOADING.search(text))


def is_page(text: str) -> bool:
    """Whether a text is HTML or XML, or a piece of it, escaped or not."""
    plain = html.unescape(text.lstrip("\ufeff"))
    return bool(_PAGE_START.match(plain) or _PAGE_PART.search(plain))


def plain_text(raw: str, limit: int = TEXT_LIMIT) -> str:
    """A text without inline markup, control characters and length; empty for a web page, and for what is no text."""
    text = raw[:50_000]
    return "" if is_page(text) or "\0" in text or "\ufffd" in text else words(text, limit)


def words(raw: str, limit: int = TEXT_LIMIT) -> str:
    """The words of a text or a web page, for deciding what an answer means; a page's words are never passed on."""
    text = re.sub(r"(?is)<(script|style|head)\b.*?(</\1\s*>|$)", " ", raw[:50_000])
    text = html.unescape(re.sub(r"<[^<>]{0,2000}>|<!--.*?-->", " ", text))
    text = re.sub(r"[<>]", " ", text)  # what was escaped must not come out as markup
    text = "".join(character if character.isprintable() else " " for character in text)
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _unwrapped(raw: str, depth: int) -> str:
    """The message in a text that is JSON; any other text as it is."""
    start = raw.lstrip("\ufeff \t\r\n")[:1]
    if start not in ("{", "[", '"') or not depth:
        return raw if start not in ("{", "[") else ""
    try:
        body = json.loads(raw.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return raw if start == '"' else ""
    return _message(body, depth - 1)


def _message(body: Any, depth: int) -> str:
    if isinstance(body, str):
        return _unwrapped(body, depth)
    if not depth or not isinstance(body, dict | list):
        return ""
    parts = body[:20] if isinstance(body, list) else [body[name] for name in _MESSAGES if name in body]
    return next((text for part in parts if (text := _message(part, depth - 1))), "")


def _code(body: Any, depth: int) -> str:
    if not depth or not isinstance(body, dict):
        return ""
    for name in _CODES:
        value = body.get(name)
        if name == "code" and isinstance(value, str | int):
            return str(value).lower()
        if nested := _code(value, depth - 1):
            return nested
    return ""


def redact(text: str, secret: str | None) -> str:
    """`text` without the token: whole, in pieces, masked, or encoded as URLs, JSON, HTML, base64 and hex do."""
    if not secret or len(secret) < SHORTEST_SECRET:
        return text
    text = _without_masked(text, secret)
    for form in dict.fromkeys(_forms(secret)):
        text = _without_pieces(text, form)
    return text


def _forms(secret: str) -> Iterator[str]:
    """The spellings in which a token may come back."""
    raw = secret.encode("utf-8", "replace")
    yield from (secret, quote(secret, safe=""), json.dumps(secret)[1:-1], html.escape(secret))
    for shift in range(3):  # base64 of a longer text that holds the token at any place
        encoded = base64.b64encode(b"\0" * shift + raw).decode().rstrip("=")
        inner = encoded[(0, 2, 3)[shift] : len(encoded) - 1]
        if len(inner) >= PIECE:
            yield from (inner, inner.translate(str.maketrans("+/", "-_")))
    yield raw.hex()


def _without_pieces(text: str, form: str) -> str:
    """Cuts out every run of `PIECE` characters and more that the text and the form share, whatever their case."""
    least = min(PIECE, len(form))
    folded, secret = _folded(text), _folded(form)
    places: dict[str, list[int]] = {}
    for at in range(len(secret) - least + 1):
        places.setdefault(secret[at : at + least], []).append(at)
    kept, at = [], 0
    while at < len(text):
        starts = places.get(folded[at : at + least], ())
        length = max((_shared(folded[at:], secret[start:]) for start in starts), default=0)
        kept.append(CUT if length else text[at])
        at += length or 1
    return "".join(kept)


def _shared(one: str, other: str) -> int:
    """The length of the longest common start of two texts."""
    pairs = zip(one, other, strict=False)
    return next((number for number, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _without_masked(text: str, secret: str) -> str:
    """Cuts out `abcd…wxyz`, `****wxyz` and their like: a mask with the token's start or end beside it."""
    folded, token = _folded(text), _folded(secret)
    kept, done = [], 0
    for mask in _MASK.finditer(text):
        before, after = folded[done : mask.start()], folded[mask.end() :]
        head = next((n for n in range(len(token), 1, -1) if before.endswith(token[:n])), 0)
        tail = next((n for n in range(len(token), 1, -1) if after.startswith(token[-n:])), 0)
        if head + tail >= 4 and mask.start() >= done:
            kept += [text[done : mask.start() - head], CUT]
            done = mask.end() + tail
    return "".join([*kept, text[done:]])


def _folded(text: str) -> str:
    """The text in lower case, character by character, so that places in both are the same."""
    return "".join(low if len(low := character.lower()) == 1 else character for character in text)
