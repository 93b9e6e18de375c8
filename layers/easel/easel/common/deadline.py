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
    """A time limit on the monotonic clock, created from the remaining seconds. Functions pass it to what they call."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def remaining(self) -> float:
        """Return the remaining seconds, never below zero."""
        return max(0.0, self._end - time.monotonic())

    @property
    def passed(self) -> bool:
        return self.remaining() <= 0

    def sooner(self, seconds: float) -> Deadline:
        """Return a deadline `seconds` from now, but never later than this one."""
        return Deadline(min(seconds, self.remaining()))


def in_thread(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> Future[R]:
    """Run `work` in a daemon thread, so that the caller can stop waiting if it never ends.

    Idle threads are reused, which takes a third of the time of a new thread. An executor is not used, because its
    threads keep the interpreter from exiting. The work's log lines have the same keys as the caller's.
    """
    future: Future[R] = Future()

    def run() -> bool:
        try:
            result = work(*args, **kwargs)
        except BaseException as error:  # the future passes any error to the caller
            kept = _keep(tasks)
            future.set_exception(error)
        else:
            kept = _keep(tasks)
            future.set_result(result)
        return kept

    try:
        tasks = _free.pop()
    except IndexError:
        tasks = SimpleQueue()
        threading.Thread(target=_work, args=(tasks,), daemon=True).start()
    tasks.put((getattr(work, "__name__", "work"), partial(contextvars.copy_context().run, run)))
    return future


def ends(work: Future[Any], seconds: float) -> bool:
    """Return True if the work ends within `seconds`, with a result or an error."""
    try:
        work.exception(timeout=seconds)
    except WaitTimeout:
        return False
    return True


IDLE = "idle"
"""Name of an idle thread."""
MOST_IDLE = 8
"""Idle threads that are kept. After hundreds of calls at once the others end: a machine has a limit of threads."""
Tasks = SimpleQueue[tuple[str, Callable[[], bool]]]
"""The queue of a thread: names of work, and functions that do it and return whether the thread is kept."""
_free: list[Tasks] = []
"""The queues of the idle threads."""
os.register_at_fork(after_in_child=_free.clear)  # a forked process has none of these threads


def _keep(tasks: Tasks) -> bool:
    """Offer a thread for the next work. Return False if enough threads are idle."""
    if len(_free) >= MOST_IDLE:
        return False
    _free.append(tasks)
    return True


def _work(tasks: Tasks) -> None:
    thread = threading.current_thread()
    kept = True
    while kept:
        thread.name, run = tasks.get()
        kept = run()
        thread.name = IDLE
        del run  # release the finished work's objects
