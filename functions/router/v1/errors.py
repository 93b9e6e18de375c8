"""Errors on `/v1`, in OpenAI's format.

The routes raise Easel's errors. A middleware translates each error response under `/v1`, 404 and 405 included.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from easel.front_door.http_messages import NO_RETRY, HttpResponse
from easel.front_door.v1_format import error_of, status_of

PREFIX = "/v1"
RETRYABLE = ("RATE_LIMITED", "PROVIDER_ERROR", "DOWNLOAD_FAILED", "UPSTREAM_ERROR", "UNKNOWN")
"""Error codes for which a retry may succeed."""
MAX_RETRY_AFTER = 60
"""Longest `Retry-After`, in seconds, that every SDK obeys. openai-node 7 ignores a longer one and retries at once.
Earlier versions sleep for all of it (`findings/openai-retry-after.sh`)."""
MAX_RETRY_AFTER_BY_SDK = {"python": 120}
"""The same for SDKs that obey a longer one, by the value of `X-Stainless-Lang`."""


def translated(answer: HttpResponse, language: str = "") -> HttpResponse:
    """Translate an error response to OpenAI's format. The field `easel` keeps Easel's own code and details.

    Args:
        answer: a response of `easel.front_door.http_messages.error_response`.
        language: the language of the caller's SDK, from its header `X-Stainless-Lang`.
    """
    body = dict(answer.body or {})
    status = status_of(body, answer.status)
    headers = dict(answer.headers) if _is_retryable(body, language) else {**answer.headers, **NO_RETRY}
    rest = {"code": body["code"], "details": body.get("details", {})}
    return HttpResponse(status, {"error": error_of(body, status), "easel": rest}, headers)


def _is_retryable(body: Mapping[str, Any], language: str) -> bool:
    longest = MAX_RETRY_AFTER_BY_SDK.get(language, MAX_RETRY_AFTER)
    return body["code"] in RETRYABLE and body.get("details", {}).get("retryAfter", 0) <= longest


def is_openai(path: str) -> bool:
    """Return whether a path belongs to the OpenAI API."""
    return path == PREFIX or path.startswith(f"{PREFIX}/")


class OpenAiErrors:
    """Middleware: translates errors under `/v1` and adds the header `openai-processing-ms`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not is_openai(scope["path"]):
            await self._app(scope, receive, send)
            return
        began = time.monotonic()
        language = Headers(scope=scope).get("x-stainless-lang", "")
        start: Message = {}
        body = b""

        async def collect(message: Message) -> None:
            """Collect the whole response, then send it. Responses are small."""
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
                return
            body += message.get("body", b"")
            if message.get("more_body"):
                return
            start["headers"] = [*start["headers"], (b"openai-processing-ms", f"{_since(began)}".encode())]
            head, content = _translated(start, body, language) if start["status"] >= 400 else (start, body)
            await send(head)
            await send({"type": "http.response.body", "body": content})

        await self._app(scope, receive, collect)


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)


def _translated(start: Message, body: bytes, language: str) -> tuple[Message, bytes]:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in start["headers"]}
    answer = translated(HttpResponse(start["status"], json.loads(body), headers), language)
    text = answer.text().encode()
    sent = {**answer.headers, "content-length": str(len(text))}
    raw = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in sent.items()]
    return {**start, "status": answer.status, "headers": raw}, text
