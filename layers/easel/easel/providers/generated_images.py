"""Download, check, mark and store the picture that an adapter returned."""

from __future__ import annotations

import time
from contextlib import suppress

from easel.common import public_urls, token_redaction
from easel.common.contents import Content
from easel.common.deadline import Deadline
from easel.common.telemetry import logger
from easel.errors import InternalError, InvalidSetting, ProviderError
from easel.providers import image_metadata, inline_images
from easel.providers.adapter import GeneratedImage
from easel.providers.downloads import fetch
from easel.providers.http import Http
from easel.settings import settings
from easel.store import images
from easel.store.records import GenerationRequest, Job, Result

MAX_SEED = 2**53
"""The largest whole number that is exact in JSON. Models have smaller seeds, and a larger one could spell a token."""


def load() -> None:
    """Import `marks` during init, because the import takes time. Do nothing if the deployment marks no pictures."""
    with suppress(InvalidSetting):  # the first call reports it
        if settings().marks != "off":
            from easel.providers import marks  # noqa: F401


def fetch_and_store(
    job: Job, picture: GeneratedImage, token: str | None, http: Http, deadline: Deadline, started: float
) -> tuple[Result, tuple[str, ...]]:
    """Download, check and store a picture.

    Args:
        job: the picture's job.
        picture: what the adapter returned.
        token: the provider's token. It is removed from warnings. A link or a seed that contains it is dropped.
        http: the HTTP client for the provider.
        deadline: limits the download.
        started: when the work on the job began, in seconds since the epoch.

    Returns:
        The result, and the warnings for the caller.

    Raises:
        EaselError: the download failed, the picture is broken or contains the token, or it could not be stored and has
            no public link.
    """
    request, provider = job.request, job.request.catalog_provider
    data, link = picture.data, picture.url or ""
    if data is None and inline_images.is_inline(link):
        data, link = inline_images.decode(link, provider.id), ""
    if data is None:
        data = fetch(link, provider, (picture.origin,), http, deadline, picture.headers)
    info = images.inspect(data, provider.id)
    if image_metadata.contains_token(data, info.format, token):
        text = f"{provider.name} sent a picture with the token in its metadata; it is not stored. Use another provider"
        raise ProviderError(text, provider=provider.id)
    passed_on = (token_redaction.redacted(warning, token) for warning in picture.warnings)
    warnings = [*job.warnings, *passed_on, *_size_warnings(request, info)]
    if token_redaction.contains_token(link, token):
        link = ""  # a link with the token is never returned
    seed = _seed(request, picture, token)
    if picture.seed not in (None, seed):
        warnings.append("the provider returned an unusable seed; seed is the one that Easel sent")
    data, unmarked = _marked(data, info, job, seed)
    if unmarked:
        warnings.append(f"the picture has no marks: {unmarked}")
    is_marked = settings().marks != "off" and not unmarked
    key = _store(job, link if not job.batch else "", data, info, is_marked)
    if not key:
        warnings.append("the picture could not be stored: url is the provider's own link, which will expire")
    result = Result(
        key=key,
        url="" if key else link,
        format=info.format,
        width=info.width,
        height=info.height,
        size=len(data),
        seed=seed,
        space=picture.space if public_urls.is_public(picture.space) else "",
        is_marked=bool(key) and is_marked,
        unmarked=unmarked,
        seconds=time.time() - started,
        price=picture.price,
    )
    return result, tuple(warnings)


def _seed(request: GenerationRequest, picture: GeneratedImage, token: str | None) -> int:
    """Return the provider's seed, or the request's if the provider's is not a seed or spells the token."""
    named = picture.seed
    fits = named is not None and 0 <= named <= MAX_SEED and not token_redaction.contains_token(str(named), token)
    return named if named is not None and fits else request.seed


def _marked(data: Content, info: images.ImageInfo, job: Job, seed: int) -> tuple[Content, str]:
    """Return the picture, marked if the deployment marks pictures, and the reason of a failure to mark it, or ""."""
    if settings().marks == "off":
        return data, ""
    from easel.providers import marks  # a deployment without marks does not load it

    return marks.marked(data, info, job, seed)


def _store(job: Job, link: str, data: Content, info: images.ImageInfo, is_marked: bool) -> str:
    """Store the picture. Return its key, or "" if the bucket refused it and the caller can have the provider's link.

    Raises:
        InternalError: the bucket refused the picture, and there is no link. A batch passes no link, because links
            expire before the results are read.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return images.store(job.id, data, info, job.request, is_marked=is_marked)
    except (BotoCoreError, ClientError) as error:
        if key := images.stored_key(job.id, info, len(data)):  # only the bucket's response was lost
            return key
        logger.exception("picture not stored")
        if link:
            return ""
        text = "the picture was generated but could not be stored; try again"
        raise InternalError(text, provider=job.request.provider) from error


def _size_warnings(request: GenerationRequest, info: images.ImageInfo) -> list[str]:
    """Return a warning if the picture's size differs from the request's, as a list of at most one text."""
    if not request.width or (info.width, info.height) == (request.width, request.height):
        return []
    return [f"the picture is {info.width} x {info.height} pixels; {request.width} x {request.height} was requested"]
