"""Count the pictures that each of the deployment's tokens has drawn today, and keep what its provider says is left.

The item `drawn#{provider}#{day}` has the facts of one day in the provider's time zone. Gitee AI's day ends at
midnight in Beijing.

| attribute | what |
|---|---|
| `drawn#{token}` | pictures that were drawn, or may have been |
| `full#{token}` | how many were drawn when the provider said that the day's allowance is used up |
| `left#{token}` | what is left of the allowance, as the provider reports it, in JSON |

`{token}` is the token's hash. The counts are for people and for choosing a token. They are not exact: a function that
dies counts nothing, and a write may count twice if its response is lost. `easel.budgets.charges` counts keys exactly.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any, Protocol, TypeVar

from easel.catalog import Provider
from easel.common import aws
from easel.common.deadline import ends_within, in_thread
from easel.common.telemetry import logger
from easel.providers import cooldowns
from easel.providers.cooldowns import DAY, Cooldown, midnight
from easel.store import table
from easel.store.table import Item

DAYS = 7
"""Days for which counts are kept and searched for a used-up allowance."""
TOLERANCE = 1.1
"""Factor within which two tokens have about the same left."""
WAIT_SECONDS = 1.0
"""Maximum wait for a job's count, which is written while the job's end is recorded."""


USUAL_COST = {"magicubes": 1.0, "seconds": 60.0}
"""Estimated cost of a picture, by unit, because an allowance is not read again after each picture. docs/providers/ has
sources."""


@dataclass(frozen=True)
class Allowance:
    """What a provider says is left of a token's allowance.

    Attributes:
        left: what is left, in the unit.
        unit: `magicubes`, `seconds` of ZeroGPU, or `CNY`.
        total: the whole allowance, if known.
        resets: when the allowance is renewed, in seconds since the epoch, if known.
        read: when the allowance was read, in seconds since the epoch.
        drawn: the token's pictures of that day when the allowance was read.
    """

    left: float
    unit: str
    total: float | None = None
    resets: float | None = None
    read: float = 0.0
    drawn: int = 0


@dataclass(frozen=True)
class Use:
    """The use of one token.

    Attributes:
        drawn: its pictures today.
        full: the pictures after which a day's allowance was used up: the maximum of the last days, or None if unknown.
        allowance: what was left at the last read, or None.
    """

    drawn: int = 0
    full: int | None = None
    allowance: Allowance | None = None

    @property
    def left(self) -> float | None:
        """What is left now, in the allowance's unit: the last read less the pictures since. None if it is unknown."""
        if not self.allowance:
            return None
        since = max(0, self.drawn - self.allowance.drawn)
        return max(0.0, self.allowance.left - since * USUAL_COST.get(self.allowance.unit, 0.0))


class NamedToken(Protocol):
    """A token with its hash as the name, such as `tokens.Token`, which this module cannot import."""

    @property
    def name(self) -> str: ...


T = TypeVar("T", bound=NamedToken)


def item_id(provider: Provider, now: float) -> str:
    """Return the id of the item for the provider's day."""
    return f"drawn#{provider.id}#{time.strftime('%Y-%m-%d', time.gmtime(midnight(provider, now) - 1))}"


@contextmanager
def counting(provider: Provider) -> Iterator[Any]:
    """Yield a function that counts a token's picture in a thread, while the job's end is recorded."""
    begun: list[Future[None]] = []
    try:
        yield lambda token: begun.append(in_thread(count, provider, token.name, time.time()))
    finally:
        for each in begun:
            ends_within(each, WAIT_SECONDS)


def count(provider: Provider, token: str, now: float) -> None:
    """Count a picture. Log a failure instead of raising it."""
    _write(provider, now, "SET #expires = :expires ADD #name :value", f"drawn#{token}", {"N": "1"})


def note_full(provider: Provider, token: str, now: float) -> None:
    """Store the number of a token's pictures when its day's allowance is used up. Log a failure."""
    expression = "SET #expires = :expires, #name = if_not_exists(#drawn, :value)"
    _write(provider, now, expression, f"full#{token}", {"N": "0"}, {"#drawn": f"drawn#{token}"})


def keep(provider: Provider, token: str, allowance: Allowance, now: float) -> None:
    """Store what is left of a token's allowance. Log a failure instead of raising it."""
    value = {"S": table.json_text(asdict(allowance))}
    _write(provider, now, "SET #expires = :expires, #name = :value", f"left#{token}", value)


def _write(
    provider: Provider,
    now: float,
    expression: str,
    name: str,
    value: Mapping[str, str],
    names: Mapping[str, str] | None = None,
) -> None:
    expires = {"N": str(int(now + (DAYS + 1) * DAY))}
    try:
        aws.dynamodb().update_item(
            TableName=table.name(),
            Key={"id": {"S": item_id(provider, now)}},
            UpdateExpression=expression,
            ExpressionAttributeNames={"#expires": "expires", "#name": name, **(names or {})},
            ExpressionAttributeValues={":expires": expires, ":value": value},
        )
    except Exception as error:  # the picture matters more than its count
        logger.warning("the use of a token was not counted", extra={"reason": type(error).__name__})


def read(provider: Provider, now: float) -> dict[str, Use]:
    """Return the use of the provider's tokens, by hash."""
    ids = [item_id(provider, now - days * DAY) for days in range(DAYS)]
    items = {item["id"]["S"]: item for item in table.get_many(ids)}
    full: dict[str, int] = {}
    for item in items.values():
        for token, number in _values(item, "full").items():
            full[token] = max(full.get(token, 0), int(number["N"]))
    today = use_of_day(items.get(ids[0], {}))
    return {
        token: Use(use.drawn, full.get(token), use.allowance)
        for token in {*today, *full}
        for use in [today.get(token, Use())]
    }


def states(provider: Provider, now: float, *, several: bool) -> tuple[dict[str, Cooldown], Mapping[str, Use]]:
    """Return the provider's rests, and for several tokens today's use of each, in one read."""
    if not several:
        return cooldowns.read(provider), {}
    ids = cooldowns.item_id(provider), item_id(provider, now)
    items = {item["id"]["S"]: item for item in table.get_many(ids)}
    return cooldowns.rests_of_item(items.get(ids[0])), use_of_day(items.get(ids[1], {}))


def with_most_left(free: list[T], use: Mapping[str, Use]) -> list[T]:
    """Return the tokens with about the most left. If one is unknown, return those that have drawn least."""
    known = [use.get(token.name, Use()) for token in free]
    left = [each.left for each in known if each.left is not None]
    if len(left) == len(free):
        return [token for token, amount in zip(free, left, strict=True) if amount * TOLERANCE >= max(left)]
    least = min(each.drawn for each in known)
    return [token for token, each in zip(free, known, strict=True) if each.drawn <= TOLERANCE * least]


def use_of_day(item: Item) -> dict[str, Use]:
    """Return the use of each token in a day's item."""
    drawn, left = _values(item, "drawn"), _values(item, "left")
    return {
        token: Use(
            int(drawn[token]["N"]) if token in drawn else 0,
            allowance=Allowance(**json.loads(left[token]["S"])) if token in left else None,
        )
        for token in {*drawn, *left}
    }


def _values(item: Item, kind: str) -> dict[str, Any]:
    return {name.removeprefix(f"{kind}#"): value for name, value in item.items() if name.startswith(f"{kind}#")}
