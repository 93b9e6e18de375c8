"""Classify failed responses and error texts of Spaces, by the tables in `space_error_rules`.

Statuses are from docs/providers/huggingface.md: #space-states and #gradio_client. The caller's own words are removed
from a text before it is compared.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta

from easel.common import provider_text
from easel.common.provider_text import message, plain_text, short_message, words
from easel.errors import (
    AuthExpired,
    AuthInvalid,
    InvalidParams,
    PromptRejected,
    ProviderError,
    ProviderUnreachable,
    QuotaExceeded,
    RateLimited,
)
from easel.errors.base import RETRY_ADVICE
from easel.providers import retry_headers
from easel.providers.prompt_redaction import NO_PROMPT, PromptText
from space_error_rules import (
    ASLEEP,
    BUSY_SECONDS,
    CHANGED,
    FAILED,
    LINK_FAILURE,
    LINK_TEXTS,
    LOADING,
    MOVED,
    OWN_QUOTA,
    REFUSED,
    STATES,
    TEXTS,
    TOKENS,
    Row,
    SpaceFailure,
)
from space_http import JOIN, SpaceResponse

CALLER_ERRORS = (AuthExpired, AuthInvalid, InvalidParams, PromptRejected, QuotaExceeded)
"""Errors that any other Space would return too."""
NOT_ACCEPTED = (400, 401, 403, 404, 405, 410, 413, 422, 429)
"""Statuses which mean that the job was not accepted."""
MAX_ATTEMPTS = 3
"""Attempts to connect to a Space that cannot be reached. Connecting generates nothing."""


_USED_UP = "(?:exceeded|reached|used up|exhausted|spent)"
_QUOTA = re.compile(rf"gpu (quota|runs limit)|\bquota\b.{{0,60}}\b{_USED_UP}\b|\b{_USED_UP}\b.{{0,60}}\bquota\b", re.I)
_BY_ZEROGPU = r"^(?:zerogpu quota exceeded\b|you have exceeded your (?:\w{1,20} )?(?:zero)?gpu (?:quota|runs limit)\b)"
"""Phrases of ZeroGPU at the start of a title or a text."""
_AGAIN = re.compile(r"\b(?:re)?try(?: again)? in (?:(\d+) days?, )?(\d+):(\d\d):(\d\d)", re.I | re.ASCII)


def failure_of_text(title: str, text: str, token: str | None, callers: PromptText = NO_PROMPT) -> SpaceFailure:
    """Return the failure that a Space's title and text describe. The caller's own words in them are ignored."""
    parts = [short_message(title) if title != "Error" else "", short_message(text)]
    said = ": ".join(part for part in parts if part)
    if not said:
        return replace(FAILED, text="failed without a reason; try again, or use another model or provider")
    return replace(_of_words(parts, said, token, callers), upstream=said)


def _of_words(parts: list[str], said: str, token: str | None, callers: PromptText) -> SpaceFailure:
    if failure := _first(TEXTS, parts[-1], callers):
        return failure
    rest = callers.redact(said)
    if any(callers.finds(_BY_ZEROGPU, part) for part in parts):
        return replace(_quota(rest, token), by_zerogpu=True)
    return _first(TEXTS, said, callers) or (OWN_QUOTA if _QUOTA.search(rest) else _by_meaning(said, callers))


def _by_meaning(said: str, callers: PromptText) -> SpaceFailure:
    if callers.finds(provider_text.REFUSAL, said, alone=True):
        return REFUSED
    return LOADING if callers.finds(provider_text.LOADING, said, alone=True) else FAILED


def failure_of_link(said: str) -> SpaceFailure | None:
    """Return the failure to read a picture behind a link if the Space's text describes one, else None."""
    failure = _first(LINK_TEXTS, said, NO_PROMPT) if said else LINK_FAILURE
    return replace(failure, upstream=said) if failure else None


def failure_of_response(bad: SpaceResponse, token: str | None, callers: PromptText = NO_PROMPT) -> SpaceFailure:
    """Return the failure that a bad HTTP response means."""
    failure = _of_status(bad, words(bad.text, 2000), token, callers)  # a page's words classify, but reach no caller
    return replace(failure, upstream=short_message(bad.text) or f"HTTP {bad.status}")


