"""A connection to one Space: opened, used by one job at a time, and closed without leaving threads behind."""

from __future__ import annotations

import logging
import os
import sys
import time
from asyncio import QueueEmpty
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import wait
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

# Both are read when gradio_client is imported. Without the first, each new process asks huggingface.co for a list of
# agents. Without the second, `analytics_enabled=False` has no effect.
os.environ |= {"HF_HUB_DISABLE_TELEMETRY": "1", "GRADIO_ANALYTICS_ENABLED": "False"}

# isort: split

from gradio_client import Client  # type: ignore[import-untyped]
from gradio_client.exceptions import AppError  # type: ignore[import-untyped]
from gradio_client.utils import OutputUpdate  # type: ignore[import-untyped]

from easel.catalog.gradio_endpoints import endpoint_of
from easel.common import aws
from easel.common.deadline import Deadline, in_thread
from easel.errors import GenerationTimeout, NoPicture, ProviderError
from easel.errors.base import RETRY_ADVICE
from easel.providers.http import GATEWAY
from easel.providers.prompt_redaction import NO_PROMPT, PromptText
from easel.store.records import Progress
from space_body import MAX_BYTES
from space_error_rules import CHANGED, SpaceFailure
from space_errors import CALLER_ERRORS, refuses_job
from space_exceptions import failure_of_exception
from space_http import JOIN, HttpMonitor, Threads
from space_progress import read_status

logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs every URL, and a Space's links may contain the token

IDLE_SECONDS = 45.0
"""A client that was idle for longer is not reused: Lambda may have frozen it, and the Space may have restarted."""
OPEN_SECONDS = 20.0  # time limit for reading the Space's config and API
LOOK_SECONDS = 0.5  # between two reads of a job's status
TOO_LARGE = SpaceFailure(ProviderError, f"sent a response of more than {MAX_BYTES >> 20} MB; {RETRY_ADVICE}")
# By default Python refuses to parse a number of more than 4,300 digits. Then the picture in the same event is lost.
sys.set_int_max_str_digits(200_000)


@dataclass(frozen=True)
class SpaceCall:
    """A call that a Space may accept."""

    url: str
    endpoint: str
    arguments: Mapping[str, Any]


class NotAccepted(Exception):
    """A Space has certainly not accepted a call. Another Space may accept it.

    `space_client` converts it into an error for the caller.
    """

    def __init__(self, failure: SpaceFailure, host: str, cause: BaseException) -> None:
        super().__init__(failure.text)
        self.failure, self.host, self.__cause__ = failure, host, cause

    def may_retry(self, attempts: int) -> bool:
        """Return whether the same Space may accept the call later, after this many attempts at all Spaces."""
        return self.failure.wakes or attempts < self.failure.max_attempts


def open_space(url: str, token: str | None, deadline: Deadline) -> Connection:
    """Open a connection. gradio_client sets no time limit, so this function does.

    Raises:
        NotAccepted: the Space cannot be reached.
        EaselError: the caller's error, such as an invalid token.
    """
    monitor = HttpMonitor(url, deadline)
    making = in_thread(_client, url, token, monitor)
    try:
        return Connection(url, token, making.result(min(OPEN_SECONDS, deadline.remaining())), monitor)
    except Exception as error:
        failure = _failure(monitor, error, token)
        monitor.disconnect()
        raise _refusal(failure, host_of(url), error) from error


def _failure(
    monitor: HttpMonitor,
    error: BaseException,
    token: str | None,
    space_error: Mapping[str, Any] | None = None,
    callers: PromptText = NO_PROMPT,
) -> SpaceFailure:
    """Return the failure behind an exception. A response above a size limit counts before the exception."""
    return (
        TOO_LARGE if monitor.body_too_large else failure_of_exception(error, token, monitor.bad, space_error, callers)
    )


def _refusal(failure: SpaceFailure, host: str, cause: Exception) -> Exception:
    """Return the exception to raise for a call that was certainly not accepted."""
    if issubclass(failure.kind, CALLER_ERRORS) and not failure.is_own_limit:
        return failure.error(host)
    return NotAccepted(failure, host, cause)


def _client(url: str, token: str | None, monitor: HttpMonitor) -> Client:
    client = Client(
        url,
        token=token or False,  # None would pick up HF_TOKEN, or a login saved on the machine
        verbose=False,
        download_files=False,
        analytics_enabled=False,
        ssl_verify=aws.trust(),
        httpx_kwargs={"auth": monitor, "trust_env": False},
    )
    client.executor = client.helper_executor = client.stream_executor = Threads()
    return client


