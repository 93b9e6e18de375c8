"""Run the providers' emulators as child processes, on sockets that listen from the start.

The emulators' addresses are known before they run, so the start does not wait for them. An early call waits at its
socket. The Spaces' emulator imports Gradio, which takes seconds of processor time, so it starts last.
"""

import json
import select
import socket
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from local.api_gateway import bind_or_any
from local.processes import Child, OnLine, Processes, environment
from local.settings import PROVIDERS, Settings

NO_TELEMETRY = {"GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_DISABLE_TELEMETRY": "1", "DO_NOT_TRACK": "1"}
QUIET_SECONDS = 10.0
"""Seconds between the stack's readiness and the start of the Spaces' emulator, so that the first calls are fast. A call
to a Space starts it earlier."""
WAIT_NOTICE = "a call to a Space waits until Gradio has loaded"


class Emulators:
    """The emulators of all providers: the Spaces in one process, the others in another."""

    def __init__(self, processes: Processes, folder: Path, settings: Settings, on_line: OnLine) -> None:
        self._processes, self._on_line = processes, on_line
        self._listeners = {provider: bind_or_any(settings.emulator_ports.get(provider, 0)) for provider in PROVIDERS}
        self._environment = environment(
            TMPDIR=str(folder), EMULATED_QUOTA_SECONDS=str(settings.quota_seconds), **NO_TELEMETRY
        )
        self._ready = {provider: threading.Event() for provider in PROVIDERS}
        self._children: dict[str, Child] = {}
        self._watch: threading.Thread | None = None
        self._start_now, self._closed = threading.Event(), False
        quick = [provider for provider, section in PROVIDERS.items() if "base_url" in section]
        options = [f"--listener={provider}={self._listeners[provider].fileno()}" for provider in quick]
        self._start("The providers' emulators", ["-m", "tests.emulators", *options], quick)

    @property
    def urls(self) -> dict[str, Any]:
        """Return the settings with the emulators' addresses."""
        return {
            section["url_setting"]: address(section, self._listeners[provider].getsockname()[1])
            for provider, section in PROVIDERS.items()
        }

    def start_spaces(self) -> None:
        """Start the Spaces' emulator a little later, and log it if a call waits for it."""
        for provider in PROVIDERS.keys() - self._children.keys():
            self._watch = threading.Thread(target=self._load, args=[provider], name="spaces", daemon=True)
            self._watch.start()

    def wait(self, providers: Mapping[str, Any] = PROVIDERS) -> None:
        """Wait until the emulators of these providers are ready."""
        self._start_now.set()
        for provider in providers:
            while provider not in self._children:
                time.sleep(0.01)
            self._children[provider].wait_until(self._ready[provider].is_set)

    def wait_for_quick(self) -> None:
        """Wait until all emulators except the Spaces are ready."""
        for provider in self._children:
            self._children[provider].wait_until(self._ready[provider].is_set)

    def close(self) -> None:
        """Close the sockets. The child processes end with their `Processes`."""
        self._start_now.set()
        self._closed = True
        for ready in self._ready.values():
            ready.set()  # ends the watching thread
        if self._watch:
            self._watch.join()
        for listener in self._listeners.values():
            listener.close()

    def _start(self, name: str, arguments: list[str], providers: list[str]) -> None:
        def read(line: str) -> None:
            if line.startswith("{") and _is_json(line):
                for provider in providers:
                    self._ready[provider].set()
            else:
                self._on_line(line)

        listeners = [self._listeners[provider] for provider in providers]
        child = self._processes.start(name, [sys.executable, *arguments], self._environment, read, listeners)
        self._children |= dict.fromkeys(providers, child)

    def _load(self, provider: str) -> None:
        ready, listener = self._ready[provider], self._listeners[provider]
        end = time.monotonic() + QUIET_SECONDS
        while not self._start_now.wait(0.1) and not _called(listener) and time.monotonic() < end:
            pass
        if self._closed:
            return
        command = ["-m", "tests.emulators.space_server", f"--listener={listener.fileno()}"]
        self._start("The Spaces' emulator", command, [provider])
        while not ready.wait(0.2):
            if _called(listener) and not ready.is_set():
                self._on_line(f"{provider:<11} {'INFO':<7} {WAIT_NOTICE}")
                return


def address(section: Mapping[str, Any], port: int, host: str = "127.0.0.1") -> Any:
    """Return the address of a provider's emulator at `port`: a base URL, or for Spaces a URL by name."""
    url = f"http://{host}:{port}"
    if "base_url" in section:
        return url + urlsplit(section["base_url"]).path
    names = [*(model["id"] for model in section["models"]), *(["upscaler"] if "upscaler" in section else [])]
    return {name: f"{url}/{name}" for name in names}


def _called(listener: socket.socket) -> bool:
    """Return whether a connection is waiting at the socket."""
    return bool(select.select([listener], [], [], 0)[0])


def _is_json(line: str) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True
