"""Start the emulators on 127.0.0.1.

    with Emulators() as emulators:
        requests_go_to(emulators.urls["gitee"], emulators.space_urls)

A provider with a base URL has a module with its name here. Its `app(seconds)` returns an ASGI app, which runs in a
thread of this process and starts at once. The Spaces run in a child process (`space_server.py`), and take seconds to
import Gradio.
"""

import contextlib
import importlib
import json
import os
import socket
import subprocess
import sys
import threading
import time
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import uvicorn
from starlette.types import ASGIApp

from local.errors import LocalError
from local.processes import Child

HOST = "127.0.0.1"
ROOT = Path(__file__).parents[2]
SECTIONS: Mapping[str, Any] = tomllib.loads((ROOT / "layers/easel/easel/catalog/catalog.toml").read_text("utf-8"))
"""The catalog, by provider."""
QUICK = tuple(provider for provider, section in SECTIONS.items() if "base_url" in section)
"""Providers whose emulators start at once: all except the Spaces."""
SPACES = tuple(provider for provider in SECTIONS if provider not in QUICK)
_NO_TELEMETRY = {"GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_DISABLE_TELEMETRY": "1", "DO_NOT_TRACK": "1"}


def bind(port: int) -> socket.socket:
    """Return a listening socket on `port`, or on a free port if it is 0 or busy."""
    try:
        listener = socket.create_server((HOST, port), backlog=256)
    except OSError:
        listener = socket.create_server((HOST, 0), backlog=256)
    # asyncio sets this only for its own sockets. Without it, a body follows 40 ms after its headers.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


class Server:
    """An ASGI app in a thread, on a port or a listening socket."""

    def __init__(self, app: ASGIApp, port: int | socket.socket = 0) -> None:
        self._socket = bind(port) if isinstance(port, int) else port
        self.url = f"http://{HOST}:{self._socket.getsockname()[1]}"
        # `critical`, because uvicorn would log the intended faults. 0, because responses may hang on purpose. 75 s,
        # like the providers: with uvicorn's 5 s it closes connections that a busy machine is about to use.
        config = uvicorn.Config(
            app, log_level="critical", access_log=False, timeout_keep_alive=75, timeout_graceful_shutdown=0
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)
        self._thread.start()
        self._wait_until_up()

    def _wait_until_up(self) -> None:
        while not self._server.started:
            if not self._thread.is_alive():
                raise LocalError(f"The emulator at {self.url} ended before it was ready.")
            time.sleep(0.005)

    def close(self) -> None:
        """Stop at once, even if requests hang."""
        self._server.should_exit = True
        self._thread.join(timeout=5)
        self._socket.close()


class SpacesProcess:
    """The Spaces in a child process. `urls` waits until they respond."""

    def __init__(self, port: int, seconds: float, concurrency: int | None) -> None:
        options = {"--port": port, "--seconds": seconds, "--concurrency": concurrency or 0}
        arguments = [text for name, value in options.items() for text in (name, str(value))]
        self._urls: dict[str, str] = {}
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.emulators.space_server", *arguments],
            cwd=ROOT,
            env={**os.environ, **_NO_TELEMETRY},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        self._child = Child("The Spaces' emulator", process, self._read)

    def _read(self, line: str) -> None:
        if not self._urls and line.startswith("{"):
            self._urls = json.loads(line)
        else:
            print(line, file=sys.stderr)

    def urls(self) -> dict[str, str]:
        """Wait until the Spaces respond, and return their addresses. Raise `LocalError` if the child process ends."""
        self._child.wait_until(lambda: bool(self._urls))
        return self._urls

    def close(self) -> None:
        """Stop the child process, even during its start."""
        process = self._child.process
        assert process.stdin is not None
        process.stdin.close()
        process.terminate()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
        self._child.wait()


class Emulators:
    """The emulators of all or some providers, until `close()`. A missing, zero or busy port is replaced by a free one.

    `seconds` is the duration of a generation: one number for all, or numbers by provider.
    """

    def __init__(
        self,
        providers: Collection[str] = tuple(SECTIONS),
        ports: Mapping[str, int | socket.socket] | None = None,
        seconds: float | Mapping[str, float] = 0.3,
        spaces_concurrency: int | None = 40,
    ) -> None:
        self.urls: dict[str, str] = {}
        """Return the base URLs by provider. Spaces have none."""
        self.space_urls: dict[str, str] = {}
        self._closing = contextlib.ExitStack()
        with contextlib.ExitStack() as undo:
            undo.callback(self.close)
            spaces = None
            for provider in sorted(providers, key=lambda provider: "base_url" in SECTIONS[provider]):  # Spaces are slow
                port, taken = (ports or {}).get(provider, 0), _of(provider, seconds)
                if "base_url" in SECTIONS[provider]:
                    app = importlib.import_module(f"tests.emulators.{provider}").app(taken)
                    self.urls[provider] = self._serve(app, port) + urlsplit(SECTIONS[provider]["base_url"]).path
                else:
                    assert isinstance(port, int)
                    spaces = SpacesProcess(port, taken, spaces_concurrency)
                    self._closing.callback(spaces.close)
            self.space_urls = spaces.urls() if spaces else {}
            undo.pop_all()

    def _serve(self, app: ASGIApp, port: int | socket.socket) -> str:
        server = Server(app, port)
        self._closing.callback(server.close)
        return server.url

    @property
    def environment(self) -> dict[str, Any]:
        """Return the settings with the emulators' addresses, as `python -m tests.emulators` prints them."""
        return {section["url_setting"]: self.urls.get(name, self.space_urls) for name, section in SECTIONS.items()}

    @property
    def settings(self) -> dict[str, str]:
        """Return the settings as environment variables."""
        variables = self.environment.items()
        return {name: value if isinstance(value, str) else json.dumps(value) for name, value in variables}

    def close(self) -> None:
        self._closing.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _of(provider: str, seconds: float | Mapping[str, float]) -> float:
    return seconds.get(provider, 0.3) if isinstance(seconds, Mapping) else seconds
