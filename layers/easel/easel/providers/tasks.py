"""Read the response to a call that generates, and poll the task that it may start until the task ends.

A success response means that the provider has accepted the call. After that nothing is drawn a second time, even if
Easel cannot read the response. Only an error inside the response, or a web page from a server in between, proves that
nothing was drawn.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from easel.catalog import name_of
from easel.common.provider_text import is_page, message
from easel.errors import (
    AnswerLost,
    EaselError,
    GenerationTimeout,
    NoPicture,
    ProviderError,
    ProviderUnreachable,
    QuotaExceeded,
    RateLimited,
    TaskUnknown,
)
from easel.providers import durations, error_mapping
from easel.providers.adapter import Run
from easel.providers.durations import Span
from easel.providers.error_rules import ErrorRule
from easel.providers.http import GATEWAY, Http, Reply
from easel.store.records import GenerationRequest

T = TypeVar("T")

DONE = frozenset({"success", "succeed", "succeeded", "completed", "complete", "done", "finished"})
RUNNING = frozenset(
    {"pending", "queued", "waiting", "submitted", "starting", "running", "processing", "in_progress", "suspended"}
)
FAILED = frozenset(
    {"failure", "failed", "fail", "error", "canceled", "cancelled", "expired", "aborted", "rejected", "timeout"}
)
ERRORS = ("error", "errors", "error_message")
"""Fields of a poll's response that explain why a task failed."""
POLL_TIMEOUT_SECONDS = 10.0
OUTAGE_SECONDS = 30.0
"""Give the task up after polls have failed for this long without a success between them."""
POLL_FAILURES = (ProviderError, ProviderUnreachable, RateLimited, QuotaExceeded, GenerationTimeout)
"""Errors of a poll that say nothing about the task, which continues."""
UNKNOWN_TASK_STATUSES = (404, 410)
"""Statuses of a poll, with an error of the provider's own, that mean that the task does not exist."""


class TaskEnded(Exception):
    """The task has ended without a picture. A failed poll raises another error. `wait` catches this one."""

    def __init__(self, error: EaselError) -> None:
        super().__init__(error.message)
        self.error = error


class State(NamedTuple):
    """A task's state in the response to a poll.

    Attributes:
        name: the provider's name for the state, in lower case.
        picture: the picture's link, or the picture itself in base64.
        reason: why there is no picture.
    """

    name: str
    picture: str | None = None
    reason: str = ""


def read_answer(
    reply: Reply,
    read: Callable[[], T],
    rows: Sequence[ErrorRule],
    request: GenerationRequest | None,
    wanted: str = "picture",
) -> T:
    """Read the response to a call that generates, or starts a task.

    Args:
        reply: the response.
        read: reads the picture or the task's id. It raises `ProviderError` if there is none.
        rows: the adapter's table of errors.
        request: the request that was sent.
        wanted: what `read` returns, in words. After a gateway's error a `picture` may have been drawn, while a task was
            certainly not started.

    Returns:
        What `read` returns.

    Raises:
        AnswerLost: a gateway answered in the provider's place.
        NoPicture: the response is a success without what was wanted.
        EaselError: the response is an error, or a 2xx that contains one.
    """
    if not reply.is_success:
        error = error_mapping.error_of(reply, rows, request)
        by_gateway = reply.status in GATEWAY and not error_mapping.has_error(reply)
        raise _lost(reply) if by_gateway and wanted == "picture" and type(error) is ProviderError else error
    try:
        return read()
    except ProviderError as error:
        if error.drawn:  # the response has a picture, which is broken
            raise
        if inside := error_mapping.error_inside(reply, rows, request):
            raise inside from None
        if is_page(reply.text):
            raise _page(reply) from None
        raise no_picture(reply, wanted) from error


def no_picture(reply: Reply, wanted: str = "picture") -> NoPicture:
    """Return the error for a success response in which Easel cannot read what was wanted."""
    text = (
        f"{name_of(reply.provider)} reported success, but sent no {wanted} that Easel can read. It may have charged "
        "for a picture, so Easel does not repeat the call by itself; try again, or use another model or provider"
    )
    return NoPicture(text, provider=reply.provider, upstream=reply.text)


