"""Usage of a payer's limits, and the response headers that report it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from easel.budgets import limits
from easel.budgets.periods import Period
from easel.store.payer import Payer, PayerKind
from easel.store.table import Item

CONCURRENT_UNIT = 'qu="concurrent-requests"'
"""Unit of a limit without a period, in the header `RateLimit-Policy`."""
RETRY_SECONDS = 5
"""Seconds until a retry if too many calls are in progress. The time at which one ends is unknown."""


class Usage(NamedTuple):
    """How much of one limit is used."""

    kind: str
    limit: int
    """0 means no limit."""
    used: int
    period: Period | None

    @property
    def left(self) -> int:
        """What is left of the limit, at least 0."""
        return max(0, self.limit - self.used)

    def resets_in(self, now: float) -> int:
        """Return the whole seconds until the period ends, or `RETRY_SECONDS` for a limit without a period."""
        return max(1, math.ceil(self.period.ends - now)) if self.period else RETRY_SECONDS


def uses(payer: Payer, item: Item, when: float, *, batch: bool = False) -> list[Usage]:
    """Return the payer's usage of each limit, shortest period first.

    Args:
        payer: the payer.
        item: the payer's item.
        when: the time that determines the periods, in seconds since the epoch.
        batch: True to return only the limits that apply to batches.
    """
    settings = limits.limits(payer)
    result = []
    for counter in limits.counters(payer, when, batch=batch):
        own = _number(item, limits.key_limit(counter.kind)) if payer.kind is PayerKind.KEY else 0
        given = [limit for limit in (own, settings.get(counter.kind, 0)) if limit]
        used = max(0, _number(item, counter.attribute))
        result.append(Usage(counter.kind, min(given, default=0), used, counter.period))
    return result


def _number(item: Item, attribute: str) -> int:
    return int(item[attribute]["N"]) if attribute in item else 0


def headers(uses: Sequence[Usage], now: float) -> dict[str, str]:
    """Return `RateLimit-Policy` and `RateLimit`, as draft-ietf-httpapi-ratelimit-headers-10 defines them."""
    limited = [use for use in uses if use.limit]
    if not limited:
        return {}
    policies, left = [], []
    for use in limited:
        policies.append(f'"{use.kind}";q={use.limit};' + (f"w={use.period.seconds}" if use.period else CONCURRENT_UNIT))
        left.append(f'"{use.kind}";r={use.left}' + (f";t={use.resets_in(now)}" if use.period else ""))
    return {"RateLimit-Policy": ", ".join(policies), "RateLimit": ", ".join(left)}
