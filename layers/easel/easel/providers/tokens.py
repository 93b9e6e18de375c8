"""Choose among the deployment's own provider tokens, and rest those that a provider refuses.

SSM holds the tokens (`/{stack}/tokens/{provider}`, comma-separated). Their owner may name each: `alice=token`. The
token with most left is used first, as far as that is known. Tokens with about the same left take turns. All functions
share what must not be used, in `easel.providers.cooldowns`:

- A 429 starts the token's *cooldown*. It lasts as long as the provider says, or else doubles with each consecutive 429.
  Afterwards one call at a time tries the token, and the first success ends the cooldown.
- A 429 about the model, such as a Space's full queue, rests the model for every token, and no token. So does a gateway
  that answers a drawing call in the provider's place.
- A used-up quota rests the token until the quota is renewed. If that time is unknown, the token is tried again after
  growing pauses. If the provider reports what is left, it is asked before the trial.
- A token that can never work for a model (refused, expired, no balance) is *refused* for that model, with the
  provider's reason. It is tried again after `REFUSED_SECONDS`, or when a batch starts.

If a provider accepts calls without a token, "no token" is treated like a token. No rest is longer than a day.
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
from easel.errors import DEPLOYMENT_TOKEN, AnswerLost, AuthRequired, EaselError, QuotaExceeded, RateLimited, from_body
from easel.providers import cooldowns, token_use
from easel.providers.cooldowns import DAY, EVERY_TOKEN, NO_COOLDOWN, Cooldown
from easel.providers.ssm_parameters import secrets
from easel.settings import settings
from easel.store import table

T = TypeVar("T")
Look = Callable[[str | None], bool | None]
"""Returns whether a token has some of its allowance left, according to the provider. None if it does not say."""

FIRST_COOLDOWN = 4.0
"""Seconds of the first cooldown if the 429 names no time. Doubled from 4, the fourth trial comes after a minute, which
is the period of most limits."""
MAX_COOLDOWN = 900.0
MAX_QUOTA_PAUSE = 4 * 3600
TRIAL_SECONDS = 3.0
"""Seconds after a cooldown in which only one call tries the token. A refusal takes far less time."""
REFUSED_SECONDS = 900.0
MAX_TRIED = 20
"""Maximum tokens that one call tries."""

_turns = itertools.count(random.randrange(1000))


@dataclass(frozen=True)
class Token:
    """A token, or the right to call without one.

    Attributes:
        name: a hash of the token, which may be stored and logged.
        value: the token, or None to call without one.
        refusals: consecutive 429s when the token was chosen. Above 0, its use is a trial.
        model: the model for which it was chosen.
        model_refusals: consecutive refusals of the model itself.
        label: the name that the owner gave it, or "".
    """

    name: str
    value: str | None = field(repr=False)
    refusals: int = 0
    model: str = field(default="", compare=False)
    model_refusals: int = field(default=0, compare=False)
    label: str = field(default="", compare=False)


class NoTokenNow(Exception):
    """No token may be used before `until`, in seconds since the epoch. It never reaches a caller.

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
    """Choose a token for the model: the one with most left, or the next in turn.

    Args:
        provider: the provider.
        model: the model's id.
        now: the current time in seconds since the epoch.
        look: asks the provider what is left of a token's allowance. It is called only before a token's trial.
        refused: reasons of the tokens that were refused for this job, by name. They are not chosen, even if their rest
            could not be stored.

    Raises:
        NoTokenNow: every token rests, or the model does.
        EaselError: there is no token, or no token can ever work for this model. The error says why.
    """
    known = of_deployment(provider)
    resting, use = token_use.states(provider, now, several=len(known) > 1)
    concerns_model = resting.get(cooldowns.for_model(EVERY_TOKEN, model), NO_COOLDOWN)
    if concerns_model.until > now:
        raise NoTokenNow(concerns_model.until, concerns_model.reason)
    known = [replace(token, model=model, model_refusals=concerns_model.refusals) for token in known]
    for_model = {token: resting.get(cooldowns.for_model(token.name, model), NO_COOLDOWN) for token in known}
    usable = [token for token in known if not for_model[token].error or for_model[token].until <= now]
    if not usable:
        raise from_body(dict(for_model[known[0]].error or {}))
    own = {token: resting.get(token.name, NO_COOLDOWN) for token in usable}
    free = [token for token in usable if own[token].until <= now and token.name not in refused]
    if fresh := token_use.with_most_left([token for token in free if not own[token].refusals], use):
        return fresh[next(_turns) % len(fresh)]
    for token in sorted(free, key=lambda token: own[token].until):  # the one whose rest ended first
        if _begin_trial(provider, token, own[token], now, look):
            return replace(token, refusals=own[token].refusals)
    if free:  # their trials failed, or other workers have begun them
        resting = cooldowns.read(provider)
        own |= {token: resting.get(token.name, NO_COOLDOWN) for token in free}
    soonest, rest = min(own.items(), key=lambda item: item[1].until)
    until = rest.until if rest.until > now and not free else max(rest.until, now + TRIAL_SECONDS)
    raise NoTokenNow(until, rest.reason or refused.get(soonest.name, ""), spent=rest.spent)


