"""The API that Pages-style front ends call: generation, catalog, jobs, pictures."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Literal

from fastapi import APIRouter, Request, Response

import job_views
import owners
from easel import __version__, catalog
from easel.catalog import Model, Provider
from easel.front_door import answers, dispatch, validation
from easel.front_door.answers import HttpRequest, HttpResponse
from easel.settings import settings
from easel.store import images

router = APIRouter()

FEATURES = ["batches", "keys", "openai"]
"""What clients can ask `GET /api` for; the page at `/` shows what stands here."""


async def read_call(request: Request) -> HttpRequest:
    """The call as the layer takes it."""
    event = request.scope.get("aws.event") or {}
    return answers.make_call(event, await request.body(), dict(request.headers.items()), request.scope["path"])


def respond(answer: HttpResponse) -> Response:
    media = None if answer.body is None else "application/json"
    return Response(answer.text(), answer.status, dict(answer.headers), media)


async def answered(work: Callable[[], HttpResponse]) -> Response:
    """Does blocking work where it stands: a process has one call at a time, so nothing else is on the event loop.

    A thread beside it would cost a third of the router's processor time. An exception becomes an error response.
    """
    try:
        return respond(work())
    except Exception as error:
        return respond(answers.exception_response(error))


async def _generate(request: Request, parse: dispatch.Parser) -> Response:
    call = await read_call(request)
    return await answered(partial(dispatch.answer, call, parse))


@router.post("/api/generate", tags=["generate"])
async def generate(request: Request) -> Response:
    """Generates a picture and answers with a lasting link to it, or with a job when it takes long."""
    return await _generate(request, validation.parse_generate)


@router.get("/api/generate/{job_id}", tags=["generate"])
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


@router.post("/api/providers/{provider_id}/generate", tags=["generate"])
async def generate_with(provider_id: str, request: Request) -> Response:
    """The same, from the provider's own function. Deployed, the API calls that function; this route documents it."""
    try:
        catalog.described_provider(provider_id)
    except Exception as error:
        return respond(answers.exception_response(error))
    return await _generate(request, partial(validation.parse_generate, provider_id=provider_id))


@router.post("/api/upscale", tags=["generate"])
async def upscale(request: Request) -> Response:
    """Enlarges a picture through the upscaler Space; answered by the Hugging Face function, as above."""
    return await _generate(request, validation.parse_upscale)


@router.get("/api", tags=["catalog"])
async def health() -> dict[str, Any]:
    """That Easel runs, what it offers beside pictures (`features`), and what calls need (`access`)."""
    return {
        "name": "Easel",
        "version": __version__,
        "status": "ok",
        "providers": list(catalog.providers()),
        "features": FEATURES,
        "access": settings().access,
        "picturesNeedKey": settings().pictures_need_key,
        "docs": "/docs",
    }


@router.get("/api/providers", tags=["catalog"])
async def providers() -> dict[str, Any]:
    """Every provider, with the header that its token goes in."""
    return {"providers": [_provider(provider) for provider in catalog.providers().values()]}


@router.get("/api/providers/{provider_id}/models", tags=["catalog"])
async def models_of(provider_id: str) -> Response:
    """The models of one provider; the first is its default."""
    return await answered(lambda: HttpResponse(200, _models_of(catalog.described_provider(provider_id))))


@router.get("/api/models", tags=["catalog"])
async def models() -> dict[str, Any]:
    """Every model of every provider."""
    everything = catalog.providers().values()
    return {"models": [_model(provider, model) for provider in everything for model in provider.models]}


@router.get("/api/jobs/{job_id}", tags=["jobs"])
async def job(job_id: str, request: Request, wait: str = "0") -> Response:
    """A job: its status and progress while it runs (`Retry-After` says when to look again), then its picture or error.

    With `?wait=N` (seconds, at most 25) the answer comes when the status changes, or after that time. Polling is cheap
    with `If-None-Match`: 304 while nothing has changed.
    """
    call = await read_call(request)

    def looked() -> HttpResponse:
        owners.check(call, job_id)
        return job_views.answer(job_id, call, wait)

    return await answered(looked)


@router.delete("/api/jobs/{job_id}", tags=["jobs"])
async def cancel(job_id: str, request: Request) -> Response:
    """Cancels a job that has not begun: it fails with `CANCELLED`. One that has begun goes on.

    `cancelled` tells which it is; the rest of the answer is the job as it is then.
    """
    call = await read_call(request)

    def cancelled() -> HttpResponse:
        owners.check(call, job_id)
        return job_views.cancel(job_id, call)

    return await answered(cancelled)


@router.get("/api/images/{name}", tags=["jobs"])
async def image(name: str, request: Request, download: str | None = None) -> Response:
    """The picture: a redirect to a link that lives for minutes, made anew each time.

    With `?download` a browser saves it as a file and stays on its page.
    """
    return await show_picture(lambda: name, request, download=download is not None)


async def show_picture(name: Callable[[], str], request: Request, *, download: bool) -> Response:
    """The redirect to a picture; `name` gives the picture's name, or raises one of Easel's errors."""
    call = await read_call(request)
    # A page of this very origin sends no `Origin` to here, but one to the bucket.
    for_cors = "origin" in call.headers or call.headers.get("sec-fetch-mode") == "cors"
    method: Literal["head_object", "get_object"] = "head_object" if request.scope.get("head") else "get_object"

    def redirect() -> HttpResponse:
        asked = name()
        owners.check(call, asked.partition(".")[0])
        url = images.link(asked, method, for_cors=for_cors, download=download)
        kept = "no-store" if settings().pictures_need_key else f"private, max-age={images.CACHE_SECONDS}"
        headers = {"Location": url, "Cache-Control": kept, "Vary": "Sec-Fetch-Mode"}
        return HttpResponse(302, None, {**headers, **answers.cors(call.headers.get("origin", ""))})

    return await answered(redirect)


def _provider(provider: Provider) -> dict[str, Any]:
    return {
        "id": provider.id,
        "name": provider.name,
        "authHeader": provider.auth_header,
        "requiresAuth": provider.auth_required,
        "imageFormat": provider.image_format,
        "tokenUrl": provider.token_url,
        "models": [model.id for model in provider.models],
    }


def _models_of(provider: Provider) -> dict[str, Any]:
    return {"provider": provider.id, "models": [_model(provider, model) for model in provider.models]}


def _model(provider: Provider, model: Model) -> dict[str, Any]:
    return {
        "id": model.id,
        "name": model.name,
        "provider": provider.id,
        "family": model.family,
        "features": model.features(),
        "typicalSeconds": model.typical_seconds,
        "sizes": _sizes(model),
    }


def _sizes(model: Model) -> dict[str, Any]:
    """The sides that the model makes, in pixels; `only` where it makes some sizes and no others.

    Other sizes within the API's limits are taken as well, and give the nearest one with a warning.
    """
    space = model.space
    if space and space.ratios:
        only = [{"name": name, "width": width, "height": height} for name, (width, height) in space.ratios.items()]
        sides = [side for width_and_height in space.ratios.values() for side in width_and_height]
        return {"min": min(sides), "max": max(sides), "only": only}
    return dict(space.sides) if space and space.sides else {"min": 256, "max": 2048}
