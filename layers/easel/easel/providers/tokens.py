"""The deployment's own provider tokens, and which of them may be used now.

Tokens lie in SSM (`/{stack}/tokens/{provider}`, several comma-separated) and are used in turn. What is known of them
is kept for all functions in the job table: the item `tokens#{provider}` has a field for each token that is not to be
used, named after a hash of it:

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
import math
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, TypeVar

from easel.catalog import Provider
from easel.common import aws
from easel.common.telemetry import logger
from easel.errors import AuthRequired, EaselError, InternalError, QuotaExceeded, RateLimited, from_body
from easel.settings import settings
from easel.store import items

T = TypeVar("T")

DAY = 24 * 3600
HOUR = 3600
FIRST_COOLDOWN = 4.0
"""Seconds after a first 429 that names no time. Doubling from 4, the fourth trial falls on the end of a minute, the
period that most limits are counted in."""
LONGEST_COOLDOWN = 900.0
TRIAL_SECONDS = 3.0
"""How long one trial keeps others from a token after its cooldown: a refusal comes well within it."""
REFUSED_SECONDS = 900.0
MOST_TRIED = 20
"""Tokens that one call tries."""

KEPT_SECONDS = 60.0
"""How long a process keeps what it read: a new token is in use after a minute, and SSM is asked once a minute."""

_kept: dict[str, tuple[float, tuple[str, ...]]] = {}

_turns = itertools.count(random.randrange(1000))


@dataclass(frozen=True)
class Token:
    """A token, or the right to call without one (`value` is None). `name` is a hash, which may be stored and logged.

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
    """Why and until when a token, or a token for one model, is not to be used."""

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


def in_turn(provider: Provider, model: str, attempt: Callable[[str | None], T]) -> T:
    """What an attempt gives with one of the tokens; where it fails through the token's fault, the next one is tried.

    Raises:
        RateLimited: each usable token has a cooldown or no quota.
        EaselError: there is no token, none could ever work, or the attempt failed for another reason.
    """
    for _ in range(MOST_TRIED):
        try:
            token = take(provider, model, time.time())
        except NoTokenNow as wait:
            seconds = max(1, math.ceil(wait.until - time.time()))
            text = f"this deployment's tokens of {provider.name} rest for {seconds} s: {wait.reason}"
            raise RateLimited(text, provider=provider.id, retry_after=seconds) from None
        try:
            found = attempt(token.value)
        except EaselError as error:
            if not blame(token, provider, model, error, time.time()):
                raise
        else:
            worked(token, provider)
            return found
    raise RateLimited(f"{MOST_TRIED} tokens of {provider.name} were refused", provider=provider.id, retry_after=60)


def blame(token: Token, provider: Provider, model: str, error: EaselError, now: float) -> bool:
    """Leaves a token alone after an error that is its affair; False for any other error."""
    if error.dead_token:
        logger.error("a token was refused for a model", extra={"token": token.name, "reason": error.message})
        refuse(token, provider, model, error, now)
    elif isinstance(error, QuotaExceeded):
        spend(token, provider, model, error, now)
    elif isinstance(error, RateLimited):
        cool_down(token, provider, error, now)
    else:
        return False
    return True


def cool_down(token: Token, provider: Provider, error: RateLimited, now: float) -> None:
    """After a 429. Of several that were under way at once only the first counts."""
    row = token.refusals + 1
    seconds = min(LONGEST_COOLDOWN, FIRST_COOLDOWN * 2 ** (row - 1))
    if error.retry_after is not None:
        seconds = max(1.0, error.retry_after)
    state = _State(now + seconds, row, error.message)
    _tell(token, provider, state, now)
    _change(provider, token.name, lambda seen: state if seen.refusals == token.refusals else seen)


def spend(token: Token, provider: Provider, model: str, error: QuotaExceeded, now: float) -> None:
    """After a used-up quota: until the provider's time, else until its next midnight."""
    until = now + error.retry_after if error.retry_after is not None else _midnight(provider, now)
    scope = _for_model(token, model) if provider.quota_per_model else token.name
    state = _State(until, reason=error.message)
    _tell(token, provider, state, now)
    _change(provider, scope, lambda _: state)


def _tell(token: Token, provider: Provider, state: _State, now: float) -> None:
    seconds = round(state.until - now)
    extra = {"provider": provider.id, "token": token.name, "seconds": seconds, "reason": state.reason}
    logger.info("a token rests", extra=extra)


