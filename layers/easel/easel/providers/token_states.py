"""What can be used of the deployment's tokens of a provider, without their values and hashes.

A token has the name that its owner gave it, or else its place in the SSM parameter. The provider's function makes the
report, since the router may not decrypt tokens; `GET /api/quota` shows it. `make tokens` uses the same names.
"""

from __future__ import annotations

from typing import Any

from easel.catalog import Provider
from easel.errors import AuthRequired
from easel.providers import cooldowns, token_use, tokens
from easel.providers.cooldowns import EVERY_TOKEN, NONE, Cooldown
from easel.providers.token_use import Use

NO_TOKEN = "none"
"""Names the right to call without a token."""


def places(provider: Provider) -> dict[str, str]:
    """The name or place of each token by its hash, such as `alice` or `2`; nothing if a token is needed and missing."""
    try:
        deployed = tokens.of_deployment(provider)
    except AuthRequired:
        return {}
    return {
        token.name: NO_TOKEN if token.value is None else token.label or str(place)
        for place, token in enumerate(deployed, 1)
    }


def report(provider: Provider, now: float) -> dict[str, Any]:
    """The state of each token, and the models that rest for every token, as JSON."""
    resting = {scope: rest for scope, rest in cooldowns.read(provider).items() if rest.until > now}
    use = token_use.read(provider, now)
    return {
        "tokens": [
            {**_of_token(token, place, resting), **_use(use.get(token, Use()))}
            for token, place in places(provider).items()
        ],
        "models": _models(EVERY_TOKEN, resting),
    }


def _of_token(token: str, place: str, resting: dict[str, Cooldown]) -> dict[str, Any]:
    rest = resting.get(token, NONE)
    state = "usable" if rest == NONE else "used up" if rest.spent else "resting"
    facts = {} if rest == NONE else _facts(rest)
    name = "no token" if place == NO_TOKEN else f"token {place}" if place.isdecimal() else place
    return {"name": name, "state": state, **facts, "refused": _models(token, resting)}


def _use(use: Use) -> dict[str, Any]:
    return {"drawnToday": use.drawn, **({"fullAfter": use.full} if use.full else {})}


def _models(token: str, resting: dict[str, Cooldown]) -> list[dict[str, Any]]:
    start = cooldowns.for_model(token, "")
    return [
        {"model": scope.removeprefix(start), **_facts(rest)}
        for scope, rest in resting.items()
        if scope.startswith(start)
    ]


def _facts(rest: Cooldown) -> dict[str, Any]:
    return {"until": rest.until, "reason": rest.reason}
