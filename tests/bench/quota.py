"""A control group with a limit on processor time, like Lambda's for each function."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PERIOD = 20_000  # microseconds; Lambda's period is about as long
REMOVAL_SECONDS = 5.0
_ROOTS = (Path("/sys/fs/cgroup/cpu"), Path("/sys/fs/cgroup"))  # of version 1, and of version 2


@contextmanager
def limited_to(share: float) -> Iterator[Path | None]:
    """Yield the folder of a new control group with that share of one processor, or None if none can be created."""
    group = next((made for root in _ROOTS if (made := _made(root, share))), None)
    try:
        yield group
    finally:
        if group:
            _remove(group)


def _made(root: Path, share: float) -> Path | None:
    group = root / f"easel-bench-{os.getpid()}-{time.monotonic_ns()}"
    quota = round(share * PERIOD)
    try:
        group.mkdir()
    except OSError:
        return None
    try:
        if (group / "cpu.max").exists():
            (group / "cpu.max").write_text(f"{quota} {PERIOD}")
        else:
            # Only existing files are written: without a mounted controller, this folder is not a control group.
            for name, value in (("cpu.cfs_period_us", PERIOD), ("cpu.cfs_quota_us", quota)):
                with (group / name).open("r+") as file:
                    file.write(str(value))
    except OSError:
        group.rmdir()
        return None
    return group


def _remove(group: Path) -> None:
    """Remove the group after its last process has ended."""
    end = time.monotonic() + REMOVAL_SECONDS
    while True:
        try:
            group.rmdir()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
