"""Read a request's source pictures right before they are sent to a provider. No link is trusted."""

from __future__ import annotations

import httpx2

from easel.common import public_urls
from easel.common.deadline import Deadline
from easel.errors import GenerationTimeout, InvalidParams, ProviderError, ProviderUnreachable
from easel.providers.downloads import MAX_REDIRECTS, REDIRECTS, UNCOMPRESSED
from easel.providers.http import Http, origin
from easel.providers.network import PrivateAddress, UnknownHost
from easel.settings import settings
from easel.store import source_images
from easel.store.records import GenerationRequest, own_picture
from easel.store.source_images import FOLDER, MAX_BYTES, SourceImage

FETCH_SECONDS = 30.0


def read(request: GenerationRequest, http: Http, deadline: Deadline) -> list[SourceImage]:
    """Return the request's source pictures.

    Raises:
        InvalidParams: a link leads to a private address, or to something that is not a picture, or fails.
        PayloadTooLarge: a picture is too large.
        InternalError: the bucket does not respond.
    """
    limited = deadline.within(FETCH_SECONDS)
    return [_read(address, http, limited) for address in request.images]


def _read(address: str, http: Http, deadline: Deadline) -> SourceImage:
    if address.startswith(FOLDER):
        return source_images.load(address)
    own = stored(address, "image")
    return source_images.validated(_fetch(address, http, deadline) if own is None else own)


def stored(link: str, field: str) -> bytes | None:
    """Return the bytes of the stored picture that a link names, or None if the link names none of this deployment.

    The host of the link is ignored. The front door has checked that the caller may read the picture.

    Args:
        link: the link or path.
        field: the request's field, for the error.

    Raises:
        InvalidParams: the picture was removed from this deployment.
    """
    name = own_picture(link)
    data = source_images.read(f"images/{name}") if name else None
    public_url = settings().public_url
    if name and data is None and public_url and origin(link) == origin(public_url):
        days = settings().retention_days
        text = f"{field}: this picture does not exist any longer; pictures are removed after {days} days"
        raise InvalidParams(text, field=field)
    return data


def _fetch(url: str, http: Http, deadline: Deadline) -> bytes:
    """Return the bytes behind a link. The link and each redirect must lead to a public address."""
    for _ in range(MAX_REDIRECTS + 1):
        if not public_urls.is_public(url):
            raise _unreadable("leads to a private address; use a public link")
        try:
            reply = http.get(url, deadline, headers=UNCOMPRESSED, limit=MAX_BYTES, public_only=True)
        except PrivateAddress as error:
            raise _unreadable("leads to a private address; use a public link") from error
        except UnknownHost as error:
            raise _unreadable("has an unknown host") from error
        except GenerationTimeout as error:
            raise _unreadable(f"did not respond within {FETCH_SECONDS:g} seconds") from error
        except ProviderUnreachable as error:
            raise _unreadable("could not be reached") from error
        except ProviderError as error:
            raise _unreadable(f"leads to more than {MAX_BYTES >> 20} MB, or cannot be read") from error
        if reply.status == 200:
            return reply.content[:]
        if reply.status not in REDIRECTS or "location" not in reply.headers:
            raise _unreadable(f"answers HTTP {reply.status}")
        url = _next_url(url, reply.headers["location"])
    raise _unreadable(f"redirects more than {MAX_REDIRECTS} times")


def _next_url(url: str, location: str) -> str:
    try:
        return str(httpx2.URL(url).join(location))
    except (httpx2.InvalidURL, ValueError) as error:
        raise _unreadable("redirects to an invalid URL") from error


def _unreadable(reason: str) -> InvalidParams:
    return InvalidParams(f"image: the link {reason}", field="image")