def refuse(token: Token, provider: Provider, model: str, error: EaselError, now: float) -> None:
    """After an answer that means that the token can never work for this model."""
    state = _State(now + REFUSED_SECONDS, reason=error.message, error=error.body())
    _change(provider, _for_model(token, model), lambda _: state)


def worked(token: Token, provider: Provider) -> None:
    """After a success: where the use was a trial, the cooldown is over."""
    if token.refusals:
        _change(provider, token.name, lambda seen: _State() if seen.refusals == token.refusals else seen)


def forgive(provider: Provider) -> None:
    """Makes refused tokens usable again; called when a batch starts, since the owner may have mended the cause."""
    for scope, state in _states(provider).items():
        if state.error:
            _change(provider, scope, lambda _: _State())


def _known(provider: Provider) -> list[Token]:
    found = secrets(f"tokens/{provider.id}")
    if found:
        return [Token(hashlib.sha256(value.encode()).hexdigest()[:16], value) for value in found]
    if provider.auth_required:
        path = f"{settings().parameters_path}/tokens/{provider.id}"
        raise AuthRequired(
            f"this deployment has no token of {provider.name}: its owner puts one into the SSM parameter {path}; "
            f"get one at {provider.token_url}",
            provider=provider.id,
        )
    return [Token("anonymous", None)]


def _for_model(token: Token, model: str) -> str:
    return f"{token.name}/{model}"


def _begin_trial(provider: Provider, token: Token, seen: _State, now: float) -> bool:
    """Takes the trial of a token after its cooldown; False when another worker has taken it."""
    mine = False

    def begin(state: _State) -> _State:
        nonlocal mine
        mine = (state.refusals, state.until) == (seen.refusals, seen.until)
        return replace(state, until=now + TRIAL_SECONDS) if mine else state

    _change(provider, token.name, begin)
    return mine


def _midnight(provider: Provider, now: float) -> float:
    east = provider.quota_utc_offset * HOUR
    return ((now + east) // DAY + 1) * DAY - east


def _states(provider: Provider) -> dict[str, _State]:
    return {scope: _State(**state) for scope, state in (items.read(_name(provider)) or {}).items()}


def _change(provider: Provider, scope: str, decide: Callable[[_State], _State]) -> None:
    """Changes what is known of one token, or of a token for one model; a state that says nothing is dropped."""

    def decided(fields: items.Fields | None) -> items.Fields | None:
        states = {name: _State(**state) for name, state in (fields or {}).items()}
        before = states.get(scope, _State())
        after = decide(before)
        if after == before:
            return None
        kept = {name: state for name, state in {**states, scope: after}.items() if state != _State()}
        return {name: asdict(state) for name, state in kept.items()}

    items.change(_name(provider), decided, _expires)


def _expires(fields: items.Fields) -> float:
    return max(time.time(), *(float(state["until"]) for state in fields.values()), 0.0) + 2 * DAY


def _name(provider: Provider) -> str:
    return f"tokens#{provider.id}"


def secrets(name: str) -> tuple[str, ...]:
    """The values of the parameter `/{stack}/{name}`; none where there is no such parameter.

    Raises `InternalError` when SSM cannot be asked and nothing was read before.
    """
    path = f"{settings().parameters_path}/{name}"
    until, found = _kept.get(path, (0.0, ()))
    if time.monotonic() < until:
        return found
    try:
        found = _read(path)
    except InternalError:
        if not found:
            raise
        logger.warning("secret not read anew", extra={"parameter": path})
    _kept[path] = (time.monotonic() + KEPT_SECONDS, found)
    return found


def forget() -> None:
    """Makes the next use ask SSM."""
    _kept.clear()


def _read(path: str) -> tuple[str, ...]:
    from botocore.exceptions import BotoCoreError, ClientError

    client = aws.ssm()
    try:
        text = client.get_parameter(Name=path, WithDecryption=True)["Parameter"]["Value"]
    except client.exceptions.ParameterNotFound:
        return ()
    except (BotoCoreError, ClientError) as error:
        raise InternalError(f"Easel could not read its parameter {path}; try again") from error
    return tuple(dict.fromkeys(value.strip() for value in text.split(",") if value.strip()))
