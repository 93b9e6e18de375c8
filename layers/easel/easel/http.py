"""Calls to providers: every one with a connect timeout and a deadline, every answer read within a size limit.

A POST is sent once, whatever comes back: it may have generated. A GET may be repeated, a few times and within its
deadline.
"""

from __future__ import annotations

import ipaddress
import json
import logging
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

import httpx

from easel.catalog import Provider, name_of
from easel.deadline import Deadline
from easel.errors import EaselError, GenerationTimeout, ProviderError, ProviderUnreachable

CONNECT_SECONDS = 5.0
MAX_IMAGE = 25 * 1024 * 1024  # bytes
MAX_HOPS = 4
FETCH_SECONDS = 40.0
MAX_ANSWER = 40 * 1024 * 1024  # bytes; a picture of 25 MB in base64 fits
GET_ATTEMPTS = 3
USER_AGENT = "easel"

logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs every URL, and a provider's links may hold the token

# Most specific first; a test walks httpx's tree and fails when a class finds no row.
ERRORS: tuple[tuple[type[Exception], type[EaselError], str], ...] = (
    (httpx.ConnectTimeout, ProviderUnreachable, "did not accept the connection in time"),
    (httpx.PoolTimeout, ProviderUnreachable, "has no free connection"),
    (httpx.TimeoutException, GenerationTimeout, "did not answer in time"),
    (httpx.NetworkError, ProviderUnreachable, "could not be reached, or hung up"),
    (httpx.RemoteProtocolError, ProviderUnreachable, "broke off its answer"),
    (httpx.DecodingError, ProviderError, "answered with a body that cannot be decoded"),
    (httpx.TransportError, ProviderUnreachable, "could not be reached"),
    (httpx.HTTPError, ProviderError, "gave an answer that cannot be used"),
    (httpx.InvalidURL, ProviderError, "gave an address that is none"),
    (httpx.CookieConflict, ProviderError, "sent cookies that contradict each other"),
    (httpx.StreamError, ProviderUnreachable, "broke off its answer"),
)


@dataclass(frozen=True)
class Reply:
    """A provider's whole answer, read already; `headers` have lower-case names."""

    provider: str
    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body as JSON; raises `ProviderError` where it is none."""
        try:
            return json.loads(self.content)
        except (ValueError, RecursionError) as error:
            raise ProviderError(
                f"{name_of(self.provider)} answered HTTP {self.status} with something that is not JSON",
                provider=self.provider,
                upstream=self.text,
            ) from error

    @property
    def retry_after(self) -> int | None:
        """Seconds named in `Retry-After`; the date form is not used by the providers and reads as none."""
        value = self.headers.get("retry-after", "").strip()
        return int(value) if value.isascii() and value.isdigit() and len(value) < 7 else None


@dataclass(frozen=True)
class _Target:
    """Where a call goes: the URL, and the headers and TLS name to send when an IP address replaces the URL's host."""

    url: httpx.URL
    headers: Mapping[str, str] = field(default_factory=dict)
    extensions: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def at(cls, url: str, address: str | None) -> Self:
        """The URL itself; or the URL at that address, with its host's name in `Host` and in the TLS handshake."""
        named = httpx.URL(url)
        if address is None:
            return cls(named)
        name = named.raw_host.decode().rstrip(".")
        host = f"[{name}]" if ":" in name else name
        headers = {
            "Host": host if named.port is None else f"{host}:{named.port}",
            "Connection": "close",  # connections are kept by address; another name there needs its own handshake
        }
        return cls(named.copy_with(host=address), headers, {"sni_hostname": name})


