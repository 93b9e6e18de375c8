"""The API's front door: every route that is not a provider's own. FastAPI on Mangum."""

from __future__ import annotations

import easel  # noqa: F401  # before all that takes time: see there

# isort: split

from dataclasses import replace
from functools import partial
from typing import Any

from fastapi import FastAPI, Request, Response
from mangum import Mangum
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import api_docs
import dependencies
from easel import __version__, catalog
from easel.common import startup, telemetry
from easel.errors import EaselError, InvalidRequest, MethodNotAllowed, NotFound
from easel.front_door import answers, dispatch, validation
from easel.providers import tokens
from routes import batches, front_ends, generate, images, jobs, keys, page
from routes import catalog as catalog_routes
from v1 import batches as v1_batches
from v1 import errors as v1_errors
from v1 import files as v1_files
from v1 import images as v1_images
from v1 import models as v1_models

HEADERS = ", ".join(
    f"`{provider.auth_header}` ({provider.name}{'' if provider.auth_required else ', optional'})"
    for provider in catalog.providers().values()
)
DESCRIPTION = f"""One endpoint for free and cheap text-to-image providers.

Send your own provider token in its header: {HEADERS}. Easel keeps no token of a caller.
"""


class Edge:
    """Middleware for every call, whatever its route.

    `X-Request-ID` on the answer is the id under which API Gateway and the logs know the call. `OPTIONS` is answered as
    API Gateway answers a preflight, since it may hand one on. `HEAD` is answered as `GET`, without the body. A slash at
    the path's end means nothing.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = request_id_of(scope)
        telemetry.begin(request=request_id, invocation=getattr(scope.get("aws.context"), "aws_request_id", ""))
        head = scope["method"] == "HEAD"

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {"X-Request-ID": request_id, "Vary": "Origin", **answers.GUARDS}
                encoded = [(name.lower().encode(), value.encode()) for name, value in own.items()]
                message["headers"] = [*message.get("headers", []), *encoded]
            elif head:
                message["body"] = b""
            await send(message)

        if scope["method"] == "OPTIONS":
            await dependencies.respond(answers.preflight(Headers(scope=scope).get("origin", "")))(scope, receive, told)
            return
        meant = {"method": "GET", "head": True} if head else {}
        await self._app({**scope, **meant, "path": scope["path"].rstrip("/") or "/"}, receive, told)


def request_id_of(scope: Scope) -> str:
    event: dict[str, Any] = scope.get("aws.event") or {}
    return str((event.get("requestContext") or {}).get("requestId") or "local")


async def _refused(request: Request, error: Exception) -> Response:
    """Gives Starlette's own errors, such as 404 and 405, the body that Easel's errors have."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    method, path = request.method, request.scope["path"][:100]
    if status == 404:
        found = answers.error_response(NotFound(f"there is nothing at {path!r}; /docs lists what there is"))
    elif status == 405:
        allowed = (getattr(error, "headers", None) or {}).get("Allow", "")
        refused = answers.error_response(MethodNotAllowed(f"{path} does not take {method}; it takes: {allowed}"))
        found = replace(refused, headers={"Allow": allowed})
    else:
        found = answers.error_response(InvalidRequest(f"the call could not be read: {error}"[:200]))
    return Response(found.text(), found.status, dict(found.headers), "application/json")


async def _broken(request: Request, error: Exception) -> Response:
    """The last resort: an exception outside of `answered`, logged and told in the shape of Easel's errors."""
    found = _shaped(request.scope["path"], answers.exception_response(error))
    headers = {**found.headers, **answers.GUARDS, "X-Request-ID": request_id_of(request.scope)}
    return Response(found.text(), found.status, headers, "application/json")


def _shaped(path: str, refused: answers.HttpResponse) -> answers.HttpResponse:
    """An error's answer that is made outside of the middleware, in the shape that the path has."""
    return v1_errors.translated(refused) if v1_errors.is_openai(path) else refused


app = FastAPI(title="Easel", version=__version__, description=DESCRIPTION, docs_url=None, redoc_url=None)
app.router.redirect_slashes = False
app.openapi = partial(api_docs.openapi, app)  # type: ignore[method-assign]
app.add_middleware(v1_errors.OpenAiShape)
app.add_middleware(Edge)
app.add_exception_handler(HTTPException, _refused)
app.add_exception_handler(Exception, _broken)
for module in (
    generate,
    jobs,
    images,
    catalog_routes,
    batches,
    keys,
    front_ends,
    v1_images,
    v1_models,
    v1_files,
    v1_batches,
    page,
):
    app.include_router(module.router)


def _load() -> None:
    validation.read_object(b"{}")


serve = Mangum(app, lifespan="off")


def handler(event: Any, context: Any) -> Any:
    """The router's Lambda entry: calls, and Lambda's records of asynchronous invocations that failed.

    What is neither is refused here.
    """
    if isinstance(event, dict) and isinstance(event.get("requestPayload"), dict):
        telemetry.begin(request=str(event["requestPayload"].get("request", "")), invocation=context.aws_request_id)
        return dispatch.died(event)
    try:
        if not isinstance(event, dict) or "requestContext" not in event:
            raise InvalidRequest("the event is no HTTP API call; events/ shows some")
        answers.read_event(event)
    except EaselError as error:
        path = str(event.get("rawPath", "")) if isinstance(event, dict) else ""
        return answers.write_event(_shaped(path, answers.error_response(error)), context.aws_request_id)
    return serve(event, context)


startup.prepare(_load, tokens.forget)
