"""Convert every exception to a response in Easel's error format. `v1.errors` translates responses under `/v1`."""

from __future__ import annotations

from typing import Any, get_args

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from dependencies import respond
from easel.catalog.bodies import Body, allowed, caller_error, in_words
from easel.common.telemetry import logger
from easel.errors import EaselError, InvalidRequest, MethodNotAllowed, NotFound
from easel.front_door import http_messages


def add_to(app: FastAPI) -> None:
    app.add_exception_handler(EaselError, easel_error)
    app.add_exception_handler(RequestValidationError, unreadable)
    app.add_exception_handler(HTTPException, unreadable)


async def easel_error(_: Request, error: Exception) -> Response:
    return respond(http_messages.exception_response(error))


async def unreadable(request: Request, error: Exception) -> Response:
    """Respond to a call that FastAPI or Starlette refuses: unknown path or method, invalid body or parameter."""
    if isinstance(error, RequestValidationError):
        return respond(http_messages.error_response(_invalid(request, error)))
    if isinstance(error.__cause__, EaselError):  # FastAPI wraps what `JsonRequest` raises
        return respond(http_messages.error_response(error.__cause__))
    status = getattr(error, "status_code", 400)
    path = request.scope["path"][:100]
    if status == 404:
        return respond(http_messages.error_response(NotFound(f"there is no route {path!r}; /docs lists all routes")))
    if status == 405:
        allowed_methods = (getattr(error, "headers", None) or {}).get("Allow", "")
        text = f"{path} does not accept {request.method}; allowed methods: {allowed_methods}"
        refused = http_messages.error_response(MethodNotAllowed(text))
        return respond(refused._replace(headers={"Allow": allowed_methods}))
    logger.warning("unreadable request", extra={"reason": str(error)[:200]})
    return respond(
        http_messages.error_response(
            InvalidRequest("the request could not be read: its body does not match its headers")
        )
    )


def _invalid(request: Request, error: RequestValidationError) -> EaselError:
    """Return Easel's error for the first of FastAPI's validation errors."""
    route: Any = request.scope["route"]
    first = error.errors()[0]
    place, *path = first["loc"]
    if place == "body" and first["type"] == "json_invalid":
        return InvalidRequest(f"body: must be JSON; see character {path[0]}", field="body")
    if place == "body":
        kind = route.body_field.field_info.annotation
        body = next(
            (each for each in (kind, *get_args(kind)) if isinstance(each, type) and issubclass(each, Body)), BaseModel
        )
        return caller_error(body, [{**first, "loc": path}])
    name = str(path[0])
    texts = (allowed(each.field_info) for each in _parameters(route.dependant, place) if each.alias == name)
    text = next(texts, "")
    return InvalidRequest(f"{name}: {f'must be {text}' if text else in_words(first)}", field=name)


def _parameters(dependant: Any, place: str) -> list[Any]:
    own = list(getattr(dependant, f"{place}_params"))
    return own + [each for below in dependant.dependencies for each in _parameters(below, place)]
