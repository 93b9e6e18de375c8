"""Connections to Spaces: opened, kept across warm calls, limited in time, and closed without leaving threads behind.

A job is submitted once, whatever comes back. Only what comes before that, such as connecting, is tried again.
"""

from __future__ import annotations

import hashlib
import logging
import os
import threading
import time
from asyncio import QueueEmpty
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import wait
from contextlib import suppress
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

# Read as these are imported. Without the first, each new process asks huggingface.co for a list of agents in its first
# call; `analytics_enabled=False` counts for nothing without the second.
os.environ |= {"HF_HUB_DISABLE_TELEMETRY": "1", "GRADIO_ANALYTICS_ENABLED": "False"}

# isort: split

import httpx
from gradio_client import Client  # type: ignore[import-untyped]
from gradio_client.exceptions import AppError  # type: ignore[import-untyped]
from gradio_client.utils import OutputUpdate  # type: ignore[import-untyped]

from easel.common import aws
from easel.common.deadline import Deadline, in_thread
from easel.errors import EaselError, GenerationTimeout
from easel.providers.adapter import Run
from easel.store.records import Progress
from space_api import endpoint_of
from space_errors import CHANGED, SpaceFailure
from space_exceptions import of_exception
from space_status import read_status
from space_wire import Threads, Wire

logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs every URL, and a Space's links may hold the token

IDLE_SECONDS = 45.0
"""A client unused for longer is not used again: Lambda may have frozen it, and the Space moved on meanwhile."""
MAX_IDLE = 8  # clients kept: a gateway sees many tokens
OPEN_SECONDS = 20.0  # for the Space's config and API
WAKE_SECONDS = 90.0  # at most, and at most a third of what is left, for a Space that is starting
PAUSES = (0.5, 1.0, 2.0, *[3.0] * 30)  # seconds between two attempts to connect
LOOK_SECONDS = 0.5  # between two looks at a job's status
MARGIN_SECONDS = 0.5  # kept back from the deadline, for cancelling the job


class Spaces:
    """The connections of this process, at most one idle one for each Space and token."""

    def __init__(self) -> None:
        self._idle: OrderedDict[tuple[str, bytes], Connection] = OrderedDict()
        self._lock = threading.Lock()
        httpx.Client(verify=aws.trust(), trust_env=False).close()  # which loads the half of httpx

    def call(self, url: str, endpoint: str, arguments: Mapping[str, Any], token: str | None, run: Run) -> Any:
        """The endpoint's output: a value, or a tuple of several. Raises a `UpstreamError`."""
        key = (url, hashlib.sha256((token or "").encode()).digest())
        deadline = run.deadline.sooner(run.deadline.remaining() - MARGIN_SECONDS)
        connection = self._take(key) or open_space(url, token, deadline)
        try:
            return connection.call(endpoint, arguments, deadline, run.report)
        finally:
            if connection.clean:
                self._keep(key, connection)
            else:
                connection.drop()

    def _take(self, key: tuple[str, bytes]) -> Connection | None:
        """An idle connection that may be used again, or None."""
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


def open_space(url: str, token: str | None, deadline: Deadline) -> Connection:
    """Opens a connection. Connecting wakes a Space that sleeps; it is then waited for, for a limited time."""
    waking = deadline.sooner(min(WAKE_SECONDS, deadline.remaining() / 3))
    failure = None
    for number, pause in enumerate(PAUSES, 1):
        outcome = _try_to_open(url, token, deadline)
        if isinstance(outcome, Connection):
            return outcome
        failure = outcome
        if not (failure.wakes or number < failure.tries) or waking.remaining() < pause:
            break
        time.sleep(pause)
    raise (failure or SpaceFailure(GenerationTimeout, "did not wake in time")).error(_host(url))


def _try_to_open(url: str, token: str | None, deadline: Deadline) -> Connection | SpaceFailure:
    """Opens a connection, once. gradio_client may hang in it, so the time is limited here."""
    wire = Wire(url, deadline)
    making = in_thread(_client, url, token, wire)
    try:
        return Connection(url, token, making.result(min(OPEN_SECONDS, deadline.remaining())), wire)
    except Exception as error:
        wire.hang_up()
        return of_exception(error, token, wire.bad, None)


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
        self._host, self._token = _host(url), token
        self._client, self._wire = client, wire
        self._job: Any = None
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
        self, endpoint: str, arguments: Mapping[str, Any], deadline: Deadline, report: Callable[[Progress], None]
    ) -> Any:
        """Submits a job and waits for its output."""
        self.clean = False
        self._wire.begin(deadline)
        try:
            name = endpoint_of(_described(self._client), endpoint, arguments)
            self._job = job = self._client.submit(api_name=name, **arguments)
        except Exception as error:  # nothing was sent: the endpoint is not there, or takes other arguments
            raise replace(CHANGED, upstream=str(error)).error(self._host) from error
        began = time.monotonic()
        try:
            output = _wait_for(job, deadline, report)
        except Exception as error:
            space_error = _space_error(job, error)
            self.clean = space_error is not None
            raise self._error(error, space_error, time.monotonic() - began, deadline) from error
        finally:
            self._used = time.monotonic(), time.time()
        self.clean = True
        return output

    def _error(
        self, error: Exception, space_error: Mapping[str, Any] | None, seconds: float, deadline: Deadline
    ) -> EaselError:
        if isinstance(error, TimeoutError) and deadline.passed:
            status = read_status(self._job.status())
            place = f"; it was number {status.queue_position} in its queue" if status.queue_position else ""
            late = SpaceFailure(GenerationTimeout, f"did not finish within {seconds:.0f} s{place}")
            return late.error(self._host)
        return of_exception(error, self._token, self._wire.bad, space_error).error(self._host)

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


def _space_error(job: Any, error: Exception) -> Mapping[str, Any] | None:
    """The error message that the Space sent when its job failed, or None.

    It is read from the job's updates, since some exceptions of gradio_client do not carry it.
    """
    with suppress(QueueEmpty):
        while update := job.communicator.updates.get_nowait():
            if isinstance(update, OutputUpdate) and update.final and not update.success:
                return update.outputs if isinstance(update.outputs, Mapping) else {}
    return {"error": error.message, "title": error.title} if isinstance(error, AppError) else None


def _host(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[2]
