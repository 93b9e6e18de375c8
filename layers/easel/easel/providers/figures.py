"""What adapters read a provider's own figure of a token with: one short call, which fails without an error."""

from __future__ import annotations

import json
from typing import Any, Protocol, runtime_checkable

import httpx2

from easel.common.deadline import Deadline
from easel.errors import EaselError
from easel.providers.http import Http
from easel.providers.token_use import Figure

ANSWER_SECONDS = 2.5
"""Time for a provider's figure; less than that of a trial, which is reserved meanwhile."""
MAX_ANSWER = 64 * 1024
MOST = 1e12


@runtime_checkable
class Measured(Protocol):
    """An adapter whose provider tells what is left of a token's allowance."""

    def figure(self, token: str) -> Figure | None:
        """What is left; None if the provider does not say. Raises nothing."""


def number_in(body: Any, name: str) -> float | None:
    """A number in a provider's answer; None for anything else."""
    value = body.get(name) if isinstance(body, dict) else None
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) >= MOST:
        return None
    return float(value)


def answer_of(http: Http, url: str | httpx2.URL, token: str) -> Any:
    """What an endpoint answers about a token, as JSON; None if it does not answer so. Raises nothing."""
    headers = {"Authorization": f"Bearer {token}"}
    try:
        reply = http.get(url, Deadline(ANSWER_SECONDS), headers=headers, limit=MAX_ANSWER, attempts=1)
        return json.loads(reply.content) if reply.is_success else None
    except (EaselError, ValueError, RecursionError):
        return None
