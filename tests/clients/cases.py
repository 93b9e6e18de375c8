"""The calls of each client, and the expected results."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """A call of a client.

    Attributes:
        name: the column in the table.
        order: the emulator's directive in the prompt.
        key: the token. By default each case has a different token.
        format: `response_format`, if the client has this setting.
        picture: whether the expected result is a picture. Otherwise it is an error.
        tries: the expected number of requests to the provider.
        switch: whether the client's switch for redirects is set.
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
"""The longest is first, because two calls of a client run at the same time."""
SWITCHED = Case("40 s with the switch", "[[delay=40]]", switch=True)
"""Only for clients that have a switch."""
