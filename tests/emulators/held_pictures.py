"""Hold pictures back until a test releases them, so that a picture takes longer than another event on any machine."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

_marks: list[str] = []


@contextlib.contextmanager
def holding(mark: str) -> Iterator[Callable[[], None]]:
    """Hold pictures with `mark` in their prompt until the end of the block, or until the yielded function is called.

    It works for emulators that run in the test's process. `tests.harness.patience` has it for others.
    """
    _marks.append(mark)
    try:
        yield lambda: _release(mark)
    finally:
        _release(mark)


def routes() -> list[BaseRoute]:
    """Return `PUT /_emulator/held/{mark}`, which holds pictures back, and `DELETE`, which releases them."""

    async def change(request: Request) -> Response:
        mark = request.path_params["mark"]
        _release(mark)
        if request.method == "PUT":
            _marks.append(mark)
        return Response(status_code=204)

    return [Route("/_emulator/held/{mark}", change, methods=["PUT", "DELETE"])]


def _release(mark: str) -> None:
    with contextlib.suppress(ValueError):
        _marks.remove(mark)


def held(prompt: str) -> bool:
    """Return whether pictures of this prompt are held back."""
    return any(mark in prompt for mark in _marks)


async def wait(prompt: str) -> None:
    """Wait until pictures of this prompt are released."""
    while held(prompt):
        await asyncio.sleep(0.01)
