"""Count executed lines of Python: a measure of work that does not depend on the machine's speed."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TOOL = 4
"""A tool id that no other user of `sys.monitoring` has."""


@contextmanager
def counting() -> Iterator[Callable[[], int]]:
    """Count the executed lines of all modules and threads."""
    steps = 0

    def count(*_: Any) -> None:
        nonlocal steps
        steps += 1

    watch, line = sys.monitoring, sys.monitoring.events.LINE
    watch.use_tool_id(TOOL, "steps")
    watch.register_callback(TOOL, line, count)
    watch.set_events(TOOL, line)
    try:
        yield lambda: steps
    finally:
        watch.set_events(TOOL, 0)
        watch.register_callback(TOOL, line, None)
        watch.free_tool_id(TOOL)
