"""`/api/images/{name}`: redirect to the picture in the bucket. `/api/images/{job_id}.json`: how it was generated."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

import job_permissions
from dependencies import ACCESS_KEY, CREDENTIALS_OPTIONAL, Call, OwnJobId, respond
from easel.errors import NotFound
from easel.front_door import http_messages, recovery
from easel.front_door.http_messages import HttpRequest, HttpResponse
from easel.front_door.picture_response_models import MarksResponse, PictureFacts
from easel.settings import settings
from easel.store import images
from error_responses import JOB_ACCESS_ERRORS, Responses, error_responses
from openapi import described

router = APIRouter(tags=["jobs"], dependencies=[ACCESS_KEY])

REDIRECT: Responses = {
    302: described("Redirect to the picture. The link is valid for minutes", None, "Location", "Cache-Control")
}


@router.get(
    "/api/images/{job_id}.json",
    summary="Get a picture's provider, model and parameters",
    response_model_exclude_none=True,
    responses={200: described("Facts about the picture", None, "Cache-Control"), **error_responses(*JOB_ACCESS_ERRORS)},
    openapi_extra=CREDENTIALS_OPTIONAL,
)
async def get_picture_facts(job_id: OwnJobId, call: Call, response: Response) -> PictureFacts:
    """Returns the provider, the model and the parameters of a picture, and whether it has its marks."""
    job = recovery.get(job_id)
    if not job.result or not job.result.key:
        raise NotFound(f"the job {job_id[:80]!r} has no stored picture; its status URL has its outcome")
    response.headers["Cache-Control"] = _cache_control()
    result, request = job.result, job.request
    return PictureFacts(
        job_id=job.id,
        status_url=f"{call.endpoint}/api/jobs/{job.id}",
        url=f"{call.endpoint}/api/{result.key}",
        format=result.format,
        provider=request.provider,
        model=request.model,
        space=result.space or None,
        parameters=request.parameters(result.width, result.height, result.seed),
        created_at=job.created,
        digital_source_type=request.source_type,
        marks=MarksResponse(written=result.is_marked, reason=result.unmarked or None),
    )


def _cache_control() -> str:
    return "no-store" if settings().pictures_need_key else f"private, max-age={images.CACHE_SECONDS}"


@router.get(
    "/api/images/{name}",
    summary="Get a picture's file",
    status_code=302,
    response_class=RedirectResponse,
    responses={**REDIRECT, **error_responses(*JOB_ACCESS_ERRORS)},
    openapi_extra=CREDENTIALS_OPTIONAL,
)
async def get_image(
    name: Annotated[str, Path(description="file name in a picture's link, such as `01a2….png`")],
    request: Request,
    call: Call,
    download: Annotated[str | None, Query(description="any value: browsers save the picture as a file")] = None,
) -> Response:
    """Redirects to the picture. The link is valid for minutes.

    With `?download` a browser saves the picture as a file and stays on its page.
    """
    return redirect(name, request, call, download=download is not None)


def redirect(name: str, request: Request, call: HttpRequest, *, download: bool) -> Response:
    """Return the redirect to a picture. Raise one of Easel's errors if the caller may not see it."""
    # A page of this origin sends no `Origin` header here, but sends one to the bucket.
    for_cors = "origin" in call.headers or call.headers.get("sec-fetch-mode") == "cors"
    method: Literal["head_object", "get_object"] = "head_object" if request.scope.get("head") else "get_object"
    job_permissions.check(call, name.partition(".")[0])
    url = images.link(name, method, for_cors=for_cors, download=download)
    headers = {"Location": url, "Cache-Control": _cache_control(), "Vary": "Sec-Fetch-Mode"}
    return respond(HttpResponse(302, None, {**headers, **http_messages.cors(call.headers.get("origin", ""))}))
