"""The deployment's own provider tokens, and which of them may be used now.

SSM holds the tokens (`/{stack}/tokens/{provider}`, comma-separated), which are used in turn. The item
`tokens#{provider}` of the job table tells all functions which tokens must not be used. It has a field for each of
these, named by a hash of the token:

- A 429 gives the token a *cooldown*: as long as the provider asks for, or else one that doubles with each 429 in a row.
  After that one call at a time tries the token, and the first success ends the cooldown.
- A used-up quota sets the token aside until the quota is renewed. If nobody knows when that is, the token is tried
  again after pauses that grow like a cooldown.
- A token that can never work for a model (refused, expired, no balance) is *refused* for that model, with the
  provider's reason. It is tried again after `REFUSED_SECONDS`, or when a batch starts.

If a provider takes calls without a token, "no token" is treated like a token.
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
"""Seconds of the first cooldown if the 429 names no time. Doubled from 4, the fourth trial comes after a minute, which
is the period of most limits."""
LONGEST_COOLDOWN = 900.0
LONGEST_QUOTA_PAUSE = 4 * HOUR
TRIAL_SECONDS = 3.0
"""Time after a cooldown in which one call alone tries the token; a refusal takes far less than this."""
REFUSED_SECONDS = 900.0
MAX_TRIED = 20
"""Tokens that one call tries."""

CACHE_SECONDS = 60.0
"""Time for which a process caches the tokens from SSM, so a new token is in use after a minute."""

_cache: dict[str, tuple[float, tuple[str, ...]]] = {}

_turns = itertools.count(random.randrange(1000))


@dataclass(frozen=True)
class Token:
    """A token, or the right to call without one (`value` is None). `name` is a hash, which may be stored and logged.

    `refusals` is the number of 429s in a row when the token was chosen; if it is above 0, its use is a trial.
    """

    name: str
    value: str | None = field(repr=False)
    refusals: int = 0


class NoTokenNow(Exception):
    """No token may be used before `until`, in seconds since the epoch. Never reaches a caller."""

    def __init__(self, until: float, reason: str) -> None:
        super().__init__(reason)
        self.until = until
        self.reason = reason


@dataclass(frozen=True)
class _State:
    """Until when, and why, a token must not be used; a refused token, for one model."""

    until: float = 0.0
    refusals: int = 0
    reason: str = ""
    error: Mapping[str, Any] | None = None
    """For a refused token: the error's body."""


def take(provider: Provider, model: str, now: float) -> Token:
    """Chooses the next token in turn that may be used for the model.

    Args:
        provider: the provider.
        model: the model.
        now: the caller's time, in seconds since the epoch.

    Raises:
        NoTokenNow: every token has a cooldown or no quota now.
        EaselError: there is no token, or none that can ever work for this model; the error says why.
    """
    known, states = _known(provider), _states(provider)
    for_model = {token: states.get(_for_model(token, model), _State()) for token in known}
    usable = [token for token in known if not for_model[token].error or for_model[token].until <= now]
    if not usable:
        raise from_body(dict(for_model[known[0]].error or {}))
    own = {token: states.get(token.name, _State()) for token in usable}
    free = [token for token in usable if own[token].until <= now]
    if fresh := [token for token in free if not own[token].refusals]:
        return fresh[next(_turns) % len(fresh)]
    for token in free:
        if _begin_trial(provider, token, own[token], now):
            return replace(token, refusals=own[token].refusals)
    soonest = min(own.values(), key=lambda state: state.until)
    raise NoTokenNow(max(soonest.until, now + TRIAL_SECONDS) if free else soonest.until, soonest.reason)


def digest(token: str | None) -> str:
    """A hash of the token, which may be stored and logged."""
    return hashlib.sha256(token.encode()).hexdigest()[:16] if token else "anonymous"


def named(provider: Provider, name: str) -> Token | None:
    """The deployment's token of that name, even if it rests; None if it is not there any more."""
    return next((token for token in _known(provider) if token.name == name), None)


def in_turn(provider: Provider, model: str, attempt: Callable[[str | None], T]) -> T:
    """Calls `attempt` with one token after the other until an attempt does not fail because of its token.

    Raises:
        RateLimited: every token has a cooldown or no quota now.
        EaselError: there is no token, none can ever work, or the attempt failed for another reason.
    """
    for _ in range(MAX_TRIED):
        try:
            token = take(provider, model, time.time())
        except NoTokenNow as wait:
            seconds = max(1, math.ceil(wait.until - time.time()))
            text = f"this deployment's tokens of {provider.name} rest for {seconds} s: {wait.reason}"
            raise RateLimited(text, provider=provider.id, retry_after=seconds) from None
        try:
            result = attempt(token.value)
        except EaselError as error:
            if not blame(token, provider, model, error, time.time()) or error.drawn:
                raise
        else:
            worked(token, provider)
            return result
    raise RateLimited(f"{MAX_TRIED} tokens of {provider.name} were refused", provider=provider.id, retry_after=60)


def blame(token: Token, provider: Provider, model: str, error: EaselError, now: float) -> bool:
    """Sets a token aside after an error that it caused; False for any other error."""
    if error.dead_token:
        logger.error("a token was refused for a model", extra={"token": token.name, "reason": error.message})
        refuse(token, provider, model, error, now)
    elif isinstance(error, QuotaExceeded):
        spend(token, provider, error, now)
    elif isinstance(error, RateLimited):
        cool_down(token, provider, error, now)
    else:
        return False
    return True


