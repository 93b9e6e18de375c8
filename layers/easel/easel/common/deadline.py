"""Deadlines, and work in threads that a caller can stop waiting for."""

from __future__ import annotations

import contextvars
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as WaitTimeout
from functools import partial
from queue import SimpleQueue
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class Deadline:
    """A moment on the monotonic clock, made from the seconds that are left. Functions pass it on to what they call."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def remaining(self) -> float:
        """Return seconds left, never below zero."""
        return max(0.0, self._end - time.monotonic())

    @property
    def passed(self) -> bool:
        return self.remaining() <= 0

    def sooner(self, seconds: float) -> Deadline:
        """Return a deadline that many seconds from now, but never past this one."""
        return Deadline(min(seconds, self.remaining()))


def in_thread(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> Future[R]:
    """Start the work in a daemon thread, so that a caller can stop waiting for what never ends.

    A thread whose work is done takes the next, which costs a third of a new one. These are no executor's threads:
    those keep the interpreter from exiting. What the work logs bears the same keys as what the caller logs.
    """
    future: Future[R] = Future()

    def run() -> None:
        try:
            result = work(*args, **kwargs)
        except BaseException as error:  # whatever it is, the waiter gets it
            _free.append(tasks)
            future.set_exception(error)
        else:
            _free.append(tasks)
            future.set_result(result)

    try:
        tasks = _free.pop()
    except IndexError:
        tasks = SimpleQueue()
        threading.Thread(target=_work, args=(tasks,), daemon=True).start()
    tasks.put((getattr(work, "__name__", "work"), partial(contextvars.copy_context().run, run)))
    return future


def ends(work: Future[Any], seconds: float) -> bool:
    """Return True if the work ends within these seconds, with a result or an error."""
    try:
        work.exception(timeout=seconds)
    except WaitTimeout:
        return False
    return True


IDLE = "idle"
"""The name of a thread that waits for its next work."""
_free: list[SimpleQueue[tuple[str, Callable[[], None]]]] = []
"""For each thread without work the queue that it waits at."""
os.register_at_fork(after_in_child=_free.clear)  # a copy of the process has none of the threads


def _work(tasks: SimpleQueue[tuple[str, Callable[[], None]]]) -> None:
    thread = threading.current_thread()
    while True:
        thread.name = IDLE
        thread.name, run = tasks.get()
        run()
        del run  # what it holds is not kept until the next
