"""Make external text safe to print, and run commands that print it."""

import sys
from collections.abc import Callable, Iterable
from typing import NoReturn

from local.errors import LocalError


def visible(text: str) -> str:
    """Replace each control or invisible character by an escape such as `\\x1b`.

    Line ends and direction marks are replaced too, so a text cannot look like several lines or like another text.
    """
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


def visible_lines(text: str) -> str:
    """Like `visible`, for a text of several lines."""
    return "\n".join(map(visible, text.split("\n")))


def readable_lines(lines: list[str]) -> list[str]:
    """Return the lines without JSON, which is for programs, and without the frames of tracebacks."""
    kept, within = [], False
    for line in lines:
        within = line.startswith("Traceback (most recent call last)") or (within and line.startswith(" "))
        if not within and not line.startswith("{"):
            kept.append(line)
    return kept


def run(command: str, main: Callable[[], Iterable[str] | int], refused: tuple[type[Exception], ...] = ()) -> NoReturn:
    """Run a command and exit. Print the returned lines, or exit with the returned status.

    Args:
        command: the command's name in messages, such as `make key`.
        main: does the work.
        refused: exceptions that, like `LocalError`, are printed without a traceback, with status 2.
    """
    printed: tuple[type[Exception], ...] = (LocalError, *refused)
    try:
        result = main()
    except printed as error:
        print(f"{command}: {visible_lines(str(error))}", file=sys.stderr)
        sys.exit(2)
    if isinstance(result, int):
        sys.exit(result)
    # In one write, because `make key … | head -1` stops reading after a line.
    print("".join(f"{visible(line)}\n" for line in result), end="")
    sys.exit(0)
