"""Watch gradio_client's HTTP calls, limit their time, and end them when Easel stops waiting.

gradio_client reports "Could not fetch config" even if the Space's page says that it sleeps. It reads event streams
without a time-out, and its threads may hang in them. It passes its `httpx_kwargs` to each call, so an `httpx.Auth` in
them sees every request and response.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import Executor, Future
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar
from weakref import WeakSet

import httpx

import space_body
from easel.common.deadline import Deadline, in_thread
from easel.providers.http import CONNECT_SECONDS
from space_body import LimitedBody

P = ParamSpec("P")
R = TypeVar("R")

READ_SECONDS = 10.0  # time limit for responses that need no work: config, info
CANCEL_SECONDS = 3.0
TEXT_LIMIT = 20_000  # characters of a page that are classified
STREAMS = ("/queue/data", "/heartbeat/")
CANCEL = "/cancel"
JOIN = "/queue/join"
LEADS_ELSEWHERE = "the Space's config leads to another host"
WORK = (JOIN, "/upload")  # sent only once, so Easel waits for the response until the deadline


@dataclass(frozen=True)
class SpaceResponse:
    """An unexpected response of a Space: a bad status, or a web page instead of JSON or events."""

    path: str
    status: int
    text: str
    headers: Mapping[str, str]


class HttpMonitor(httpx.Auth):
    """Watches every HTTP call of one gradio_client.

    Every call carries the token, so only calls to the Space itself are allowed. gradio_client would also call a helper
    Space of Gradio for a config without a version, and a config's `api_prefix` may name any host.

    Attributes:
        bad: the first bad response since `begin`, or None.
        joined: True if the job was sent since `begin`, whatever the response.
    """

    def __init__(self, url: str, deadline: Deadline) -> None:
        self.bad: SpaceResponse | None = None
        self.joined = False
        self._origin = _origin(httpx.URL(url))
        self._deadline = deadline
        self._sockets: WeakSet[socket.socket] = WeakSet()
        self._lock = threading.Lock()
        self._retired = self._disconnected = False
        self._bodies: list[LimitedBody] = []

    @property
    def body_too_large(self) -> bool:
        """True if a body exceeded a size limit since `begin`."""
        return any(body.exceeded for body in self._bodies)

    def begin(self, deadline: Deadline) -> None:
        """Start another job with its own deadline."""
        self.bad, self.joined, self._deadline, self._bodies = None, False, deadline, []

    def retire(self) -> None:
        """Allow only a cancellation from now on, so that an abandoned job cannot generate later."""
        self._retired = True

    def disconnect(self) -> None:
        """End all running calls, and the threads that hang in them."""
        self._retired = self._disconnected = True
        with self._lock:
            for connection in self._sockets:
                _shut(connection)

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        path = request.url.path
        if _origin(request.url) != self._origin:
            raise ValueError(f"{LEADS_ELSEWHERE}, {request.url.host}")
        if self._retired and not path.endswith(CANCEL):
            raise httpx.TransportError("Easel no longer uses this Space's client")
        request.extensions = {**request.extensions, "timeout": self._timeouts(path), "trace": self._trace}
        self.joined |= path.endswith(JOIN)
        request.headers["Accept-Encoding"] = "identity"  # a gzip body is decompressed anyway
        response = yield request
        self._bodies.append(space_body.limited(response))
        stream = any(part in path for part in STREAMS)
        if response.is_success and _as_expected(response, stream):
            return
        request.extensions["timeout"]["read"] = READ_SECONDS  # a response that is not a stream ends
        response.read()
        if not self.bad and "/heartbeat/" not in path:
            self.bad = SpaceResponse(path, response.status_code, response.text[:TEXT_LIMIT], dict(response.headers))

    def _timeouts(self, path: str) -> dict[str, float | None]:
        left = max(0.1, self._deadline.remaining())
        read: float | None = min(READ_SECONDS, left)
        if any(part in path for part in STREAMS):
            read = None  # a stream is silent while the Space works; Easel limits the time
        elif path.endswith(WORK):
            read = left
        elif path.endswith(CANCEL):
            read = CANCEL_SECONDS  # sent after the deadline
        return {"connect": CONNECT_SECONDS, "write": READ_SECONDS, "pool": READ_SECONDS, "read": read}

    def _trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Remember each new connection that httpcore reports. TLS replaces the plain socket by its own."""
        if event not in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            return
        connection = info["return_value"].get_extra_info("socket")
        with self._lock:
            self._sockets.add(connection)
        if self._disconnected:
            _shut(connection)


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _as_expected(response: httpx.Response, stream: bool) -> bool:
    kind = response.headers.get("content-type", "").lower()
    return kind.startswith("text/event-stream") if stream else "html" not in kind


def _shut(connection: socket.socket) -> None:
    """Wake a thread that reads from the socket. Closing the socket does not wake it."""
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


class Threads(Executor):
    """Runs each task in a daemon thread. gradio_client's own thread pools would keep the interpreter from exiting."""

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        return in_thread(fn, *args, **kwargs)
