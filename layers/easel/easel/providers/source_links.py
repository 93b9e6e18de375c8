"""Read the pictures that a request starts from, right before they are sent to a provider. No link is trusted."""

from __future__ import annotations

import httpx2

from easel.common import public_urls
from easel.common.deadline import Deadline
from easel.errors import GenerationTimeout, InvalidParams, ProviderError, ProviderUnreachable
from easel.providers.downloads import MAX_HOPS, PLAIN, REDIRECTS
from easel.providers.http import Http, origin
from easel.providers.network import PrivateAddress, UnknownHost
from easel.settings import settings
from easel.store import source_images
from easel.store.records import GenerationRequest, own_picture
from easel.store.source_images import FOLDER, MAX_BYTES, SourceImage

FETCH_SECONDS = 30.0


def read(request: GenerationRequest, http: Http, deadline: Deadline) -> list[SourceImage]:
    """Return the bytes of the request's pictures.

    Raises:
        InvalidParams: a link leads to no picture, or to a private address.
        PayloadTooLarge: a picture is too large.
        InternalError: the bucket does not answer.
    """
    limited = deadline.within(FETCH_SECONDS)
    return [_read(address, http, limited) for address in request.images]


def _read(address: str, http: Http, deadline: Deadline) -> SourceImage:
    if address.startswith(FOLDER):
        return source_images.load(address)
    own = stored(address, "image")
    return source_images.validated(_fetch(address, http, deadline) if own is None else own)


def stored(link: str, field: str) -> bytes | None:
    """Return the stored picture that a link names, whatever its host, or None if the link may lead elsewhere.

    The front door has seen to it that the caller may read the picture. Raises `InvalidParams` for one that is gone.
    """
    name = own_picture(link)
    data = source_images.read(f"images/{name}") if name else None
    public_url = settings().public_url
    if name and data is None and public_url and origin(link) == origin(public_url):
        days = settings().retention_days
        text = f"{field}: there is no picture any more; pictures are removed after {days} days"
        raise InvalidParams(text, field=field)
    return data


def _fetch(url: str, http: Http, deadline: Deadline) -> bytes:
    """Return the bytes behind a link to a public address. Follow redirects, and check each hop."""
    for _ in range(MAX_HOPS + 1):
        if not public_urls.is_public(url):
            raise _unread("leads to a private address; only public ones are read")
        try:
            reply = http.get(url, deadline, headers=PLAIN, limit=MAX_BYTES, public_only=True)
        except PrivateAddress as error:
            raise _unread("leads to a private address; only public ones are read") from error
        except UnknownHost as error:
            raise _unread("names a host that is unknown") from error
        except GenerationTimeout as error:
            raise _unread(f"did not bring it within {FETCH_SECONDS:g} seconds") from error
        except ProviderUnreachable as error:
            raise _unread("could not be reached") from error
        except ProviderError as error:
            raise _unread(f"brings more than {MAX_BYTES >> 20} MB, or cannot be read") from error
        if reply.status == 200:
            return reply.content[:]
        if reply.status not in REDIRECTS or "location" not in reply.headers:
            raise _unread(f"answers HTTP {reply.status}")
        url = _next_hop(url, reply.headers["location"])
    raise _unread("redirects too often")


def _next_hop(url: str, location: str) -> str:
    try:
        return str(httpx2.URL(url).join(location))
    except (httpx2.InvalidURL, ValueError) as error:
        raise _unread("redirects to no address") from error


def _unread(what: str) -> InvalidParams:
    return InvalidParams(f"image: the link {what}", field="image")
