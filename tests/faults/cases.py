"""The faults that are brought about, and the doors: the API's routes, and a batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from easel import catalog
from tests.emulators import directives
from tests.faults.expected import error_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

T = TypeVar("T")
Fault = tuple[str, str]
"""A provider and the name of its fault."""

EVERY_PROVIDERS = (
    "badimage", "bigimage", "truncated", "tiff", "htmlimage", "slowimage", "hop", "avif", "wrongsize", "wrongformat",
    "ratefraction", "ratedate", "ratelist",
)  # fmt: skip
"""Faults that the same code handles for all providers: they are brought about at the first provider alone."""
FIRST = next(iter(catalog.providers()))
OWN_ROUTE, FUNCTION_URL = ("auth", "gone", "hang"), ("auth", "cut", "rate", "hang")
"""Faults that are brought about at a provider's own route and at the function URL, where the same code answers."""
EMULATORS = {"huggingface": "spaces"}
"""The emulator's name in `directives.py`, where it is another than its provider's."""


@dataclass(frozen=True)
class Case:
    """A fault of a provider, at a door."""

    provider: str
    fault: str
    door: str

    def __str__(self) -> str:
        return f"{self.provider} {self.fault} {self.door}"

    @property
    def fields(self) -> dict[str, Any]:
        """The request. The case's name in its prompt finds what belongs to it; every provider draws such a size."""
        delay = 60 if self.fault == "silent" else 0
        prompt = f"{self}. [[fault={self.fault}]] [[delay={delay}]]"
        return {"provider": self.provider, "prompt": prompt, "width": 512, "height": 512}


def cases() -> list[Case]:
    """Return every fault through the router, and some by other doors.

    In a batch: those that it tries again, and one for each other error of each provider. On `/v1`: one for each error.
    """
    faults = [
        (provider, fault)
        for provider in catalog.providers()
        for fault in known_faults(provider)
        if provider == FIRST or fault not in EVERY_PROVIDERS
    ]
    tried_again = [fault for fault in faults if (kind := error_of(*fault)) and kind.tries > 1]
    in_batches = dict.fromkeys([*tried_again, *_first_of_each(faults, lambda fault: (fault[0], error_of(*fault)))])
    return [
        *(Case(*fault, "router") for fault in faults),
        *(Case(*fault, "batch") for fault in in_batches),
        *(Case(*fault, "v1") for fault in _first_of_each(faults, lambda fault: error_of(*fault))),
        *(Case(provider, fault, "own route") for provider in catalog.providers() for fault in OWN_ROUTE),
        *(Case(FIRST, fault, "function URL") for fault in FUNCTION_URL),
    ]


def _first_of_each(faults: Iterable[Fault], kind: Callable[[Fault], T]) -> list[Fault]:
    first: dict[T, Fault] = {}
    for fault in faults:
        first.setdefault(kind(fault), fault)
    return list(first.values())


def known_faults(provider: str) -> Sequence[str]:
    return directives.known_faults(EMULATORS.get(provider, provider))