def _lost(reply: Reply) -> AnswerLost:
    text = (
        f"a gateway answered HTTP {reply.status} in {name_of(reply.provider)}'s place. A picture may have been drawn "
        "and charged, so Easel does not repeat the call by itself; try again, or use another model or provider"
    )
    return AnswerLost(text, provider=reply.provider, retry_after=reply.retry_after)


def _page(reply: Reply) -> ProviderError:
    name = name_of(reply.provider)
    text = f"a server in front of {name} answered with a web page (HTTP {reply.status}); try again in a while"
    return ProviderError(text, provider=reply.provider, retry_after=reply.retry_after)


def reason_of(body: Mapping[str, Any]) -> str:
    """Return the error's text in a poll's response or in its output. Return "" without one."""
    for part in (body, body.get("output"), body.get("outputs")):
        errors = {name: part[name] for name in ERRORS if name in part} if isinstance(part, Mapping) else {}
        if text := message(errors):
            return text
    return ""


def picture_of(state: State, reply: Reply, failure: Callable[[], EaselError]) -> str | None:
    """Return the picture of a finished task, or None while the task runs.

    An unknown state counts as done if the response has a picture, and as failed if it has a reason.

    Raises:
        TaskEnded: the task has failed, with the error of `failure`, or has no picture, with `NoPicture`.
        ProviderError: the response has no state.
    """
    if state.name in FAILED:
        raise TaskEnded(failure())
    if state.name in RUNNING:
        return None
    if state.picture:
        return state.picture
    if state.name and state.reason:
        raise TaskEnded(_of_success(failure()) if state.name in DONE else failure())
    if state.name in DONE:
        raise TaskEnded(no_picture(reply))
    if not state.name:
        text = f"{name_of(reply.provider)} returned no status for its task; try again"
        raise ProviderError(text, provider=reply.provider, upstream=reply.text)
    return None


def _of_success(error: EaselError) -> EaselError:
    """Return the error without retries: the state is a success, so a picture may have been drawn."""
    error.max_attempts = 1
    return error


def poll(http: Http, url: str, headers: Mapping[str, str], run: Run) -> Reply:
    """Poll once. Return the response with any status.

    Raises:
        TaskEnded: with `TaskUnknown`, if the provider no longer knows the task of an earlier call.
    """
    reply = http.get(url, run.deadline.within(POLL_TIMEOUT_SECONDS), headers=headers, attempts=1)
    if reply.status in UNKNOWN_TASK_STATUSES and run.task and error_mapping.has_error(reply):
        raise TaskEnded(unknown_task(http.provider, reply.text))
    return reply


def unknown_task(provider: str, said: str) -> TaskUnknown:
    """Return the error for a task that the provider does not know. `said` is the provider's text."""
    text = f"{name_of(provider)} no longer knows this task; try again"
    return TaskUnknown(text, provider=provider, upstream=said)


def wait(ask: Callable[[], T | None], run: Run, provider: str, moments: Sequence[float] = ()) -> tuple[T, Span]:
    """Poll until the task has ended.

    Args:
        ask: polls once. It returns the task's result, or None while the task runs. It raises `TaskEnded`.
        run: the deadline, and the callback for a task that has ended without a picture.
        provider: the provider's id.
        moments: when to poll, in seconds since the task's start.

    Returns:
        The task's result, and the seconds of the last two polls: the task ended between them.

    Raises:
        EaselError: the task has ended without a picture, cannot be polled for `OUTAGE_SECONDS`, or runs too long.
    """
    started = healthy = time.monotonic()
    before = 0.0
    while not run.deadline.passed:
        pause = durations.pause(time.monotonic() - started, moments)
        time.sleep(min(pause, run.deadline.remaining()))
        polled = time.monotonic() - started
        try:
            made = ask()
        except TaskEnded as ended:
            run.accept("")
            raise ended.error from None
        except POLL_FAILURES as error:
            if time.monotonic() - healthy > OUTAGE_SECONDS:
                error.drawn = True  # the task was accepted, and may have ended since
                raise
            continue
        healthy = time.monotonic()
        if made:
            return made, (before, healthy - started)
        before = polled
    name = name_of(provider)
    text = f"{name}'s task did not end in time; retry with the same Idempotency-Key to continue waiting for it"
    raise GenerationTimeout(text, provider=provider)
