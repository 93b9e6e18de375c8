"""External text in a reader's terminal."""

from __future__ import annotations

import json

import pytest

from local import stack
from local.logs import Formatter
from local.terminal import readable_lines, visible, visible_lines

HOSTILE = ["\x1b[2J\x1b]0;owned\x07", "\x00", "a\rb", "\x9b31m", "\u202egnp.exe", "\u2028", "\ud800", "a\nERROR forged"]


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_control_characters_are_shown_as_text(text: str) -> None:
    shown = visible(f"before {text} after")
    assert shown.isprintable()
    assert shown.startswith("before ")
    assert shown.endswith(" after")


def test_text_of_any_language_is_unchanged() -> None:
    assert visible("süßes Kätzchen, 猫 🐈 ✓ \\ '") == "süßes Kätzchen, 猫 🐈 ✓ \\ '"
    assert visible_lines("a\nb\x1b") == "a\nb\\x1b"


def test_readable_lines_have_no_json_and_no_frames_of_tracebacks() -> None:
    lines = [
        "before",
        '{"gitee": "http://127.0.0.1:4571"}',
        "Traceback (most recent call last):",
        '  File "x.py", line 1, in f',
        "    f()",
        "KeyError: 'a'",
        "end",
    ]
    assert readable_lines(lines) == ["before", "KeyError: 'a'", "end"]


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_a_log_line_is_one_line_without_control_characters(text: str) -> None:
    record = {"level": f"INFO{text}", "message": text, "job": text, text: 1, "exception": f"Error: {text}"}
    lines = [
        json.dumps({"function": f"easel-{text}", "line": json.dumps(record)}),
        json.dumps({"function": "easel-gitee", "line": text}),
        f"2026-11-30 00:00:00 ERROR [lambda] {text}",
    ]
    for line in lines:
        for shown in (Formatter("easel").format(line) or "").split("\n    "):
            assert shown.isprintable()


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_a_requested_path_is_shown_as_text(text: str) -> None:
    lines: list[str] = []
    stack._access(lines.append)("GET", f"/api/{text}", 404, 0.1)
    assert lines[0].isprintable()
