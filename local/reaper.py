"""Ends everything a local stack started, even when the process that started it was killed.

Reads orders from its standard input, one a line:

    group 4711        a process group to end
    done 4711         that group has ended by itself
    folder /tmp/x     a folder to remove

At the end of input (its parent closed the pipe, or died in whatever way) it carries them out: SIGTERM, a grace,
SIGKILL. A SIGTERM to the reaper itself skips the grace.
"""

import contextlib
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterable
from types import FrameType

GRACE_SECONDS = 1.5


def _alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _signal(groups: Iterable[int], number: int) -> None:
    for group in groups:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, number)


def main() -> None:
    groups: list[int] = []
    folders: list[str] = []
    deadline = float("inf")

    def hurry(_number: int, _frame: FrameType | None) -> None:
        nonlocal deadline
        deadline = 0.0

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, hurry)
    for line in sys.stdin:
        order, _, value = line.rstrip("\n").partition(" ")
        if order == "group":
            groups.append(int(value))
        elif order == "done" and int(value) in groups:
            groups.remove(int(value))
        elif order == "folder":
            folders.append(value)

    _signal(groups, signal.SIGTERM)
    deadline = min(deadline, time.monotonic() + GRACE_SECONDS)
    while time.monotonic() < deadline and any(_alive(group) for group in groups):
        time.sleep(0.02)
    _signal(groups, signal.SIGKILL)
    deadline = time.monotonic() + GRACE_SECONDS  # for the system to end them: they might still write to the folders
    while time.monotonic() < deadline and any(_alive(group) for group in groups):
        time.sleep(0.02)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