def refuses_job(bad: SpaceResponse) -> bool:
    """Return whether a response proves that the job was not accepted.

    A 503 proves it only with a text of Gradio or Hugging Face, because a proxy also sends 503 for a broken connection.
    """
    stated = bad.status == 503 and _first(STATES, words(bad.text, 2000), NO_PROMPT) is not None
    return bad.path.endswith(JOIN) and (bad.status in NOT_ACCEPTED or stated)


def _of_status(bad: SpaceResponse, said: str, token: str | None, callers: PromptText) -> SpaceFailure:
    own = bad.status in (401, 403) and _is_own(bad, said)
    if own and token and bad.status == 401 and callers.finds(r"\bexpired\b", said):
        return SpaceFailure(AuthExpired, "refused the token, which has expired; get a new one at " + TOKENS)
    if own:
        return SpaceFailure(AuthInvalid, _refused(token))
    if bad.status in (401, 403):
        text = f"could not be reached: a proxy refused the call (HTTP {bad.status}); try again"
        return SpaceFailure(ProviderUnreachable, text)
    if bad.status in (404, 410) or bad.status in range(300, 400):
        return MOVED
    if bad.status == 429:
        return SpaceFailure(
            RateLimited,
            "gets too many requests; try again in a while",
            retry_headers.seconds(bad.headers) or BUSY_SECONDS,
        )
    if bad.status in (400, 422):
        return _of_refused_value(bad)
    state = _first(STATES, said, callers) if bad.status >= 500 or bad.status == 200 else None
    if state:
        return state
    if bad.status in (502, 503, 504):
        return replace(ASLEEP, text=f"answered HTTP {bad.status}: it may be starting; try again in a minute")
    if bad.status >= 500:
        return SpaceFailure(ProviderUnreachable, f"answered HTTP {bad.status}; try again", max_attempts=MAX_ATTEMPTS)
    return SpaceFailure(
        ProviderError, f"answered HTTP {bad.status} with a web page or another unreadable response; {RETRY_ADVICE}"
    )


def _is_own(bad: SpaceResponse, said: str) -> bool:
    """Return whether Hugging Face or the Space refused. A proxy or firewall responds with a page instead."""
    return bool(short_message(bad.text)) or "hugging face" in said.lower()


def _of_refused_value(bad: SpaceResponse) -> SpaceFailure:
    """Return the failure for a refused value.

    A validator of the Space sends a text. FastAPI sends a location in the body, which means that the arguments changed.
    """
    try:
        body = json.loads(bad.text)
        detail = body.get("detail") or body
    except (ValueError, RecursionError, AttributeError):
        return CHANGED
    items = detail if isinstance(detail, list) else [detail]
    by_fastapi = any(isinstance(item, dict) and "loc" in item for item in items)
    text = "" if by_fastapi else plain_text(message(items), 200)
    return SpaceFailure(InvalidParams, f"refused a value: {text}") if text else CHANGED


def _refused(token: str | None) -> str:
    if token:
        return f"refused the token: check it at {TOKENS}, or call without one"
    return f"is open only to some accounts: send a token in X-HF-Token ({TOKENS})"


def _quota(said: str, token: str | None) -> SpaceFailure:
    """Return the failure for ZeroGPU's quota texts, old and new. Most of them name the time until the quota returns."""
    match = _AGAIN.search(said)
    seconds = None
    if match:
        days, hours, minutes, rest = (float(part or 0) for part in match.groups())  # a long number becomes infinity
        seconds = retry_headers.capped(days * 86400 + hours * 3600 + minutes * 60 + rest)
    more = (
        "or send the token of another account"
        if token
        else "or send a Hugging Face token in X-HF-Token, which has a larger quota"
    )
    when = f"in {timedelta(seconds=seconds)}" if seconds is not None else "tomorrow"
    text = f"refused the call: the GPU quota of {'this token' if token else 'calls without a token'} is used up; "
    return SpaceFailure(QuotaExceeded, f"{text}try again {when}, {more}", seconds)


def _first(rows: tuple[Row, ...], said: str, callers: PromptText) -> SpaceFailure | None:
    return next((failure for pattern, failure in rows if callers.finds(pattern, said)), None)
