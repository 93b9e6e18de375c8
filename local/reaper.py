"""End all programs of a local stack, even if the process that started them was killed.

The reaper reads orders from its standard input, one per line:

    group 4711        a process group to end
    done 4711         this group has already ended
    folder /tmp/x     a folder to remove

At the end of the input (its parent has closed the pipe or died) it carries them out: it sends SIGTERM, waits, and sends
SIGKILL. After a SIGTERM to the reaper itself it does not wait.
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
    # Wait until the system has ended them, because they may still write to the folders.
    deadline = time.monotonic() + GRACE_SECONDS
    while time.monotonic() < deadline and any(_alive(group) for group in groups):
        time.sleep(0.02)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
