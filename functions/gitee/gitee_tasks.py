"""Gitee AI's asynchronous tasks: submitted once, then polled until they end.

The protocol is described in docs/providers/gitee.md#asynchronous-tasks.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from easel.common.provider_text import message
from easel.common.telemetry import logger
from easel.errors import (
    EaselError,
    GenerationTimeout,
    ProviderError,
    ProviderUnreachable,
    QuotaExceeded,
    RateLimited,
    TaskFailed,
    TaskGone,
)
from easel.providers import durations, error_mapping
from easel.providers.adapter import Run
from easel.providers.http import Http, Reply

PROVIDER = "gitee"
SUCCEEDED = ("success", "succeeded", "succeed")
FAILED = ("failure", "failed", "cancelled", "canceled")
POLL_TIMEOUT_SECONDS = 10.0
OUTAGE_SECONDS = 30.0
"""Polls may fail this long in a row before the task is given up; one failed poll is not a failed task."""
POLL_FAILURES = (ProviderError, ProviderUnreachable, RateLimited, QuotaExceeded, GenerationTimeout)
"""A poll that fails so says nothing about the task, which goes on."""

ErrorOf = Callable[[Reply], EaselError]


class TaskEnded(Exception):
    """The task has ended without a picture, unlike a poll that failed. Never leaves this module."""

    def __init__(self, error: EaselError) -> None:
        super().__init__(error.message)
        self.error = error


def task_id(reply: Reply) -> str:
    """The id of the task that was started."""
    value = _object(reply).get("task_id")
    if isinstance(value, bool) or not isinstance(value, str | int) or not str(value):
        raise ProviderError("Gitee AI started no task", provider=PROVIDER, upstream=reply.text)
    return str(value)


def picture_url(reply: Reply, error_of: ErrorOf) -> str | None:
    """The picture's link once the task is done, None while it runs; raises `TaskEnded` if it came to nothing.

    A state that is not known counts as done if a picture comes with it.
    """
    body = _object(reply)
    status = str(body.get("status") or "").lower()
    output = body.get("output")
    url = output.get("file_url") if isinstance(output, Mapping) else None
    if status in FAILED:
        raise TaskEnded(_failure(reply, status, output, error_of))
    if isinstance(url, str) and url:
        logger.info("task done", extra={"price": body.get("price")})
        return url
    if status in SUCCEEDED:
        error = TaskFailed("Gitee AI ended its task without a picture", provider=PROVIDER, upstream=reply.text)
        if output:  # which Easel cannot read, and which is paid
            error.tries, error.drawn = 1, True
        raise TaskEnded(error)
    if not status:
        raise ProviderError("Gitee AI gave no status of its task", provider=PROVIDER, upstream=reply.text)
    return None


def _failure(reply: Reply, status: str, output: Any, error_of: ErrorOf) -> EaselError:
    """The error for a failed task, by its text. An overloaded cluster and a server's own error pass: no charge."""
    reason = message(output if isinstance(output, Mapping) else {})
    # 400 lets all rows count that read a text; the task's own code is no HTTP status.
    error = error_of(Reply(PROVIDER, 400, {}, reply.content))
    if type(error) is not ProviderError:
        return error
    said = f": {reason[:200]}" if reason else ""
    text = f"Gitee AI's task ended as {status}{said}"
    return TaskFailed(text, provider=PROVIDER, upstream=error.upstream, retry_after=error.retry_after)


def _object(reply: Reply) -> dict[str, Any]:
    body = reply.json()
    if not isinstance(body, dict):
        raise ProviderError("Gitee AI answered with no JSON object", provider=PROVIDER, upstream=reply.text)
    return body


class Tasks:
    """The tasks' part of the adapter. `base_url` ends in `/v1`."""

    def __init__(self, base_url: str, http: Http) -> None:
        self._base_url = base_url
        self._http = http

    def submit(self, body: Mapping[str, Any], headers: Mapping[str, str], run: Run) -> Reply:
        """Starts a task, once."""
        return self._http.post(f"{self._base_url}/async/images/generations", body, run.deadline, headers=headers)

    def wait(self, task: str, headers: Mapping[str, str], run: Run, error_of: ErrorOf) -> str:
        """The picture's link. Polls until the task has ended; raises what it came to."""
        started = healthy = time.monotonic()
        while not run.deadline.passed:
            pause = durations.pause(time.monotonic() - started, [])
            time.sleep(min(pause, run.deadline.remaining()))
            try:
                url = self._poll(task, headers, run, error_of)
            except TaskEnded as ended:
                run.accept("")
                raise ended.error from None
            except POLL_FAILURES as error:
                if time.monotonic() - healthy > OUTAGE_SECONDS:
                    error.drawn = True  # the task was accepted, and may have ended since
                    raise
                continue
            healthy = time.monotonic()
            if url:
                return url
        raise GenerationTimeout("Gitee AI's task did not end in time", provider=PROVIDER)

    def _poll(self, task: str, headers: Mapping[str, str], run: Run, error_of: ErrorOf) -> str | None:
        url = f"{self._base_url}/task/{quote(task, safe='')}"
        deadline = run.deadline.sooner(POLL_TIMEOUT_SECONDS)
        reply = self._http.get(url, deadline, headers=headers, attempts=1)
        if reply.status in (404, 410) and run.task and error_mapping.has_error(reply):
            gone = "Gitee AI does not know this task any more"
            raise TaskEnded(TaskGone(gone, provider=PROVIDER, upstream=reply.text))
        if not reply.is_success:
            raise error_of(reply)
        return picture_url(reply, error_of)
