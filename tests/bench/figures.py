"""Measured figures with their floors, as a table, as JSON, and as a comparison of two runs."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """A line of the table: a measured value and its floor.

    `value` and `floor` are medians in `unit`. `low` and `high` enclose the middle half of the values (or the only one).
    `ratio` is the median of the rounds' ratios, since the machine's load affects both sides alike. `aim` is the goal.
    """

    group: str
    what: str
    unit: str
    value: float
    low: float
    high: float
    floor: float | None = None
    floored_by: str = ""
    ratio: float | None = None
    aim: str = ""


def figure(
    group: str,
    what: str,
    unit: str,
    values: Sequence[float],
    floors: Sequence[float] = (),
    floored_by: str = "",
    aim: str = "",
) -> Figure:
    low, middle, high = spread(values)
    if not floors:
        return Figure(group, what, unit, middle, low, high, aim=aim)
    ratios = [value / floor for value, floor in zip(values, floors, strict=False) if floor]
    return Figure(
        *(group, what, unit, middle, low, high),
        floor=statistics.median(floors),
        floored_by=floored_by,
        ratio=statistics.median(ratios) if len(values) == len(floors) else middle / statistics.median(floors),
        aim=aim,
    )


def spread(values: Sequence[float]) -> tuple[float, float, float]:
    """Return the first quartile, the median and the third quartile."""
    if len(values) < 2:
        return values[0], values[0], values[0]
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, middle, high


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def table(figures: Sequence[Figure], conditions: dict[str, Any]) -> str:
    """Return Markdown. docs/figures.md shows the latest table."""
    lines = []
    for group in dict.fromkeys(each.group for each in figures):
        lines += [f"\n**{group}**\n", "| what | median (middle half) | floor | ratio | aim |", "|---|---|---|---|---|"]
        lines += [_row(each) for each in figures if each.group == group]
    machine = ", ".join(f"{name} {value}" for name, value in conditions.items())
    return "\n".join([*lines, "", f"Measured on: {machine}."])


def _row(each: Figure) -> str:
    half = "" if each.low == each.high else f" ({_number(each.low)}-{_number(each.high)})"
    floor = "" if each.floor is None else f"{_number(each.floor)} {each.unit}, {each.floored_by}"
    ratio = "" if each.ratio is None else f"{each.ratio:.2f}"
    return f"| {each.what} | {_number(each.value)} {each.unit}{half} | {floor} | {ratio} | {each.aim} |"


def _number(value: float) -> str:
    digits = next((digits for digits, least in enumerate((100, 10, 0.1)) if abs(value) >= least), 4)
    return f"{value:.{digits}f}"


def save(path: Path, figures: Sequence[Figure], conditions: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"conditions": conditions, "figures": [asdict(each) for each in figures]}, indent=1))


def compare(one: Path, other: Path) -> str:
    """Return both runs' figures next to each other. Only ratios are comparable across machines."""
    earlier, later = ({_name(each): each for each in load(path)} for path in (one, other))
    lines = [f"| what | {one.stem} | {other.stem} | change |", "|---|---|---|---|"]
    for name in [name for name in earlier if name in later]:
        before, after = earlier[name], later[name]
        as_ratio = before.ratio is not None and after.ratio is not None
        old, new = (each.ratio if as_ratio else each.value for each in (before, after))
        unit = "x floor" if as_ratio else after.unit
        change = f"{(new - old) / old:+.0%}" if old and new is not None else ""
        lines.append(f"| {name} | {_number(old or 0)} {unit} | {_number(new or 0)} {unit} | {change} |")
    return "\n".join(lines)


def load(path: Path) -> list[Figure]:
    return [Figure(**each) for each in json.loads(path.read_text())["figures"]]


def _name(each: Figure) -> str:
    return f"{each.group}: {each.what}"
