"""Calls to providers: every one with a connect timeout and a deadline, every answer read within a size limit.

A POST is sent once, whatever comes back: it may have generated. Only where no connection came about in time is it
tried once more, since nothing was sent. A GET may be repeated, a few times and within its deadline.
"""

from __future__ import annotations

import ipaddress
import json
import logging
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from typing import Any, Self
from urllib.parse import quote, urljoin, urlsplit

import urllib3
from urllib3 import exceptions

from easel.catalog import Provider, name_of
from easel.common import aws
from easel.common.deadline import Deadline
from easel.errors import EaselError, GenerationTimeout, ProviderError, ProviderUnreachable

CONNECT_SECONDS = 5.0
MAX_IMAGE = 25 * 1024 * 1024  # bytes
MAX_HOPS = 4
FETCH_SECONDS = 40.0
MAX_ANSWER = 40 * 1024 * 1024  # bytes; a picture of 25 MB in base64 fits
GET_ATTEMPTS = 3
IDLE_SECONDS = 20.0
"""A connection that was silent for longer is not used again: its other end may have gone while Lambda froze us."""
READ_BYTES = 256 * 1024  # at once, at most
HEADERS = {"User-Agent": "easel", "Accept": "*/*", "Accept-Encoding": "gzip, deflate"}
_UNQUOTED = "!#$%&'()*+,/:;=?@[]~"

logging.getLogger("urllib3").setLevel(logging.WARNING)  # below that it logs links, and a provider's may hold the token

# Most specific first; a test walks urllib3's tree and fails when a class finds no row. What else a provider's function
# could use loads as many modules once more: botocore brings urllib3 along.
ERRORS: tuple[tuple[type[Exception], type[EaselError], str], ...] = (
    (exceptions.NewConnectionError, ProviderUnreachable, "could not be reached"),
    (exceptions.ConnectTimeoutError, ProviderUnreachable, "did not accept the connection in time"),
    (exceptions.TimeoutError, GenerationTimeout, "did not answer in time"),
    (exceptions.PoolError, ProviderUnreachable, "has no free connection"),
    (exceptions.SSLError, ProviderUnreachable, "could not be reached, or is not who it should be"),
    (exceptions.ProtocolError, ProviderUnreachable, "hung up, or broke off its answer"),
    (exceptions.IncompleteRead, ProviderUnreachable, "broke off its answer"),
    (exceptions.DecodeError, ProviderError, "answered with a body that cannot be decoded"),
    (exceptions.LocationValueError, ProviderError, "gave an address that is none"),
    (exceptions.HTTPError, ProviderError, "gave an answer that cannot be used"),
)
PASSING = (exceptions.ConnectTimeoutError, exceptions.ProtocolError, exceptions.IncompleteRead, exceptions.SSLError)
"""After these a GET is repeated."""
UNSENT = (
    exceptions.NewConnectionError,
    exceptions.ConnectTimeoutError,
    exceptions.EmptyPoolError,
    exceptions.ClosedPoolError,
)
"""After these the provider has not heard of the call. Not `PoolError`: a late answer is one, for urllib3."""


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
    """Where a call goes. With an IP address in place of the URL's host, `name` is what TLS is to verify."""

    scheme: str
    host: str
    port: int | None
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    name: str = ""

    @classmethod
    def at(cls, url: str, address: str | None) -> Self:
        """The URL itself; or the URL at that address, with its host's name in `Host` and in the TLS handshake.

        Taken apart as `origin` does it: what is judged is what is connected to.
        """
        try:
            parts = urlsplit(url)
            port, name = parts.port, (parts.hostname or "").rstrip(".")
        except ValueError as error:
            raise exceptions.LocationValueError(str(error)) from error
        path = quote(f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}", safe=_UNQUOTED)
        if address is None:
            return cls(parts.scheme, _bracketed(name), port, path)
        host = _bracketed(name) if port is None else f"{_bracketed(name)}:{port}"
        return cls(parts.scheme, _bracketed(address), port, path, {"Host": host}, name)

    @property
    def options(self) -> dict[str, str]:
        """Connections to one address are kept apart by the name that was verified."""
        return {"server_hostname": self.name} if self.name and self.scheme == "https" else {}


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


