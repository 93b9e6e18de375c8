"""The table of faults in docs/faults.md, as text made of what was seen."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from easel import catalog, errors
from tests.emulators import directives
from tests.faults.cases import EVERY_PROVIDERS, FIRST, Case, known_faults
from tests.faults.doors import TRIES
from tests.faults.expected import error_of
from tests.harness.template import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.faults.doors import Seen

FILE = ROOT / "docs" / "faults.md"
BEGIN, END = "<!-- faults: written by tests/faults -->", "<!-- end of faults -->"
UNTOLD = ("cut", "hang", "silent")
"""Faults after which nobody knows whether the provider draws."""
NAMES = {"G": "Gitee AI", "M": "ModelScope", "S": "a Space"}
"""What the letters in the emulators' own table stand for."""


def block(seen: Mapping[Case, Seen]) -> str:
    """All that stands between the markers."""
    providers = [provider for provider in catalog.providers() if any(case.provider == provider for case in seen)]
    names = " | ".join(catalog.name_of(provider) for provider in providers)
    rows = [_row(fault, text, providers, seen) for fault, text in directives.described().items()]
    table = [f"| fault | what happens | {names} | in a batch | drawn |", "|---" * (len(providers) + 4) + "|", *rows]
    return "\n".join([BEGIN, "", *_legend(), "", *table, "", END])


def _legend() -> list[str]:
    kinds = (errors.GenerationTimeout, errors.ProviderError, errors.ProviderUnreachable, errors.DownloadFailed)
    tries = ", ".join(f"{TRIES[kind]} times for `{kind.code}`" for kind in kinds)
    return [
        "In a batch, *fails* is at once. *Waits* is until the token may be used again, and counts as no try. *Again*",
        f"is after growing pauses, in all {tries}.",
        "A picture that was drawn is only fetched again then, and a task polled on. *Drawn* is how many pictures the",
        "provider draws in all tries of a batch; *not told*: the connection ends before it says so, and nobody knows.",
    ]


def _row(fault: str, text: str, providers: list[str], seen: Mapping[Case, Seen]) -> str:
    by_call = {name: one for name in providers if (one := _found("router", name, fault, seen))}
    in_batches = {name: one for name in providers if (one := _found("batch", name, fault, seen))}
    drawn = {name: seen.get(Case(name, fault, "batch"), one) for name, one in by_call.items()}
    cells = " | ".join(_answer(by_call[name]) if name in by_call else "-" for name in providers)
    spelled = re.sub(r"\b[GMS]\b", lambda letter: NAMES[letter[0]], text)
    pictures = "not told" if fault in UNTOLD else _by_provider(drawn, lambda one: str(one.drawn))
    return f"| `{fault}` | {spelled} | {cells} | {_by_provider(in_batches, _in_a_batch)} | {pictures} |"


def _found(door: str, provider: str, fault: str, seen: Mapping[Case, Seen]) -> Seen | None:
    """Return what was seen of a fault, or else of one that the same code handles; None if the provider lacks it."""
    if fault not in known_faults(provider):
        return None
    at = FIRST if fault in EVERY_PROVIDERS else provider
    kind = error_of(at, fault)
    alike = (one for case, one in seen.items() if _of(case) == (at, door) and error_of(at, case.fault) is kind)
    return seen.get(Case(at, fault, door)) or next(alike)


def _of(case: Case) -> tuple[str, str]:
    return case.provider, case.door


def _by_provider(outcomes: Mapping[str, Seen], describe: Callable[[Seen], str]) -> str:
    """What most providers come to, and what the others do."""
    described = {catalog.name_of(name): describe(one) for name, one in outcomes.items()}
    ((usual, _),) = Counter(described.values()).most_common(1)
    others = [f"{name}: {what}" for name, what in described.items() if what != usual]
    return f"{usual} ({', '.join(others)})" if others else usual


def _answer(seen: Seen) -> str:
    return f"{seen.status} `{seen.code}`" if seen.code else "a picture"


def _in_a_batch(seen: Seen) -> str:
    if seen.waits:
        return "waits"
    if seen.job.attempts > 1:
        return "again"
    return "fails" if seen.job.error else "a picture"


def write(text: str) -> None:
    """Puts the block in the place of the one that is there."""
    before, _, rest = FILE.read_text("utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    FILE.write_text(before + text + after, "utf-8")
