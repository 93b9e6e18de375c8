"""Text from outside, made safe to print; and the commands that print it."""

import sys
from collections.abc import Callable, Iterable
from typing import NoReturn

from local.errors import LocalError


def visible(text: str) -> str:
    """Write each character that a terminal would obey, or not show, as an escape such as `\\x1b`.

    Line ends and marks of direction are among them, so a text cannot pose as several lines or as another text.
    """
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


def visible_lines(text: str) -> str:
    """Return the same for a text of several lines."""
    return "\n".join(map(visible, text.split("\n")))


def without_frames(lines: list[str]) -> list[str]:
    """Return the lines without the frames of tracebacks; what was raised stays."""
    kept, within = [], False
    for line in lines:
        within = line.startswith("Traceback (most recent call last)") or (within and line.startswith(" "))
        if not within:
            kept.append(line)
    return kept


def run(command: str, main: Callable[[], Iterable[str] | int], refused: tuple[type[Exception], ...] = ()) -> NoReturn:
    """Run a command, and exit: print its lines, or exit with the status that it returns.

    Args:
        command: its name for the reader, such as `make key`.
        main: does the work.
        refused: what else than `LocalError` is printed without a traceback, with status 2.
    """
    printed: tuple[type[Exception], ...] = (LocalError, *refused)
    try:
        result = main()
    except printed as error:
        print(f"{command}: {visible_lines(str(error))}", file=sys.stderr)
        sys.exit(2)
    if isinstance(result, int):
        sys.exit(result)
    # Written at once: `make key … | head -1` reads no further.
    print("".join(f"{visible(line)}\n" for line in result), end="")
    sys.exit(0)
