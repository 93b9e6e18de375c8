"""A receiver of webhooks on loopback, like one in an application."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.harness.patience import HANGS_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Received(NamedTuple):
    """A call: its path, its headers and its body."""

    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Receiver:
    """The receiver at `url`, and the calls that it has received."""

    url: str
    statuses: list[int] = field(default_factory=list)
    """Statuses of the next responses. When none is left, the response is 204; 0 means no response at all."""
    calls: list[Received] = field(default_factory=list)


@contextmanager
def receiver(*statuses: int) -> Iterator[Receiver]:
    """Run a receiver."""
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            running.calls.append(Received(self.path, dict(self.headers), body))
            status = running.statuses.pop(0) if running.statuses else 204
            if not status:
                over.wait(HANGS_SECONDS)
                return
            self.send_response(status)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    running = Receiver(f"http://127.0.0.1:{server.server_port}/hook", list(statuses))
    try:
        yield running
    finally:
        over.set()
        server.shutdown()
        server.server_close()
