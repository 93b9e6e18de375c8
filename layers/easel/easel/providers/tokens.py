"""The deployment's own provider tokens, and which of them may be used now.

SSM holds the tokens (`/{stack}/tokens/{provider}`, comma-separated). Each may have a name that its owner gave it:
`alice=token`. The one with most left is used first, as far as that is known, and those with about the same in turn.
`easel.providers.cooldowns` tells all functions what must not be used:

- A 429 gives the token a *cooldown*: as long as the provider asks for, or else one that doubles with each 429 in a row.
  After that one call at a time tries the token, and the first success ends the cooldown.
- A 429 that speaks of the model alone, such as a Space's full queue, rests the model for every token, and no token.
  So does a gateway that answers a drawing call in the provider's place.
- A used-up quota sets the token aside until the quota is renewed. If nobody knows when that is, the token is tried
  again after pauses that grow like a cooldown. Where the provider tells what is left, it is asked before the trial.
- A token that can never work for a model (refused, expired, no balance) is *refused* for that model, with the
  provider's reason. It is tried again after `REFUSED_SECONDS`, or when a batch starts.

If a provider takes calls without a token, "no token" is treated like a token. No rest is longer than a day.
"""

from __future__ import annotations

import hashlib
import itertools
import math
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TypeVar

from easel.catalog import Provider
from easel.common.telemetry import logger
from easel.errors import OWN_TOKEN, AnswerLost, AuthRequired, EaselError, QuotaExceeded, RateLimited, from_body
from easel.providers import cooldowns, token_use
from easel.providers.cooldowns import DAY, EVERY_TOKEN, NONE, Cooldown
from easel.providers.ssm_parameters import secrets
from easel.settings import settings
from easel.store import table

T = TypeVar("T")
Look = Callable[[str | None], bool | None]
"""Whether a token has some of its allowance left, as the provider says; None if it does not say."""

FIRST_COOLDOWN = 4.0
"""Seconds of the first cooldown if the 429 names no time. Doubled from 4, the fourth trial comes after a minute, which
is the period of most limits."""
LONGEST_COOLDOWN = 900.0
LONGEST_QUOTA_PAUSE = 4 * 3600
TRIAL_SECONDS = 3.0
"""Time after a cooldown in which one call alone tries the token; a refusal takes far less than this."""
REFUSED_SECONDS = 900.0
MAX_TRIED = 20
"""Tokens that one call tries."""

_turns = itertools.count(random.randrange(1000))


@dataclass(frozen=True)
class Token:
    """A token, or the right to call without one (`value` is None). `name` is a hash, which may be stored and logged.

    `refusals` is the number of 429s in a row when the token was chosen; if it is above 0, its use is a trial.
    `model` is what it was chosen for, with the number of times that the model itself was refused. `label` is the name
    that the owner gave it, or "".
    """

    name: str
    value: str | None = field(repr=False)
    refusals: int = 0
    model: str = field(default="", compare=False)
    model_refusals: int = field(default=0, compare=False)
    label: str = field(default="", compare=False)


class NoTokenNow(Exception):
    """No token may be used before `until`, in seconds since the epoch. Never reaches a caller.

    `spent` is True if a used-up allowance is the reason.
    """

    def __init__(self, until: float, reason: str, *, spent: bool = False) -> None:
        super().__init__(reason)
        self.until = until
        self.reason = reason
        self.spent = spent


def take(
    provider: Provider,
    model: str,
    now: float,
    look: Look = lambda _: None,
    refused: Mapping[str, str] = MappingProxyType({}),
) -> Token:
    """Chooses a token that may be used for the model: the one with most left, or the next in turn.

    Args:
        provider: the provider.
        model: the model.
        now: the caller's time, in seconds since the epoch.
        look: asks the provider what is left of a token's allowance; used before the trial of a token alone.
        refused: names of tokens that were refused for this job already, with the reason. None of them is chosen, even
            if its rest could not be stored.

    Raises:
        NoTokenNow: every token has a cooldown or no quota now, or the model rests.
        EaselError: there is no token, or none that can ever work for this model; the error says why.
    """
    known = of_deployment(provider)
    resting, use = token_use.states(provider, now, several=len(known) > 1)
    of_model = resting.get(cooldowns.for_model(EVERY_TOKEN, model), NONE)
    if of_model.until > now:
        raise NoTokenNow(of_model.until, of_model.reason)
    known = [replace(token, model=model, model_refusals=of_model.refusals) for token in known]
    for_model = {token: resting.get(cooldowns.for_model(token.name, model), NONE) for token in known}
    usable = [token for token in known if not for_model[token].error or for_model[token].until <= now]
    if not usable:
        raise from_body(dict(for_model[known[0]].error or {}))
    own = {token: resting.get(token.name, NONE) for token in usable}
    free = [token for token in usable if own[token].until <= now and token.name not in refused]
    if fresh := token_use.with_most_left([token for token in free if not own[token].refusals], use):
        return fresh[next(_turns) % len(fresh)]
    for token in sorted(free, key=lambda token: own[token].until):  # the one that came back first
        if _begin_trial(provider, token, own[token], now, look):
            return replace(token, refusals=own[token].refusals)
    if free:  # which were tried, or begun by others, meanwhile
        resting = cooldowns.read(provider)
        own |= {token: resting.get(token.name, NONE) for token in free}
    soonest, rest = min(own.items(), key=lambda item: item[1].until)
    until = rest.until if rest.until > now and not free else max(rest.until, now + TRIAL_SECONDS)
    raise NoTokenNow(until, rest.reason or refused.get(soonest.name, ""), spent=rest.spent)


