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

# Read as these are imported. Without the first, each new process asks huggingface.co for a list of agents in its first
# call; `analytics_enabled=False` has no effect without the second.
os.environ |= {"HF_HUB_DISABLE_TELEMETRY": "1", "GRADIO_ANALYTICS_ENABLED": "False"}

# isort: split

from gradio_client import Client  # type: ignore[import-untyped]
from gradio_client.exceptions import AppError  # type: ignore[import-untyped]
from gradio_client.utils import OutputUpdate  # type: ignore[import-untyped]

from easel.catalog.gradio_endpoints import endpoint_of
from easel.common import aws
from easel.common.deadline import Deadline, in_thread
from easel.errors import GenerationTimeout, NoPicture, ProviderError
from easel.errors.base import AGAIN
from easel.providers.http import GATEWAY
from easel.providers.prompt_redaction import NO_PROMPT, PromptText
from easel.store.records import Progress
from space_body import MAX_BYTES
from space_error_rules import CHANGED, SpaceFailure
from space_errors import OF_THE_CALLER, refuses_job
from space_exceptions import of_exception
from space_http import JOIN, Threads, Wire
from space_progress import read_status

logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs every URL, and a Space's links may hold the token

IDLE_SECONDS = 45.0
"""A client unused for longer is not used again: Lambda may have frozen it, and the Space moved on meanwhile."""
OPEN_SECONDS = 20.0  # for the Space's config and API
LOOK_SECONDS = 0.5  # between two looks at a job's status
TOO_MUCH = SpaceFailure(ProviderError, f"sent more than Easel takes: at most {MAX_BYTES >> 20} MB an answer; {AGAIN}")
# By default Python refuses to read a number of more than 4,300 digits, and the event's picture would be lost with it.
sys.set_int_max_str_digits(200_000)


@dataclass(frozen=True)
class SpaceCall:
    """A call that a Space may accept."""

    url: str
    endpoint: str
    arguments: Mapping[str, Any]


class NotAccepted(Exception):
    """A Space has certainly not accepted a call, for a reason that another Space may not have.

    `space_client` turns it into an error for the caller.
    """

    def __init__(self, failure: SpaceFailure, host: str, cause: BaseException) -> None:
        super().__init__(failure.text)
        self.failure, self.host, self.__cause__ = failure, host, cause

    def passes(self, attempts: int) -> bool:
        """Whether the same Space may accept the call later, after this many attempts at all Spaces."""
        return self.failure.wakes or attempts < self.failure.tries


def open_space(url: str, token: str | None, deadline: Deadline) -> Connection:
    """Opens a connection. gradio_client may hang in it, so the time is limited here."""
    wire = Wire(url, deadline)
    making = in_thread(_client, url, token, wire)
    try:
        return Connection(url, token, making.result(min(OPEN_SECONDS, deadline.remaining())), wire)
    except Exception as error:
        failure = _failure(wire, error, token)
        wire.hang_up()
        raise _refusal(failure, host_of(url), error) from error


def _failure(
    wire: Wire,
    error: BaseException,
    token: str | None,
    space_error: Mapping[str, Any] | None = None,
    callers: PromptText = NO_PROMPT,
) -> SpaceFailure:
    """The failure behind an exception, which may come from an answer that passed a limit."""
    return TOO_MUCH if wire.too_much else of_exception(error, token, wire.bad, space_error, callers)


def _refusal(failure: SpaceFailure, host: str, cause: Exception) -> Exception:
    """What to raise for a call that was certainly not accepted."""
    if issubclass(failure.kind, OF_THE_CALLER) and not failure.is_own_limit:
        return failure.error(host)
    return NotAccepted(failure, host, cause)


def _client(url: str, token: str | None, wire: Wire) -> Client:
    client = Client(
        url,
        token=token or False,  # None would pick up HF_TOKEN, or a login saved on the machine
        verbose=False,
        download_files=False,
        analytics_enabled=False,
        ssl_verify=aws.trust(),
        httpx_kwargs={"auth": wire, "trust_env": False},
    )
    client.executor = client.helper_executor = client.stream_executor = Threads()
    return client


