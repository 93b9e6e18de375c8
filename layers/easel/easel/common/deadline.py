"""Deadlines, and work in threads, so that a caller can stop waiting for it."""

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
    """A time limit. `seconds` are those that remain; functions pass the deadline to what they call."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def remaining(self) -> float:
        """Return the remaining seconds, never below zero."""
        return max(0.0, self._end - time.monotonic())

    @property
    def passed(self) -> bool:
        """True if no time remains."""
        return self.remaining() <= 0

    def within(self, seconds: float) -> Deadline:
        """Return the earlier of this deadline and one in `seconds`."""
        return Deadline(min(seconds, self.remaining()))


def in_thread(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> Future[R]:
    """Run `work` with the arguments in a daemon thread. Return its future, for which the caller need not wait.

    Log lines of the work have the caller's keys. Idle threads are reused, which takes a third of the time of a new
    thread. An executor is not used, because the interpreter waits for its threads at exit.
    """
    future: Future[R] = Future()

    def run() -> bool:
        try:
            result = work(*args, **kwargs)
        except BaseException as error:  # the caller gets any error from the future
            kept = _keep_idle(tasks)
            future.set_exception(error)
        else:
            kept = _keep_idle(tasks)
            future.set_result(result)
        return kept

    try:
        tasks = _idle_threads.pop()
    except IndexError:
        tasks = SimpleQueue()
        threading.Thread(target=_work, args=(tasks,), daemon=True).start()
    tasks.put((getattr(work, "__name__", "work"), partial(contextvars.copy_context().run, run)))
    return future


def ends_within(work: Future[Any], seconds: float) -> bool:
    """Return True if the work ends within `seconds`, with a result or an error."""
    try:
        work.exception(timeout=seconds)
    except WaitTimeout:
        return False
    return True


IDLE = "idle"
"""Name of an idle thread."""
MAX_IDLE = 8
"""Maximum number of idle threads. Further threads end after their work, since a machine limits their number."""
Tasks = SimpleQueue[tuple[str, Callable[[], bool]]]
"""The queue of a thread. An entry is the name of the work, and a function that returns True to keep the thread."""
_idle_threads: list[Tasks] = []
"""The queues of the idle threads."""
os.register_at_fork(after_in_child=_idle_threads.clear)  # a forked process has none of these threads


def _keep_idle(tasks: Tasks) -> bool:
    """Keep a thread for further work. Return False if `MAX_IDLE` threads are idle."""
    if len(_idle_threads) >= MAX_IDLE:
        return False
    _idle_threads.append(tasks)
    return True


def _work(tasks: Tasks) -> None:
    thread = threading.current_thread()
    kept = True
    while kept:
        thread.name, run = tasks.get()
        kept = run()
        thread.name = IDLE
        del run  # release the finished work's objects
