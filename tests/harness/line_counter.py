"""Counting the lines of Python that run: how much work something is, whatever the machine's speed."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TOOL = 4
"""A number that no other user of `sys.monitoring` has."""


@contextmanager
def counting() -> Iterator[Callable[[], int]]:
    """Count the lines that run while this lasts, in every module and thread."""
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
