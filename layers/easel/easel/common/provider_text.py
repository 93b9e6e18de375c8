"""Extract short messages from providers' texts.

A response may be a web page that reveals the provider's servers, so `short_message` never returns a page. A message
reaches callers only after a check by `easel.common.token_redaction`.
"""

from __future__ import annotations

import html
import json
import re
import unicodedata
from typing import Any

TEXT_LIMIT = 500
"""Maximum characters of a provider's text in an error."""
JSON_LIMIT = 64 * 1024
"""Maximum characters of a text that is parsed as JSON. A longer text gives no message."""
READ_LIMIT = 8000
"""Maximum characters of a text that regular expressions search."""
PAGE_LIMIT = 50_000
"""Maximum characters of a text or page that are read."""

_MESSAGES = ("message", "Message", "error_message", "error", "errors", "detail", "msg", "output")
_CODES = ("code", "Code", "error", "errors", "output")
_DEPTH = 5
_PAGE_START = re.compile(r"\s*<[a-z!?/]", re.I)
_PAGE_PART = re.compile(
    r"<!doctype|</?(?:html|head|body|title|center|h[1-6]|script|style|table|div|hr|address)\b", re.I
)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([0-3][0-7]{2})|(.))", re.S)
_BLOCKS = (("<script", "</script"), ("<style", "</style"), ("<head", "</head"), ("<!--", "-->"))

# `re` compiles and caches these two patterns at their first use, because most functions never need them.
REFUSAL = (
    r"nsfw|\bmoderat(?:ion|ed)\b|safety (?:check|filter|system)|content (?:policy|filter)|inappropriate|\bunsafe\b"
    r"|prohibited|(?<!case-)(?<!case )\bsensitive\b|敏感|违规|审核"
)
"""Matches a refusal by moderation of a prompt or a picture. Use it with `re.I`."""
LOADING = (
    r"\b(?:model|pipeline|weights?)\b.{0,60}\bload(?:ing|ed yet)?\b|\bloading (?:the )?(?:model|pipeline|weights?)\b"
    r"|\bmodel\b.{0,60}\b(?:not ready|warming up|starting)\b|模型.{0,10}加载中"
)
"""Matches the error of a model that is still loading. Use it with `re.I`."""


def short_message(raw: str) -> str:
    """Return a provider's message: that in a JSON text, or the text itself, or "" for a web page.

    It has no markup and at most `TEXT_LIMIT` characters.
    """
    text = plain_text(_unwrapped(raw, _DEPTH))
    return plain_text(_unwrapped(text, _DEPTH)) if text.startswith('"') else text  # a JSON string inside markup


def message(body: Any) -> str:
    """Return the error message in parsed JSON of any known form, or ""."""
    return _message(body, _DEPTH)


def code(body: Any) -> str:
    """Return the provider's error code in parsed JSON, in lower case, or ""."""
    return _code(body, _DEPTH)


def is_page(text: str) -> bool:
    """Return True if a text is HTML or XML or a part of it, escaped or not."""
    plain = html.unescape(text[:READ_LIMIT].lstrip("\ufeff"))
    return bool(_PAGE_START.match(plain) or _PAGE_PART.search(plain))


def plain_text(raw: str, limit: int = TEXT_LIMIT) -> str:
    """Return at most `limit` characters without markup and control characters, or "" for a page or binary data."""
    text = raw[:PAGE_LIMIT]
    return "" if is_page(text) or "\0" in text or "\ufffd" in text else words(text, limit)


def words(raw: str, limit: int = TEXT_LIMIT) -> str:
    """Return the words of a text or a web page, to classify a response. Never show a page's words to callers."""
    text = _without_blocks(raw[:PAGE_LIMIT])[:READ_LIMIT]
    text = html.unescape(re.sub(r"<[^<>]{0,2000}>", " ", text))
    text = re.sub(r"[<>]", " ", text)  # so that escaped text does not become markup
    text = "".join(character if character.isprintable() else " " for character in text)
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _without_blocks(text: str) -> str:
    """Return the text without scripts, styles, comments and a page's head. Takes linear time."""
    lower = text.lower()
    if len(lower) != len(text):  # some letters are longer in lower case
        text = lower
    for opening, closing in _BLOCKS:
        kept, at = [], 0
        while (begin := lower.find(opening, at)) >= 0:
            kept.append(text[at:begin])
            end = lower.find(closing, begin)
            end = lower.find(">", end) if end >= 0 else -1
            at = end + 1 if end >= 0 else len(text)
        text = " ".join([*kept, text[at:]])
        lower = " ".join([*(piece.lower() for piece in kept), lower[at:]])
    return text


def letters(text: str) -> str:
    """Return the text's letters and digits in lower case and normal width, to compare texts."""
    if text.isascii():  # the same, faster
        return "".join(filter(str.isalnum, text.lower()))
    return letters_and_places(text)[0]


def letters_and_places(text: str) -> tuple[str, list[int]]:
    """Return the result of `letters`, and the index of each letter in the text."""
    found, places = [], []
    for place, character in enumerate(text):
        plain = character if character.isascii() else unicodedata.normalize("NFKC", character)
        for letter in plain.casefold():
            if letter.isalnum():
                found.append(letter)
                places.append(place)
    return "".join(found), places


def unescaped(text: str) -> str:
    """Undo the escapes of JSON and of programming languages."""

    def character(match: re.Match[str]) -> str:
        four, two, octal, other = match.groups()
        if code := four or two:
            return chr(int(code, 16))
        return chr(int(octal, 8)) if octal else " " if other in "nrtbf" else other

    return _ESCAPE.sub(character, text)


def _unwrapped(raw: str, depth: int) -> str:
    """Return the message in a JSON text. Return any other text unchanged."""
    start = raw[:100].lstrip("\ufeff \t\r\n")[:1]
    if start not in ("{", "[", '"') or not depth:
        return raw if start not in ("{", "[") else ""
    if len(raw) > JSON_LIMIT:
        return ""
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
        if name.lower() == "code" and isinstance(value, str | int):
            return str(value).lower()
        if nested := _code(value, depth - 1):
            return nested
    return ""
