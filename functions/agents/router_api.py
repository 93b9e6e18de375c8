"""Calls to the router function on behalf of a tool's caller.

A call is an event in API Gateway's format. It has the caller's headers with key and tokens, the caller's address, and
the time at which API Gateway received the tool's call. So the router applies keys, budgets and limits as to every other
call, and stops waiting before API Gateway's time limit.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from anyio import to_thread

from easel.common.deadline import Deadline
from easel.errors import EaselError
from easel.front_door import http_messages, invoke
from easel.settings import settings

MARGIN_SECONDS = 4.0
"""Seconds reserved for the thumbnail and the response."""
MESSAGE_HEADERS = ("accept", "content-", "idempotency-key", "if-none-match", "mcp-", "prefer", "transfer-encoding")
"""Prefixes of headers that belong to the MCP message. They are not sent to the router."""


class RouterResponse(NamedTuple):
    """The router's response. Header names are lower-case."""

    status: int
    headers: Mapping[str, str]
    body: dict[str, Any]


class RouterRefusal(Exception):
    """The router's response is an error."""

    def __init__(self, body: Mapping[str, Any]) -> None:
        super().__init__(str(body.get("code")))
        self.body = body


class RouterApi:
    """The API's client for the caller of one MCP message."""

    def __init__(self, event: Mapping[str, Any]) -> None:
        self._event = event
        left = http_messages.GATEWAY_SECONDS - http_messages.lateness(event["requestContext"]) - MARGIN_SECONDS
        self.deadline = Deadline(min(settings().wait_seconds, left))
        """Time when a tool must stop waiting."""
        self.request_id = str(event["requestContext"].get("requestId", ""))

    async def call(
        self,
        method: str,
        *path: str,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> RouterResponse:
        """Call the router. Raise `RouterRefusal` for an error, `EaselError` if the router could not be reached.

        Args:
            method: the HTTP method.
            path: the parts of the path.
            body: the JSON body.
            query: the query parameters. Those with the value None are left out.
            headers: further headers.
        """
        event = self._call_event(method, "/" + "/".join(quote(part, safe="") for part in path), body, query, headers)
        # A repeated invocation is safe: generating calls have an idempotency key, and equal batches are one batch.
        invoked = partial(invoke.reach, settings().function("router"), event, "RequestResponse")
        answer = await to_thread.run_sync(invoked)
        response = RouterResponse(
            int(answer["statusCode"]),
            {name.lower(): str(value) for name, value in (answer.get("headers") or {}).items()},
            json.loads(answer.get("body") or "{}"),
        )
        if response.status >= 400:
            raise RouterRefusal(response.body)
        return response

    def _call_event(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None,
        query: Mapping[str, Any] | None,
        headers: Mapping[str, str] | None,
    ) -> dict[str, Any]:
        context = self._event["requestContext"]
        callers = {name.lower(): value for name, value in (self._event.get("headers") or {}).items()}
        kept = {name: value for name, value in callers.items() if not name.startswith(MESSAGE_HEADERS)}
        wanted = {name: value for name, value in (query or {}).items() if value is not None}
        return {
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": path,
            "rawQueryString": urlencode(wanted),
            "headers": {**kept, "accept": "application/json", "content-type": "application/json", **(headers or {})},
            "requestContext": {**context, "http": {**context["http"], "method": method, "path": path}},
            "body": None if body is None else json.dumps(body, ensure_ascii=False),
            "isBase64Encoded": False,
        }


def error_body(error: Exception) -> Mapping[str, Any]:
    """Return the error body for an exception of a tool. Unexpected exceptions are logged, and their text is hidden."""
    if isinstance(error, RouterRefusal):
        return error.body
    if isinstance(error, EaselError):
        return error.body()
    return http_messages.exception_response(error).body or {}
