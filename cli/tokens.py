"""`make tokens`: list the cooldowns of the deployment's provider tokens, with their ends and reasons, or end some.

A token is identified by its name, or its position in the SSM parameter, never by its value. Environment variables: WAKE
ends the cooldowns of one token (`gitee/2`), of models that are cooling down for all tokens (`huggingface/every`), or of
a whole provider (`gitee`). STACK is the name of a deployed stack, reached with the owner's AWS credentials; the default
is the local stack.
"""

import os
import time
from collections.abc import Iterator, MutableMapping

from cli.keys import reach
from easel import catalog
from easel.catalog import Provider
from easel.errors import InvalidProvider
from easel.providers import cooldowns
from easel.providers.cooldowns import EVERY_TOKEN, Cooldown
from easel.providers.token_states import places
from local.errors import LocalError
from local.terminal import run

EVERY = "every"
"""Stands for a model that rests, such as a Space, whatever the token."""
REMOVED = "removed"
"""Stands for a token that rests and is no longer in SSM."""


def wake(wanted: str) -> list[str]:
    """End cooldowns. Return the lines to print. Raise `LocalError` if WAKE names nothing known."""
    name, _, place = wanted.partition("/")
    try:
        provider = catalog.provider(name)
    except InvalidProvider as error:
        raise LocalError(f"WAKE is {wanted!r}; {error.message}") from error
    names = places(provider)
    if place and place not in (*names.values(), EVERY, REMOVED):
        raise LocalError(f"WAKE is {wanted!r}; {name} has: {', '.join([*names.values(), EVERY])}")
    scopes = [scope for scope in cooldowns.read(provider) if not place or _place(scope, names) == place]
    for scope in scopes:
        cooldowns.change(provider, scope, lambda _: cooldowns.NONE)
    return [f"{name}/{_place(scope, names)}: woken" for scope in scopes] or [f"{wanted}: nothing rests"]


def rows(now: float) -> list[str]:
    """Return the lines that `make tokens` prints: a header, then one for each token, or one for each of its rests."""
    cells = [("TOKEN", "MODEL", "UNTIL", "WHY")]
    for provider in catalog.providers().values():
        cells += _of_provider(provider, now)
    widths = [max(len(row[column]) for row in cells) for column in range(3)]
    return [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3]]).rstrip()
        for row in cells
    ]


def _of_provider(provider: Provider, now: float) -> Iterator[tuple[str, str, str, str]]:
    names, resting = places(provider), cooldowns.read(provider)
    if not names:
        yield provider.id, "-", "-", "no token"
    for place in (*names.values(), EVERY, REMOVED):
        of_place = {scope: rest for scope, rest in resting.items() if _place(scope, names) == place}
        for scope, rest in of_place.items():
            model = scope.partition("/")[2] or "all"
            yield f"{provider.id}/{place}", model, _until(rest, now), rest.reason
        if not of_place and place in names.values():
            yield f"{provider.id}/{place}", "all", "-", "ready"


def _place(scope: str, names: dict[str, str]) -> str:
    token = scope.partition("/")[0]
    return EVERY if token == EVERY_TOKEN else names.get(token, REMOVED)


def _until(rest: Cooldown, now: float) -> str:
    if rest.until <= now:
        return "its next call"
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(rest.until))


def main(environment: MutableMapping[str, str]) -> list[str]:
    """Do the command; return what it prints."""
    reach(environment)
    wanted = environment.get("WAKE", "").strip()
    return wake(wanted) if wanted else rows(time.time())


if __name__ == "__main__":
    run("make tokens", lambda: main(os.environ))
