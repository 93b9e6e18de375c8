"""Holds pictures back until a test lets them go: a picture that takes longer than something else, on any machine.

For tests that run emulators in their own process.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterator

_marks: list[str] = []


@contextlib.contextmanager
def holding(mark: str) -> Iterator[Callable[[], None]]:
    """Hold pictures whose prompt has `mark` in it, for the block or until the function that it gives is called."""

    def release() -> None:
        with contextlib.suppress(ValueError):
            _marks.remove(mark)

    _marks.append(mark)
    try:
        yield release
    finally:
        release()


def held(prompt: str) -> bool:
    """Return whether a picture of that prompt is held back."""
    return any(mark in prompt for mark in _marks)


async def wait(prompt: str) -> None:
    """Return when a picture of that prompt is not held back any more."""
    while held(prompt):
        await asyncio.sleep(0.01)