def digest(token: str | None) -> str:
    """A hash of the token, which may be stored and logged."""
    return hashlib.sha256(token.encode()).hexdigest()[:16] if token else "anonymous"


def named(provider: Provider, name: str) -> Token | None:
    """The deployment's token of that name, even if it rests, or None if it no longer exists."""
    return next((token for token in of_deployment(provider) if token.name == name), None)


def in_turn(
    provider: Provider,
    model: str,
    attempt: Callable[[str | None], T],
    look: Look = lambda _: None,
    drawn: Callable[[Token], None] = lambda _: None,
) -> T:
    """Calls `attempt` with one token after the other until an attempt does not fail because of its token.

    `drawn` is called with a token that has drawn, or may have.

    Raises:
        RateLimited: every token has a cooldown or no quota now, or the model rests.
        EaselError: there is no token, none can ever work, or the attempt failed for another reason.
    """
    refused: dict[str, str] = {}
    for _ in range(MAX_TRIED):
        try:
            with table.translated_errors(table.NOTHING):
                token = take(provider, model, time.time(), look, refused)
        except NoTokenNow as wait:
            seconds = max(1, math.ceil(wait.until - time.time()))
            text = f"this deployment's tokens of {provider.name} rest for {seconds} s: {wait.reason}"
            raise RateLimited(text, provider=provider.id, retry_after=seconds) from None
        try:
            result = attempt(token.value)
        except EaselError as error:
            if error.drawn:
                drawn(token)
            if not blame(token, provider, model, error, time.time()) or error.drawn or error.of_model:
                raise _of_deployment(error, provider) from None
            refused[token.name] = error.message
        else:
            drawn(token)
            worked(token, provider)
            return result
    raise RateLimited(f"{MAX_TRIED} tokens of {provider.name} were refused", provider=provider.id, retry_after=60)


def blame(token: Token, provider: Provider, model: str, error: EaselError, now: float) -> bool:
    """Sets aside what an error speaks of: a token, or the model for every token. False for any other error."""
    if error.dead_token:
        logger.error("a token was refused for a model", extra={"token": token.name, "reason": error.message})
        with _attempted():
            refuse(token, provider, model, error, now)
    elif isinstance(error, QuotaExceeded) and not error.of_model:
        with _attempted():
            spend(token, provider, error, now)
        if not provider.quota_pause:
            token_use.note_full(provider, token.name, now)
    elif isinstance(error, RateLimited | QuotaExceeded | AnswerLost):
        with _attempted():
            cool_down(token, provider, error, now)
    else:
        return False
    return True


@contextmanager
def _attempted() -> Iterator[None]:
    """Logs what fails: the outcome of the call counts, and not whether its token's rest could be written."""
    try:
        yield
    except Exception as error:
        logger.warning("a token's rest is not kept", extra={"reason": type(error).__name__})


def cool_down(token: Token, provider: Provider, error: EaselError, now: float) -> None:
    """Begins a cooldown after a 429: of the token, or of the model if it alone is at its limit or out of order."""
    refusals = token.model_refusals if error.of_model else token.refusals
    seconds = min(LONGEST_COOLDOWN, FIRST_COOLDOWN * 2.0 ** min(refusals, 20))
    if error.retry_after is not None:
        seconds = max(1.0, min(error.retry_after, DAY))
    scope = cooldowns.for_model(EVERY_TOKEN, token.model) if error.of_model else token.name
    _begin_rest(provider, scope, Cooldown(now + seconds, refusals + 1, error.message), now)