def digest(token: str | None) -> str:
    """Return a hash of the token, which may be stored and logged."""
    return hashlib.sha256(token.encode()).hexdigest()[:16] if token else "anonymous"


def by_name(provider: Provider, name: str) -> Token | None:
    """Return the deployment's token of that name, even if it rests. None if it no longer exists."""
    return next((token for token in of_deployment(provider) if token.name == name), None)


def in_turn(
    provider: Provider,
    model: str,
    attempt: Callable[[str | None], T],
    look: Look = lambda _: None,
    drawn: Callable[[Token], None] = lambda _: None,
) -> T:
    """Call `attempt` with one token after another, until an attempt succeeds or fails for a reason besides its token.

    Args:
        provider: the provider.
        model: the model's id.
        attempt: generates with a token's value.
        look: see `take`.
        drawn: called with a token that has drawn, or may have drawn.

    Returns:
        What `attempt` returns.

    Raises:
        RateLimited: every token rests, or the model does.
        EaselError: there is no token, no token can ever work, or the attempt failed for another reason.
    """
    refused: dict[str, str] = {}
    for _ in range(MAX_TRIED):
        try:
            with table.translated_errors(table.NOTHING_GENERATED):
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
            if not rest_after_error(token, provider, model, error, time.time()) or error.drawn or error.concerns_model:
                raise _of_deployment(error, provider) from None
            refused[token.name] = error.message
        else:
            drawn(token)
            record_success(token, provider)
            return result
    raise RateLimited(f"{MAX_TRIED} tokens of {provider.name} were refused", provider=provider.id, retry_after=60)


def rest_after_error(token: Token, provider: Provider, model: str, error: EaselError, now: float) -> bool:
    """Rest the token that an error blames, or the model for every token. Return False if it blames neither."""
    if error.dead_token:
        logger.error("a token was refused for a model", extra={"token": token.name, "reason": error.message})
        with _attempted():
            refuse(token, provider, model, error, now)
    elif isinstance(error, QuotaExceeded) and not error.concerns_model:
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
    """Log a failure to store a rest instead of raising it, because the call's own outcome matters more."""
    try:
        yield
    except Exception as error:
        logger.warning("a token's rest was not stored", extra={"reason": type(error).__name__})


