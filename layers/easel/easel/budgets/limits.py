"""What Easel counts for each kind of payer, and the limits from the deployment's settings.

An Easel key can have additional limits, see `easel.budgets.keys`. The lower of two limits applies.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from easel.budgets import periods
from easel.budgets.periods import Period
from easel.settings import Settings, settings
from easel.store.payer import Payer, PayerKind

ANONYMOUS_AT_ONCE = 10
"""Maximum concurrent jobs of an address without a token or key, if `JobsAtOnce` is 0."""


class Rules(NamedTuple):
    """What Easel counts for one kind of payer."""

    counted: tuple[str, ...]
    """Kinds of counters: `minute`, `running` (calls in progress), `day` and `month`."""
    limits: Callable[[Settings], Mapping[str, int]]
    """Function that returns the limits in the settings, by kind of counter. 0 means no limit."""
    item_expires: bool = False
    """True if the payer's item expires some days after its last use."""


RULES: Mapping[PayerKind, Rules] = {
    PayerKind.KEY: Rules(
        counted=("minute", "running", "day", "month"),
        limits=lambda settings: {"running": settings.jobs_at_once},
    ),
    PayerKind.ANONYMOUS: Rules(
        counted=("running", "day"),
        limits=lambda settings: {
            "running": settings.jobs_at_once or ANONYMOUS_AT_ONCE,
            "day": settings.anonymous_pictures,
        },
        item_expires=True,
    ),
    PayerKind.ADDRESS: Rules(
        counted=("running",),
        limits=lambda settings: {"running": settings.jobs_at_once},
        item_expires=True,
    ),
    PayerKind.DEPLOYMENT: Rules(
        counted=("day",),
        limits=lambda settings: {"day": settings.daily_pictures},
    ),
}


class Counter(NamedTuple):
    """A counter attribute of a payer's item."""

    kind: str
    """`minute`, `running`, `day` or `month`."""
    period: Period | None
    """The counter's period; None for `running`."""

    @property
    def attribute(self) -> str:
        """Name of the attribute."""
        return self.period.counter if self.period else self.kind


def counters(payer: Payer, when: float, *, batch: bool) -> list[Counter]:
    """Return the counters that a picture increases at this payer.

    Args:
        payer: the payer.
        when: the time that determines the periods, in seconds since the epoch.
        batch: True for a batch's picture. It counts only by day and month, since batches limit their own pace.
    """
    kinds = [kind for kind in RULES[payer.kind].counted if not batch or kind in ("day", "month")]
    return [Counter(kind, None if kind == "running" else periods.of(kind, when)) for kind in kinds]


def limits(payer: Payer) -> Mapping[str, int]:
    """Return the payer's limits from the settings, by kind of counter. 0 or a missing entry means no limit."""
    return RULES[payer.kind].limits(settings())


def key_limit(kind: str) -> str:
    """Return the attribute of a key's item that holds the key's own limit of this kind."""
    return "at_once" if kind == "running" else kind
