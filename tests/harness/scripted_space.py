"""A scripted Hugging Face Space, for faults that real Gradio servers show rarely."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from easel.common.deadline import IDLE, Deadline
from easel.errors import EaselError
from easel.providers.adapter import Run
from space_client import Spaces
from space_connection import SpaceCall
from tests.harness.patience import HANGS_SECONDS

PICTURE = {"path": "/tmp/gradio/1/image.webp", "url": "https://space.test/1", "meta": {"_type": "gradio.FileData"}}

Answer = Callable[["Handler"], None]


def page(status: int, content: str | bytes, kind: str = "text/html", **headers: str) -> Answer:
    """Return a complete response."""
    body = content.encode() if isinstance(content, str) else content

    def send(handler: Handler) -> None:
        handler.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return send


def json_page(status: int, body: Any, **headers: str) -> Answer:
    return page(status, json.dumps(body), "application/json", **headers)


def events(*messages: dict[str, Any], end: bool = True) -> Answer:
    """Return an event stream. Without `end` it stays open and silent until the Space is closed."""

    def send(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for message in messages:
            frame = f"data: {json.dumps(message)}\n\n".encode()
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(frame), frame))
        if not end:
            handler.space.over.wait(HANGS_SECONDS)
        handler.wfile.write(b"0\r\n\r\n")

    return send


def completed(output: dict[str, Any], success: bool = True) -> dict[str, Any]:
    return {"msg": "process_completed", "event_id": "e1", "output": output, "success": success}


def failed(**output: Any) -> Answer:
    return events(completed(output, success=False), CLOSE)


def hang(handler: Handler) -> None:
    """Do not respond until the Space is closed."""
    handler.space.over.wait(HANGS_SECONDS)


CLOSE = {"msg": "close_stream"}
DONE = events(completed({"data": [PICTURE, 7]}), CLOSE)
CONFIG = {
    "version": "6.31.0",
    "api_prefix": "/gradio_api",
    "protocol": "sse_v3",
    "connect_heartbeat": False,
    "components": [{"id": n, "type": "textbox", "props": {}} for n in (1, 2, 3)],
    "dependencies": [{"id": 0, "api_name": "infer", "inputs": [1], "outputs": [2, 3], "targets": [], "cancels": []}],
}
INFO = {
    "named_endpoints": {"/infer": {"parameters": [{"parameter_name": "prompt", "label": "prompt"}], "returns": []}},
    "unnamed_endpoints": {},
}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    space: Space

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._answer()

    def _answer(self) -> None:
        path = self.path.partition("?")[0].removeprefix("/gradio_api")
        self.space.asked.append(path)
        self.space.tokens.append(self.headers.get("x-hf-authorization"))
        answers = self.space.answers.get(path, [])
        answer = answers.pop(0) if len(answers) > 1 else answers[0] if answers else page(404, "Not Found")
        try:
            answer(self)
        except OSError:
            self.space.hung_up.set()


class Space:
    """A Space with the endpoint `/infer(prompt)`. Each path plays its responses in order and repeats the last one."""

    def __init__(self) -> None:
        self.answers: dict[str, list[Answer]] = {
            "/config": [json_page(200, CONFIG)],
            "/info": [json_page(200, INFO)],
            "/queue/join": [json_page(200, {"event_id": "e1"})],
            "/queue/data": [DONE],
            "/cancel": [json_page(200, {"success": True})],
        }
        self.asked: list[str] = []
        self.tokens: list[str | None] = []
        self.over, self.hung_up = threading.Event(), threading.Event()
        handler = type("SpaceHandler", (Handler,), {"space": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        self.busy_before = busy_threads()

    def close(self) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()


class Switch(Deadline):
    """A deadline that passes when a test switches it, independent of time."""

    def __init__(self) -> None:
        super().__init__(HANGS_SECONDS)

    def within(self, seconds: float) -> Deadline:
        return self

    def switch(self) -> None:
        self._end = 0.0


class ByPauses(Deadline):
    """A deadline on a clock that only the pauses between attempts move."""

    def __init__(self, seconds: float, pauses: list[float]) -> None:
        self._pauses, self._over = pauses, sum(pauses) + seconds

    def remaining(self) -> float:
        return max(0.0, self._over - sum(self._pauses))

    def within(self, seconds: float) -> Deadline:
        return ByPauses(min(seconds, self.remaining()), self._pauses)


def ask(
    spaces: Spaces,
    *asked: Space,
    deadline: Deadline | None = None,
    token: str | None = None,
    report: Any = lambda progress: None,
) -> tuple[SpaceCall, Any]:
    """Ask these Spaces in turn. Return the call that was accepted, and its output."""
    calls = [SpaceCall(space.url, "/infer", {"prompt": "a cat"}) for space in asked]
    return spaces.call(calls, token, Run(deadline or Deadline(HANGS_SECONDS), report))


def call(spaces: Spaces, *asked: Space, **options: Any) -> Any:
    """Return the output alone."""
    return ask(spaces, *asked, **options)[1]


def fault(spaces: Spaces, *asked: Space, **options: Any) -> EaselError:
    with pytest.raises(EaselError) as caught:
        ask(spaces, *asked, **options)
    return caught.value


@pytest.fixture
def space() -> Iterator[Space]:
    space = Space()
    yield space
    space.close()


@pytest.fixture
def second() -> Iterator[Space]:
    """A Space for the job of one that did not accept it."""
    space = Space()
    yield space
    space.close()


def client_threads(space: Space) -> list[str]:
    """Return the work of the threads that gradio_client and Easel have started since the Space was created."""
    new = busy_threads() - space.busy_before
    return [thread.name for thread in new if "process_request" not in thread.name]


def busy_threads() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name != IDLE}
