"""Deadlines, and background work that a caller can abandon."""

import threading

import pytest

from easel.common.deadline import IDLE, MAX_IDLE, Deadline, ends_within, in_thread
from tests.harness.clock import Clock
from tests.harness.patience import HANGS_SECONDS, until


def test_a_deadline_counts_down_to_zero(clock: Clock) -> None:
    deadline = Deadline(60)
    clock.sleep(40)
    assert 0 < deadline.remaining() <= 20
    assert deadline.within(3).remaining() <= 3
    assert deadline.within(90).remaining() <= 20
    assert not deadline.passed
    clock.sleep(40)
    assert (deadline.remaining(), deadline.passed) == (0, True)


def test_work_in_a_thread_returns_its_result_or_error() -> None:
    def fail() -> None:
        raise KeyboardInterrupt

    assert in_thread(divmod, 7, 2).result(timeout=HANGS_SECONDS) == (3, 1)
    with pytest.raises(KeyboardInterrupt):
        in_thread(fail).result(timeout=HANGS_SECONDS)
    assert ends_within(in_thread(fail), HANGS_SECONDS)


def test_work_that_never_ends_does_not_block_its_caller() -> None:
    release = threading.Event()
    work = in_thread(release.wait)
    assert not ends_within(work, 0.01)
    until(lambda: any(thread.name == "wait" for thread in threading.enumerate()))
    worker = next(thread for thread in threading.enumerate() if thread.name == "wait")
    assert worker.daemon
    release.set()
    assert ends_within(work, HANGS_SECONDS)
    until(lambda: worker.name != "wait")  # it is idle, has ended, or runs other work


def test_idle_threads_run_the_next_work() -> None:
    # Work of other tests may end meanwhile, and its threads may run some of this.
    threads = {in_thread(threading.get_ident).result(timeout=HANGS_SECONDS) for _ in range(100)}
    assert len(threads) < 100


def test_most_threads_end_after_a_burst_of_work() -> None:
    release = threading.Event()
    works = [in_thread(release.wait) for _ in range(5 * MAX_IDLE)]
    release.set()
    assert all(work.result(timeout=HANGS_SECONDS) for work in works)
    # Two threads that end at once may both find room.
    until(lambda: sum(thread.name == IDLE for thread in threading.enumerate()) <= 2 * MAX_IDLE)
    assert in_thread(divmod, 7, 2).result(timeout=HANGS_SECONDS) == (3, 1)
