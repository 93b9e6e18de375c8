"""Generation routes for Pages-style front ends, and the address where a long call keeps waiting."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Path, Query, Response

import request_examples
from dependencies import (
    CREDENTIALS_OPTIONAL,
    IDEMPOTENCY_KEY,
    Call,
    Credentials,
    JsonRoute,
    OwnJobId,
    generates,
    generation_credentials,
    respond,
    upscale_credentials,
)
from easel import catalog
from easel.catalog.requests import GenerateBody, UpscaleBody
from easel.errors import InvalidRequest, NotFound
from easel.front_door import dispatch, families, validation, wait
from easel.front_door.response_models import AcceptedResponse, PictureResponse, UpscaledPictureResponse, WaitingResponse
from easel.store.records import ValidatedRequest
from error_responses import (
    GENERATION_ERRORS,
    JOB_ACCESS_ERRORS,
    JOB_ERRORS,
    REQUEST_ERRORS,
    WORK_ERRORS,
    Responses,
    error_responses,
)
from openapi import described

router = APIRouter(tags=["generate"], route_class=JsonRoute)

WAITING: Responses = {
    202: described("The job, if the request has `Prefer`", AcceptedResponse, "Location", "Retry-After"),
    303: described(
        "Redirect to an address that keeps waiting, because the picture takes longer than a call may. With "
        "`Accept: image/*`: redirect to the picture, without a body",
        WaitingResponse,
        "Location",
        "Cache-Control",
    ),
}
ProviderId = Annotated[
    str, Path(description="one of " + ", ".join(f"`{provider}`" for provider in catalog.providers()))
]
Hop = Annotated[int, Query(ge=0, le=99, description="number of this redirect")]


PREFER = (
    "Prefer",
    "`respond-async`: return `202` with a job at once. `wait=10`: wait for at most 10 seconds, then return `202`",
)
GENERATES = generates(PREFER, IDEMPOTENCY_KEY)


async def read_generation(
    credentials: Annotated[Credentials, Depends(generation_credentials)],
    body: Annotated[GenerateBody, Body(openapi_examples=request_examples.GENERATIONS)],
    call: Call,
) -> ValidatedRequest:
    """Return the validated request, with the caller's tokens or key."""
    token, key = credentials
    if body.provider == catalog.AUTO:
        return families.validate(body, families.usable_providers(call.headers, key), key)
    return validation.generation(body, token, key)


Generation = Annotated[ValidatedRequest, Depends(read_generation)]


@router.post(
    "/api/generate",
    summary="Generate a picture from a prompt",
    response_model=PictureResponse,
    response_description="The picture",
    responses={**WAITING, **error_responses(*GENERATION_ERRORS, *WORK_ERRORS)},
    openapi_extra=GENERATES,
)
async def generate(generation: Generation, call: Call) -> Response:
    """Generates a picture and returns a permanent link to it.

    If the picture takes long, the response redirects to an address that keeps waiting. At the function URL, the only
    response is the picture or the error.
    """
    return respond(dispatch.generated(call, generation))


@router.get(
    "/api/generate/{job_id}",
    summary="Keep waiting for a slow picture",
    response_model=PictureResponse,
    response_description="The picture",
    responses={
        303: WAITING[303],
        **error_responses(InvalidRequest, *JOB_ACCESS_ERRORS, *JOB_ERRORS),
    },
    openapi_extra=CREDENTIALS_OPTIONAL,
)
async def wait_for_picture(job_id: OwnJobId, call: Call, hop: Hop = 1) -> Response:
    """Keeps waiting for a slow call, which is redirected here. Ordinary clients follow the redirect by themselves.

    The response is that of the original call: the picture, its error, or a further redirect with `hop` one higher. The
    response is 504 after the ninth redirect, or after the last one that the client follows. The work continues in any
    case.
    """
    return respond(wait.answer_hop(job_id, call, hop))


@router.post("/api/generate-hf", include_in_schema=False)
async def generate_hf(call: Call) -> Response:
    """Generates a picture with Hugging Face. Old front ends use this address."""
    return respond(dispatch.answer(call, partial(validation.parse_generate, provider_id="huggingface")))


async def known_provider(provider_id: ProviderId) -> None:
    """Raise `NotFound` for a provider that the catalog does not have."""
    catalog.described_provider(provider_id)


@router.post(
    "/api/providers/{provider_id}/generate",
    summary="Generate a picture with one provider's own function",
    response_model=PictureResponse,
    response_description="The picture",
    responses={**WAITING, **error_responses(*GENERATION_ERRORS, *WORK_ERRORS, NotFound)},
    dependencies=[Depends(known_provider)],
    openapi_extra=GENERATES,
)
async def generate_with_provider(generation: Generation, call: Call) -> Response:
    """Generates a picture in the provider's function, which the deployed API calls directly."""
    return respond(dispatch.generated(call, generation))


@router.post(
    "/api/upscale",
    summary="Enlarge a picture",
    response_model=UpscaledPictureResponse,
    response_description="The picture",
    responses={**WAITING, **error_responses(*REQUEST_ERRORS, *WORK_ERRORS)},
    openapi_extra=GENERATES,
)
async def upscale(
    credentials: Annotated[Credentials, Depends(upscale_credentials)],
    body: Annotated[UpscaleBody, Body(openapi_examples=request_examples.UPSCALE)],
    call: Call,
) -> Response:
    """Enlarges a picture with the upscaler Space. The Hugging Face function serves this route when deployed."""
    return respond(dispatch.generated(call, validation.upscale(body, *credentials)))
