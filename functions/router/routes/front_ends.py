"""Routes that Pages-style front ends call besides generation.

Downloads work. Such front ends also request texts and videos. Easel generates pictures only, so these routes return an
error in the format that the front ends show.
"""

from __future__ import annotations

from typing import Annotated, NoReturn

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from dependencies import ACCESS_KEY, CREDENTIALS_OPTIONAL, Call
from easel.errors import InvalidRequest, NotSupported
from easel.front_door.catalog_response_models import NoModel, NoModels
from easel.front_door.http_messages import HttpRequest
from easel.front_door.response_models import ErrorResponse
from error_responses import JOB_ACCESS_ERRORS, error_responses
from request_examples import unread_body
from routes.images import REDIRECT, redirect

router = APIRouter(tags=["front ends"])

IMAGES = "/api/images/"
"""Path of picture links."""
NO_MODELS = NoModels(models=[NoModel(id="not-supported", name="Easel generates pictures only; it has no text models")])
"""A list with one entry: with an empty list, such front ends repeat the call about 20 times a second."""
PROMPT = unread_body("A prompt", {"prompt": "a cute cat"})


@router.get(
    "/api/proxy-image",
    summary="Save a picture of this deployment as a file",
    status_code=302,
    response_class=RedirectResponse,
    responses={**REDIRECT, **error_responses(InvalidRequest, *JOB_ACCESS_ERRORS)},
    dependencies=[ACCESS_KEY],
    openapi_extra=CREDENTIALS_OPTIONAL,
)
async def proxy_image(
    request: Request,
    call: Call,
    url: Annotated[str, Query(description="a link to a picture of this deployment: `url` of a response")] = "",
) -> Response:
    """Saves a picture of this deployment as a file: redirects like `/api/images/{name}?download`.

    Any other `url` is refused. Easel fetches nothing.
    """
    return redirect(picture_name(url, call), request, call, download=True)


def picture_name(url: str, call: HttpRequest) -> str:
    """Return the picture's name from a link of this deployment. Raise `InvalidRequest` for any other link."""
    for address in (call.endpoint, call.address, ""):
        if url.startswith(f"{address}{IMAGES}"):
            return url.removeprefix(f"{address}{IMAGES}").partition("?")[0]
    raise InvalidRequest(
        f"url: must be a link to a picture of this deployment, {call.endpoint}{IMAGES}…; Easel fetches no other link",
        field="url",
    )


@router.post(
    "/api/custom-models",
    summary="List a provider's text models (always none)",
    response_description="One entry, which says that there is no text model",
    openapi_extra=unread_body("A provider", {"baseUrl": "https://api.example.com/v1", "apiKey": "…"}),
)
async def custom_models() -> NoModels:
    """Lists the text models of a custom provider: one entry, which says that there is no text model."""
    return NO_MODELS


unsupported = APIRouter(responses=error_responses(NotSupported))


@unsupported.get(
    "/api/llm-providers", summary="List text providers: not supported", status_code=501, response_model=ErrorResponse
)
async def llm_providers() -> NoReturn:
    """Easel has no text providers."""
    raise NotSupported("Easel has no text providers: it generates pictures only")


@unsupported.post(
    "/api/optimize",
    summary="Rewrite a prompt: not supported",
    status_code=501,
    response_model=ErrorResponse,
    openapi_extra=PROMPT,
)
async def optimize() -> NoReturn:
    """Easel does not rewrite prompts."""
    raise NotSupported("Easel does not rewrite prompts: it generates pictures only. Send the prompt as you want it")


@unsupported.post(
    "/api/translate",
    summary="Translate a prompt: not supported",
    status_code=501,
    response_model=ErrorResponse,
    openapi_extra=PROMPT,
)
async def translate() -> NoReturn:
    """Easel does not translate prompts."""
    raise NotSupported("Easel does not translate prompts: it generates pictures only. Send the prompt untranslated")


Task = Annotated[str, Path(description="any text: Easel does not generate videos")]


@unsupported.get(
    "/api/video/{task:path}", summary="Get a video: not supported", status_code=501, response_model=ErrorResponse
)
async def get_video(task: Task) -> NoReturn:
    """Easel does not generate videos."""
    raise NotSupported("Easel does not generate videos, only pictures: POST /api/generate")


@unsupported.post(
    "/api/video/{task:path}",
    summary="Generate a video: not supported",
    status_code=501,
    response_model=ErrorResponse,
    openapi_extra=PROMPT,
)
async def make_video(task: Task) -> NoReturn:
    """Easel does not generate videos."""
    await get_video(task)


router.include_router(unsupported)
