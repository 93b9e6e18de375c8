"""The picture that an adapter returned: fetched, checked, and stored."""

from __future__ import annotations

import time

from easel.common.deadline import Deadline
from easel.common.telemetry import logger
from easel.common.texts import redact
from easel.errors import InternalError
from easel.providers import inline
from easel.providers.adapter import GeneratedImage
from easel.providers.downloads import fetch
from easel.providers.http import Http
from easel.store import images
from easel.store.records import GenerationRequest, Job, Result


def keep(
    job: Job, picture: GeneratedImage, token: str | None, http: Http, deadline: Deadline, started: float
) -> tuple[Result, tuple[str, ...]]:
    """Fetches, checks and stores a picture.

    Args:
        job: the picture's job.
        picture: what the adapter returned.
        token: the provider's token, which is redacted from the warnings; a link that holds it is not passed on.
        http: the connections to the provider.
        deadline: for fetching the picture.
        started: when the work on the job began.

    Returns:
        The result, and the warnings for the caller.

    Raises:
        EaselError: the picture cannot be fetched, is broken, or can neither be stored nor linked to.
    """
    request, provider = job.request, job.request.catalog_provider
    data, link = picture.data, picture.url or ""
    if data is None and inline.is_inline(link):
        data, link = inline.decode(link, provider.id), ""
    if data is None:
        data = fetch(link, provider, (picture.origin,), http, deadline, picture.headers)
    info = images.inspect(data, provider.id)
    redacted = (redact(warning, token) for warning in picture.warnings)
    warnings = [*job.warnings, *redacted, *_size_warnings(request, info)]
    if redact(link, token) != link:
        link = ""  # a link that holds the token is never given to anybody
    key = _store(job, link if not job.batch else "", data, info)
    if not key:
        warnings.append("the picture could not be stored: url is the provider's own link, which will expire")
    result = Result(
        key=key,
        url="" if key else link,
        format=info.format,
        width=info.width,
        height=info.height,
        size=len(data),
        seed=request.seed if picture.seed is None else picture.seed,
        space=picture.space,
        seconds=time.time() - started,
    )
    return result, tuple(warnings)


def _store(job: Job, link: str, data: bytes, info: images.ImageInfo) -> str:
    """Stores the picture and returns its key; "" if the bucket refused it, and there is the provider's link to give.

    A batch's picture must be stored: its link would have expired when somebody reads the results.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return images.store(job.id, data, info, job.request)
    except (BotoCoreError, ClientError) as error:
        logger.exception("picture not stored")
        if link:
            return ""
        raise InternalError("the picture was made but could not be stored", provider=job.request.provider) from error


def _size_warnings(request: GenerationRequest, info: images.ImageInfo) -> list[str]:
    """A warning if the picture's size differs from the request's."""
    if request.scale or (info.width, info.height) == (request.width, request.height):
        return []
    return [f"the picture is {info.width} x {info.height} pixels; {request.width} x {request.height} was asked for"]
