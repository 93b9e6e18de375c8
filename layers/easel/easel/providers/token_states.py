"""Report the states of the deployment's tokens of a provider, without their values and hashes.

A token has the name that its owner gave it, or else its place in the SSM parameter. The provider's function makes the
report, because the router may not decrypt tokens. `GET /api/quota` and `make tokens` show it.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

from easel.catalog import Provider
from easel.common.deadline import Deadline, ends_within, in_thread
from easel.errors import AuthRequired
from easel.providers import cooldowns, token_use, tokens
from easel.providers.cooldowns import EVERY_TOKEN, NO_COOLDOWN, Cooldown
from easel.providers.token_use import Allowance, Use
from easel.providers.tokens import Token

Ask = Callable[[str | None], Allowance | None]
ASK_SECONDS = 300.0
"""Minimum time between two reads of a token's allowance at the provider. No call waits for such a read."""
MAX_ASKED = 50
"""Maximum tokens of a report for which the provider is asked."""
WAIT_SECONDS = 4.0
"""Time limit for reading all allowances of a report. Slower ones are left out."""
_asked: dict[str, float] = {}
"""When this process last asked for a token's allowance, with or without success."""

NO_TOKEN = "none"
"""Names the right to call without a token."""


def places(provider: Provider) -> dict[str, str]:
    """Return each token's name or place, such as `alice` or `2`, by hash. Empty if a needed token is missing."""
    return {
        token.name: NO_TOKEN if token.value is None else token.label or str(place)
        for place, token in enumerate(_deployed(provider), 1)
    }


def report(provider: Provider, now: float, ask: Ask = lambda _: None) -> dict[str, Any]:
    """Return the state of each token, and the models that rest for every token, as JSON.

    `ask` reads a token's allowance at the provider. It is called at most every `ASK_SECONDS`.
    """
    resting = {scope: rest for scope, rest in cooldowns.read(provider).items() if rest.until > now}
    use = _with_allowances(provider, now, ask)
    return {
        "tokens": [
            {**_of_token(token, place, resting), **_use(use.get(token, Use()))}
            for token, place in places(provider).items()
        ],
        "models": _models(EVERY_TOKEN, resting),
        **({} if provider.quota_pause else {"renewsAt": cooldowns.midnight(provider, now)}),
    }


def _with_allowances(provider: Provider, now: float, ask: Ask) -> dict[str, Use]:
    """Return the use of the tokens, with old allowances replaced by new ones. All allowances are read concurrently."""
    use = token_use.read(provider, now)
    asking: dict[str, Future[Allowance | None]] = {}
    for token in _deployed(provider)[:MAX_ASKED]:
        allowance = use.get(token.name, Use()).allowance
        if max(allowance.read if allowance else 0.0, _asked.get(token.name, 0.0)) + ASK_SECONDS <= now:
            _asked[token.name] = now
            asking[token.name] = in_thread(ask, token.value)
    deadline = Deadline(WAIT_SECONDS)
    for name, answer in asking.items():
        if ends_within(answer, deadline.remaining()) and not answer.exception() and (read := answer.result()):
            known = use.get(name, Use())
            allowance = replace(read, read=now, drawn=known.drawn)
            use[name] = replace(known, allowance=allowance)
            token_use.keep(provider, name, allowance, now)
    return use


def _deployed(provider: Provider) -> list[Token]:
    try:
        return tokens.of_deployment(provider)
    except AuthRequired:
        return []


def _of_token(token: str, place: str, resting: dict[str, Cooldown]) -> dict[str, Any]:
    rest = resting.get(token, NO_COOLDOWN)
    state = "usable" if rest == NO_COOLDOWN else "used up" if rest.spent else "resting"
    facts = {} if rest == NO_COOLDOWN else _facts(rest)
    name = "no token" if place == NO_TOKEN else f"token {place}" if place.isdecimal() else place
    return {"name": name, "state": state, **facts, "refused": _models(token, resting)}


def _use(use: Use) -> dict[str, Any]:
    full = {"fullAfter": use.full} if use.full else {}
    if not use.allowance:
        return {"drawnToday": use.drawn, **full}
    facts = {"left": use.allowance.left, "unit": use.allowance.unit, "readAt": use.allowance.read}
    optional = {"total": use.allowance.total, "resetsAt": use.allowance.resets}
    allowance = {**facts, **{name: value for name, value in optional.items() if value is not None}}
    return {"drawnToday": use.drawn, **full, "allowance": allowance}


def _models(token: str, resting: dict[str, Cooldown]) -> list[dict[str, Any]]:
    start = cooldowns.for_model(token, "")
    return [
        {"model": scope.removeprefix(start), **_facts(rest)}
        for scope, rest in resting.items()
        if scope.startswith(start)
    ]


def _facts(rest: Cooldown) -> dict[str, Any]:
    return {"until": rest.until, "reason": rest.reason}
