"""What each client is asked, and what counts as right."""

from __future__ import annotations

from dataclasses import dataclass

TOKEN = "any-token-of-a-client"
MODEL = "gitee/flux-1-schnell"


@dataclass(frozen=True)
class Case:
    """A call of a client.

    Attributes:
        name: the column in the table.
        order: what the prompt orders of the emulator.
        picture: whether a picture is right, or an error.
        tries: how often the provider is asked.
    """

    name: str
    order: str = ""
    key: str = TOKEN
    model: str = MODEL
    format: str = ""
    picture: bool = True
    tries: int = 1


CASES = (
    Case("2 s", "[[delay=2]]"),
    Case("40 s", "[[delay=40]]"),
    Case("`url`", format="url"),
    Case("`b64_json`", format="b64_json"),
    Case("wrong token", key="invalid", picture=False),
    Case("used-up quota", "[[fault=quota]]", picture=False),
    Case("unknown model", model="no-such-model", picture=False, tries=0),
)
