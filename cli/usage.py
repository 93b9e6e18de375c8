"""`make usage`: pictures by day, key, provider, model and outcome, with what they cost (docs/usage.md).

Environment variables: FROM and TO are days such as 2026-11-01, by default the last 30 days. CSV names a file to write.
STACK is the name of a deployed stack, reached with the owner's AWS credentials; the default is the local stack.
"""

import os
import time
from collections.abc import MutableMapping
from datetime import date
from pathlib import Path

from cli.keys import all_keys, connect
from easel.budgets import daily_usage
from easel.budgets.daily_usage import Line
from easel.errors import InvalidParams
from local.errors import LocalError
from local.terminal import run, visible

HEADER = ("DAY", "KEY", "PROVIDER", "MODEL", "OUTCOME", "PICTURES", "AWS USD", "PRICE")


def rows(lines: list[Line], names: dict[str, str]) -> list[str]:
    """Return the lines to print: a header, one for each line of the ledger, and the sum."""
    cells = [HEADER, *(_cells(line, names) for line in lines)]
    pictures = sum(line.amounts.pictures for line in lines if line.outcome == daily_usage.SUCCEEDED)
    aws = sum(line.amounts.aws for line in lines)
    cells.append(("SUM", "", "", "", daily_usage.SUCCEEDED, str(pictures), f"{aws:.4f}", ""))
    widths = [max(len(row[column]) for row in cells) for column in range(len(HEADER))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]


def _cells(line: Line, names: dict[str, str]) -> tuple[str, ...]:
    pictures, _, aws, price = line.amounts
    known = "" if price is None else f"{price:.6g} {line.price_unit}"
    key = visible(names.get(line.caller, line.caller))
    return (line.day, key, line.provider, visible(line.model), line.outcome, str(pictures), f"{aws:.4f}", known)


def _day(environment: MutableMapping[str, str], name: str) -> date | None:
    text = (environment.get(name) or "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise LocalError(f"{name} is {text!r}; it must be a day such as 2026-11-30") from error


def main(environment: MutableMapping[str, str]) -> list[str]:
    """Run the command and return the lines to print."""
    connect(environment)
    try:
        days = daily_usage.days(_day(environment, "FROM"), _day(environment, "TO"), time.time())
    except InvalidParams as error:
        raise LocalError(error.message) from error
    names = {key.id: key.name for key, _ in all_keys()}
    lines = daily_usage.read(days, [*names, *daily_usage.KEYLESS])
    if file := environment.get("CSV"):
        with Path(file).open("w", encoding="utf-8", newline="") as target:
            target.write(daily_usage.csv_text(lines, names))
        return [f"{file}: {len(lines)} lines, from {days[0]} to {days[-1]}"]
    return rows(lines, names)


if __name__ == "__main__":
    run("make usage", lambda: main(os.environ))
