"""The output of `make batch`: a progress bar on a terminal, plain lines elsewhere, and the reasons of failed lines."""

import json
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table
from rich.text import Text

from local.terminal import visible, visible_lines

QUIET_SECONDS = 10.0
"""Seconds between two lines of progress without a terminal."""
MAX_SHOWN = 20
"""Maximum number of reasons printed at the end. The results file has all of them."""
MAX_LINE_NUMBERS = 5
"""Maximum number of line numbers printed with a reason."""
PHASES = {
    "planning": "planning: each line of the manifest is validated",
    "running": "generating pictures",
    "waiting": "waiting",
    "reporting": "reporting: the results are being written",
    "ending": "ending: started pictures are completed, then the results are written",
}


@dataclass
class Results:
    """The numbers of the failed lines in `results.jsonl`, by code and reason."""

    failed: dict[tuple[str, str], list[int]] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> Self:
        results = cls()
        with path.open(encoding="utf-8") as file:
            for result in map(json.loads, file):
                if result["status"] == "failed":
                    error = result["error"]
                    results.failed.setdefault((error["code"], error["message"]), []).append(result["line"])
        return results

    def reasons(self) -> list[tuple[str, str, str]]:
        """Return the lines, code and text of each reason, the most frequent first."""
        ordered = sorted(self.failed.items(), key=lambda entry: -len(entry[1]))
        return [(_numbers(lines), code, visible(reason)) for (code, reason), lines in ordered[:MAX_SHOWN]]


def _numbers(lines: Iterable[int]) -> str:
    """Return a text such as `3, 7, 9, 12, 15 and 20 more`. A line with several pictures counts once."""
    unique = list(dict.fromkeys(lines))
    more = f" and {len(unique) - MAX_LINE_NUMBERS} more" if len(unique) > MAX_LINE_NUMBERS else ""
    return ", ".join(map(str, unique[:MAX_LINE_NUMBERS])) + more


def phase(status: Mapping[str, Any]) -> str:
    """Return the batch's present phase: a key of `PHASES`, or its final status."""
    counts = status["counts"]
    if "finishedAt" in status:
        return str(status["status"])
    if status["status"] == "running":
        waiting = "waiting" if status.get("waitingFor") else "running"
        return "running" if counts["running"] else waiting if counts["pending"] else "reporting"
    return "planning" if status["status"] == "planning" else "ending"


def progress_line(status: Mapping[str, Any], now: float) -> str:
    """Return a text such as `0:35 · 210/1000 · generating pictures · 3 failed · 19.8/s · 0:40 left · waits for …`"""
    counts, does = status["counts"], phase(status)
    done = counts["succeeded"] + counts["failed"] + counts["cancelled"]
    parts = [clock(max(0.0, status.get("finishedAt", now) - status["startedAt"]))]
    parts += [f"{done}/{counts['requests']}"] if counts["requests"] else []
    return " · ".join([*parts, PHASES.get(does, does), *_figures(status), *waits(status)])


def _figures(status: Mapping[str, Any]) -> list[str]:
    counts, rate, left = status["counts"], status.get("rate") or 0, status.get("etaSeconds")
    figures = [f"{counts[name]} {name}" for name in ("failed", "cancelled") if counts[name]]
    figures += [f"{rate:.1f}/s"] if rate else []
    return figures + ([f"{clock(left)} left"] if left else [])


def waits(status: Mapping[str, Any]) -> list[str]:
    """Return texts such as `waits for gitee until 02:00: today's quota is used up`."""
    texts = []
    for wait in status.get("waitingFor", ()):
        until = f" until {time.strftime('%a %H:%M', time.localtime(wait['until']))}" if "until" in wait else ""
        texts.append(visible(f"waits for {wait['provider']}{until}: {wait['reason']}"))
    return texts


def clock(seconds: float) -> str:
    """Return seconds as a text such as `1:05:09` or `5:09`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def summary(status: Mapping[str, Any]) -> str:
    """Summarise the outcome of a batch. The duration counts from the start of this run."""
    counts, seconds = status["counts"], status["finishedAt"] - status["startedAt"]
    cancelled = f", {counts['cancelled']} cancelled" if counts["cancelled"] else ""
    text = (
        f"{status['status']}: {counts['succeeded']} pictures, {counts['failed']} failed{cancelled}, in {clock(seconds)}"
    )
    return text + (f"\nThe batch failed as a whole: {status['error']['error']}" if "error" in status else "")


class Display:
    """Shows a progress bar on a terminal, and occasional lines elsewhere."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(file=sys.stdout, highlight=False, soft_wrap=not sys.stdout.isatty())
        columns = (BarColumn(30), MofNCompleteColumn(), TextColumn("{task.fields[figures]}", markup=False))
        self._bar = Progress(*columns, console=self._console)
        self._task = self._bar.add_task("", total=None, figures="")
        self._does = Progress(SpinnerColumn(), TextColumn("{task.description}", markup=False), console=self._console)
        self._does_task = self._does.add_task("uploading the manifest")
        self._waits: list[str] = []
        self._live = Live(console=self._console, get_renderable=self._drawn, transient=True)
        self._next = 0.0

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._live.stop()

    def say(self, text: str) -> None:
        """Print lines, above the bar if there is one."""
        self._console.print(Text(visible_lines(text)), soft_wrap=True)

    def show(self, status: Mapping[str, Any]) -> None:
        """Show the progress of the batch."""
        now = time.time()
        if self._console.is_terminal:
            self._update(status, now)
        elif time.monotonic() >= self._next or "finishedAt" in status:
            self._next = time.monotonic() + QUIET_SECONDS
            self.say(progress_line(status, now))

    def failures(self, results: Results) -> None:
        """Print the reasons of failed lines: a table on a terminal, plain lines elsewhere."""
        reasons, more = results.reasons(), len(results.failed) - MAX_SHOWN
        if reasons and self._console.is_terminal:
            table = Table("Lines", "Code", "Reason", title="Failed", title_justify="left")
            for row in reasons:
                table.add_row(*(Text(visible(cell)) for cell in row))
            self._console.print(table)
        else:
            for lines, code, reason in reasons:
                self.say(f"  failed: {'lines' if ',' in lines else 'line'} {lines}: {code}: {reason}")
        if more > 0:
            self.say(f"  and {more} more reasons")

    def _update(self, status: Mapping[str, Any], now: float) -> None:
        counts, does = status["counts"], phase(status)
        elapsed = clock(max(0.0, status.get("finishedAt", now) - status["startedAt"]))
        figures = " · ".join([*_figures(status), elapsed])
        done, known = counts["succeeded"] + counts["failed"] + counts["cancelled"], counts["requests"]
        self._bar.update(self._task, completed=done, total=known or None, figures=figures)
        self._does.update(self._does_task, description=PHASES.get(does, does))
        self._waits = waits(status)

    def _drawn(self) -> Group:
        return Group(self._bar, self._does, *(Text(f"  {wait}", style="yellow") for wait in self._waits))
