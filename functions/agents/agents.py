"""The function of `/mcp`: Model Context Protocol for agents, over streamable HTTP without sessions.

The official package `mcp` implements the protocol and runs on Mangum. Its tools call the router function, so this
function handles no keys, limits or providers. docs/decisions/mcp.md has the reasons.
"""

from __future__ import annotations

import easel  # noqa: F401  # first, see its docstring

# isort: split

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from mangum import Mangum
from mcp.server.transport_security import TransportSecuritySettings

import agent_server
import thumbnails
from easel.common import startup, telemetry
from easel.errors import EaselError, InvalidRequest, MethodNotAllowed
from easel.front_door import http_messages, request_body
from easel.settings import settings
from router_api import RouterApi

MAX_BODY = 4 * 1024 * 1024
"""Maximum bytes of a message, the package's default. An invocation of the router may have 6 MB."""


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Respond to one HTTP request. Only `POST` is allowed, because there are no sessions."""
    try:
        if not isinstance(event, dict) or "http" not in (event.get("requestContext") or {}):
            raise InvalidRequest("the event is not an HTTP API call; events/ has examples")
        request_id = event["requestContext"].get("requestId") or context.aws_request_id
        telemetry.begin(request=request_id, invocation=context.aws_request_id)
        method = event["requestContext"]["http"].get("method")
        if method == "OPTIONS":
            return http_messages.write_event(http_messages.preflight(_headers(event).get("origin", "")), request_id)
        if method != "POST":
            raise MethodNotAllowed(
                f"/mcp accepts POST only, not {method}: this server has no sessions and no streams to open"
            )
        return _with_common_headers(_serve(request_body.unpacked(event), context), request_id)
    except EaselError as error:
        refused = http_messages.error_response(error)
        allow = {"Allow": "POST"} if isinstance(error, MethodNotAllowed) else {}
        response = refused._replace(headers={**refused.headers, **allow})
        return http_messages.write_event(response, context.aws_request_id)


def _serve(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Run the protocol for one message. Each message needs a new app, because Mangum ends the app's lifespan."""
    headers = _headers(event)
    app = agent_server.server(RouterApi(event)).streamable_http_app(
        streamable_http_path=event["rawPath"],
        stateless_http=True,
        json_response="text/event-stream" not in headers.get("accept", ""),  # a JSON response cannot report progress
        max_request_body_size=MAX_BODY,
        transport_security=_security(headers),
    )
    try:
        return Mangum(app, lifespan="on")(event, context)  # type: ignore[arg-type]
    finally:
        _end_tasks(asyncio.get_event_loop())


def _end_tasks(loop: asyncio.AbstractEventLoop) -> None:
    """Cancel the tasks that packages leave in the event loop, such as sse_starlette's wait for a server's end."""
    left = asyncio.all_tasks(loop)
    for task in left:
        task.cancel()
    if left:
        loop.run_until_complete(asyncio.wait(left))


def _security(headers: Mapping[str, str]) -> TransportSecuritySettings:
    """Allow only the deployment's origins, as the protocol requires. The host is always API Gateway's."""
    allowed = settings().allowed_origins
    return TransportSecuritySettings(
        allowed_hosts=[headers.get("host", "")],
        allowed_origins=[headers.get("origin", "")] if allowed == ("*",) else list(allowed),
    )


def _headers(event: Mapping[str, Any]) -> dict[str, str]:
    return {name.lower(): str(value) for name, value in (event.get("headers") or {}).items()}


def _with_common_headers(answer: dict[str, Any], request_id: str) -> dict[str, Any]:
    """Add the headers that all responses of the API have."""
    own = {"X-Request-ID": request_id, "Vary": "Origin", **http_messages.SECURITY_HEADERS, **http_messages.NO_STORE}
    replaced = {name.lower() for name in own}
    kept = {name: value for name, value in answer["headers"].items() if name.lower() not in replaced}
    return {**answer, "headers": {**kept, **own}}


FIRST_MESSAGE = {
    "version": "2.0",
    "rawPath": "/mcp",
    "rawQueryString": "",
    "headers": {
        "accept": "application/json, text/event-stream",
        "content-type": "application/json",
        "host": "localhost",
    },
    "requestContext": {"http": {"method": "POST", "path": "/mcp", "sourceIp": ""}},
    "body": json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}),
    "isBase64Encoded": False,
}


def _load() -> None:
    """Handle a message during init, because the packages build their models for the first message."""
    thumbnails.load()
    _serve(FIRST_MESSAGE, None)


startup.prepare(_load)
