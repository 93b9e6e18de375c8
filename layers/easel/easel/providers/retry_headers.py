"""Read from a response's headers when the provider accepts calls again.

`Retry-After` (RFC 9110) is a number of seconds or a date; some providers send a fraction, or a list because a proxy
added its own. Without it the RateLimit headers decide, in each form that their drafts have had.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

MAX_SECONDS = 24 * 3600
"""Seconds of the longest wait. What a provider names beyond it is cut to this."""
HEADER_LIMIT = 500  # characters of a header that are read

_NUMBER = re.compile(r"\d+(?:\.\d*)?", re.ASCII)
_FIELD = re.compile(r"\b(limit|remaining|reset|r|t)\s*=\s*(\d{1,20})", re.ASCII | re.I)


def seconds(headers: Mapping[str, str]) -> int | None:
    """Return the whole seconds to wait, at most a day; None if no header says. `headers` have lower-case names."""
    after = headers.get("retry-after")
    wait = _of_retry_after(after[:HEADER_LIMIT].strip()) if after else None
    return _of_rate_limit(headers) if wait is None else wait


def capped(value: float) -> int:
    """Round seconds up and limit them to 0 … `MAX_SECONDS`."""
    return math.ceil(max(0.0, min(value, MAX_SECONDS)))


def _of_retry_after(value: str) -> int | None:
    """Return the longest wait of a list, which satisfies every sender in it."""
    if (date := _of_date(value)) is not None:
        return date
    numbers = [float(part) for part in map(str.strip, value.split(",")) if _NUMBER.fullmatch(part)]
    return capped(max(numbers)) if numbers else None


def _of_date(value: str) -> int | None:
    if not re.search(r"[a-z]{3}", value, re.I):
        return None
    try:
        return capped(parsedate_to_datetime(value).timestamp() - time.time())
    except (ValueError, OverflowError, TypeError):
        return None


def _of_rate_limit(headers: Mapping[str, str]) -> int | None:
    """Return the wait in `RateLimit` if no calls remain.

    The header is `limit=9, remaining=0, reset=5`, or a list such as `"day";r=0;t=5, "hour";r=3;t=2`. Older drafts have
    `RateLimit-Remaining` and `RateLimit-Reset` instead.
    """
    names = ("remaining", "reset")
    old = ", ".join(f"{name}={headers.get(f'ratelimit-{name}', '')}" for name in names)
    text = headers.get("ratelimit") or old
    waits = []
    for policy in _policies(text[:HEADER_LIMIT]):
        fields = {name.lower(): int(value) for name, value in _FIELD.findall(policy)}
        remaining, reset = fields.get("r", fields.get("remaining")), fields.get("t", fields.get("reset"))
        if remaining == 0 and reset is not None:
            waits.append(reset)
    return capped(max(waits)) if waits else None


def _policies(text: str) -> list[str]:
    """Split the header into its policies. An older draft has only one policy, with commas between its fields."""
    return [text] if re.search(r"\bremaining\s*=", text, re.I) else text.split(",")
