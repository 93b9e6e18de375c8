"""ASGI applications on loopback ports, each with its server in a thread."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING, Any

import uvicorn

from tests.harness.stack import until

if TYPE_CHECKING:
    from types import TracebackType


class Served:
    """An ASGI application at `url` while the `with` lasts."""

    def __init__(self, app: Any) -> None:
        config = uvicorn.Config(app, log_level="critical", lifespan="off", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def __enter__(self) -> str:
        self._thread.start()
        until(lambda: self._server.started)
        return self.url

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=10)
