"""What is counted of each kind of payer, and the limits that the deployment's settings give it.

An Easel key has limits of its own besides, see `easel.budgets.keys`; the lower one of two counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from easel.budgets import periods
from easel.budgets.periods import Period
from easel.settings import Settings, settings
from easel.store.payer import Payer, PayerKind

ANONYMOUS_AT_ONCE = 10
"""Jobs that an address may have at one moment without a token or key, if `JobsAtOnce` sets no limit."""


class Rules(NamedTuple):
    """What Easel counts of one kind of payer."""

    counted: tuple[str, ...]
    """Some of `minute`, `running` (calls whose picture is being made), `day` and `month`."""
    limits: Callable[[Settings], Mapping[str, int]]
    """The limits from the settings, by what is counted; 0 is no limit."""
    item_expires: bool = False
    """Whether the payer's item is removed some days after it was last used."""


RULES: Mapping[PayerKind, Rules] = {
    PayerKind.KEY: Rules(
        counted=("minute", "running", "day", "month"),
        limits=lambda chosen: {"running": chosen.jobs_at_once},
    ),
    PayerKind.ANONYMOUS: Rules(
        counted=("running", "day"),
        limits=lambda chosen: {
            "running": chosen.jobs_at_once or ANONYMOUS_AT_ONCE,
            "day": chosen.anonymous_pictures,
        },
        item_expires=True,
    ),
    PayerKind.ADDRESS: Rules(
        counted=("running",),
        limits=lambda chosen: {"running": chosen.jobs_at_once},
        item_expires=True,
    ),
    PayerKind.DEPLOYMENT: Rules(
        counted=("day",),
        limits=lambda chosen: {"day": chosen.daily_pictures},
    ),
}


class Counter(NamedTuple):
    """An attribute of a payer's item that counts pictures or calls."""

    kind: str
    """`minute`, `running`, `day` or `month`."""
    period: Period | None
    """What it counts in; None for `running`."""

    @property
    def attribute(self) -> str:
        return self.period.counter if self.period else self.kind


def counters(payer: Payer, when: float, *, batch: bool) -> list[Counter]:
    """Return what a picture counts as at this payer.

    Args:
        payer: who pays.
        when: the moment that decides in which periods it counts.
        batch: whether it is a batch's picture. Only days and months are counted of those: a batch has its own pace.
    """
    kinds = [kind for kind in RULES[payer.kind].counted if not batch or kind in ("day", "month")]
    return [Counter(kind, None if kind == "running" else periods.of(kind, when)) for kind in kinds]


def limits(payer: Payer) -> Mapping[str, int]:
    """Return the payer's limits from the settings, by what is counted; 0 or absent is no limit."""
    return RULES[payer.kind].limits(settings())


def key_limit(kind: str) -> str:
    """Return the attribute of a key's item that holds the key's own limit."""
    return "at_once" if kind == "running" else kind
