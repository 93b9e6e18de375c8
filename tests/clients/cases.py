"""What each client asks, and what is right."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """A call of a client.

    Attributes:
        name: the column in the table.
        order: what the prompt orders from the emulator.
        key: the token; without one, a token that no other case has.
        format: `response_format`, where the client lets its caller choose.
        picture: whether a picture is right, or an error.
        tries: how often the provider is asked.
        switch: with the client's switch for redirects.
    """

    name: str
    order: str = ""
    key: str = ""
    model: str = "gitee/flux-1-schnell"
    format: str = ""
    picture: bool = True
    tries: int = 1
    switch: bool = False


CASES = (
    Case("40 s", "[[delay=40]]"),
    Case("2 s", "[[delay=2]]"),
    Case("`url`", format="url"),
    Case("`b64_json`", format="b64_json"),
    Case("wrong token", key="invalid", picture=False),
    Case("used-up quota", "[[fault=quota]]", picture=False),
    Case("unknown model", model="no-such-model", picture=False, tries=0),
)
"""The longest is first, since two calls of a client run at once."""
SWITCHED = Case("40 s with the switch", "[[delay=40]]", switch=True)
"""For clients that have a switch."""
