"""Used-up quotas of callers' tokens, remembered by this process for a minute.

Some clients repeat a call after every 429, whatever its headers say. Such a repeat gets the same error again, and the
provider is not asked. The memory is of the token, the model and the rest of the request, since what is left of a quota
may still pay for a smaller picture. The deployment's own tokens rest in the table: see `easel.providers.cooldowns`.
"""

from __future__ import annotations

import copy
import hashlib
import json
import math
import time
from collections.abc import Callable
from typing import TypeVar

from easel.catalog import Provider
from easel.errors import QuotaExceeded
from easel.providers import tokens
from easel.store.records import GenerationRequest

T = TypeVar("T")

SECONDS = 60.0
"""Time for which a refusal is remembered, unless the provider names a shorter one. After that a new package counts."""
MOST = 1000
"""Refusals that are remembered."""
UNCOUNTED = ("seed", "response_format")
"""Fields that change no price. A repeat without a seed has another one."""

_refusals: dict[str, tuple[float, QuotaExceeded]] = {}


def asked_once(request: GenerationRequest, token: str | None, attempt: Callable[[], T]) -> T:
    """Return the result of `attempt`; raise the error of an earlier one if the quota was just refused."""
    name, now = _digest(request, token), time.time()
    when, error = _refusals.get(name, (0.0, None))
    if error and 0 <= now - when < min(SECONDS, error.retry_after or SECONDS):
        raise _after(error, now - when)
    try:
        return attempt()
    except QuotaExceeded as refusal:
        if not refusal.drawn:
            _remember(name, refusal, request.catalog_provider)
        raise


def _remember(name: str, error: QuotaExceeded, provider: Provider) -> None:
    """Keep a refusal. Add to the error when the quota comes back, unless the provider said so or no day brings it."""
    now = time.time()
    if error.retry_after is None and not error.dead_token:
        error.retry_after = math.ceil(tokens.quota_seconds(provider, now))
    if len(_refusals) >= MOST:
        forget()
    _refusals[name] = now, _after(error, 0)


def _after(error: QuotaExceeded, seconds: float) -> QuotaExceeded:
    """The error as it is after a time. A copy has no traceback, which would keep the call and its token."""
    again = copy.copy(error)
    if error.retry_after is not None:
        again.retry_after = max(1, math.ceil(error.retry_after - seconds))
    return again


def forget() -> None:
    _refusals.clear()


def _digest(request: GenerationRequest, token: str | None) -> str:
    fields = {name: value for name, value in request.to_json().items() if name not in UNCOUNTED}
    return hashlib.sha256(f"{token}\0{json.dumps(fields, sort_keys=True)}".encode()).hexdigest()
