"""Rests: tokens and models of a provider that must not be used for a while. All functions share them in the job table.

The item `tokens#{provider}` has a field for each scope that rests:

| scope | what rests |
|---|---|
| `{token}` | a token; it is named by a hash |
| `{token}/{model}` | a token, for one model |
| `*/{model}` | a model, such as a Space, for every token |
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from easel.catalog import Provider
from easel.store import table, versioned_items

DAY = 24 * 3600
EVERY_TOKEN = "*"


class Cooldown(NamedTuple):
    """A rest of one scope.

    Attributes:
        until: its end, in seconds since the epoch. After the end, one trial call may have to succeed first.
        refusals: consecutive refusals.
        reason: the error's sentence.
        error: the error's body, for a refused token.
        spent: True if the allowance is used up. Some providers report what is left of it.
    """

    until: float = 0.0
    refusals: int = 0
    reason: str = ""
    error: Mapping[str, Any] | None = None
    spent: bool = False


NO_COOLDOWN = Cooldown()


def for_model(token: str, model: str) -> str:
    """Return the scope of a token, or of `EVERY_TOKEN`, for one model."""
    return f"{token}/{model}"


def read(provider: Provider) -> dict[str, Cooldown]:
    """Return all rests of the provider, by scope."""
    return _rests(versioned_items.read(item_id(provider)) or {})


def rests_of_item(item: table.Item | None) -> dict[str, Cooldown]:
    """Return the rests in the provider's item, by scope."""
    return _rests(versioned_items.fields_of(item)) if item else {}


def _rests(fields: versioned_items.Fields) -> dict[str, Cooldown]:
    return {scope: Cooldown(**rest) for scope, rest in fields.items()}


def change(provider: Provider, scope: str, decide: Callable[[Cooldown], Cooldown]) -> None:
    """Change the rest of one scope. An empty rest is removed."""

    def decide_fields(fields: versioned_items.Fields | None) -> versioned_items.Fields | None:
        before = _rests(fields or {})
        after = decide(before.get(scope, NO_COOLDOWN))
        if after == before.get(scope, NO_COOLDOWN):
            return None
        kept = {name: rest for name, rest in {**before, scope: after}.items() if rest != NO_COOLDOWN}
        return {name: rest._asdict() for name, rest in kept.items()}

    versioned_items.change(item_id(provider), decide_fields, _expires)


def end(provider: Provider, scope: str, refusals: int) -> None:
    """End a rest after a success, unless the scope was refused again meanwhile."""
    change(provider, scope, lambda before: NO_COOLDOWN if before.refusals == refusals else before)


def _expires(fields: versioned_items.Fields) -> float:
    return max(time.time(), *(float(rest["until"]) for rest in fields.values()), 0.0) + 2 * DAY


def item_id(provider: Provider) -> str:
    """Return the id of the provider's item."""
    return f"tokens#{provider.id}"


def midnight(provider: Provider, now: float) -> float:
    """Return the provider's next midnight, at which its quotas are renewed, in seconds since the epoch."""
    east = provider.quota_utc_offset * 3600
    return ((now + east) // DAY + 1) * DAY - east
