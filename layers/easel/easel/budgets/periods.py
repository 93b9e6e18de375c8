"""Periods of limits: minutes, days and months. Days and months are those of the deployment's time zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from typing import NamedTuple

from easel.errors import InvalidSetting
from easel.settings import settings

DAY = 24 * 3600
MINUTE = 60


class Period(NamedTuple):
    """A minute, day or month. Times are seconds since the epoch."""

    kind: str
    """`minute`, `day` or `month`."""
    counter: str
    """The counter attribute. It includes the period, so each period starts at zero."""
    ends: float
    seconds: int
    """Nominal length in seconds."""


def of(kind: str, when: float) -> Period:
    """Return the period of the kind that contains the time `when`, in seconds since the epoch."""
    if kind == "minute":
        number = int(when // MINUTE)
        return Period(kind, f"minute#{number}", (number + 1) * MINUTE, MINUTE)
    local = datetime.fromtimestamp(when, _zone(settings().time_zone))
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if kind == "day":
        return Period(kind, f"day#{local:%Y-%m-%d}", (midnight + timedelta(days=1)).timestamp(), DAY)
    next_month = (midnight.replace(day=28) + timedelta(days=4)).replace(day=1)
    return Period(kind, f"month#{local:%Y-%m}", next_month.timestamp(), 30 * DAY)


def is_over(counter: str, now: float) -> bool:
    """Return True if no count or refund can still change the counter."""
    kind, _, number = counter.partition("#")
    if kind == "minute":
        return int(number) < now // MINUTE - 2
    # ISO dates sort alphabetically.
    return kind in ("day", "month") and counter < of(kind, now - (2 * DAY if kind == "day" else 40 * DAY)).counter


def as_text(when: float) -> str:
    """Return the time as text in the deployment's time zone."""
    return datetime.fromtimestamp(when, _zone(settings().time_zone)).isoformat(timespec="seconds")


@cache
def _zone(name: str) -> tzinfo:
    if name == "UTC":
        return UTC
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        text = f"the setting TIME_ZONE must be a time zone such as Europe/Berlin, not {name[:100]!r}"
        raise InvalidSetting(text) from error
