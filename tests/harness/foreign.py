"""A scripted Gitee AI or ModelScope in place of the network. It counts the calls."""

from __future__ import annotations

import json
import threading
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

import httpx2

from tests.harness.batches import png

if TYPE_CHECKING:
    from collections.abc import Mapping

BASE = "http://foreign.test/v1"
PAGE = b"<!doctype html><html><body><h1>Attention</h1></body></html>"
DRAWS = (200, 201, 204)
FAILED = "FAILED"


class Line(NamedTuple):
    """The provider's first responses to one prompt, which precede a good one, and the expected outcome.

    Attributes:
        answers: status, body and headers of each response.
        calls: expected number of generating calls in a batch.
        drawn: expected number of pictures that the provider generates and may charge for.
        code: Easel's expected code in a batch; "" for a stored picture.
        link: statuses of the picture's link before it works.
        polls: responses to a task's first polls.
        once: Easel's expected code for a single call, if it differs from a batch's.
        rests: what must be cooling down after a call: "token", "model" or "refused" (a token for a model).
    """

    answers: tuple[tuple[Any, ...], ...] = ()
    calls: int = 1
    drawn: int = 1
    code: str = ""
    link: tuple[int, ...] = ()
    polls: tuple[tuple[Any, ...], ...] = ()
    once: str = ""
    rests: str = ""


def refused(status: int, message: str, **headers: str) -> tuple[Any, ...]:
    """Return an error in the provider's envelope."""
    return status, {"error": {"code": str(status), "message": message}}, headers


class Foreign:
    """The provider. A success generates a picture, unless its body reports a failure or is another site's page."""

    def __init__(self, lines: Mapping[str, Line], *, tasks: bool = False) -> None:
        self.calls: Counter[str] = Counter()
        self.drawn: Counter[str] = Counter()
        self._lines, self._tasks = lines, tasks
        self._fetched: Counter[str] = Counter()
        self._polled: Counter[str] = Counter()
        self._prompts: dict[str, str] = {}
        self._lock = threading.Lock()

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        with self._lock:
            if request.method == "POST":
                return self._draw(json.loads(request.read())["prompt"])
            return self._poll(request) if "/tasks/" in request.url.path else self._show(request)

    def _draw(self, prompt: str) -> httpx2.Response:
        line = self._lines[prompt]
        good: dict[str, Any] = {"task_id": f"task-{len(self._prompts)}"} if self._tasks else {"data": [_link(prompt)]}
        status, body, *rest = (*line.answers[self.calls[prompt] :], (200, good))[0]
        self.calls[prompt] += 1
        failed = body == PAGE or (isinstance(body, dict) and (body.get("success") is False or "error" in body))
        if status in DRAWS and not failed and not any(FAILED in str(poll) for poll in line.polls):
            self.drawn[prompt] += 1
        if isinstance(body, dict) and "task_id" in body:
            self._prompts[str(body["task_id"])] = prompt
        return _answer(status, body, *rest)

    def _poll(self, request: httpx2.Request) -> httpx2.Response:
        prompt = self._prompts[request.url.path.rpartition("/")[2]]
        done = (200, {"task_status": "SUCCEED", "output_images": [_link(prompt)["url"]]})
        polled = (*self._lines[prompt].polls[self._polled[prompt] :], done)[0]
        self._polled[prompt] += 1
        return _answer(*polled)

    def _show(self, request: httpx2.Request) -> httpx2.Response:
        prompt = request.url.path[1:-4].replace("-", " ")
        left = self._lines[prompt].link[self._fetched[prompt] :]
        self._fetched[prompt] += 1
        return httpx2.Response(left[0]) if left else httpx2.Response(200, content=png())


def _link(prompt: str) -> dict[str, str]:
    return {"url": f"http://foreign.test/{prompt.replace(' ', '-')}.png"}


def _answer(status: int, body: Any, headers: Mapping[str, str] | None = None) -> httpx2.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return httpx2.Response(status, content=content, headers=headers or {})
