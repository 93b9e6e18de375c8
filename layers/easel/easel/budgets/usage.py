"""How much of its limits a payer has used, and the response headers with these figures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from easel.budgets import limits
from easel.budgets.periods import Period
from easel.store.payer import Payer, PayerKind
from easel.store.table import Item

CONCURRENT = 'qu="concurrent-requests"'
"""The unit in `RateLimit-Policy` of a limit without a period."""
SOON_SECONDS = 5
"""When to try again if too many calls are running: nobody knows when one of them ends."""


class Usage(NamedTuple):
    """How much of one limit is used."""

    kind: str
    limit: int
    """0 if there is no limit."""
    used: int
    period: Period | None

    @property
    def left(self) -> int:
        return max(0, self.limit - self.used)

    def resets_in(self, now: float) -> int:
        """Return whole seconds until the limit allows more: the end of the period, or `SOON_SECONDS`."""
        return max(1, math.ceil(self.period.ends - now)) if self.period else SOON_SECONDS


def uses(payer: Payer, item: Item, when: float, *, batch: bool = False) -> list[Usage]:
    """Return what a payer has used of each limit, the shortest period first.

    Args:
        payer: who pays.
        item: the payer's item.
        when: the moment that decides which periods are meant.
        batch: whether to return only the limits of a batch's pictures.
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
    """`RateLimit-Policy` and `RateLimit`, in the form of draft-ietf-httpapi-ratelimit-headers-10."""
    limited = [use for use in uses if use.limit]
    if not limited:
        return {}
    policies, left = [], []
    for use in limited:
        policies.append(f'"{use.kind}";q={use.limit};' + (f"w={use.period.seconds}" if use.period else CONCURRENT))
        left.append(f'"{use.kind}";r={use.left}' + (f";t={use.resets_in(now)}" if use.period else ""))
    return {"RateLimit-Policy": ", ".join(policies), "RateLimit": ", ".join(left)}
