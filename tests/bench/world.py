"""The environment of the measured code: built artifacts, a bare CPython 3.13, emulated providers, a trivial AWS.

The measured code runs in separate processes with only the artifacts on their path. `inside/` has the scripts.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import threading
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from easel import catalog
from easel.catalog.stored_overlay import KEY
from easel.providers.downloads import MAX_IMAGE
from local.environments import INIT
from local.tools import find_tools
from tests.emulators import pictures
from tests.emulators.drawing import draw
from tests.emulators.server import QUICK, SPACES, Emulators
from tests.harness.artifacts import Artifacts, build
from tests.harness.cloud import CREDENTIALS
from tests.harness.template import ROOT, STACK_NAME, Function, functions

if TYPE_CHECKING:
    from collections.abc import Sequence

HUGE = "huge"
INSIDE = Path(__file__).with_name("inside")
FOLDER = ROOT / ".local/bench"
BY_MODULE = {function.module: function for function in functions()}


@dataclass(frozen=True)
class Subject:
    """A function and its folders."""

    function: Function
    paths: tuple[Path, ...]


class World:
    """A context manager that starts everything and stops it at the end."""

    def __init__(self, spaces: bool) -> None:
        self._spaces = spaces
        self._closing = ExitStack()

    def __enter__(self) -> World:
        FOLDER.mkdir(parents=True, exist_ok=True)
        self.artifacts: Artifacts = build(find_tools(), FOLDER / "build")
        # Drawn once, since the emulators' own work is not measured.
        self._closing.enter_context(patch.object(pictures, "draw", cache(drawn)))
        emulated = (*QUICK, *SPACES) if self._spaces else QUICK
        self.emulators = self._closing.enter_context(Emulators(emulated, seconds=0))
        aws = self._closing.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), Yes))
        self._closing.callback(aws.shutdown)
        threading.Thread(target=aws.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        self.environment = {
            **CREDENTIALS,
            **INIT,
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{aws.server_port}",
            "JOBS_TABLE": "jobs",
            "IMAGES_BUCKET": "images",
            "PUBLIC_URL": "http://easel.test",
            "POWERTOOLS_METRICS_DISABLED": "true",  # the template's default
            "MALLOC_MMAP_THRESHOLD_": BY_MODULE["router"].environment["MALLOC_MMAP_THRESHOLD_"],
            **self.emulators.settings,
            "FUNCTION_PREFIX": f"{STACK_NAME}-",
            "BENCH_MODELS": json.dumps({each.id: each.models[0].id for each in catalog.providers().values()}),
            "BENCH_HEADERS": json.dumps({each.id: each.auth_header for each in catalog.providers().values()}),
        }
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    def subject(self, module: str, artifacts: Artifacts | None = None) -> Subject:
        """Return a function from this checkout's artifacts, or from another's."""
        function, artifacts = BY_MODULE[module], artifacts or self.artifacts
        return Subject(function, (artifacts.function(function.logical_id), artifacts.layer))

    def run(self, script: str, paths: Sequence[Path], *arguments: str, seconds: float = 300) -> Any:
        """Run a script of `inside/`. Return the JSON in its last line of output."""
        setup = f"import sys; sys.path[:0] = {[str(path) for path in (*paths, INSIDE)]!r}; import runpy; "
        command = [
            *(str(self.artifacts.python), "-I", "-S", "-B", "-c"),
            setup + f"runpy.run_path({str(INSIDE / script)!r}, run_name='__main__')",
            *arguments,
        ]
        environment = {"PATH": os.environ.get("PATH", ""), "HOME": "/nonexistent", **self.environment}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=seconds)
        if done.returncode:
            raise RuntimeError(f"{script} {' '.join(arguments)} failed:\n{done.stderr[-3000:]}")
        return json.loads(done.stdout.splitlines()[-1])


def drawn(prompt: str, *arguments: Any) -> bytes:
    """Return the emulators' picture. If the prompt contains `HUGE`, it is as large as Easel accepts."""
    data = draw(prompt, *arguments)
    if HUGE not in prompt:
        return data
    if data.startswith(b"\x89PNG"):  # within it, so that it ends as it should
        end = len(data) - 12
        size = MAX_IMAGE - len(data) - 12
        return data[:end] + size.to_bytes(4) + b"huGe" + bytes(size) + bytes(4) + data[end:]
    return data + bytes(MAX_IMAGE - len(data) - 2) + data[-2:]


class Yes(BaseHTTPRequestHandler):
    """An AWS without work that keeps its connections open as AWS does. An invoked function's job has ended.

    `tests.harness.cloud.Server` would close each connection, and the measured code would connect for every call.
    """

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # header and body are sent together

    def log_message(self, *_: object) -> None:
        pass

    def handle_expect_100(self) -> bool:
        proceed = super().handle_expect_100()
        self.wfile.flush()
        return proceed

    def _answer(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        signed = re.search(r"/([a-z0-9-]+)/aws4_request", self.headers.get("Authorization", ""))
        status, kind, body = _answers(signed[1] if signed else "s3", self.path, sent)
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), "ETag": '"x"'}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_PUT = do_POST = _answer


def _answers(service: str, path: str, sent: bytes) -> tuple[int, str, bytes]:
    """Return a service's status, content type and body. No item is stored, and no overlay exists."""
    if service == "lambda":
        job = json.loads(sent)["job"]
        result = {"key": "images/x.png", "format": "PNG", "width": 512, "height": 512, "seed": 1, "seconds": 1.0}
        return 200, "application/json", json.dumps({**job, "status": "succeeded", "result": result}).encode()
    if service == "dynamodb":
        return 200, "application/x-amz-json-1.0", b'{"Responses": {}}'
    if path.endswith(KEY):
        return 404, "application/xml", b"<Error><Code>NoSuchKey</Code><Message>There is none.</Message></Error>"
    return 200, "application/xml", b""
