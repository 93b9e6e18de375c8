"""`/docs` and `/openapi.json`: FastAPI's routes, the bodies' fields, and the specification's examples.

Put together at the first look, not at a cold start.
"""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from easel import catalog
from easel.validation import GenerateBody, UpscaleBody

EXAMPLES: dict[str, dict[str, Any]] = {
    "Gitee AI with Z-Image Turbo": {
        "provider": "gitee",
        "model": "z-image-turbo",
        "prompt": "a cute cat",
        "negative_prompt": "low quality, blurry",
        "steps": 9,
    },
    "HuggingFace with FLUX.1 Schnell": {
        "provider": "huggingface",
        "model": "flux-1-schnell",
        "prompt": "a cute cat",
        "steps": 8,
    },
    "ModelScope with FLUX.2": {
        "provider": "modelscope",
        "model": "black-forest-labs/FLUX.2-dev",
        "prompt": "a cute cat",
        "steps": 24,
        "guidanceScale": 3.5,
    },
}


UPSCALE_EXAMPLES: dict[str, dict[str, Any]] = {
    "Four times as large": {"url": "https://example.com/cat.png", "scale": 4},
}
ERRORS = {
    400: "`INVALID_REQUEST`, `_PROVIDER`, `_MODEL`, `_PROMPT`, `_DIMENSIONS` or `_PARAMS`; `PROMPT_REJECTED`",
    401: "`AUTH_REQUIRED`, `AUTH_INVALID`, `AUTH_EXPIRED`",
    413: "`PAYLOAD_TOO_LARGE`",
    429: "`RATE_LIMITED`, `QUOTA_EXCEEDED`",
    500: "`GENERATION_FAILED`, `UNKNOWN`",
    502: "`PROVIDER_ERROR`, `UPSTREAM_ERROR`",
    504: "`TIMEOUT`",
}


def openapi(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI description; FastAPI keeps it after the first call."""
    if not app.openapi_schema:
        schema = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        generate = _operation(GenerateBody, EXAMPLES)
        schema["paths"]["/api/generate"]["post"].update(generate)
        own_route = schema["paths"]["/api/providers/{provider_id}/generate"]["post"]
        own_route.update({**generate, "parameters": [*own_route.get("parameters", []), *generate["parameters"]]})
        schema["paths"]["/api/upscale"]["post"].update(_operation(UpscaleBody, UPSCALE_EXAMPLES))
        app.openapi_schema = schema
    return app.openapi_schema


def _operation(body: type[BaseModel], examples: dict[str, dict[str, Any]]) -> dict[str, Any]:
    content = {
        "schema": body.model_json_schema(),
        "examples": {name: {"value": v} for name, v in examples.items()},
    }
    return {
        "parameters": [_header(provider) for provider in catalog.providers().values()],
        "requestBody": {"required": True, "content": {"application/json": content}},
        "responses": {
            "200": {"description": "The picture: `imageDetails`, `jobId`, `format`, `warnings`"},
            "202": {"description": "A job: the picture takes longer than the call may wait"},
            "303": {"description": "The picture itself, for `Accept: image/*`"},
            **{str(status): {"description": text} for status, text in ERRORS.items()},
        },
    }


def _header(provider: catalog.Provider) -> dict[str, Any]:
    schema = {"type": "string"}
    return {
        "name": provider.auth_header,
        "in": "header",
        "schema": schema,
        "description": f"token of {provider.name}",
    }
