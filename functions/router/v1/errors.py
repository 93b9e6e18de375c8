"""Errors on `/v1`, in the shape and the words of OpenAI's API.

The routes there raise Easel's errors, as all routes do. What becomes of them is turned here on its way out, so that
each path under `/v1` speaks one language, with 404, 405 and routes of other modules.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from easel.front_door.answers import NO_RETRY, HttpResponse
from easel.front_door.images_api import described, status_of

PREFIX = "/v1"
WORTH_REPEATING = ("RATE_LIMITED", "PROVIDER_ERROR", "UPSTREAM_ERROR", "UNKNOWN")
"""Easel's codes of errors that a repeat may not meet again."""
LONGEST_PAUSE = 60
"""Seconds that SDKs wait at most as `Retry-After` says; after a longer one they repeat at once, and for nothing."""


def translated(answer: HttpResponse) -> HttpResponse:
    """An error's answer as OpenAI's clients read it; `easel` keeps Easel's own code and details.

    Args:
        answer: as `easel.front_door.answers.error_response` makes it.
    """
    body = dict(answer.body or {})
    status = status_of(body, answer.status)
    headers = dict(answer.headers) if _worth_repeating(body) else {**answer.headers, **NO_RETRY}
    rest = {"code": body["code"], "details": body.get("details", {})}
    return HttpResponse(status, {"error": described(body, status), "easel": rest}, headers)


def _worth_repeating(body: Mapping[str, Any]) -> bool:
    return body["code"] in WORTH_REPEATING and body.get("details", {}).get("retryAfter", 0) <= LONGEST_PAUSE


def is_openai(path: str) -> bool:
    """Whether a path is one of those that OpenAI's clients call."""
    return path == PREFIX or path.startswith(f"{PREFIX}/")


class OpenAiShape:
    """Middleware: turns the errors under `/v1`, and says how long Easel took, as `openai-processing-ms`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not is_openai(scope["path"]):
            await self._app(scope, receive, send)
            return
        began = time.monotonic()
        start: Message = {}
        body = b""

        async def hold_back(message: Message) -> None:
            """Holds an answer back until it is whole; answers are small."""
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
                return
            body += message.get("body", b"")
            if message.get("more_body"):
                return
            start["headers"] = [*start["headers"], (b"openai-processing-ms", f"{_since(began)}".encode())]
            whole = _turned(start, body) if start["status"] >= 400 else (start, body)
            await send(whole[0])
            await send({"type": "http.response.body", "body": whole[1]})

        await self._app(scope, receive, hold_back)


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)


def _turned(start: Message, body: bytes) -> tuple[Message, bytes]:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in start["headers"]}
    answer = translated(HttpResponse(start["status"], json.loads(body), headers))
    text = answer.text().encode()
    sent = {**answer.headers, "content-length": str(len(text))}
    raw = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in sent.items()]
    return {**start, "status": answer.status, "headers": raw}, text
