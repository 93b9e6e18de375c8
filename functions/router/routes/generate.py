"""Generation, as Pages-style front ends call it, and the address where a long call waits on."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request, Response

import owners
from dependencies import answered, read_call, respond
from easel import catalog
from easel.front_door import answers, dispatch, validation
from easel.front_door.answers import HttpResponse

router = APIRouter(tags=["generate"])


async def _generate(request: Request, parse: dispatch.Parser) -> Response:
    call = await read_call(request)
    return await answered(partial(dispatch.answer, call, parse))


@router.post("/api/generate")
async def generate(request: Request) -> Response:
    """Generates a picture and answers with a lasting link to it, or with a job when it takes long."""
    return await _generate(request, validation.parse_generate)


@router.get("/api/generate/{job_id}")
async def wait_on(job_id: str, request: Request, hop: str = "1") -> Response:
    """Where a call that takes long is sent to wait on. A stock client follows without knowing.

    It answers as the call itself would have: the picture or its error, or again an address to wait on, with `hop` one
    higher; after the ninth 504. The work goes on all the same.
    """
    call = await read_call(request)

    def waited() -> HttpResponse:
        owners.check(call, job_id)
        return dispatch.wait_on(job_id, call, validation.read_hop(hop))

    return await answered(waited)


@router.post("/api/generate-hf", include_in_schema=False)
async def generate_hf(request: Request) -> Response:
    """What old front ends call for Hugging Face."""
    return await _generate(request, partial(validation.parse_generate, provider_id="huggingface"))


@router.post("/api/providers/{provider_id}/generate")
async def generate_with(provider_id: str, request: Request) -> Response:
    """The same, from the provider's own function. Deployed, the API calls that function; this route documents it."""
    try:
        catalog.described_provider(provider_id)
    except Exception as error:
        return respond(answers.exception_response(error))
    return await _generate(request, partial(validation.parse_generate, provider_id=provider_id))


@router.post("/api/upscale")
async def upscale(request: Request) -> Response:
    """Enlarges a picture through the upscaler Space; answered by the Hugging Face function, as above."""
    return await _generate(request, validation.parse_upscale)
