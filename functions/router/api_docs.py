"""What `/docs` and `/openapi.json` tell about the bodies: their fields, and the specification's examples."""

from __future__ import annotations

from typing import Any

from easel import catalog
from easel.requests import GenerateBody, UpscaleBody
from pydantic import BaseModel

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


def _operation(body: type[BaseModel], examples: dict[str, dict[str, Any]]) -> dict[str, Any]:
    content = {"schema": body.model_json_schema(), "examples": {name: {"value": v} for name, v in examples.items()}}
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


ERRORS = {
    400: "`INVALID_REQUEST`, `_PROVIDER`, `_MODEL`, `_PROMPT`, `_DIMENSIONS` or `_PARAMS`",
    401: "`AUTH_REQUIRED`, `AUTH_INVALID`, `AUTH_EXPIRED`",
    413: "`PAYLOAD_TOO_LARGE`",
    429: "`RATE_LIMITED`, `QUOTA_EXCEEDED`",
    500: "`GENERATION_FAILED`, `UNKNOWN`",
    502: "`PROVIDER_ERROR`, `UPSTREAM_ERROR`",
    504: "`TIMEOUT`",
}


def _header(provider: catalog.Provider) -> dict[str, Any]:
    schema = {"type": "string"}
    return {"name": provider.auth_header, "in": "header", "schema": schema, "description": f"token of {provider.name}"}


GENERATE = _operation(GenerateBody, EXAMPLES)
UPSCALE = _operation(UpscaleBody, {"Four times as large": {"url": "https://example.com/cat.png", "scale": 4}})
