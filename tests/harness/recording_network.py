"""A network backend for `httpcore2` without connections: it records the targets and plays one response."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpcore2

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ncat"


@dataclass
class Recorder(httpcore2.NetworkBackend):
    """Records connections. Connecting to a host in `broken` fails."""

    broken: tuple[str, ...] = ()
    answer: bytes = ANSWER
    connected: list[tuple[str, int]] = field(default_factory=list)
    handshakes: list[str | None] = field(default_factory=list)
    requests: list[bytes] = field(default_factory=list)
    timeouts: list[tuple[str, float | None]] = field(default_factory=list)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        self.connected.append((host, port))
        self.timeouts.append(("connect", timeout))
        if host in self.broken:
            raise httpcore2.ConnectError("refused")
        return RecordedStream(self)


class RecordedStream(httpcore2.NetworkStream):
    """A connection that answers every request with the recorder's response."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self.closed = False

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._recorder.timeouts.append(("read", timeout))
        return self._recorder.answer

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._recorder.timeouts.append(("write", timeout))
        if buffer:
            self._recorder.requests.append(buffer)

    def close(self) -> None:
        self.closed = True

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        self._recorder.timeouts.append(("tls", timeout))
        self._recorder.handshakes.append(server_hostname)
        return self

    def get_extra_info(self, info: str) -> Any:
        return None
