"""Connections to Spaces, kept across warm calls, and the choice of the Space that gets a job.

A job is submitted to one Space. It is submitted to another only if the first has certainly not accepted it. Steps
before the submission, such as connecting, are retried.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import httpx

from easel.common import aws
from easel.common.deadline import Deadline
from easel.common.telemetry import logger
from easel.errors import EaselError
from easel.providers.adapter import Run
from easel.store.records import Progress
from space_connection import Connection, NotAccepted, SpaceCall, open_space
from space_error_rules import SpaceFailure

MAX_IDLE = 8  # idle connections that are kept: each token has its own
WAKE_SECONDS = 90.0  # maximum wait for Spaces that are starting; a third of the remaining time if that is less
PAUSES = (0.5, 1.0, 2.0, *[3.0] * 30)  # seconds between two attempts
MARGIN_SECONDS = 0.5  # reserved before the deadline, for cancelling the job
LAST_SECONDS = 300.0  # how long a Space that did not accept a call is asked after the others


class Spaces:
    """The connections of this process: at most one idle connection for each Space and token.

    The process remembers for some minutes which Spaces did not accept a call. Processes do not share this, because
    each call would have to read it from the table.
    """

    def __init__(self) -> None:
        self._last_until: dict[str, float] = {}
        self._idle: OrderedDict[tuple[str, bytes], Connection] = OrderedDict()
        self._lock = threading.Lock()
        httpx.Client(verify=aws.trust(), trust_env=False).close()  # loads httpx's modules during init

    def call(self, calls: Sequence[SpaceCall], token: str | None, run: Run) -> tuple[SpaceCall, Any]:
        """Ask Spaces in turn until one accepts the call, and wait for its output.

        The next Space is asked only if the previous one has certainly not accepted the call. Asking wakes a sleeping
        Space. A Space that did not accept a call in the last minutes is asked after the others. If none accepts, Spaces
        that may do so soon are asked again. All Spaces share the time and the number of attempts.

        Args:
            calls: the calls in the order of preference. Several calls may have the same URL: the Space gets the first
                call that fits its own description.
            token: the token for Hugging Face, or None.
            run: the deadline and the callback for progress.

        Returns:
            The accepted call, and its output: a value, or a tuple of values.

        Raises:
            UpstreamError: one of its classes.
        """
        deadline = run.deadline.within(run.deadline.remaining() - MARGIN_SECONDS)
        waking = deadline.within(min(WAKE_SECONDS, deadline.remaining() / 3))
        refusals: dict[str, NotAccepted] = {}
        left = self._in_order(call.url for call in calls)
        attempts = 0
        for pause in PAUSES:
            for url in left:
                if refusals and deadline.passed:
                    break
                if url in refusals and not refusals[url].may_retry(attempts):
                    continue
                attempts += 1
                try:
                    answer = self._ask([call for call in calls if call.url == url], token, deadline, run.report)
                except NotAccepted as refusal:
                    if url not in refusals:
                        reason = {"space": refusal.host, "reason": refusal.failure.text}
                        logger.info("a Space did not accept the call", extra=reason)
                    refusals[url] = refusal.with_traceback(None)
                    self._last_until[url] = time.time() + _seconds_last(refusal.failure)
                else:
                    self._last_until.pop(url, None)
                    return answer
            left = [url for url in left if url in refusals and refusals[url].may_retry(attempts)]
            if not left or waking.remaining() < pause:
                break
            time.sleep(pause)
        raise _error_of(refusals.values())

    def _in_order(self, urls: Iterable[str]) -> list[str]:
        """Return the distinct URLs in the order of preference. Spaces that did not accept a recent call come last."""
        now = time.time()
        return sorted(dict.fromkeys(urls), key=lambda url: self._last_until.get(url, 0.0) > now)

    def _ask(
        self, calls: Sequence[SpaceCall], token: str | None, deadline: Deadline, report: Callable[[Progress], None]
    ) -> tuple[SpaceCall, Any]:
        """Ask one Space, over an idle connection or a new one. Return the accepted call and its output."""
        url = calls[0].url
        key = (url, hashlib.sha256((token or "").encode()).digest())
        connection = self._take(key) or open_space(url, token, deadline)
        try:
            return connection.call(calls, deadline, report)
        finally:
            if connection.clean:
                self._keep(key, connection)
            else:
                connection.drop()

    def _take(self, key: tuple[str, bytes]) -> Connection | None:
        """Remove and return an idle connection that may be used again, or None."""
        with self._lock:
            connection = self._idle.pop(key, None)
        if connection and not connection.fresh:
            connection.drop()
            return None
        return connection

    def _keep(self, key: tuple[str, bytes], connection: Connection) -> None:
        with self._lock:
            dropped = [self._idle.pop(key)] if key in self._idle else []
            self._idle[key] = connection
            while len(self._idle) > MAX_IDLE:
                dropped.append(self._idle.popitem(last=False)[1])
        for old in dropped:
            old.drop()


def _seconds_last(failure: SpaceFailure) -> float:
    """Return for how many seconds the Space is asked after the others. A busy Space may be free earlier."""
    return min(LAST_SECONDS, failure.retry_after or LAST_SECONDS) if failure.is_own_limit else LAST_SECONDS


def _error_of(refusals: Iterable[NotAccepted]) -> EaselError:
    """Return the error for a call that no Space accepted: the first with a retry time, else the preferred Space's."""
    chosen = min(refusals, key=lambda refusal: refusal.failure.retry_after is None)
    error = chosen.failure.error(chosen.host)
    error.__cause__ = chosen.__cause__
    return error
