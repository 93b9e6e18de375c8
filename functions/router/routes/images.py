"""`/api/images/{name}`: a redirect to the picture in the bucket."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from fastapi import APIRouter, Request, Response

import owners
from dependencies import answered, read_call
from easel.front_door import answers
from easel.front_door.answers import HttpResponse
from easel.settings import settings
from easel.store import images

router = APIRouter(tags=["jobs"])


@router.get("/api/images/{name}")
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
