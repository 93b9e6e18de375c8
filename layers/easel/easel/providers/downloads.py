"""Downloads of pictures from the links that providers return. No such link is trusted."""

from __future__ import annotations

from collections.abc import Mapping

import httpx2

from easel.catalog import Provider
from easel.common.deadline import Deadline
from easel.errors import ProviderError
from easel.providers.http import Http, origin
from easel.providers.network import PrivateAddress, UnknownHost

MAX_IMAGE = 25 * 1024 * 1024  # bytes
MAX_HOPS = 4
FETCH_SECONDS = 40.0
REDIRECTS = (301, 302, 303, 307, 308)
# Packing makes no picture smaller, and httpx2 reads only the first of several gzip members without an error.
PLAIN = {"Accept-Encoding": "identity"}


def fetch(
    url: str,
    provider: Provider,
    origins: tuple[str, ...],
    http: Http,
    deadline: Deadline,
    headers: Mapping[str, str],
) -> bytes:
    """Return the bytes behind a link that a provider returned.

    On every hop, the link's host must be the provider's, at a public address. The origins of the configured base URLs
    are allowed wherever they are, and only they get `headers`, which may hold a token.

    Raises:
        ProviderError: the link leads elsewhere, or to nothing, or to too much.
    """
    limited = deadline.sooner(FETCH_SECONDS)
    trusted = {origin(base) for base in origins}
    for _ in range(MAX_HOPS + 1):
        if origin(url) in trusted:
            reply = http.get(url, limited, headers={**headers, **PLAIN}, limit=MAX_IMAGE)
        else:
            try:
                link = _own_link(url, provider)
                reply = http.get(link, limited, headers=PLAIN, limit=MAX_IMAGE, public_only=True)
            except UnknownHost as error:
                raise ProviderError(f"{provider.name}'s picture host is unknown", provider=provider.id) from error
            except PrivateAddress as error:
                raise ProviderError(
                    f"{provider.name}'s picture link leads to a private address", provider=provider.id
                ) from error
        if reply.status in REDIRECTS and "location" in reply.headers:
            url = _next_hop(url, reply.headers["location"], provider)
            continue
        if reply.status != 200:
            raise ProviderError(
                f"{provider.name} made a picture, but its link answers HTTP {reply.status}",
                provider=provider.id,
                upstream=reply.text,
            )
        return reply.content
    raise ProviderError(f"{provider.name}'s picture link redirects too often", provider=provider.id)


def _own_link(url: str, provider: Provider) -> httpx2.URL:
    """Return the link, with its host as certificates name it; raise `ProviderError` unless it is the provider's."""
    scheme, host, _ = origin(url)
    allowed = any(host == name or (name.startswith(".") and host.endswith(name)) for name in provider.image_hosts)
    if scheme not in ("http", "https") or not allowed:
        raise ProviderError(
            f"{provider.name}'s picture link leads to a host that is not its own", provider=provider.id
        ) from ValueError(f"the link's host is {host[:100]!r}")  # for the log alone
    return httpx2.URL(url).copy_with(host=host)


def _next_hop(url: str, location: str, provider: Provider) -> str:
    try:
        return str(httpx2.URL(url).join(location))
    except (httpx2.InvalidURL, ValueError) as error:
        raise ProviderError(f"{provider.name}'s picture link redirects to no address", provider=provider.id) from error
