"""The deployment's own provider tokens, and which of them may be used now.

Tokens lie in SSM (`/{stack}/tokens/{provider}`, several comma-separated) and are used in turn. What is known of them
is kept for all functions in the job table: the item `tokens#{provider}` has one attribute for each token that is not
to be used, named after a hash of it:

- A 429 gives the token a *cooldown*: as long as the provider asks for, else one that doubles with each 429 in a row.
  After it, one call at a time tries the token, and the first success clears it.
- A used-up quota sets the token aside until the quota comes back.
- A token that can never work for a model (refused, expired, nothing to pay with) is *refused* for that model, with the
  provider's reason. It is looked at again after `REFUSED_SECONDS`, or when a batch starts.

Where a provider takes calls without a token, "no token" is treated like a token.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from easel import aws, parameters
from easel.catalog import Provider
from easel.errors import AuthRequired, EaselError, QuotaExceeded, RateLimited, from_body
from easel.settings import settings

DAY = 24 * 3600
HOUR = 3600
FIRST_COOLDOWN = 4.0
"""Seconds after a first 429 that names no time. Doubling from 4, the fourth trial falls on the end of a minute, the
period that most limits are counted in."""
LONGEST_COOLDOWN = 900.0
TRIAL_SECONDS = 3.0
"""How long one trial keeps others from a token after its cooldown: a refusal comes well within it."""
REFUSED_SECONDS = 900.0

_turns = itertools.count(random.randrange(1000))


@dataclass(frozen=True)
class Token:
    """A token, or the right to call without one (`value` is None). `name` says which without telling it.

    `refusals` counts the 429s in a row that were known when the token was taken; above 0 its use is a trial.
    """

    name: str
    value: str | None = field(repr=False)
    refusals: int = 0


class NoTokenNow(Exception):
    """No token may be used until `until`, in seconds since the epoch. Never reaches a caller."""

    def __init__(self, until: float, reason: str) -> None:
        super().__init__(reason)
        self.until = until
        self.reason = reason


@dataclass(frozen=True)
class _State:
    """What is known of a token, or of a token for one model."""

    until: float = 0.0
    refusals: int = 0
    reason: str = ""
    error: Mapping[str, Any] | None = None
    """The body of the error with which the token was refused for good."""


def take(provider: Provider, model: str, now: float) -> Token:
    """Chooses the next token in turn that may be used for the model.

    Args:
        now: seconds since the epoch, as the caller counts them.

    Raises:
        NoTokenNow: each usable token has a cooldown or no quota.
        EaselError: there is no token, or none that could ever work for this model; the error says why.
    """
    known, states = _known(provider), _states(provider)
    for_model = {token: states.get(_for_model(token, model), _State()) for token in known}
    usable = [token for token in known if not for_model[token].error or for_model[token].until <= now]
    if not usable:
        raise from_body(dict(for_model[known[0]].error or {}))
    own = {token: states.get(token.name, _State()) for token in usable}
    resting = {token: max(own[token], for_model[token], key=lambda state: state.until) for token in usable}
    free = [token for token in usable if resting[token].until <= now]
    if fresh := [token for token in free if not own[token].refusals]:
        return fresh[next(_turns) % len(fresh)]
    for token in free:
        if _begin_trial(provider, token, own[token], now):
            return replace(token, refusals=own[token].refusals)
    soonest = min(resting.values(), key=lambda state: state.until)
    raise NoTokenNow(max(soonest.until, now + TRIAL_SECONDS) if free else soonest.until, soonest.reason)


def cool_down(token: Token, provider: Provider, error: RateLimited, now: float) -> None:
    """After a 429. Of several that were under way at once only the first counts."""
    row = token.refusals + 1
    seconds = min(LONGEST_COOLDOWN, FIRST_COOLDOWN * 2 ** (row - 1))
    if error.retry_after is not None:
        seconds = max(1.0, error.retry_after)
    _write(provider, token.name, _State(now + seconds, row, error.message), unless_changed_from=token.refusals)


def spend(token: Token, provider: Provider, model: str, error: QuotaExceeded, now: float) -> None:
    """After a used-up quota: until the provider's time, else until its next midnight."""
    until = now + error.retry_after if error.retry_after is not None else _midnight(provider, now)
    scope = _for_model(token, model) if provider.quota_per_model else token.name
    _write(provider, scope, _State(until, reason=error.message))


