"""`make tokens`: show the quotas and cooldowns of the deployment's provider tokens, or end cooldowns.

It shows the same as `GET /api/quota`. A token is identified by its name, or its position in the SSM parameter, never by
its value. Environment variables: WAKE ends the cooldowns of one token (`gitee/2`), of models that are cooling down for
all tokens (`huggingface/every`), or of a whole provider (`gitee`). STACK is the name of a deployed stack, reached with
the owner's AWS credentials; the default is the local stack.
"""

import os
import time
from collections.abc import Iterator, MutableMapping
from typing import NamedTuple

from cli.keys import connect
from easel import catalog
from easel.catalog import Provider
from easel.common.deadline import Deadline, ends_within, in_thread
from easel.errors import InvalidProvider
from easel.front_door import invoke
from easel.providers import cooldowns, token_use
from easel.providers.cooldowns import EVERY_TOKEN, NO_COOLDOWN, Cooldown
from easel.providers.token_states import places
from easel.providers.token_use import Allowance, Use
from easel.settings import settings
from local.errors import LocalError
from local.terminal import run

EVERY = "every"
"""Shown in place of a token for a model, such as a Space, that is cooling down for all tokens."""
REMOVED = "removed"
"""Shown in place of a token that is cooling down and is no longer in SSM."""
WAIT_SECONDS = 20.0
"""Seconds for the functions to read the providers' allowances. The Spaces' function starts slowly."""


def end_cooldowns(wanted: str) -> list[str]:
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
        cooldowns.change(provider, scope, lambda _: cooldowns.NO_COOLDOWN)
    return [f"{name}/{_place(scope, names)}: cooldown ended" for scope in scopes] or [f"{wanted}: no cooldown"]


class Row(NamedTuple):
    """A line of the list: a token, or a model that is cooling down or refuses a token."""

    token: str
    model: str = "-"
    state: str = "-"
    until: str = "-"
    today: str = "-"
    left: str = "-"
    why: str = ""


HEAD = Row(*(name.upper() for name in Row._fields))


def read_allowances() -> None:
    """Let the functions read the current allowances, as `GET /api/quota` does. After a failure, the old ones remain."""
    asked = [
        in_thread(invoke.reach, settings().function(provider), {"quota": True}, "RequestResponse")
        for provider in catalog.providers()
    ]
    deadline = Deadline(WAIT_SECONDS)
    for each in asked:
        ends_within(each, deadline.remaining())


def rows(now: float) -> list[str]:
    """Return the lines that `make tokens` prints: a header, each token, and its models that are cooling down."""
    table = [HEAD, *(row for provider in catalog.providers().values() for row in _of_provider(provider, now))]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in table]


def _of_provider(provider: Provider, now: float) -> Iterator[Row]:
    names, resting, use = places(provider), cooldowns.read(provider), token_use.read(provider, now)
    if not names:
        yield Row(provider.id, why="no token")
    for token, place in [*names.items(), ("", EVERY), ("", REMOVED)]:
        name = f"{provider.id}/{place}"
        if token:
            yield _of_token(name, resting.get(token, NO_COOLDOWN), use.get(token, Use()), now)
        for scope, rest in resting.items():
            if scope != token and _place(scope, names) == place:
                model = scope.partition("/")[2]
                state = "refused" if model and place != EVERY else "resting"
                yield Row(name, model or "all", state, _until(rest, now), why=rest.reason)


def _of_token(name: str, rest: Cooldown, use: Use, now: float) -> Row:
    state = "usable" if rest.until <= now else "used up" if rest.spent else "resting"
    today = f"{use.drawn} of about {use.full}" if use.full else str(use.drawn)
    until = "-" if rest == NO_COOLDOWN else _until(rest, now)
    return Row(name, "all", state, until, today, _left(use.allowance), rest.reason)


def _left(allowance: Allowance | None) -> str:
    """Return what is left of the allowance, and when it was read."""
    if not allowance:
        return "-"
    total = f" of {allowance.total:g}" if allowance.total else ""
    more = f", more at {_clock(allowance.resets)}" if allowance.resets else ""
    return f"{allowance.left:g}{total} {allowance.unit}{more} (at {_clock(allowance.read)})"


def _clock(moment: float) -> str:
    return time.strftime("%H:%M", time.localtime(moment))


def _place(scope: str, names: dict[str, str]) -> str:
    token = scope.partition("/")[0]
    return EVERY if token == EVERY_TOKEN else names.get(token, REMOVED)


def _until(rest: Cooldown, now: float) -> str:
    if rest.until <= now:
        return "its next call"
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(rest.until))


def main(environment: MutableMapping[str, str]) -> list[str]:
    """Run the command and return the lines to print."""
    connect(environment)
    wanted = environment.get("WAKE", "").strip()
    if wanted:
        return end_cooldowns(wanted)
    read_allowances()
    return rows(time.time())


if __name__ == "__main__":
    run("make tokens", lambda: main(os.environ))
