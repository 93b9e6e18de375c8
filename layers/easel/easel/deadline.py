"""Deadlines, and work in threads that a caller can stop waiting for."""

from __future__ import annotations

import contextvars
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class Deadline:
    """A moment on the monotonic clock, made from the seconds that are left. Functions pass it on to what they call."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def remaining(self) -> float:
        """Seconds left, never below zero."""
        return max(0.0, self._end - time.monotonic())

    @property
    def passed(self) -> bool:
        return self.remaining() <= 0

    def sooner(self, seconds: float) -> Deadline:
        """A deadline that many seconds from now, but never past this one."""
        return Deadline(min(seconds, self.remaining()))


def in_thread(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> Future[R]:
    """Starts the work in a daemon thread of its own, so that a caller can stop waiting for what never ends.

    Not an executor's thread: those keep the interpreter from exiting. What it logs bears the same keys as what the
    caller logs.
    """
    future: Future[R] = Future()

    def run() -> None:
        try:
            future.set_result(work(*args, **kwargs))
        except BaseException as error:  # whatever it is, the waiter gets it
            future.set_exception(error)

    context = contextvars.copy_context()
    threading.Thread(target=context.run, args=(run,), name=getattr(work, "__name__", "work"), daemon=True).start()
    return future
