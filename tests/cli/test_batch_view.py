"""The output of `make batch` while a batch runs, and for the failed lines."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

from cli import batch_view
from cli.batch_view import Display, Results

if TYPE_CHECKING:
    from pathlib import Path

COUNTS = {"requests": 4, "succeeded": 1, "failed": 1, "invalid": 1, "pending": 2, "running": 0, "cancelled": 0}
RUNNING: dict[str, Any] = {"status": "running", "counts": COUNTS, "startedAt": 100.0, "rate": 2.04, "etaSeconds": 3909}
QUOTA = {"provider": "gitee", "reason": "today's quota is used up", "until": 0.0}
WAITING: dict[str, Any] = {**RUNNING, "etaSeconds": None, "waitingFor": [QUOTA]}
PLANNING = {"status": "planning", "counts": dict.fromkeys(COUNTS, 0), "startedAt": 100.0, "rate": 0.0}


def terminal() -> tuple[Display, io.StringIO]:
    screen = io.StringIO()
    return Display(Console(file=screen, force_terminal=True, width=120, color_system=None)), screen


def pipe() -> tuple[Display, io.StringIO]:
    text = io.StringIO()
    return Display(Console(file=text, force_terminal=False, width=40)), text


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (RUNNING, "0:35 · 2/4 · generating pictures · 1 failed · 2.0/s · 1:05:09 left"),
        (PLANNING, "0:35 · planning: each line of the manifest is validated"),
        (
            {**RUNNING, "counts": {**COUNTS, "pending": 0}, "etaSeconds": 0},
            "0:35 · 2/4 · reporting: the results are being written · 1 failed · 2.0/s",
        ),
        (
            {"status": "cancelled", "counts": COUNTS, "startedAt": 100.0},
            "0:35 · 2/4 · ending: started pictures are completed, then the results are written · 1 failed",
        ),
        ({"status": "cancelled", "counts": COUNTS, "startedAt": 100.0, "finishedAt": 104.0},
         "0:04 · 2/4 · cancelled · 1 failed"),
    ],
)  # fmt: skip
def test_a_line_shows_time_counts_and_figures(status: dict[str, Any], told: str) -> None:
    assert batch_view.progress_line(status, now=135.0) == told


def test_waiting_reasons_are_shown_without_control_characters() -> None:
    told = batch_view.progress_line(WAITING, 135.0)
    assert told.startswith("0:35 · 2/4 · waiting · 1 failed · 2.0/s · waits for gitee until ")
    at_work = {**WAITING, "etaSeconds": 3909, "counts": {**COUNTS, "pending": 1, "running": 1}}
    assert "generating pictures · 1 failed · 2.0/s · 1:05:09 left · waits for" in batch_view.progress_line(
        at_work, 135.0
    )
    turn: dict[str, Any] = {**RUNNING, "waitingFor": [{"provider": "gitee", "reason": "its \033[2Jturn"}]}
    assert batch_view.waits(turn) == [r"waits for gitee: its \x1b[2Jturn"]


def test_a_pipe_gets_whole_lines_and_always_the_last() -> None:
    display, text = pipe()
    with display:
        for _ in range(3):
            display.show(RUNNING)
        display.show({**RUNNING, "status": "completed", "finishedAt": 104.0})
    first, last = text.getvalue().splitlines()  # neither line is wrapped or has a bar
    assert first.endswith("left")
    assert "completed" in last


def test_a_terminal_gets_a_bar_state_and_waiting_reasons() -> None:
    display, screen = terminal()
    with display:
        display.show(WAITING)
        display._live.refresh()
    shown = screen.getvalue()
    assert "2/4" in shown
    assert "1 failed · 2.0/s · " in shown
    assert "waiting" in shown
    assert "waits for gitee" in shown


def test_a_terminal_without_a_total_shows_the_planning() -> None:
    display, screen = terminal()
    with display:
        display.show(PLANNING)
        display._live.refresh()
    assert "0/?" in screen.getvalue()
    assert "planning" in screen.getvalue()


def results(folder: Path, lines: list[dict[str, Any]]) -> Results:
    path = folder / "results.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return Results.read(path)


def failed(line: int, code: str, message: str) -> dict[str, Any]:
    return {"line": line, "id": str(line), "status": "failed", "error": {"code": code, "message": message}}


def test_failures_are_grouped_by_reason_most_common_first(tmp_path: Path) -> None:
    lines = [failed(2, "AUTH_INVALID", "no such token"), {"line": 3, "status": "succeeded"}]
    lines += [failed(line, "INVALID_MODEL", "[bold]no such\nmodel") for line in (4, 4, 5, 6, 7, 8, 9, 10)]
    found = results(tmp_path, lines)
    display, text = pipe()
    display.failures(found)
    assert text.getvalue().splitlines() == [
        r"  failed: lines 4, 5, 6, 7, 8 and 2 more: INVALID_MODEL: [bold]no such\nmodel",
        "  failed: line 2: AUTH_INVALID: no such token",
    ]
    display, screen = terminal()
    display.failures(found)
    for word in ("Lines", "Code", "Reason", "4, 5, 6, 7, 8 and 2 more", r"[bold]no such\nmodel", "AUTH_INVALID"):
        assert word in screen.getvalue()


def test_the_number_of_shown_reasons_is_limited(tmp_path: Path) -> None:
    display, text = pipe()
    display.failures(results(tmp_path, [failed(n, "PROVIDER_ERROR", f"reason {n}") for n in range(25)]))
    assert len(text.getvalue().splitlines()) == batch_view.MAX_SHOWN + 1
    assert text.getvalue().endswith("and 5 more reasons\n")


def test_the_summary_has_the_duration_and_the_batchs_error() -> None:
    status = {**RUNNING, "status": "failed", "createdAt": 1.0, "finishedAt": 165.0, "error": {"error": "unreadable"}}
    assert (
        batch_view.summary(status) == "failed: 1 pictures, 1 failed, in 1:05\nThe batch failed as a whole: unreadable"
    )