class Connection:
    """One gradio_client and the wire under it, used by one job at a time."""

    def __init__(self, url: str, token: str | None, client: Client, wire: Wire) -> None:
        self._host, self._token = host_of(url), token
        self._client, self._wire = client, wire
        self._job: Any = None
        self._callers = NO_PROMPT
        self._used = time.monotonic(), time.time()
        self.clean = True
        """Whether the last job ended as jobs end, with a result or the Space's own error."""

    @property
    def fresh(self) -> bool:
        """Whether the connection may be used again.

        Both clocks are read, since one of them may stand still while Lambda freezes the process.
        """
        idle = max(time.monotonic() - self._used[0], time.time() - self._used[1])
        lost_heartbeat = self._client.config.get("connect_heartbeat", True) and not self._client.heartbeat.is_alive()
        # A stream still open is one whose end never arrived: gradio_client would wait for the next job's events in it.
        return self.clean and idle < IDLE_SECONDS and not lost_heartbeat and not self._client.stream_open

    def call(
        self, calls: Sequence[SpaceCall], deadline: Deadline, report: Callable[[Progress], None]
    ) -> tuple[SpaceCall, Any]:
        """Submits a job for the first call that fits, and waits for its output."""
        self.clean = False
        self._wire.begin(deadline)
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
        """Submits the first call that the Space's description takes. gradio_client compares before it sends."""
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
            late = SpaceFailure(GenerationTimeout, f"did not finish within {seconds:.0f} s{place}; {AGAIN}")
            return late.error(self._host)
        failure = _failure(self._wire, error, self._token, space_error, self._callers)
        bad = self._wire.bad
        unsent = space_error is None and (not self._wire.joined or (bad and refuses_job(bad)))
        if unsent or (space_error is not None and failure.is_own_limit):
            return _refusal(replace(failure, tries=1, wakes=False), self._host, error)
        if not bad and space_error is None and failure.kind is ProviderError:  # the Space has taken the job
            failure = replace(failure, kind=NoPicture)
        raised = failure.error(self._host)
        if space_error is None and not (bad and bad.path.endswith(JOIN)):  # the outcome of the job is unknown
            raised.drawn = True
            raised.tries = 1 if bad and bad.status in GATEWAY else raised.tries
        return raised

    def description(self) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """The Space's description of its endpoints, and its configuration with its components and their ranges."""
        return self._client.view_api(print_info=False, return_format="dict") or {}, self._client.config

    def drop(self) -> None:
        """Closes the connection without waiting: what takes time is done in the background."""
        self._wire.retire()
        in_thread(self._end)

    def _end(self) -> None:
        with suppress(Exception):
            if self._job and not self._job.future.done():
                self._job.cancel()  # says True whatever comes of it
        self._wire.hang_up()
        self._client.close()


def _described(client: Client) -> dict[str, Any]:
    """The parameters of each endpoint that the Space describes, by name; gradio_client has read them at opening."""
    return {
        endpoint.api_name: endpoint.parameters_info
        for endpoint in client.endpoints.values()
        if endpoint.api_name and endpoint.parameters_info is not None
    }


def _wait_for(job: Any, deadline: Deadline, report: Callable[[Progress], None]) -> Any:
    """Waits for the job's output, and reports each change of its status. Raises what the job raises."""
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
    """The output of a generator's last step, with an earlier step's value wherever the last one leaves it as it is."""
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
    """Whether an output is an update that keeps the component's value (`gr.skip()`, or `gr.update()` without one)."""
    return isinstance(value, Mapping) and value.get("__type__") == "update" and "value" not in value


def _space_error(job: Any, error: Exception) -> Mapping[str, Any] | None:
    """The error message that the Space sent when its job failed, or None.

    It is read from the job's updates, since some exceptions of gradio_client do not carry it.
    """
    with suppress(QueueEmpty):
        while update := job.communicator.updates.get_nowait():
            if isinstance(update, OutputUpdate) and update.final and not update.success:
                return update.outputs if isinstance(update.outputs, Mapping) else {}
    return {"error": error.message, "title": error.title} if isinstance(error, AppError) else None


def host_of(url: str) -> str:
    """The URL's host and port, without a user's name and password."""
    return urlsplit(url).netloc.rpartition("@")[2]
