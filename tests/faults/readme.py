"""README's table of faults, as text made of what was seen."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from easel import catalog, errors
from tests.emulators import directives
from tests.faults.doors import TRIES, Case
from tests.harness.template import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.faults.doors import Seen

FILE = ROOT / "README.md"
BEGIN, END = "<!-- faults: written by tests/faults -->", "<!-- end of faults -->"
NAMES = {"G": "Gitee AI", "M": "ModelScope", "S": "a Space"}
"""What the letters in the emulators' own table stand for."""


def block(seen: Mapping[Case, Seen]) -> str:
    """All that stands between the markers."""
    providers = [provider for provider in catalog.providers() if any(case.provider == provider for case in seen)]
    names = " | ".join(catalog.name_of(provider) for provider in providers)
    rows = [_row(fault, text, providers, seen) for fault, text in directives.described().items()]
    table = [f"| fault | what happens | {names} | in a batch |", "|---" * (len(providers) + 3) + "|", *rows]
    return "\n".join([BEGIN, "", *_legend(), "", *table, "", END])


def _legend() -> list[str]:
    kinds = (errors.GenerationTimeout, errors.ProviderError, errors.ProviderUnreachable)
    tries = ", ".join(f"{TRIES[kind]} times for `{kind.code}`" for kind in kinds)
    return [
        "In a batch, *fails* is at once. *Waits* is until the token may be used again, and counts as no try. *Again*",
        f"is after growing pauses, in all {tries}.",
    ]


def _row(fault: str, text: str, providers: list[str], seen: Mapping[Case, Seen]) -> str:
    by_call = [seen.get(Case(provider, fault, "router")) for provider in providers]
    cells = " | ".join(_answer(found) if found else "-" for found in by_call)
    spelled = re.sub(r"\b[GMS]\b", lambda letter: NAMES[letter[0]], text)
    return f"| `{fault}` | {spelled} | {cells} | {_in_batches(fault, providers, seen)} |"


def _in_batches(fault: str, providers: list[str], seen: Mapping[Case, Seen]) -> str:
    """What most providers' jobs come to, and what the others' do."""
    by_batch = {name: seen.get(Case(name, fault, "batch")) for name in providers}
    told = {catalog.name_of(name): _in_a_batch(found) for name, found in by_batch.items() if found}
    ((usual, _),) = Counter(told.values()).most_common(1)
    others = [f"{name}: {what}" for name, what in told.items() if what != usual]
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
