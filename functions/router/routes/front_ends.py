"""What Pages-style front ends ask for beside pictures: their downloads go through here, the rest Easel does not do.

Those front ends also have texts written and videos made. Easel makes pictures only and says so, in the shape in which
they show errors.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from dependencies import read_call, respond
from easel.errors import InvalidRequest, NotSupported
from easel.front_door import answers
from easel.front_door.answers import HttpRequest
from routes.images import show_picture

router = APIRouter(tags=["front ends"])

IMAGES = "/api/images/"
"""What a picture's link has after the API's address."""
NO_MODELS = {"models": [{"id": "not-supported", "name": "Easel makes pictures only; it has no models for texts"}]}
"""A list that is not empty: as long as theirs is, such front ends ask again and again, some 20 times a second."""


@router.get("/api/proxy-image")
async def proxy_image(request: Request, url: str = "") -> Response:
    """A picture of this deployment, by its link, as a file to save: a redirect, as `/api/images/{name}?download` is.

    Every other `url` is refused; nothing is fetched.
    """
    call = await read_call(request)
    return await show_picture(lambda: picture_name(url, call), request, download=True)


def picture_name(url: str, call: HttpRequest) -> str:
    """The name of the picture that one of Easel's own links leads to; raises `InvalidRequest` for another link."""
    for address in (call.endpoint, call.address, ""):
        if url.startswith(f"{address}{IMAGES}"):
            return url.removeprefix(f"{address}{IMAGES}").partition("?")[0]
    raise InvalidRequest(
        f"url: must be a link to a picture of this deployment, {call.endpoint}{IMAGES}…; others are not fetched",
        field="url",
    )


@router.post("/api/custom-models")
async def custom_models() -> dict[str, Any]:
    """The text models of a provider of the caller's own: none, told as an entry that says so."""
    return NO_MODELS


@router.get("/api/llm-providers")
async def llm_providers() -> Response:
    """Who writes texts: nobody here."""
    return _refused("Easel has no providers of texts: it makes pictures only")


@router.post("/api/optimize")
async def optimize() -> Response:
    """Has a prompt written anew: not here."""
    return _refused("Easel does not rewrite prompts: it makes pictures only. Send the prompt as it is")


@router.post("/api/translate")
async def translate() -> Response:
    """Has a prompt translated: not here."""
    return _refused("Easel does not translate prompts: it makes pictures only. Send the prompt as it is")


@router.post("/v1/chat/completions")
async def chat() -> Response:
    """Has a text written, as OpenAI's API does: not here."""
    return _refused("Easel does not write or translate texts: it makes pictures only, at /v1/images/generations")


@router.get("/api/video/{task:path}")
@router.post("/api/video/{task:path}")
async def video(task: str) -> Response:
    """Has a video made: not here."""
    return _refused("Easel makes no videos, only pictures: POST /api/generate")


def _refused(message: str) -> Response:
    return respond(answers.error_response(NotSupported(message)))