def cool_down(token: Token, provider: Provider, error: RateLimited, now: float) -> None:
    """Begins a cooldown after a 429."""
    seconds = min(LONGEST_COOLDOWN, FIRST_COOLDOWN * 2.0 ** min(token.refusals, 20))
    if error.retry_after is not None:
        seconds = max(1.0, min(error.retry_after, DAY))
    _begin_rest(token, provider, error, seconds, now)


def _begin_rest(token: Token, provider: Provider, error: EaselError, seconds: float, now: float) -> None:
    """Sets a token aside until a trial. Of several refusals of calls at the same time only the first counts."""
    state = _State(now + seconds, token.refusals + 1, error.message)
    _log_rest(token, provider, state, now)
    _change(provider, token.name, lambda before: state if before.refusals == token.refusals else before)


def spend(token: Token, provider: Provider, error: QuotaExceeded, now: float) -> None:
    """Sets a token aside after a used-up quota: until the time that the provider names, or its next midnight.

    Where the provider has no such midnight, the pauses grow with each trial.
    """
    wait = error.retry_after
    if provider.quota_pause:
        seconds = min(LONGEST_QUOTA_PAUSE, provider.quota_pause * 2.0 ** min(token.refusals, 20))
        _begin_rest(token, provider, error, seconds if wait is None else min(wait, DAY), now)
        return
    until = _midnight(provider, now) if wait is None else now + min(wait, DAY)
    state = _State(until, reason=error.message)
    _log_rest(token, provider, state, now)
    _change(provider, token.name, lambda _: state)


def _log_rest(token: Token, provider: Provider, state: _State, now: float) -> None:
    seconds = round(state.until - now)
    extra = {"provider": provider.id, "token": token.name, "seconds": seconds, "reason": state.reason}
    logger.info("a token rests", extra=extra)


def refuse(token: Token, provider: Provider, model: str, error: EaselError, now: float) -> None:
    """Marks a token as one that can never work for this model."""
    state = _State(now + REFUSED_SECONDS, reason=error.message, error=error.body())
    _change(provider, _for_model(token, model), lambda _: state)


def worked(token: Token, provider: Provider) -> None:
    """Ends the cooldown after a successful trial."""
    if token.refusals:
        _change(provider, token.name, lambda before: _State() if before.refusals == token.refusals else before)


def forgive(provider: Provider) -> None:
    """Makes refused tokens usable again; called when a batch starts, as the owner may have removed the cause."""
    for scope, state in _states(provider).items():
        if state.error:
            _change(provider, scope, lambda _: _State())


def _known(provider: Provider) -> list[Token]:
    values = secrets(f"tokens/{provider.id}")
    if values:
        return [Token(digest(value), value) for value in values]
    if provider.auth_required:
        path = f"{settings().parameters_path}/tokens/{provider.id}"
        raise AuthRequired(
            f"this deployment has no token of {provider.name}: its owner puts one into the SSM parameter {path}; "
            f"get one at {provider.token_url}",
            provider=provider.id,
        )
    return [Token(digest(None), None)]


def _for_model(token: Token, model: str) -> str:
    return f"{token.name}/{model}"


def _begin_trial(provider: Provider, token: Token, before: _State, now: float) -> bool:
    """Reserves the trial of a token after its cooldown; False if another worker has reserved it."""
    unchanged = False

    def begin(state: _State) -> _State:
        nonlocal unchanged
        unchanged = (state.refusals, state.until) == (before.refusals, before.until)
        return replace(state, until=now + TRIAL_SECONDS) if unchanged else state

    _change(provider, token.name, begin)
    return unchanged


def _midnight(provider: Provider, now: float) -> float:
    east = provider.quota_utc_offset * HOUR
    return ((now + east) // DAY + 1) * DAY - east


def _states(provider: Provider) -> dict[str, _State]:
    return {scope: _State(**state) for scope, state in (items.read(_item_id(provider)) or {}).items()}


def _change(provider: Provider, scope: str, decide: Callable[[_State], _State]) -> None:
    """Changes the state of one token, or of a token for one model; an empty state is removed."""

    def decide_fields(fields: items.Fields | None) -> items.Fields | None:
        states = {name: _State(**state) for name, state in (fields or {}).items()}
        before = states.get(scope, _State())
        after = decide(before)
        if after == before:
            return None
        kept = {name: state for name, state in {**states, scope: after}.items() if state != _State()}
        return {name: asdict(state) for name, state in kept.items()}

    items.change(_item_id(provider), decide_fields, _expires)


def _expires(fields: items.Fields) -> float:
    return max(time.time(), *(float(state["until"]) for state in fields.values()), 0.0) + 2 * DAY


def _item_id(provider: Provider) -> str:
    return f"tokens#{provider.id}"


def secrets(name: str) -> tuple[str, ...]:
    """The values of the parameter `/{stack}/{name}`, which may be cached; none if there is no such parameter.

    Raises `InternalError` if SSM does not answer and no value is cached.
    """
    path = f"{settings().parameters_path}/{name}"
    until, values = _cache.get(path, (0.0, ()))
    if time.monotonic() < until:
        return values
    try:
        values = _read(path)
    except InternalError:
        if not values:
            raise
        logger.warning("secret not read anew", extra={"parameter": path})
    _cache[path] = (time.monotonic() + CACHE_SECONDS, values)
    return values


def forget() -> None:
    """Empties the cache, so the next use reads SSM."""
    _cache.clear()


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
