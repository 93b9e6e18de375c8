"""Waiting for what is to come. How long that takes is the machine's affair: no test fails because it takes long."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

T = TypeVar("T")

HANGS_SECONDS = 1800.0
"""Longer than anything takes on the slowest machine. What is not there by then never comes: the suite must end."""
LOOK_SECONDS = 0.02
LONGER = (2, 8, 32, 128)
"""Seconds of a provider's work or of a deadline of Easel's, to be tried in turn: on a busy machine the first are over
before anything has happened."""


def until(
    come: Callable[[], T | None],
    *,
    look: float = LOOK_SECONDS,
    child: subprocess.Popen[Any] | None = None,
    state: Callable[[], object] = lambda: "",
) -> T:
    """Return what `come` returns, as soon as that is true.

    Args:
        come: asked again and again.
        look: the seconds between two looks, for what costs processor time.
        child: the program that it comes from: the wait ends when the program does.
        state: describes the state in the error's text, for a wait that never ends.
    """
    end = time.monotonic() + HANGS_SECONDS
    while not (result := come()):
        assert child is None or child.poll() is None, f"the program has ended: {state()}"
        if time.monotonic() > end:
            raise TimeoutError(f"it has not come: {state()}")
        time.sleep(look)
    return result
