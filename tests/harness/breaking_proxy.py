"""A proxy in front of Easel that breaks connections at chosen points."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import httpx2
from werkzeug.wrappers import Request, Response

from easel.common.deadline import in_thread
from tests.harness.cloud import Server
from tests.harness.patience import HANGS_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

OF_THE_CONNECTION = ("connection", "transfer-encoding", "keep-alive", "content-length", "content-encoding")


@dataclass(frozen=True)
class Cut:
    """The point at which a connection breaks, in a call with this method and, if given, a response of this status.

    `unsent`: before the call arrives; `begun`: while the call is handled; `answer`: in the middle of the response.
    """

    method: Literal["POST", "GET"]
    when: Literal["unsent", "begun", "answer"]
    status: int | None = None


@contextmanager
def cutting(url: str, cuts: list[Cut], begun: Callable[[], object], finish: Callable[[], object]) -> Iterator[str]:
    """Run a proxy in front of `url` and yield its address.

    Each cut happens once, in the given order. All cuts must have happened at the end.

    Args:
        url: the deployment's address.
        cuts: the points at which connections break.
        begun: returns once the deployment handles a call.
        finish: lets the held pictures complete. It is called as soon as no remaining cut needs them incomplete.
    """
    proxy = _Proxy(url, cuts, begun, finish)
    server = Server(proxy.answer)
    try:
        yield server.url
    finally:
        server.close()
    assert not proxy.left


class _Proxy:
    def __init__(self, url: str, cuts: list[Cut], begun: Callable[[], object], finish: Callable[[], object]) -> None:
        self.left = list(cuts)
        self._url, self._begun, self._finish = url, begun, finish
        self._lock = threading.Lock()

    def answer(self, request: Request) -> Response:
        if self._is_due(request, "unsent"):
            return self._nothing(request)
        if self._is_due(request, "begun"):
            in_thread(self._ask, request, request.get_data())
            self._begun()
            return self._nothing(request)
        self._finish_in_time(request.method)
        response = self._ask(request, request.get_data())
        headers = [(name, value) for name, value in response.headers.items() if name not in OF_THE_CONNECTION]
        if not self._is_due(request, "answer", response.status_code):
            return Response(response.content, response.status_code, headers)
        length = ("Content-Length", str(len(response.content)))
        return Response(self._half(request, response.content), response.status_code, [*headers, length])

    def _is_due(self, request: Request, when: str, status: int | None = None) -> bool:
        with self._lock:
            due = bool(self.left) and (self.left[0].method, self.left[0].when) == (request.method, when)
            if due and self.left[0].status in (None, status):
                self.left.pop(0)
                return True
            return False

    def _finish_in_time(self, method: str) -> None:
        """Let the pictures complete if no cut is left, or if the last cut is in the response to this call."""
        with self._lock:
            if not self.left or (self.left[0].method, self.left[0].status) == (method, 200):
                self._finish()

    def _ask(self, request: Request, body: bytes) -> httpx2.Response:
        headers = {name: value for name, value in request.headers if name.lower() not in OF_THE_CONNECTION}
        with httpx2.Client(trust_env=False, verify=False, timeout=HANGS_SECONDS) as client:
            return client.request(request.method, f"{self._url}{request.full_path}", content=body, headers=headers)

    def _nothing(self, request: Request) -> Response:
        _hang_up(request)
        return Response()

    def _half(self, request: Request, content: bytes) -> Iterator[bytes]:
        yield content[: len(content) // 2]
        _hang_up(request)


def _hang_up(request: Request) -> None:
    connection: socket.socket = request.environ["werkzeug.socket"]
    connection.shutdown(socket.SHUT_RDWR)
