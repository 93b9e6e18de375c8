"""Write the table of faults in docs/faults.md from the results of the tests."""

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
UNKNOWN = ("cut", "hang", "silent")
"""Faults after which it is unknown whether the provider generated a picture."""
NAMES = {"G": "Gitee AI", "M": "ModelScope", "S": "a Space"}
"""What the letters in the emulators' own table stand for."""


def block(seen: Mapping[Case, Seen]) -> str:
    """Return the text between the markers, with the markers."""
    providers = [provider for provider in catalog.providers() if any(case.provider == provider for case in seen)]
    names = " | ".join(catalog.name_of(provider) for provider in providers)
    rows = [_row(fault, text, providers, seen) for fault, text in directives.described().items()]
    table = [f"| fault | what happens | {names} | in a batch | drawn |", "|---" * (len(providers) + 4) + "|", *rows]
    return "\n".join([BEGIN, "", *_legend(), "", *table, "", END])


def _legend() -> list[str]:
    kinds = (errors.GenerationTimeout, errors.ProviderError, errors.ProviderUnreachable, errors.DownloadFailed)
    attempts = ", ".join(f"{TRIES[kind]} for `{kind.code}`" for kind in kinds)
    return [
        'The column "in a batch" shows what happens to a line:',
        "",
        "- *fails*: the line fails at once.",
        "- *waits*: the line waits until the token is usable. This does not use up an attempt.",
        f"- *again*: the line is retried after growing pauses. Attempts in all: {attempts}.",
        "",
        "A retry downloads a picture that the provider has generated, and polls a task that it has accepted.",
        'The column "drawn" is the number of pictures that the provider generates in all attempts of a batch. It is',
        "*unknown* if the connection ends before the provider reports a picture.",
    ]


def _row(fault: str, text: str, providers: list[str], seen: Mapping[Case, Seen]) -> str:
    by_call = {name: one for name in providers if (one := _found("router", name, fault, seen))}
    in_batches = {name: one for name in providers if (one := _found("batch", name, fault, seen))}
    drawn = {name: seen.get(Case(name, fault, "batch"), one) for name, one in by_call.items()}
    cells = " | ".join(_answer(by_call[name]) if name in by_call else "-" for name in providers)
    spelled = re.sub(r"\b[GMS]\b", lambda letter: NAMES[letter[0]], text)
    pictures = "unknown" if fault in UNKNOWN else _by_provider(drawn, lambda one: str(one.drawn))
    return f"| `{fault}` | {spelled} | {cells} | {_by_provider(in_batches, _in_a_batch)} | {pictures} |"


def _found(door: str, provider: str, fault: str, seen: Mapping[Case, Seen]) -> Seen | None:
    """Return the outcome of a fault, or of another fault that the same code handles; None if the provider lacks it."""
    if fault not in known_faults(provider):
        return None
    at = FIRST if fault in EVERY_PROVIDERS else provider
    kind = error_of(at, fault)
    alike = (one for case, one in seen.items() if _of(case) == (at, door) and error_of(at, case.fault) is kind)
    return seen.get(Case(at, fault, door)) or next(alike)


def _of(case: Case) -> tuple[str, str]:
    return case.provider, case.door


def _by_provider(outcomes: Mapping[str, Seen], describe: Callable[[Seen], str]) -> str:
    """Return the most common description, with those of other providers in parentheses."""
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
    """Replace the block in the page."""
    before, _, rest = FILE.read_text("utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    FILE.write_text(before + text + after, "utf-8")
