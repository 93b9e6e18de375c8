"""The router function: all routes that a provider's function does not serve. FastAPI on Mangum."""

from __future__ import annotations

import easel  # noqa: F401  # first, see its docstring

# isort: split

import re
import time
from functools import partial
from typing import Any

from fastapi import FastAPI
from mangum import Mangum
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import error_handlers
import function_url
import openapi
from dependencies import respond
from easel import __version__, catalog
from easel.catalog import stored_overlay
from easel.common import aws, startup, telemetry
from easel.errors import EaselError, InvalidRequest
from easel.front_door import handover, http_messages, request_body
from easel.providers import ssm_parameters
from routes import batches, front_ends, generate, images, jobs, keys, page, quota, usage
from routes import catalog as catalog_routes
from v1 import batches as v1_batches
from v1 import edits as v1_edits
from v1 import errors as v1_errors
from v1 import files as v1_files
from v1 import images as v1_images
from v1 import models as v1_models
from v1 import tasks as v1_tasks
from v1 import unsupported as v1_unsupported

HEADERS = ", ".join(
    f"`{provider.auth_header}` ({provider.name}{'' if provider.auth_required else ', optional'})"
    for provider in catalog.providers().values()
)
DESCRIPTION = f"""One endpoint for free and cheap text-to-image providers.

Send your own provider token in its header: {HEADERS}. Easel keeps no token of a caller.

Or send an Easel key of this deployment, `Authorization: Bearer ek_…`, and the deployment's own tokens are used.
"""


class RequestMiddleware:
    """Middleware for every call.

    It adds `X-Request-ID`, the call's id in API Gateway and in the logs. It answers `OPTIONS` like API Gateway's own
    preflight, because API Gateway may pass one on. It answers `HEAD` like `GET`, without the body. It normalises paths
    by `plain_path`. It forbids caching of a response without `Cache-Control`.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        _drop_large_body(scope)
        request_id = request_id_of(scope)
        telemetry.begin(request=request_id, invocation=getattr(scope.get("aws.context"), "aws_request_id", ""))
        head = scope["method"] == "HEAD"
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                own = {"X-Request-ID": request_id, "Vary": "Origin", **http_messages.SECURITY_HEADERS}
                if not any(name.lower() == b"cache-control" for name, _ in message.get("headers", [])):
                    own |= http_messages.NO_STORE
                encoded = [(name.lower().encode(), value.encode()) for name, value in own.items()]
                message["headers"] = [*message.get("headers", []), *encoded]
            elif head:
                message["body"] = b""
            await send(message)

        if scope["method"] == "OPTIONS":
            await respond(http_messages.preflight(Headers(scope=scope).get("origin", "")))(
                scope, receive, send_with_headers
            )
            return
        as_get = {"method": "GET", "head": True} if head else {}
        path = plain_path(scope["path"])
        try:
            await self._app({**scope, **as_get, "path": path}, receive, send_with_headers)
        except Exception as error:  # a bug in Easel: log it, and hide its text from the caller
            if started:
                raise
            await respond(_in_error_format(path, http_messages.exception_response(error)))(
                scope, receive, send_with_headers
            )


def plain_path(path: str) -> str:
    """Remove doubled slashes, a trailing slash and a doubled `/v1`, which joining a base URL and a path can cause."""
    return re.sub(r"\A(?:/v1)+(?=/v1(?:/|\Z))", "", re.sub(r"//+", "/", path).rstrip("/")) or "/"


def _drop_large_body(scope: Scope) -> None:
    """Drop the event's text of a large body, which Mangum has decoded: it would be in memory twice."""
    event: dict[str, Any] = scope.get("aws.event") or {}
    if len(event.get("body") or "") > request_body.MAX_BODY:
        event["body"] = ""


def request_id_of(scope: Scope) -> str:
    event: dict[str, Any] = scope.get("aws.event") or {}
    return str((event.get("requestContext") or {}).get("requestId") or "local")


def _in_error_format(path: str, refused: http_messages.HttpResponse) -> http_messages.HttpResponse:
    """Return an error response from outside the middleware, in the error format of the path."""
    return v1_errors.translated(refused) if v1_errors.is_openai(path) else refused


app = FastAPI(title="Easel", version=__version__, description=DESCRIPTION, docs_url=None, redoc_url=None)
app.router.redirect_slashes = False
app.openapi = partial(openapi.openapi, app)  # type: ignore[method-assign]
app.add_middleware(v1_errors.OpenAiErrors)
app.add_middleware(RequestMiddleware)
error_handlers.add_to(app)
for module in (
    generate,
    jobs,
    images,
    catalog_routes,
    batches,
    keys,
    quota,
    usage,
    front_ends,
    v1_images,
    v1_edits,
    v1_tasks,
    v1_models,
    v1_files,
    v1_batches,
    v1_unsupported,
    page,
):
    app.include_router(module.router)


serve = Mangum(app, lifespan="off")

FIRST_CALL = {
    "version": "2.0",
    "rawPath": "/api/generate",
    "rawQueryString": "",
    "headers": {
        "host": "localhost",
        "content-type": "application/json",
        **{provider.auth_header.lower(): "none" for provider in catalog.providers().values()},
    },
    "requestContext": {"http": {"method": "POST", "path": "/api/generate", "sourceIp": ""}},
    "body": "{}",
    "isBase64Encoded": False,
}
"""A call without a prompt, which fails validation."""


def _load() -> None:
    """Answer a call during init, because FastAPI, pydantic and botocore build their caches in the first call."""
    serve(FIRST_CALL, None)  # type: ignore[arg-type]
    aws.warm_up("lambda")


def handler(event: Any, context: Any) -> Any:
    """Handle a call, a job to hand over, or Lambda's record of a failed asynchronous invocation."""
    if isinstance(event, dict) and isinstance(event.get("requestPayload"), dict):
        telemetry.begin(request=str(event["requestPayload"].get("request", "")), invocation=context.aws_request_id)
        return handover.died(event)
    if isinstance(event, dict) and "job" in event:
        telemetry.begin(request=str(event.get("request", "")), invocation=context.aws_request_id)
        stored_overlay.refresh()
        return handover.forward(event)
    started = time.monotonic()
    stored_overlay.refresh()
    answer = _answer(event, context)
    if http_messages.is_function_url(event):
        return function_url.complete_response(event, answer, time.monotonic() - started)
    return answer


def _answer(event: Any, context: Any) -> dict[str, Any]:
    """Return the response in Lambda's format. Refuse events that are not calls."""
    try:
        if not isinstance(event, dict) or "requestContext" not in event:
            raise InvalidRequest("the event is not an HTTP API call; events/ has examples")
        event = request_body.unpacked(event)
        http_messages.read_event(event)
    except EaselError as error:
        path = plain_path(str(event.get("rawPath", ""))) if isinstance(event, dict) else ""
        return http_messages.write_event(
            _in_error_format(path, http_messages.error_response(error)), context.aws_request_id
        )
    return serve(event, context)


startup.prepare(_load, ssm_parameters.forget, stored_overlay.reading)
