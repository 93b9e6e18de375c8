"""Gitee AI's asynchronous tasks: read their responses and poll them until they end.

docs/providers/gitee.md#asynchronous-tasks describes the protocol.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from easel.common.provider_text import message
from easel.common.telemetry import logger
from easel.errors import EaselError, ProviderError, TaskFailed
from easel.errors.base import RETRY_ADVICE
from easel.providers import tasks
from easel.providers.adapter import Run
from easel.providers.http import Http, Reply
from easel.providers.tasks import State

PROVIDER = "gitee"
MAX_PRICE = 1e6
"""CNY. A higher price in a response is ignored as an error."""

ErrorOf = Callable[[Reply], EaselError]


def task_id(reply: Reply) -> str:
    """Return the id of the started task. Raise `ProviderError` without one."""
    value = _object(reply).get("task_id")
    if isinstance(value, bool) or not isinstance(value, str | int) or not str(value):
        raise ProviderError("Gitee AI started no task", provider=PROVIDER, upstream=reply.text)
    return str(value)


def picture_url(reply: Reply, error_of: ErrorOf) -> str | None:
    """Return the picture's link, or None while the task runs. Raise the errors of `tasks.picture_of`."""
    body = _object(reply)
    status = str(body.get("status") or "").lower()
    output = body.get("output")
    url = output.get("file_url") if isinstance(output, Mapping) else None
    state = State(status, url if isinstance(url, str) else None, tasks.reason_of(body))
    picture = tasks.picture_of(state, reply, lambda: _failure(reply, status, output, error_of))
    if picture:
        logger.info("task done", extra={"price": body.get("price")})
    return picture


def price(reply: Reply) -> float | None:
    """Return a finished task's price in CNY, or None if the response has none."""
    value = _object(reply).get("price")
    try:
        number = float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else math.nan
    except (ValueError, OverflowError):
        return None
    return number if 0 <= number < MAX_PRICE else None


def _failure(reply: Reply, status: str, output: Any, error_of: ErrorOf) -> EaselError:
    """Return the error for a failed task, by its text. Other failures become `TaskFailed`, which may be retried."""
    reason = message(output if isinstance(output, Mapping) else {})
    # The status 400 selects all rules about texts. The task's own code is not an HTTP status.
    error = error_of(Reply(PROVIDER, 400, {}, reply.content))
    if type(error) is not ProviderError:
        return error
    said = f". It said: {reason[:200]}" if reason else ""
    text = f"Gitee AI's task ended as {status}; {RETRY_ADVICE}{said}"
    return TaskFailed(text, provider=PROVIDER, upstream=error.upstream, retry_after=error.retry_after)


def _object(reply: Reply) -> dict[str, Any]:
    body = reply.json()
    if not isinstance(body, dict):
        raise ProviderError("Gitee AI returned no JSON object", provider=PROVIDER, upstream=reply.text)
    return body


class Tasks:
    """The part of the adapter that polls tasks. `base_url` ends in `/v1`."""

    def __init__(self, base_url: str, http: Http) -> None:
        self._base_url = base_url
        self._http = http

    def wait(self, task: str, headers: Mapping[str, str], run: Run, error_of: ErrorOf) -> tuple[str, float | None]:
        """Poll until the task has ended. Return the picture's link and its price, or raise the task's error."""
        url = f"{self._base_url}/task/{quote(task, safe='')}"

        def ask() -> tuple[str, float | None] | None:
            reply = tasks.poll(self._http, url, headers, run)
            if not reply.is_success:
                raise error_of(reply)
            picture = picture_url(reply, error_of)
            return (picture, price(reply)) if picture else None

        made, _ = tasks.wait(ask, run, PROVIDER)
        return made