class Http:
    """The connection to one provider, kept across warm calls; safe to share between threads."""

    def __init__(self, provider: str, transport: httpx.BaseTransport | None = None) -> None:
        self.provider = provider
        self._transport = transport

    def load(self) -> None:
        """Makes the client, whose TLS settings take time, before the first call."""
        _ = self._client

    @cached_property
    def _client(self) -> httpx.Client:
        return httpx.Client(
            transport=self._transport,
            follow_redirects=False,
            trust_env=False,
            headers={"User-Agent": USER_AGENT},
            # A connection that slept through a frozen container is not used again.
            limits=httpx.Limits(max_connections=None, keepalive_expiry=4.0),
        )

    def post(
        self,
        url: str,
        body: Mapping[str, Any],
        deadline: Deadline,
        *,
        headers: Mapping[str, str],
    ) -> Reply:
        """One POST of a JSON body."""
        with self._translated_errors():
            return self._read("POST", url, deadline, headers=headers, content=json.dumps(body).encode())

    def get(
        self,
        url: str,
        deadline: Deadline,
        *,
        headers: Mapping[str, str] | None = None,
        limit: int = MAX_ANSWER,
        attempts: int = GET_ATTEMPTS,
        addresses: Sequence[str] = (),
    ) -> Reply:
        """A GET, repeated after a broken connection or a 5xx while attempts and time are left.

        With `addresses` it goes to one of those, the next at each attempt, and the host's name is not resolved again.
        """
        with self._translated_errors():
            for attempt in range(1, attempts + 1):
                last = attempt == attempts or deadline.remaining() < 1
                address = addresses[(attempt - 1) % len(addresses)] if addresses else None
                try:
                    reply = self._read("GET", url, deadline, headers=headers or {}, limit=limit, address=address)
                except (httpx.NetworkError, httpx.RemoteProtocolError, httpx.ConnectTimeout):
                    if last:
                        raise
                else:
                    if reply.status < 500 or last:
                        return reply
                time.sleep(min(0.2 * attempt, deadline.remaining()))
            raise AssertionError("the last attempt returns or raises")

    def _read(
        self,
        method: str,
        url: str,
        deadline: Deadline,
        *,
        headers: Mapping[str, str],
        content: bytes | None = None,
        limit: int = MAX_ANSWER,
        address: str | None = None,
    ) -> Reply:
        left = deadline.remaining()
        if left <= 0:
            raise httpx.ReadTimeout("no time left")
        sent = {**headers, **({"Content-Type": "application/json"} if content is not None else {})}
        timeout = httpx.Timeout(left, connect=min(CONNECT_SECONDS, left))
        target = _Target.at(url, address)
        with self._client.stream(
            method,
            target.url,
            headers={**sent, **target.headers},
            content=content,
            timeout=timeout,
            extensions=target.extensions,
        ) as response:
            chunks, size = [], 0
            for chunk in response.iter_bytes():
                size += len(chunk)
                if size > limit:
                    raise ProviderError(
                        f"{name_of(self.provider)} sent more than {limit // 1024 // 1024} MB", provider=self.provider
                    )
                if deadline.passed:  # the timeout above is per read; a trickle is cut here
                    raise httpx.ReadTimeout("the answer took too long")
                chunks.append(chunk)
            return Reply(self.provider, response.status_code, dict(response.headers), b"".join(chunks))

    @contextmanager
    def _translated_errors(self) -> Iterator[None]:
        try:
            yield
        except (httpx.HTTPError, httpx.InvalidURL, httpx.CookieConflict, httpx.StreamError) as error:
            _, kind, text = next(row for row in ERRORS if isinstance(error, row[0]))
            raise kind(f"{name_of(self.provider)} {text}", provider=self.provider, upstream=str(error)) from error


def fetch(
    url: str,
    provider: Provider,
    origins: tuple[str, ...],
    http: Http,
    deadline: Deadline,
    headers: Mapping[str, str],
) -> bytes:
    """The bytes behind a link that a provider gave.

    The link is not trusted: its host must be the provider's, at a public address, on every hop. The origins of the
    configured base URLs are allowed wherever they are, and only they get `headers` (they may carry a token).

    Raises:
        ProviderError: the link leads elsewhere, or to nothing, or to too much.
    """
    limited = deadline.sooner(FETCH_SECONDS)
    for _ in range(MAX_HOPS + 1):
        trusted = origin(url) in {origin(base) for base in origins}
        addresses = [] if trusted else _public_addresses(url, provider)
        reply = http.get(url, limited, headers=headers if trusted else {}, limit=MAX_IMAGE, addresses=addresses)
        if reply.status in (301, 302, 303, 307, 308) and "location" in reply.headers:
            url = urljoin(url, reply.headers["location"])
            continue
        if reply.status != 200:
            raise ProviderError(
                f"{provider.name} made a picture, but its link answers HTTP {reply.status}",
                provider=provider.id,
                upstream=reply.text,
            )
        return reply.content
    raise ProviderError(f"{provider.name}'s picture link redirects too often", provider=provider.id)


def origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port for comparing URLs: lower case, no trailing dot, the scheme's port where none is named."""
    try:
        parts = urlsplit(url)
        default = {"http": 80, "https": 443}.get(parts.scheme)
        return parts.scheme, (parts.hostname or "").lower().removesuffix("."), parts.port or default
    except ValueError:
        return "", "", None


def _public_addresses(url: str, provider: Provider) -> list[str]:
    """The public IP addresses of a link's host. The caller must connect to one of these, without another look-up.

    Raises `ProviderError` where the host is not the provider's, or has a private address.
    """
    scheme, host, port = origin(url)
    allowed = any(host == name or (name.startswith(".") and host.endswith(name)) for name in provider.image_hosts)
    if scheme not in ("http", "https") or not allowed:
        raise ProviderError(
            f"{provider.name}'s picture link leads to a host that is not its own", provider=provider.id
        ) from ValueError(f"the link's host is {host[:100]!r}")  # for the log alone
    try:
        found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as error:
        raise ProviderError(f"{provider.name}'s picture host is unknown", provider=provider.id) from error
    addresses = [ipaddress.ip_address(address.split("%")[0]) for address in dict.fromkeys(found)]
    if not all(address.is_global for address in addresses):
        raise ProviderError(
            f"{provider.name}'s picture link leads to a private address", provider=provider.id
        ) from ValueError(f"the link's host is {host!r}")
    return [str(address) for address in sorted(addresses, key=lambda address: address.version)]
