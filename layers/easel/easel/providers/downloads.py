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
MAX_HOPS = 4
FETCH_SECONDS = 40.0
PAUSES = (0.25, 0.5, 1.0, 2.0, 4.0)
"""Seconds between the attempts at a link: some links lead to nothing in the first seconds after they were given."""
PASSING = frozenset({403, 404, 408, 425, 429})
"""Statuses after which a link is requested again, in addition to the 5xx and a 2xx without a picture."""
REDIRECTS = (301, 302, 303, 307, 308)
# Packing makes no picture smaller, and httpx2 reads only the first of several gzip members without an error.
OTHERS = "use another model or provider"
PLAIN = {"Accept-Encoding": "identity"}


class Source(NamedTuple):
    """Where links may lead and how they are fetched.

    On every hop, the link's host must be the provider's, at a public address. The origins of the configured base URLs
    are allowed wherever they are, and only they get `headers`, which may hold a token.
    """

    provider: Provider
    origins: tuple[str, ...]
    http: Http
    headers: Mapping[str, str]

    def get(self, url: str, deadline: Deadline) -> Reply:
        """One GET of one hop."""
        if origin(url) in {origin(base) for base in self.origins}:
            headers = {**self.headers, **PLAIN}
            return self.http.get(url, deadline, headers=headers, limit=MAX_IMAGE, attempts=1)
        link = _own_link(url, self.provider)
        try:
            return self.http.get(link, deadline, headers=PLAIN, limit=MAX_IMAGE, attempts=1, public_only=True)
        except PrivateAddress as error:
            text = f"{self.provider.name}'s picture link leads to a private address; {OTHERS}"
            raise LinkRefused(text, provider=self.provider.id) from error


def fetch(
    url: str,
    provider: Provider,
    origins: tuple[str, ...],
    http: Http,
    deadline: Deadline,
    headers: Mapping[str, str],
) -> Content:
    """Return the content behind a link that a provider returned. A link that may work in a moment is asked again.

    The arguments are those of `Source`.

    Raises:
        DownloadFailed: the link leads to nothing now. The picture is drawn, so a later attempt may fetch it.
        LinkRefused: the link leads where Easel does not go.
        ProviderError: the link leads to too much.
    """
    source, limited = Source(provider, origins, http, headers), deadline.within(FETCH_SECONDS)
    for pause in (*PAUSES, None):
        try:
            return _attempt(url, source, limited)
        except _NotYet as failure:
            wait = max(pause or 0.0, failure.error.retry_after or 0)
            if pause is None or wait >= limited.remaining():
                raise failure.error from failure.__cause__
        time.sleep(wait)
    raise AssertionError("the last attempt returns or raises")


class _NotYet(Exception):
    """The link may lead to the picture in a moment. Never leaves this module."""

    def __init__(self, error: DownloadFailed) -> None:
        super().__init__(error.message)
        self.error = error


def _attempt(url: str, source: Source, deadline: Deadline) -> Content:
    """The bytes behind a link, whose redirects are followed."""
    provider = source.provider
    for _ in range(MAX_HOPS + 1):
        try:
            reply = source.get(url, deadline)
        except UnknownHost as error:
            raise _NotYet(_failed(provider, "'s host is unknown")) from error
        except ProviderUnreachable as error:
            raise _NotYet(_failed(provider, " broke, or could not be reached")) from error
        except GenerationTimeout as error:
            raise _failed(provider, " did not bring it in time") from error
        if reply.status == 200 or (reply.is_success and image_formats.detect(reply.content)):
            return reply.content
        if reply.status not in REDIRECTS or "location" not in reply.headers:
            failure = _failed(provider, f" answers HTTP {reply.status}", reply)
            passes = reply.is_success or reply.status in PASSING or reply.status >= 500
            raise _NotYet(failure) if passes else failure
        url = _next_hop(url, reply.headers["location"], provider)
    raise _failed(provider, " redirects too often")


def _failed(provider: Provider, what: str, reply: Reply | None = None) -> DownloadFailed:
    text = (
        f"{provider.name} made a picture, but its link{what}; "
        "a repeat with the same Idempotency-Key fetches it and draws none"
    )
    after = reply.retry_after if reply else None
    return DownloadFailed(text, provider=provider.id, upstream=reply.text if reply else None, retry_after=after)


def _own_link(url: str, provider: Provider) -> httpx2.URL:
    """Return the link, with its host as certificates name it; raise `LinkRefused` unless it is the provider's."""
    scheme, host, _ = origin(url)
    allowed = any(host == name or (name.startswith(".") and host.endswith(name)) for name in provider.image_hosts)
    if scheme not in ("http", "https") or not allowed:
        raise LinkRefused(
            f"{provider.name}'s picture link leads to a host that is not its own; {OTHERS}", provider=provider.id
        ) from ValueError(f"the link's host is {host[:100]!r}")  # for the log alone
    return httpx2.URL(url).copy_with(host=host)


def _next_hop(url: str, location: str, provider: Provider) -> str:
    try:
        return str(httpx2.URL(url).join(location))
    except (httpx2.InvalidURL, ValueError) as error:
        text = f"{provider.name}'s picture link redirects to no address; {OTHERS}"
        raise LinkRefused(text, provider=provider.id) from error
