"""Deadlines, and work that can be left behind."""

import threading

import pytest

from easel.common.deadline import IDLE, MOST_IDLE, Deadline, ends, in_thread
from tests.harness.patience import HANGS_SECONDS, until


def test_a_deadline_counts_down_and_never_below_zero() -> None:
    assert 0 < Deadline(60).remaining() <= 60
    assert Deadline(-5).remaining() == 0


def test_a_deadline_passes() -> None:
    assert Deadline(0).passed
    assert not Deadline(60).passed


def test_a_sooner_deadline_never_passes_the_one_it_came_from() -> None:
    assert Deadline(10).sooner(3).remaining() <= 3
    assert Deadline(3).sooner(10).remaining() <= 3


def test_work_in_a_thread_gives_its_result_or_its_error() -> None:
    def fail() -> None:
        raise KeyboardInterrupt

    assert in_thread(divmod, 7, 2).result(timeout=HANGS_SECONDS) == (3, 1)
    with pytest.raises(KeyboardInterrupt):
        in_thread(fail).result(timeout=HANGS_SECONDS)


def test_work_that_never_ends_keeps_nobody_waiting() -> None:
    release = threading.Event()
    future = in_thread(release.wait)
    with pytest.raises(TimeoutError):
        future.result(timeout=0.01)
    until(lambda: any(thread.name == "wait" for thread in threading.enumerate()))
    worker = next(thread for thread in threading.enumerate() if thread.name == "wait")
    assert worker.daemon
    release.set()
    until(lambda: worker.name != "wait")  # it is idle, has ended, or does other work


def test_threads_whose_work_is_done_take_the_next() -> None:
    # Other tests' work may end meanwhile, and its threads take some of this.
    threads = {in_thread(threading.get_ident).result(timeout=HANGS_SECONDS) for _ in range(100)}
    assert len(threads) < 100


def test_most_threads_end_after_much_work_at_once() -> None:
    release = threading.Event()
    works = [in_thread(release.wait) for _ in range(5 * MOST_IDLE)]
    release.set()
    assert all(work.result(timeout=HANGS_SECONDS) for work in works)
    # Two threads that end at once may both find room.
    until(lambda: sum(thread.name == IDLE for thread in threading.enumerate()) <= 2 * MOST_IDLE)
    assert in_thread(divmod, 7, 2).result(timeout=HANGS_SECONDS) == (3, 1)


def test_work_that_fails_has_ended_too() -> None:
    release = threading.Event()
    waiting = in_thread(release.wait)
    assert not ends(waiting, 0.01)
    release.set()
    assert ends(waiting, 60)
    assert ends(in_thread(divmod, 1, 0), 60)
