"""`/v1`, as OpenAI's SDKs call it: a base URL is all that a program changes.

Beside this module: `openai_request` reads a call, with `easel.front_door.images_api` its fields and `openai_tokens` its
tokens; `openai_images` makes the pictures and answers; `openai_errors` turns what went wrong.
"""

from __future__ import annotations

from functools import partial
from urllib.parse import unquote

from fastapi import APIRouter, Request, Response

import openai_images
import openai_models
from easel.front_door import images_api, validation
from easel.front_door.answers import HttpResponse
from pages_api import answered, read_call

router = APIRouter(prefix="/v1", tags=["openai"])


@router.post("/images/generations")
async def generate(request: Request) -> Response:
    """Generates pictures, as `client.images.generate` of OpenAI's SDKs asks for them.

    The token goes where OpenAI's would: `Authorization: Bearer`. A call that takes longer than a call may is sent to
    wait on, which SDKs follow. What SDKs repeat after a broken connection joins the first try and costs nothing.
    """
    call = await read_call(request)
    return await answered(partial(openai_images.generate, call))


@router.get("/images/generations/{job_ids}")
async def wait_on(job_ids: str, request: Request, hop: str = "1") -> Response:
    """Where a call that takes long is sent to wait on; after the ninth time 504. The work goes on all the same."""
    call = await read_call(request)
    return await answered(lambda: openai_images.wait_on(unquote(job_ids), call, validation.read_hop(hop)))


@router.get("/models")
async def models() -> Response:
    """Every model by the name that `/v1` knows it by, as OpenAI lists them; `easel` tells what it supports."""
    return await answered(lambda: HttpResponse(200, {"object": "list", "data": openai_models.shown()}))


@router.get("/models/{model_id:path}")
async def model(model_id: str) -> Response:
    """One model, by any of its names. The slash in a name may be sent as `%2F`."""
    name = unquote(model_id)
    return await answered(lambda: HttpResponse(200, openai_models.entry(name, images_api.find(name))))
