"""Ask a provider what is left of a token's allowance, with one short call. After a failure the answer is unknown."""

from __future__ import annotations

import json
from typing import Any, Protocol, runtime_checkable

import httpx2

from easel.common.deadline import Deadline
from easel.errors import EaselError
from easel.providers.http import Http
from easel.providers.token_use import Allowance

ANSWER_SECONDS = 2.5
"""Time limit for the call. It is below `tokens.TRIAL_SECONDS`, the time for which a trial is reserved."""
MAX_ANSWER = 64 * 1024  # bytes
MAX_NUMBER = 1e12


@runtime_checkable
class SupportsAllowance(Protocol):
    """An adapter that can ask its provider what is left of a token's allowance."""

    def allowance(self, token: str) -> Allowance | None:
        """Return what is left, or None if the provider does not say. Raise nothing."""


def number_in(body: Any, name: str) -> float | None:
    """Return the number in a field of a JSON object, or None if it is missing, another type, or too large."""
    value = body.get(name) if isinstance(body, dict) else None
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) >= MAX_NUMBER:
        return None
    return float(value)


def read_json(http: Http, url: str | httpx2.URL, token: str) -> Any:
    """Return an endpoint's JSON response about a token. None after any failure. Raise nothing."""
    headers = {"Authorization": f"Bearer {token}"}
    try:
        reply = http.get(url, Deadline(ANSWER_SECONDS), headers=headers, limit=MAX_ANSWER, attempts=1)
        return json.loads(reply.content[:]) if reply.is_success else None
    except (EaselError, ValueError, RecursionError):
        return None
