"""The deployment's own provider tokens, which serve batches only.

They lie in SSM (`/{stack}/tokens/{provider}`, several comma-separated) and are used in turn. A token that is rate
limited or out of quota is set aside until it recovers, for all containers: in the job table, the item
`tokens#{provider}` holds, under a hash of the token, the time until which to leave it alone. When all are set aside
the provider is parked. Where a provider takes calls without a token, "no token" is set aside and parked alike.
"""

from __future__ import annotations

import hashlib
import itertools
import random
import time
from dataclasses import dataclass, field

from easel import aws, parameters
from easel.catalog import Provider
from easel.errors import AuthRequired
from easel.settings import settings

DAY = 24 * 3600
_turns = itertools.count(random.randrange(1000))


class Parked(Exception):
    """Every token of the provider is set aside until `until`, in seconds since the epoch. Never reaches a caller."""

    def __init__(self, until: float) -> None:
        super().__init__(f"every token is set aside for {until - time.time():.0f} s")
        self.until = until


@dataclass(frozen=True)
class Token:
    """A token, or the right to call without one (`value` is None). `name` says which without telling it."""

    name: str
    value: str | None = field(repr=False)


def take(provider: Provider, model: str) -> Token:
    """The next token in turn that is not set aside; raises `AuthRequired` where none is set, else `Parked`."""
    known = _known(provider)
    asides = _asides(provider)
    free_at = {token: _free_at(token, provider, model, asides) for token in known}
    free = [token for token in known if free_at[token] <= time.time()]
    if not free:
        raise Parked(min(free_at.values()))
    return free[next(_turns) % len(free)]


def set_aside(token: Token, provider: Provider, until: float, model: str | None = None) -> None:
    """Keeps the token from being taken until then; for one model only, where that is how the provider counts."""
    scope = f"{token.name}/{model}" if model and provider.quota_per_model else token.name
    aws.dynamodb().update_item(
        TableName=settings().jobs_table,
        Key=_key(provider),
        UpdateExpression="SET #scope = :until, expires = :expires",
        ExpressionAttributeNames={"#scope": scope},
        ExpressionAttributeValues={
            ":until": {"N": f"{until:.3f}"},
            ":expires": {"N": str(int(max(until, time.time()) + 2 * DAY))},
        },
    )


def _known(provider: Provider) -> list[Token]:
    found = parameters.values(f"tokens/{provider.id}")
    if found:
        return [Token(hashlib.sha256(value.encode()).hexdigest()[:16], value) for value in found]
    if provider.auth_required:
        path = f"{settings().parameters_path}/tokens/{provider.id}"
        raise AuthRequired(
            f"batches need a token of {provider.name} in the SSM parameter {path}; get one at {provider.token_url}",
            provider=provider.id,
        )
    return [Token("anonymous", None)]


def _asides(provider: Provider) -> dict[str, float]:
    found = aws.dynamodb().get_item(TableName=settings().jobs_table, Key=_key(provider), ConsistentRead=True)
    item = found.get("Item", {})
    return {name: float(value["N"]) for name, value in item.items() if "N" in value and name != "expires"}


def _free_at(token: Token, provider: Provider, model: str, asides: dict[str, float]) -> float:
    return max(asides.get(token.name, 0.0), asides.get(f"{token.name}/{model}", 0.0))


def _key(provider: Provider) -> dict[str, dict[str, str]]:
    return {"id": {"S": f"tokens#{provider.id}"}}
