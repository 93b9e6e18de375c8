"""Hold pictures back until a test releases them, so that a picture takes longer than another event on any machine.

It works in tests that run the emulators in the test's process.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterator

_marks: list[str] = []


@contextlib.contextmanager
def holding(mark: str) -> Iterator[Callable[[], None]]:
    """Hold pictures with `mark` in their prompt until the end of the block, or until the yielded function is called."""

    def release() -> None:
        with contextlib.suppress(ValueError):
            _marks.remove(mark)

    _marks.append(mark)
    try:
        yield release
    finally:
        release()


def held(prompt: str) -> bool:
    """Return whether pictures of this prompt are held back."""
    return any(mark in prompt for mark in _marks)


async def wait(prompt: str) -> None:
    """Wait until pictures of this prompt are released."""
    while held(prompt):
        await asyncio.sleep(0.01)