class Connection:
    """A gradio_client and the monitor of its HTTP calls. One job at a time uses it."""

    def __init__(self, url: str, token: str | None, client: Client, monitor: HttpMonitor) -> None:
        self._host, self._token = host_of(url), token
        self._client, self._monitor = client, monitor
        self._job: Any = None
        self._callers = NO_PROMPT
        self._used = time.monotonic(), time.time()
        self.clean = True
        """True if the last job ended normally, with a result or the Space's own error."""

    @property
    def fresh(self) -> bool:
        """True if the connection may be used again.

        Both clocks are read, because one of them may stop while Lambda freezes the process.
        """
        idle = max(time.monotonic() - self._used[0], time.time() - self._used[1])
        lost_heartbeat = self._client.config.get("connect_heartbeat", True) and not self._client.heartbeat.is_alive()
        # The end of an open stream never arrived. gradio_client would wait for the next job's events in it.
        return self.clean and idle < IDLE_SECONDS and not lost_heartbeat and not self._client.stream_open

    def call(
        self, calls: Sequence[SpaceCall], deadline: Deadline, report: Callable[[Progress], None]
    ) -> tuple[SpaceCall, Any]:
        """Submit a job for the first call that fits the Space, and wait for its output. Return both."""
        self.clean = False
        self._monitor.begin(deadline)
        call, self._job = self._submit(calls)
        self._callers = PromptText(value for value in call.arguments.values() if isinstance(value, str))
        began = time.monotonic()
        try:
            output = _wait_for(self._job, deadline, report)
        except Exception as error:
            space_error = _space_error(self._job, error)
            self.clean = space_error is not None
            raise self._error(error, space_error, time.monotonic() - began, deadline) from error
        finally:
            self._used = time.monotonic(), time.time()
        self.clean = True
        return call, _complete(output, self._job.outputs())

    def _submit(self, calls: Sequence[SpaceCall]) -> tuple[SpaceCall, Any]:
        """Submit the first call that fits the Space's description, which gradio_client checks before it sends."""
        described = _described(self._client)
        reasons: list[Exception] = []
        for call in calls:
            try:
                name = endpoint_of(described, call.endpoint, call.arguments)
                return call, self._client.submit(api_name=name, **call.arguments)
            except Exception as error:
                reasons.append(error)
        raise NotAccepted(CHANGED, self._host, reasons[0])

    def _error(
        self, error: Exception, space_error: Mapping[str, Any] | None, seconds: float, deadline: Deadline
    ) -> Exception:
        if isinstance(error, TimeoutError) and deadline.passed:
            status = read_status(self._job.status())
            place = f"; it was number {status.queue_position} in its queue" if status.queue_position else ""
            late = SpaceFailure(GenerationTimeout, f"did not finish within {seconds:.0f} s{place}; {RETRY_ADVICE}")
            return late.error(self._host)
        failure = _failure(self._monitor, error, self._token, space_error, self._callers)
        bad = self._monitor.bad
        unsent = space_error is None and (not self._monitor.joined or (bad and refuses_job(bad)))
        if unsent or (space_error is not None and failure.is_own_limit):
            return _refusal(replace(failure, max_attempts=1, wakes=False), self._host, error)
        if not bad and space_error is None and failure.kind is ProviderError:  # the Space has accepted the job
            failure = replace(failure, kind=NoPicture)
        raised = failure.error(self._host)
        if space_error is None and not (bad and bad.path.endswith(JOIN)):  # the outcome of the job is unknown
            raised.drawn = True
            raised.max_attempts = 1 if bad and bad.status in GATEWAY else raised.max_attempts
        return raised

    def description(self) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """Return the Space's description of its endpoints, and its configuration, which has the components' ranges."""
        return self._client.view_api(print_info=False, return_format="dict") or {}, self._client.config

    def drop(self) -> None:
        """Close the connection in the background."""
        self._monitor.retire()
        in_thread(self._end)

    def _end(self) -> None:
        with suppress(Exception):
            if self._job and not self._job.future.done():
                self._job.cancel()  # always returns True
        self._monitor.disconnect()
        self._client.close()


def _described(client: Client) -> dict[str, Any]:
    """Return the parameters of each described endpoint, by name. gradio_client read them when it connected."""
    return {
        endpoint.api_name: endpoint.parameters_info
        for endpoint in client.endpoints.values()
        if endpoint.api_name and endpoint.parameters_info is not None
    }


def _wait_for(job: Any, deadline: Deadline, report: Callable[[Progress], None]) -> Any:
    """Wait for the job's output, and report each change of its status. Raise the job's exception, or `TimeoutError`."""
    reported = Progress()
    while not wait([job.future], min(LOOK_SECONDS, deadline.remaining())).done:
        if deadline.passed:
            raise TimeoutError
        now = read_status(job.status())
        if now != reported:
            report(now)
            reported = now
    return job.future.result()


def _complete(output: Any, steps: Sequence[Any]) -> Any:
    """Return the output of a generator's last step. Values that it leaves unchanged are taken from earlier steps."""
    if not isinstance(output, tuple):
        earlier = (step for step in reversed(steps) if not _leaves_value(step))
        return next(earlier, output) if _leaves_value(output) else output
    complete = [step for step in steps if isinstance(step, tuple) and len(step) == len(output)]
    return tuple(
        next((step[place] for step in reversed(complete) if not _leaves_value(step[place])), value)
        if _leaves_value(value)
        else value
        for place, value in enumerate(output)
    )


def _leaves_value(value: Any) -> bool:
    """Return whether an output keeps the component's value: `gr.skip()`, or `gr.update()` without a value."""
    return isinstance(value, Mapping) and value.get("__type__") == "update" and "value" not in value


def _space_error(job: Any, error: Exception) -> Mapping[str, Any] | None:
    """Return the error that the Space sent when its job failed, or None.

    It is read from the job's updates, because some exceptions of gradio_client do not contain it.
    """
    with suppress(QueueEmpty):
        while update := job.communicator.updates.get_nowait():
            if isinstance(update, OutputUpdate) and update.final and not update.success:
                return update.outputs if isinstance(update.outputs, Mapping) else {}
    return {"error": error.message, "title": error.title} if isinstance(error, AppError) else None


def host_of(url: str) -> str:
    """Return the URL's host and port, without user name and password."""
    return urlsplit(url).netloc.rpartition("@")[2]
