"""Downloads of pictures from the links that providers return. No such link is trusted."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import NamedTuple

import httpx2

from easel.catalog import Provider
from easel.common import image_formats
from easel.common.contents import Content
from easel.common.deadline import Deadline
from easel.errors import DownloadFailed, GenerationTimeout, LinkRefused, ProviderUnreachable
from easel.providers.http import Http, Reply, origin
from easel.providers.network import PrivateAddress, UnknownHost

MAX_IMAGE = 25 * 1024 * 1024  # bytes
MAX_REDIRECTS = 4
FETCH_SECONDS = 40.0
PAUSES = (0.25, 0.5, 1.0, 2.0, 4.0)
"""Seconds between the attempts to download. Some links do not work in the first seconds after they are returned."""
RETRY_STATUSES = frozenset({403, 404, 408, 425, 429})
"""Statuses after which a download is retried, in addition to 5xx and to a 2xx without a picture."""
REDIRECTS = (301, 302, 303, 307, 308)
USE_ANOTHER = "use another model or provider"
# Compression does not make pictures smaller, and httpx2 silently ignores all gzip members after the first one.
UNCOMPRESSED = {"Accept-Encoding": "identity"}


class Source(NamedTuple):
    """The hosts that a link may lead to, and the HTTP client for them.

    The link and each redirect must lead to one of the provider's hosts, at a public address. The origins of the
    configured base URLs may have private addresses, and only they get `headers`, which may contain a token.
    """

    provider: Provider
    origins: tuple[str, ...]
    http: Http
    headers: Mapping[str, str]

    def get(self, url: str, deadline: Deadline) -> Reply:
        """Send one GET, without following redirects. Raise `LinkRefused` if the host or address is not allowed."""
        if origin(url) in {origin(base) for base in self.origins}:
            headers = {**self.headers, **UNCOMPRESSED}
            return self.http.get(url, deadline, headers=headers, limit=MAX_IMAGE, attempts=1)
        link = _own_link(url, self.provider)
        try:
            return self.http.get(link, deadline, headers=UNCOMPRESSED, limit=MAX_IMAGE, attempts=1, public_only=True)
        except PrivateAddress as error:
            text = f"{self.provider.name}'s picture link leads to a private address; {USE_ANOTHER}"
            raise LinkRefused(text, provider=self.provider.id) from error


def fetch(
    url: str,
    provider: Provider,
    origins: tuple[str, ...],
    http: Http,
    deadline: Deadline,
    headers: Mapping[str, str],
) -> Content:
    """Download the picture behind a provider's link. Retry for some seconds after failures that may pass.

    Args:
        url: the link.
        provider: the provider that returned the link.
        origins: base URLs of the provider. They may have private addresses.
        http: the HTTP client.
        deadline: limits the download, in addition to `FETCH_SECONDS`.
        headers: headers for `origins` only. They may contain a token.

    Returns:
        The file's bytes.

    Raises:
        DownloadFailed: the download failed. The picture exists, so a later attempt may succeed.
        LinkRefused: the link leads to a host or address that is not allowed.
        ProviderError: the file is larger than `MAX_IMAGE`, or the response is invalid.
    """
    source, limited = Source(provider, origins, http, headers), deadline.within(FETCH_SECONDS)
    for pause in (*PAUSES, None):
        try:
            return _attempt(url, source, limited)
        except _TemporaryFailure as failure:
            wait = max(pause or 0.0, failure.error.retry_after or 0)
            if pause is None or wait >= limited.remaining():
                raise failure.error from failure.__cause__
        time.sleep(wait)
    raise AssertionError("the last attempt returns or raises")


class _TemporaryFailure(Exception):
    """The download failed, and may succeed in a moment. `fetch` catches this exception."""

    def __init__(self, error: DownloadFailed) -> None:
        super().__init__(error.message)
        self.error = error


def _attempt(url: str, source: Source, deadline: Deadline) -> Content:
    """Return the bytes behind a link, after at most `MAX_REDIRECTS` redirects."""
    provider = source.provider
    for _ in range(MAX_REDIRECTS + 1):
        try:
            reply = source.get(url, deadline)
        except UnknownHost as error:
            raise _TemporaryFailure(_failed(provider, "the link's host is unknown")) from error
        except ProviderUnreachable as error:
            raise _TemporaryFailure(_failed(provider, "the server could not be reached, or broke off")) from error
        except GenerationTimeout as error:
            raise _failed(provider, "the server did not send it in time") from error
        if reply.status == 200 or (reply.is_success and image_formats.detect(reply.content)):
            return reply.content
        if reply.status not in REDIRECTS or "location" not in reply.headers:
            failure = _failed(provider, f"the server answered HTTP {reply.status}", reply)
            passes = reply.is_success or reply.status in RETRY_STATUSES or reply.status >= 500
            raise _TemporaryFailure(failure) if passes else failure
        url = _next_url(url, reply.headers["location"], provider)
    raise _failed(provider, f"the link redirects more than {MAX_REDIRECTS} times")


def _failed(provider: Provider, reason: str, reply: Reply | None = None) -> DownloadFailed:
    text = (
        f"{provider.name} generated a picture, but Easel could not download it: {reason}; "
        "retry with the same Idempotency-Key to download it without generating another"
    )
    after = reply.retry_after if reply else None
    return DownloadFailed(text, provider=provider.id, upstream=reply.text if reply else None, retry_after=after)


def _own_link(url: str, provider: Provider) -> httpx2.URL:
    """Return the link with a normalized host, as in certificates. Raise `LinkRefused` if it is not the provider's."""
    scheme, host, _ = origin(url)
    allowed = any(host == name or (name.startswith(".") and host.endswith(name)) for name in provider.image_hosts)
    if scheme not in ("http", "https") or not allowed:
        raise LinkRefused(
            f"{provider.name}'s picture link leads to a host that is not its own; {USE_ANOTHER}", provider=provider.id
        ) from ValueError(f"the link's host is {host[:100]!r}")  # only the log contains the cause
    return httpx2.URL(url).copy_with(host=host)


def _next_url(url: str, location: str, provider: Provider) -> str:
    try:
        return str(httpx2.URL(url).join(location))
    except (httpx2.InvalidURL, ValueError) as error:
        text = f"{provider.name}'s picture link redirects to an invalid URL; {USE_ANOTHER}"
        raise LinkRefused(text, provider=provider.id) from error