def refuse(token: Token, provider: Provider, model: str, error: EaselError, now: float) -> None:
    """After an answer that means that the token can never work for this model."""
    _write(provider, _for_model(token, model), _State(now + REFUSED_SECONDS, reason=error.message, error=error.body()))


def worked(token: Token, provider: Provider) -> None:
    """After a success: where the use was a trial, the cooldown is over."""
    if token.refusals:
        _change(provider, token.name, "REMOVE #scope", "#scope.refusals = :row", {":row": {"N": str(token.refusals)}})


def forgive(provider: Provider) -> None:
    """Makes refused tokens usable again; called when a batch starts, since the owner may have mended the cause."""
    for scope, state in _states(provider).items():
        if state.error:
            _change(provider, scope, "REMOVE #scope")


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


def _for_model(token: Token, model: str) -> str:
    return f"{token.name}/{model}"


def _begin_trial(provider: Provider, token: Token, state: _State, now: float) -> bool:
    return _write(
        provider,
        token.name,
        replace(state, until=now + TRIAL_SECONDS),
        unless_changed_from=state.refusals,
        and_until=state.until,
    )


def _midnight(provider: Provider, now: float) -> float:
    east = provider.quota_utc_offset * HOUR
    return ((now + east) // DAY + 1) * DAY - east


def _states(provider: Provider) -> dict[str, _State]:
    found = aws.dynamodb().get_item(TableName=settings().jobs_table, Key=_key(provider), ConsistentRead=True)
    return {scope: _read(value["M"]) for scope, value in found.get("Item", {}).items() if "M" in value}


def _read(value: Mapping[str, Any]) -> _State:
    error = json.loads(value["error"]["S"]) if "error" in value else None
    return _State(float(value["until"]["N"]), int(value["refusals"]["N"]), value["reason"]["S"], error)


def _write(
    provider: Provider,
    scope: str,
    state: _State,
    unless_changed_from: int | None = None,
    and_until: float | None = None,
) -> bool:
    """Writes a state; where asked, only if the count of 429s and the time are still those that were read."""
    value: dict[str, Any] = {
        "until": {"N": f"{state.until:.3f}"},
        "refusals": {"N": str(state.refusals)},
        "reason": {"S": state.reason},
        **({"error": {"S": json.dumps(state.error)}} if state.error else {}),
    }
    expires = int(max(state.until, time.time())) + 2 * DAY
    condition, values = "", {":state": {"M": value}, ":expires": {"N": str(expires)}}
    if unless_changed_from is not None:
        condition = "#scope.refusals = :row"
        values[":row"] = {"N": str(unless_changed_from)}
        if and_until is not None:
            condition += " AND #scope.#until = :until"
            values[":until"] = {"N": f"{and_until:.3f}"}
        elif unless_changed_from == 0:
            condition += " OR attribute_not_exists(#scope)"
    return _change(provider, scope, "SET #scope = :state, expires = :expires", condition, values)


def _change(
    provider: Provider, scope: str, change: str, condition: str = "", values: Mapping[str, Any] | None = None
) -> bool:
    more: dict[str, Any] = {"ConditionExpression": condition} if condition else {}
    more |= {"ExpressionAttributeValues": values} if values else {}
    names = {"#scope": scope} | ({"#until": "until"} if "#until" in condition else {})
    key, table = _key(provider), settings().jobs_table
    write = {"TableName": table, "Key": key, "UpdateExpression": change, "ExpressionAttributeNames": names}
    return aws.write_if("update_item", **write, **more)


def _key(provider: Provider) -> dict[str, dict[str, str]]:
    return {"id": {"S": f"tokens#{provider.id}"}}
