"""Calls that make a provider draw: the answer to the call itself, and the task that it may begin, polled until it ends.

A provider that answers with a success has accepted the call. Nothing is drawn a second time after that, even if Easel
can read nothing in the answer. Only an error inside the answer, or a web page from a server in between, says that
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
    TaskGone,
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
"""Where a poll's answer tells why a task failed."""
POLL_TIMEOUT_SECONDS = 10.0
OUTAGE_SECONDS = 30.0
"""Polls may fail this long in a row before the task is given up; one failed poll is not a failed task."""
POLL_FAILURES = (ProviderError, ProviderUnreachable, RateLimited, QuotaExceeded, GenerationTimeout)
"""A poll that fails in this way says nothing about the task, which continues."""
GONE = (404, 410)
"""Statuses of a poll, with an error of the provider's own, which say that there is no such task."""


class TaskEnded(Exception):
    """The task has ended without a picture, unlike a poll that failed. It never leaves `wait`."""

    def __init__(self, error: EaselError) -> None:
        super().__init__(error.message)
        self.error = error


class State(NamedTuple):
    """A task, as the answer to a poll describes it.

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
    """What `read` makes of the answer to a call that generates, or begins a task.

    Args:
        reply: the answer.
        read: reads it; raises `ProviderError` if what was wanted is not there.
        rows: the adapter's table of refusals.
        request: what was sent.
        wanted: what should be in the answer. A task is begun at once, so a gateway's error says that none was.

    Raises:
        AnswerLost: a gateway answered in the provider's place.
        NoPicture: the answer is a success without what was wanted.
        EaselError: the answer is an error, or a 2xx that holds one.
    """
    if not reply.is_success:
        error = error_mapping.error_of(reply, rows, request)
        by_gateway = reply.status in GATEWAY and not error_mapping.has_error(reply)
        raise _lost(reply) if by_gateway and wanted == "picture" and type(error) is ProviderError else error
    try:
        return read()
    except ProviderError as error:
        if error.drawn:  # a picture is there, and broken
            raise
        if inside := error_mapping.error_inside(reply, rows, request):
            raise inside from None
        if is_page(reply.text):
            raise _page(reply) from None
        raise no_picture(reply, wanted) from error


def no_picture(reply: Reply, wanted: str = "picture") -> NoPicture:
    """The error for a success without anything that Easel can read as what was wanted."""
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
    text = f"something in front of {name} answered with a web page (HTTP {reply.status}); try again in a while"
    return ProviderError(text, provider=reply.provider, retry_after=reply.retry_after)


def reason_of(body: Mapping[str, Any]) -> str:
    """The text of an error in a poll's answer, or in its output; empty without one."""
    for part in (body, body.get("output"), body.get("outputs")):
        errors = {name: part[name] for name in ERRORS if name in part} if isinstance(part, Mapping) else {}
        if text := message(errors):
            return text
    return ""


def picture_of(state: State, reply: Reply, failure: Callable[[], EaselError]) -> str | None:
    """The picture of a task that is done; None while the task runs.

    A state that is not known counts as done if a picture comes with it, and as failed if a reason does.

    Raises:
        TaskEnded: with the error of `failure`, or `NoPicture`.
        ProviderError: the answer names no state.
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
        text = f"{name_of(reply.provider)} gave no status of its task; try again"
        raise ProviderError(text, provider=reply.provider, upstream=reply.text)
    return None


def _of_success(error: EaselError) -> EaselError:
    """A reason that comes with a success explains it, but does not prove that nothing was drawn."""
    error.tries = 1
    return error


def poll(http: Http, url: str, headers: Mapping[str, str], run: Run) -> Reply:
    """The answer to one poll, whatever its status.

    Raises:
        TaskEnded: with `TaskGone`, if the provider no longer knows the task of an earlier call.
    """
    reply = http.get(url, run.deadline.sooner(POLL_TIMEOUT_SECONDS), headers=headers, attempts=1)
    if reply.status in GONE and run.task and error_mapping.has_error(reply):
        raise TaskEnded(gone(http.provider, reply.text))
    return reply


def gone(provider: str, said: str) -> TaskGone:
    """The error for a task that the provider does not know, in its own words."""
    text = f"{name_of(provider)} does not know this task any more; try again"
    return TaskGone(text, provider=provider, upstream=said)


def wait(ask: Callable[[], T | None], run: Run, provider: str, moments: Sequence[float] = ()) -> tuple[T, Span]:
    """Polls until the task has ended.

    Args:
        ask: polls once; returns what the task has made, or None while it runs. Raises `TaskEnded`.
        run: the deadline, and the callback that learns that a task has ended without a picture.
        provider: the provider's id.
        moments: when to poll, in seconds since the task's start.

    Returns:
        What the task has made, and the seconds between which it ended.

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
    text = f"{name_of(provider)}'s task did not end in time; a repeat with the same Idempotency-Key goes on with it"
    raise GenerationTimeout(text, provider=provider)
