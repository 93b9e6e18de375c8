"""The tested faults, and the ways to call: the API's routes, and a batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from easel import catalog
from tests.emulators import directives
from tests.faults.expected import ACCEPTED, MENDED, error_of, may_be_drawn, rests

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

T = TypeVar("T")
Fault = tuple[str, str]
"""A provider and the name of its fault."""

EVERY_PROVIDERS = (
    "badimage", "bigimage", "truncated", "tiff", "htmlimage", "slowimage", "hop", "avif", "wrongsize", "wrongformat",
    "ratefraction", "ratedate", "ratelist",
)  # fmt: skip
"""Faults that the same code handles for all providers: they are tested at the first provider only."""
FIRST = next(iter(catalog.providers()))
OWN_ROUTE, FUNCTION_URL = ("auth", "gone", "hang"), ("auth", "cut", "rate", "hang")
"""Faults at the first provider's own route and at the function URL, where the same code answers."""
EMULATORS = {"huggingface": "spaces"}
"""The emulator's name in `directives.py`, if it differs from its provider's."""


@dataclass(frozen=True)
class Case:
    """A provider's fault in a call made in one of the ways."""

    provider: str
    fault: str
    door: str

    def __str__(self) -> str:
        return f"{self.provider} {self.fault} {self.door}"

    @property
    def fields(self) -> dict[str, Any]:
        """Return the request. Its prompt contains the case's name, and every provider accepts its size."""
        delay = 60 if self.fault == "silent" else 0
        prompt = f"{self}. [[fault={self.fault}]] [[delay={delay}]]"
        return {"provider": self.provider, "prompt": prompt, "width": 512, "height": 512}


def cases() -> list[Case]:
    """Return every fault through the router, and some through the other doors.

    In a batch: one fault of each kind that the batch's worker distinguishes. On `/v1`: one for each code.
    """
    faults = [
        (provider, fault)
        for provider in catalog.providers()
        for fault in known_faults(provider)
        if provider == FIRST or fault not in EVERY_PROVIDERS
    ]
    return [
        *(Case(*fault, "router") for fault in faults),
        *(Case(*fault, "batch") for fault in _first_of_each(faults, _in_a_batch)),
        *(Case(*fault, "v1") for fault in _first_of_each(faults, _on_v1)),
        *(Case(provider, "auth", "own route") for provider in catalog.providers() if provider != FIRST),
        *(Case(FIRST, fault, "own route") for fault in OWN_ROUTE),
        *(Case(FIRST, fault, "function URL") for fault in FUNCTION_URL),
    ]


def _in_a_batch(fault: Fault) -> object:
    """Return what a batch's worker distinguishes: the error, what the provider accepted, and what cools down."""
    name = " ".join(fault)
    return fault[0], error_of(*fault), fault[1] in ACCEPTED, name in MENDED, may_be_drawn(*fault), rests(*fault)


def _on_v1(fault: Fault) -> object:
    """Return the parts of an error that determine the answer in OpenAI's shape."""
    kind = error_of(*fault)
    return kind and (kind.status, kind.code)


def _first_of_each(faults: Iterable[Fault], kind: Callable[[Fault], T]) -> list[Fault]:
    first: dict[T, Fault] = {}
    for fault in faults:
        first.setdefault(kind(fault), fault)
    return list(first.values())


def known_faults(provider: str) -> Sequence[str]:
    """Return the names of a provider's faults."""
    return directives.known_faults(EMULATORS.get(provider, provider))
