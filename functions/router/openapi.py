"""Additions to FastAPI's `/openapi.json`: tags, headers shared by many responses, and API Gateway's 503."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from dependencies import TOKEN_SCHEMES

NOT_SUPPORTED = "not supported"
TAGS = {
    "generate": "One picture per call. A slow call returns a job, and its work continues.",
    "jobs": "The status of a generation, and its picture.",
    "openai": "Routes for OpenAI's SDKs. Their base URL is this deployment's address with `/v1`.",
    "batches": "Many pictures from one manifest. Batches use the deployment's own tokens and need an Easel key.",
    "catalog": "Providers and models, with the fields that each supports.",
    "key": "An Easel key's permissions, limits and usage, and the jobs that it started.",
    "front ends": "Other routes that Pages-style front ends call.",
    NOT_SUPPORTED: "Routes of other servers. Easel generates pictures only, so each of these calls returns 501.",
}
"""Tags in the order of `/docs`, main routes first."""
WAITING = ("/api/generate/{job_id}", "/v1/images/generations/{job_ids}")
"""Addresses that slow calls are redirected to. Programs do not call them directly, so they are listed last."""
HEADERS: Mapping[str, str] = {
    "X-Request-ID": "id of the call, which is also in the logs",
    "Location": "address to call next",
    "Retry-After": "seconds to wait before the next request, if known",
    "Preference-Applied": "the part of `Prefer` that was applied",
    "ETag": "changes when the response changes",
    "Cache-Control": "how long the response may be cached",
    "WWW-Authenticate": "`Bearer`, if an Easel key is missing or invalid",
    "OpenAI-Processing-Ms": "milliseconds from request to response",
    "X-Should-Retry": "`false` if a retry cannot succeed",
    "RateLimit": "for each limit of the key or address: what remains, and the seconds until it resets",
    "RateLimit-Policy": "each limit, with its period in seconds",
}
LIMITED = ("RateLimit", "RateLimit-Policy")
BUSY = "API Gateway's response when the account's limit of concurrent functions is reached. Retry later"


def described(description: str, model: Any = None, *names: str) -> dict[str, Any]:
    """Return a response for `responses=`: its body and its own headers."""
    body = {"model": model} if model else {}
    return {**body, "description": description, "headers": headers(names)}


def component(model: type[BaseModel]) -> dict[str, str]:
    """Return a `$ref` to a model. A model that no JSON body uses must also be added in `openapi` below."""
    return {"$ref": f"#/components/schemas/{model.__name__}"}


def headers(names: Iterable[str]) -> dict[str, Any]:
    """Return a response's headers for `responses=`. `HEADERS` describes them."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def openapi(app: FastAPI) -> dict[str, Any]:
    """Return the completed OpenAPI document. It is built at the first call and cached."""
    if not app.openapi_schema:
        from easel.front_door.response_models import ErrorResponse, GatewayError
        from easel.front_door.v1_response_models import OpenAiError, OpenAiImageEvent

        schema = get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            routes=app.routes,
            tags=[{"name": name, "description": text} for name, text in TAGS.items()],
        )
        schema["paths"] = dict(sorted(schema["paths"].items(), key=lambda path: path[0] in WAITING))
        for path, methods in schema["paths"].items():
            for operation in methods.values():
                _complete(operation, v1=path.startswith("/v1"))
        components = schema["components"]
        components["securitySchemes"] = {**TOKEN_SCHEMES, **components["securitySchemes"]}
        for model in (ErrorResponse, GatewayError, OpenAiError, OpenAiImageEvent):
            described = model.model_json_schema(ref_template="#/components/schemas/{model}")
            components["schemas"] |= {**described.pop("$defs", {}), model.__name__: described}
        for unused in ("HTTPValidationError", "ValidationError"):
            components["schemas"].pop(unused, None)
        busy = {
            "schema": {"$ref": "#/components/schemas/GatewayError"},
            "examples": {"busy": {"value": {"message": "Service Unavailable"}}},
        }
        components["responses"] = {"Busy": {"description": BUSY, "content": {"application/json": busy}}}
        components["headers"] = {
            name: {"description": text, "schema": {"type": "string"}} for name, text in HEADERS.items()
        }
        app.openapi_schema = schema
    return app.openapi_schema


def _complete(operation: dict[str, Any], *, v1: bool) -> None:
    """Add the shared response headers, and remove FastAPI's own 422."""
    responses = operation["responses"]
    if "501" in responses and not any(status < "400" for status in responses):
        operation["tags"] = [NOT_SUPPORTED]
    if "HTTPValidationError" in str(responses.get("422")):
        del responses["422"]
    security = operation.get("security", [])
    generates = len(security) > 2  # it accepts tokens
    shared = ["X-Request-ID", *(["OpenAI-Processing-Ms"] if v1 else [])]
    shared += LIMITED if v1 or generates else []
    shared += ["Preference-Applied"] if generates and not v1 else []
    for status, response in responses.items():
        names = [*shared]
        if status >= "400":
            names += ["Retry-After", *(["X-Should-Retry"] if v1 else [])]
        if status in ("401", "403") and security:
            names.append("WWW-Authenticate")
        if status >= "400" and v1:
            for example in response["content"]["application/json"]["examples"].values():
                example["value"]["error"].setdefault("param", None)  # FastAPI leaves out nulls
        response["headers"] = {**headers(names), **response.get("headers", {})}
    responses["503"] = {"$ref": "#/components/responses/Busy"}
