"""Texts and questions of `make batch` before the start: the pictures, the invalid lines, an earlier batch."""

import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from local.errors import LocalError
from local.terminal import visible

MAX_VALIDATED = 256 * 1024
"""Maximum bytes that a deployment validates."""
MAX_SHOWN = 20
"""Maximum number of invalid lines to print."""

Ask = Callable[[str], str]
"""Prints a question and returns the typed text."""


def terminal() -> Ask | None:
    """Return a function that asks the user, or None without a terminal."""
    return input if sys.stdin.isatty() and sys.stdout.isatty() else None


def beginning(manifest: Path) -> bytes:
    """Return the file's content, or a large file's beginning up to the end of a line."""
    with manifest.open("rb") as file:
        text = file.read(MAX_VALIDATED)
        return text if not file.read(1) else text[: text.rfind(b"\n") + 1] or text


def describe(preview: Mapping[str, Any], whole: bool) -> list[str]:
    """Return `32 pictures of 40 lines; 8 lines are invalid:`, and each invalid line with its reason."""
    counts = preview["counts"]
    start = "" if whole and preview["complete"] else "the file is large; in its beginning: "
    invalid = {0: "no line is invalid", 1: "1 line is invalid:"}.get(
        counts["invalid"], f"{counts['invalid']} lines are invalid:"
    )
    lines = [f"{start}{counts['pictures']} pictures of {counts['lines']} lines; {invalid}"]
    lines += [
        f"  line {line['line']}: {line['code']}: {visible(line['error'])}" for line in preview["invalid"][:MAX_SHOWN]
    ]
    more = counts["invalid"] - MAX_SHOWN
    lines += [f"  and {more} more"] if more > 0 else []
    return lines + [f"  {visible(entry['text'])}" for entry in preview.get("quota") or ()]


def confirm(preview: Mapping[str, Any], ask: Ask | None) -> None:
    """Ask whether to start a file with invalid lines. Raise `LocalError` for "no", or if all lines are invalid."""
    counts = preview["counts"]
    if not counts["pictures"] and preview["complete"]:
        raise LocalError("no line of the file is valid, so nothing was started")
    if counts["invalid"] and ask and not _yes(ask(f"Start {counts['pictures']} pictures without them? [Y/n] "), "y"):
        raise LocalError("nothing was started")


def describe_earlier(batch: Mapping[str, Any]) -> str:
    """Return a text such as `This file ran before, on 30 Nov at 08:15: 24 of 32 pictures, 8 failed.`"""
    when = time.strftime("%d %b at %H:%M", time.localtime(batch["createdAt"]))
    if "finishedAt" not in batch:
        return f"This file was started before, on {when}, and still runs."
    counts = batch["counts"]
    without = [f"{counts[name]} {name}" for name in ("failed", "cancelled") if counts[name]]
    figures = ", ".join([f"{counts['succeeded']} of {counts['requests']} pictures", *without])
    return f"This file ran before, on {when}: {figures}."


def choose(batch: Mapping[str, Any], ask: Ask | None) -> str:
    """Return what to do with a file that ran before: "see" its batch, run the "rest" again, or run "all" again.

    Without a terminal, the result is "rest" if any pictures are missing.
    """
    missing = 0
    if "finishedAt" in batch:
        missing = batch["counts"]["failed"] + batch["counts"]["cancelled"] - batch["counts"]["invalid"]
    default = "rest" if missing else "see"
    if not ask:
        return default
    offers = {
        "see": "[s]ee its results",
        **({"rest": f"[r]etry the {missing} without a picture"} if missing else {}),
    }
    offers |= {"all": "run [a]ll again"}
    typed = ask(f"{', '.join(offers.values())}? (Enter: {default}) ").strip().lower()
    chosen = {"s": "see", "r": "rest", "a": "all"}.get(typed[:1], default if not typed else "")
    if chosen not in offers:
        raise LocalError("nothing was started")
    return chosen


def _yes(typed: str, default: str) -> bool:
    return (typed.strip().lower() or default).startswith("y")