class Http:
    """The connections to one provider, kept across warm calls; safe to share between threads.

    urllib3 looks whether a kept connection was closed before it uses it; what it cannot see is told by `IDLE_SECONDS`.
    """

    def __init__(self, provider: str, pools: urllib3.PoolManager | None = None) -> None:
        self.provider = provider
        self._made = pools
        self._used = _clocks()

    def load(self) -> None:
        """Makes the TLS settings, which takes time, before the first call."""
        _ = self._pools

    @cached_property
    def _pools(self) -> urllib3.PoolManager:
        return self._made or urllib3.PoolManager(ssl_context=aws.trust(), maxsize=16)

    def _fresh_pools(self) -> urllib3.PoolManager:
        now = _clocks()
        if any(one - other > IDLE_SECONDS for one, other in zip(now, self._used, strict=True)):
            self._pools.clear()
        self._used = now
        return self._pools

    def post(
        self,
        url: str,
        body: Mapping[str, Any],
        deadline: Deadline,
        *,
        headers: Mapping[str, str],
    ) -> Reply:
        """One POST of a JSON body, tried once more where no connection came about in time: a lost packet is enough."""
        content = json.dumps(body).encode()
        with self._translated_errors():
            try:
                return self._read("POST", url, deadline, headers=headers, content=content)
            except exceptions.ConnectTimeoutError as error:
                if isinstance(error, exceptions.NewConnectionError) or deadline.passed:  # refused, say
                    raise
            return self._read("POST", url, deadline, headers=headers, content=content)

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
                except PASSING:
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
            raise exceptions.TimeoutError("no time left")
        target = _Target.at(url, address)
        sent = {**HEADERS, **headers, **target.headers}
        if content is not None:
            sent["Content-Type"] = "application/json"
        connections = self._fresh_pools().connection_from_host(
            target.host, target.port, target.scheme, pool_kwargs=target.options
        )
        response = connections.urlopen(
            method,
            target.path,
            body=content,
            headers=sent,
            timeout=urllib3.Timeout(connect=min(CONNECT_SECONDS, left), read=left),
            retries=False,
            redirect=False,
            preload_content=False,
        )
        with closing(response):
            received = BytesIO()
            while chunk := response.read1(READ_BYTES):
                received.write(chunk)
                if received.tell() > limit:
                    raise ProviderError(
                        f"{name_of(self.provider)} sent more than {limit // 1024 // 1024} MB", provider=self.provider
                    )
                if deadline.passed:  # the timeout above is per read; a trickle is cut here
                    raise exceptions.TimeoutError("the answer took too long")
            self._used = _clocks()
            told = {name.lower(): value for name, value in response.headers.itermerged()}
            return Reply(self.provider, response.status, told, received.getvalue())

    @contextmanager
    def _translated_errors(self) -> Iterator[None]:
        try:
            yield
        except exceptions.HTTPError as error:
            _, kind, text = next(row for row in ERRORS if isinstance(error, row[0]))
            # urllib3's own words name the host; they are in the log, as this error's cause.
            failure = kind(f"{name_of(self.provider)} {text}", provider=self.provider)
            # Whoever took the call may have drawn, though nobody hears of it.
            failure.drawn = not isinstance(error, UNSENT)
            raise failure from error


def _clocks() -> tuple[float, float]:
    """Both clocks, since one of them may stand still while Lambda freezes the process."""
    return time.time(), time.monotonic()


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


def _next_hop(url: str, location: str, provider: Provider) -> str:
    try:
        return urljoin(url, location)
    except ValueError as error:
        raise ProviderError(f"{provider.name}'s picture link redirects to no address", provider=provider.id) from error


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