def spend(token: Token, provider: Provider, error: QuotaExceeded, now: float) -> None:
    """Sets a token aside after a used-up quota: until the time that the provider names, or its next midnight.

    Where the provider has no such midnight, the pauses grow with each trial.
    """
    wait = None if error.retry_after is None else min(error.retry_after, DAY)
    if provider.quota_pause:
        seconds = _quota_pause(provider, token.refusals) if wait is None else wait
        _begin_rest(provider, token.name, Cooldown(now + seconds, token.refusals + 1, error.message, spent=True), now)
        return
    until = cooldowns.midnight(provider, now) if wait is None else now + wait
    rest = Cooldown(until, reason=error.message, spent=True)
    _log_rest(provider, token.name, rest, now)
    cooldowns.change(provider, token.name, lambda _: rest)


def quota_seconds(provider: Provider, now: float) -> float:
    """Seconds until a used-up quota may be back, if the provider names no time."""
    return provider.quota_pause or cooldowns.midnight(provider, now) - now


def _quota_pause(provider: Provider, refusals: int) -> float:
    return float(min(LONGEST_QUOTA_PAUSE, provider.quota_pause * 2 ** min(refusals, 20)))


def _begin_rest(provider: Provider, scope: str, rest: Cooldown, now: float) -> None:
    """Begins a rest that ends with a trial. Of several refusals of calls at the same time only the first counts."""
    _log_rest(provider, scope, rest, now)
    cooldowns.change(provider, scope, lambda before: rest if before.refusals == rest.refusals - 1 else before)


def _log_rest(provider: Provider, scope: str, rest: Cooldown, now: float) -> None:
    seconds = round(rest.until - now)
    extra = {"provider": provider.id, "token": scope, "seconds": seconds, "reason": rest.reason}
    logger.info("a token rests", extra=extra)


def refuse(token: Token, provider: Provider, model: str, error: EaselError, now: float) -> None:
    """Marks a token as one that can never work for this model."""
    rest = Cooldown(now + REFUSED_SECONDS, reason=error.message, error=_of_deployment(error, provider).body())
    cooldowns.change(provider, cooldowns.for_model(token.name, model), lambda _: rest)


def _of_deployment(error: EaselError, provider: Provider) -> EaselError:
    """The error for callers, who did not send the token that was refused."""
    text = f"{OWN_TOKEN} of {provider.name} cannot be used, and its owner has to see to it: {error.message}"
    return error.reworded(text) if error.dead_token else error


def worked(token: Token, provider: Provider) -> None:
    """Ends the cooldowns of the token and of its model after a success."""
    with _attempted():
        if token.refusals:
            cooldowns.end(provider, token.name, token.refusals)
        if token.model_refusals:
            cooldowns.end(provider, cooldowns.for_model(EVERY_TOKEN, token.model), token.model_refusals)


def forgive(provider: Provider) -> None:
    """Gives tokens another trial when a batch starts, as the owner may have removed the cause.

    Refused tokens are usable again. Of an allowance that comes back at no known time, what is left is looked up.
    """
    for scope, rest in cooldowns.read(provider).items():
        if rest.error:
            cooldowns.change(provider, scope, lambda _: NONE)
        elif rest.spent and provider.quota_pause:
            cooldowns.change(provider, scope, lambda before: before._replace(until=0.0))


def of_deployment(provider: Provider) -> list[Token]:
    """The provider's tokens in SSM, or the right to call without one; raises `AuthRequired` if there is neither."""
    values = secrets(f"tokens/{provider.id}")
    if values:
        return [Token(digest(value), value, label=label) for value, label in values.items()]
    if provider.auth_required:
        path = f"{settings().parameters_path}/tokens/{provider.id}"
        raise AuthRequired(
            f"this deployment has no token of {provider.name}: its owner puts one into the SSM parameter {path}; "
            f"get one at {provider.token_url}",
            provider=provider.id,
        )
    return [Token(digest(None), None)]


def _begin_trial(provider: Provider, token: Token, before: Cooldown, now: float, look: Look) -> bool:
    """Reserves the trial of a token after its rest; False if another worker has it, or nothing is left to use."""
    unchanged = False

    def begin(rest: Cooldown) -> Cooldown:
        nonlocal unchanged
        unchanged = (rest.refusals, rest.until) == (before.refusals, before.until)
        return rest._replace(until=now + TRIAL_SECONDS) if unchanged else rest

    cooldowns.change(provider, token.name, begin)
    if not unchanged or not before.spent or look(token.value) is not False:
        return unchanged
    until = now + _quota_pause(provider, before.refusals)
    _begin_rest(provider, token.name, before._replace(until=until, refusals=before.refusals + 1), now)
    return False
