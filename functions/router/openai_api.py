"""`/v1`, as OpenAI's SDKs call it: a base URL is all that a program changes."""

from __future__ import annotations

from urllib.parse import unquote

from fastapi import APIRouter, Response

import openai_models
from easel.answers import HttpResponse
from pages_api import answered

router = APIRouter(prefix="/v1", tags=["openai"])


@router.get("/models")
async def models() -> Response:
    """Every model by the name that `/v1` knows it by, as OpenAI lists them; `easel` tells what it supports."""
    return await answered(lambda: HttpResponse(200, {"object": "list", "data": openai_models.shown()}))


@router.get("/models/{model_id:path}")
async def model(model_id: str) -> Response:
    """One model, by any of its names. The slash in a name may be sent as `%2F`."""
    name = unquote(model_id)
    return await answered(lambda: HttpResponse(200, openai_models.entry(name, openai_models.find(name))))