def cool_down(token: Token, provider: Provider, error: EaselError, now: float) -> None:
    """Start a cooldown after a 429: of the model if the error is about the model alone, else of the token."""
    refusals = token.model_refusals if error.concerns_model else token.refusals
    seconds = min(MAX_COOLDOWN, FIRST_COOLDOWN * 2.0 ** min(refusals, 20))
    if error.retry_after is not None:
        seconds = max(1.0, min(error.retry_after, DAY))
    scope = cooldowns.for_model(EVERY_TOKEN, token.model) if error.concerns_model else token.name
    _begin_rest(provider, scope, Cooldown(now + seconds, refusals + 1, error.message), now)


def spend(token: Token, provider: Provider, error: QuotaExceeded, now: float) -> None:
    """Rest a token after a used-up quota, until the time that the provider names, or else until its next midnight.

    If the provider renews quotas at no fixed time, the pauses grow with each trial.
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
    """Return the seconds until a used-up quota may be back, if the provider names no time."""
    return provider.quota_pause or cooldowns.midnight(provider, now) - now


def _quota_pause(provider: Provider, refusals: int) -> float:
    return float(min(MAX_QUOTA_PAUSE, provider.quota_pause * 2 ** min(refusals, 20)))


def _begin_rest(provider: Provider, scope: str, rest: Cooldown, now: float) -> None:
    """Start a rest that ends with a trial. Of several refusals of concurrent calls only the first counts."""
    _log_rest(provider, scope, rest, now)
    cooldowns.change(provider, scope, lambda before: rest if before.refusals == rest.refusals - 1 else before)


def _log_rest(provider: Provider, scope: str, rest: Cooldown, now: float) -> None:
    seconds = round(rest.until - now)
    extra = {"provider": provider.id, "token": scope, "seconds": seconds, "reason": rest.reason}
    logger.info("a token rests", extra=extra)


def refuse(token: Token, provider: Provider, model: str, error: EaselError, now: float) -> None:
    """Mark a token as one that can never work for this model."""
    rest = Cooldown(now + REFUSED_SECONDS, reason=error.message, error=_of_deployment(error, provider).body())
    cooldowns.change(provider, cooldowns.for_model(token.name, model), lambda _: rest)


def _of_deployment(error: EaselError, provider: Provider) -> EaselError:
    """Return the error for callers, who did not send the refused token themselves."""
    text = f"{DEPLOYMENT_TOKEN} of {provider.name} cannot be used; the deployment's owner must fix it: {error.message}"
    return error.reworded(text) if error.dead_token else error


def record_success(token: Token, provider: Provider) -> None:
    """End the cooldowns of the token and of its model after a success."""
    with _attempted():
        if token.refusals:
            cooldowns.end(provider, token.name, token.refusals)
        if token.model_refusals:
            cooldowns.end(provider, cooldowns.for_model(EVERY_TOKEN, token.model), token.model_refusals)


def forgive(provider: Provider) -> None:
    """Give tokens another trial when a batch starts, because the owner may have removed the cause.

    Refused tokens become usable. Quotas without a known time of return are tried.
    """
    for scope, rest in cooldowns.read(provider).items():
        if rest.error:
            cooldowns.change(provider, scope, lambda _: NO_COOLDOWN)
        elif rest.spent and provider.quota_pause:
            cooldowns.change(provider, scope, lambda before: before._replace(until=0.0))


def of_deployment(provider: Provider) -> list[Token]:
    """Return the provider's tokens in SSM, or the right to call without one. Raise `AuthRequired` without either."""
    values = secrets(f"tokens/{provider.id}")
    if values:
        return [Token(digest(value), value, label=label) for value, label in values.items()]
    if provider.auth_required:
        path = f"{settings().parameters_path}/tokens/{provider.id}"
        raise AuthRequired(
            f"this deployment has no token of {provider.name}: its owner must put one into the SSM parameter {path}; "
            f"get one at {provider.token_url}",
            provider=provider.id,
        )
    return [Token(digest(None), None)]


def _begin_trial(provider: Provider, token: Token, before: Cooldown, now: float, look: Look) -> bool:
    """Reserve a token's trial after its rest. Return False if another worker has it, or no allowance is left."""
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
