"""Calls to providers through httpx2: every one with a connect timeout, a deadline and a size limit for its answer.

A POST is sent once, whatever comes back: it may have generated. It is tried a second time only if no connection came
about in time, since nothing was sent. A GET may be repeated, a few times and within its deadline.
"""

from __future__ import annotations

import json
import logging
import math
import re
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import MappingProxyType
from typing import Any, NamedTuple

import httpx2

from easel.catalog import name_of
from easel.common.contents import Collector, Content
from easel.common.deadline import Deadline
from easel.errors import EaselError, GenerationTimeout, ProviderError, ProviderUnreachable
from easel.errors.base import AGAIN
from easel.providers import json_body, network, retry_headers

CONNECT_SECONDS = 5.0
MAX_ANSWER = 40 * 1024 * 1024  # bytes; a picture of 25 MB in base64 fits
MAX_JSON = 8 * 1024 * 1024
"""Bytes of JSON that are parsed. A larger answer holds a picture, see `easel.providers.inline_images`."""
MAX_DIGITS = 40  # of a whole number in JSON
MAX_TEXT = 1024 * 1024  # bytes
MAX_PARTS = 300_000  # members and elements of JSON, each of which takes some 100 bytes of memory
PARTS = (b"{", b"[", b",")
GET_ATTEMPTS = 3
# httpx2 can also decode br with the package brotli, and zstd with backports.zstd or Python 3.14. The layer has neither.
HEADERS = {"User-Agent": "easel", "Accept-Encoding": "gzip, deflate"}

for _library in ("httpx2", "httpcore2"):
    logging.getLogger(_library).setLevel(logging.WARNING)  # below that they log URLs, and a link may hold the token

GATEWAY = (502, 504, 520, 524)
"""Statuses of a gateway that handed a call on and got no answer to it; the last two are Cloudflare's."""

# Most specific first. A test walks httpx2's exceptions and fails when one has no row.
ERRORS: tuple[tuple[type[Exception], type[EaselError], str], ...] = (
    (httpx2.ConnectTimeout, ProviderUnreachable, "did not accept the connection in time"),
    (httpx2.PoolTimeout, ProviderUnreachable, "has no free connection"),
    (httpx2.TimeoutException, GenerationTimeout, "did not answer in time"),
    (httpx2.ConnectError, ProviderUnreachable, "could not be reached, or is not who it should be"),
    (httpx2.UnsupportedProtocol, ProviderError, "returned an invalid URL"),
    (httpx2.TransportError, ProviderUnreachable, "hung up, or broke off its answer"),
    (httpx2.DecodingError, ProviderError, "answered with a body that cannot be decoded"),
    (httpx2.HTTPError, ProviderError, "gave an answer that cannot be used"),
    (httpx2.InvalidURL, ProviderError, "returned an invalid URL"),
    (httpx2.CookieConflict, ProviderError, "gave an answer that cannot be used"),
    (httpx2.StreamError, ProviderUnreachable, "broke off its answer"),
    (ValueError, ProviderError, "returned an invalid URL"),  # of `httpx2.URL`, for some invalid host names
)
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
PASSING = (httpx2.ConnectTimeout, httpx2.NetworkError, httpx2.RemoteProtocolError)
"""After these a GET is repeated."""
UNSENT = (httpx2.ConnectTimeout, httpx2.ConnectError, httpx2.PoolTimeout, httpx2.UnsupportedProtocol, httpx2.InvalidURL)
"""After these the provider has not heard of the call."""


FormFile = tuple[str, bytes, str]
"""A file of a form: its name, its content and its media type."""


class Reply(NamedTuple):
    """A provider's whole answer, read already; `headers` have lower-case names."""

    provider: str
    status: int
    headers: Mapping[str, str]
    content: Content

    @property
    def text(self) -> str:
        """The answer's text, of a large one the start."""
        return self.content[:MAX_TEXT].decode("utf-8", "replace")

    def json(self) -> Any:
        """Return the body as JSON; raise `ProviderError` where it is something else. See `parsed`."""
        try:
            if len(self.content) > MAX_JSON:
                raise ValueError("the JSON is too large")
            return parsed(self.content[:])
        except (ValueError, RecursionError) as error:
            raise ProviderError(
                f"{name_of(self.provider)} answered HTTP {self.status} with something that is no JSON; {AGAIN}",
                provider=self.provider,
                upstream=self.text,
            ) from error

    @property
    def retry_after(self) -> int | None:
        """Seconds to wait as the headers tell; None if they do not."""
        return retry_headers.seconds(self.headers)

    @property
    def is_success(self) -> bool:
        """Whether the status is a 2xx."""
        return 200 <= self.status < 300


def parsed(content: bytes) -> Any:
    """Parse JSON of a provider without what no caller could use.

    A number that no table keeps becomes null: a longer one than `MAX_DIGITS`, an infinite one, NaN. A lone surrogate,
    which does not encode a character, becomes `?`.

    Raises:
        ValueError: it is not JSON, or has more than `MAX_PARTS` parts, which would fill the function's memory.
    """
    if sum(content.count(part) for part in PARTS) > MAX_PARTS:
        raise ValueError("the JSON has too many parts")
    value = json.loads(content, parse_int=_whole, parse_float=_finite, parse_constant=lambda name: None)
    if _SURROGATE.search(content):
        plain = json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
        return json.loads(plain)
    return value


def _whole(digits: str) -> int | None:
    return int(digits) if len(digits) <= MAX_DIGITS else None


def _finite(text: str) -> float | None:
    return value if math.isfinite(value := float(text)) else None


class Http:
    """The connections to one provider, kept across warm calls; safe to share between threads.

    Args:
        provider: the provider's id.
        transport: takes the place of the network, as `httpx2.MockTransport` does in tests.
    """

    def __init__(self, provider: str, transport: httpx2.BaseTransport | None = None) -> None:
        self.provider = provider
        self._transport = transport
        self._clients: dict[network.Resolve, httpx2.Client] = {}
        self._lock = threading.Lock()

    def load(self) -> None:
        """Make the clients and their TLS settings, which takes time, before the first call."""
        _ = self._client, self._public_client

    def close(self) -> None:
        """Close the connections. The next call makes a new one."""
        with self._lock:
            clients, self._clients = self._clients, {}
        for client in clients.values():
            client.close()

    @property
    def _client(self) -> httpx2.Client:
        return self._client_by(network.resolve)

    @property
    def _public_client(self) -> httpx2.Client:
        return self._client_by(network.resolve_public)

    def _client_by(self, resolve: network.Resolve) -> httpx2.Client:
        with self._lock:  # two first calls at once would each make one, and leave a connection open
            if resolve not in self._clients:
                self._clients[resolve] = plain_client(self._transport or network.transport(resolve))
            return self._clients[resolve]

    def post(
        self,
        url: str,
        body: Mapping[str, Any],
        deadline: Deadline,
        *,
        headers: Mapping[str, str],
        files: Sequence[tuple[str, FormFile]] = (),
    ) -> Reply:
        """Send a JSON body once, or with `files` a form. Repeat it only if no connection came about in time.

        For that a lost packet is enough.
        """
        if files:
            sent: dict[str, Any] = {"data": {name: str(value) for name, value in body.items()}, "files": list(files)}
        else:
            content = json_body.of(body)
            sent = {"content": content}
            headers = {**headers, "Content-Type": "application/json", "Content-Length": str(len(content))}
        send = partial(self._send, self._client, "POST", url, deadline, headers=headers, sent=sent)
        with self._translated_errors():
            try:
                return send()
            except httpx2.ConnectTimeout:
                if deadline.passed:
                    raise
            return send()

    def get(
        self,
        url: str | httpx2.URL,
        deadline: Deadline,
        *,
        headers: Mapping[str, str] | None = None,
        limit: int = MAX_ANSWER,
        attempts: int = GET_ATTEMPTS,
        public_only: bool = False,
    ) -> Reply:
        """Send a GET, repeated after a broken connection or a 5xx while attempts and time are left.

        With `public_only` it connects to public addresses only: else it raises `network.PrivateAddress`, or
        `network.UnknownHost` for a host without any address.
        """
        client = self._public_client if public_only else self._client
        with self._translated_errors():
            for attempt in range(1, attempts + 1):
                last = attempt == attempts or deadline.remaining() < 1
                try:
                    reply = self._send(client, "GET", url, deadline, headers=headers or {}, limit=limit)
                except PASSING:
                    if last:
                        raise
                else:
                    if reply.status < 500 or last:
                        return reply
                time.sleep(min(0.2 * attempt, deadline.remaining()))
            raise AssertionError("the last attempt returns or raises")

    def _send(
        self,
        client: httpx2.Client,
        method: str,
        url: str | httpx2.URL,
        deadline: Deadline,
        *,
        headers: Mapping[str, str],
        sent: Mapping[str, Any] = MappingProxyType({}),
        limit: int = MAX_ANSWER,
    ) -> Reply:
        left = deadline.remaining()
        if left <= 0:
            raise httpx2.ReadTimeout("no time left")
        timeout = httpx2.Timeout(left, connect=min(CONNECT_SECONDS, left))
        with (
            network.until(deadline),
            client.stream(method, url, headers=headers, timeout=timeout, **sent) as response,
        ):
            received = self._read(response, deadline, limit)
        return Reply(self.provider, response.status_code, dict(response.headers), received)

    def _read(self, response: httpx2.Response, deadline: Deadline, limit: int) -> Content:
        received = Collector()
        for piece in response.iter_bytes():  # decoded, in pieces of at most 1 MB
            received.add(piece)
            if received.length > limit:
                text = f"{name_of(self.provider)} sent more than {limit // 1024 // 1024} MB; {AGAIN}"
                too_much = ProviderError(text, provider=self.provider)
                too_much.drawn = True
                raise too_much
            if deadline.passed:
                raise httpx2.ReadTimeout("the answer took too long")
        return received.content()

    @contextmanager
    def _translated_errors(self) -> Iterator[None]:
        try:
            yield
        except tuple(kind for kind, _, _ in ERRORS) as error:
            _, kind, text = next(row for row in ERRORS if isinstance(error, row[0]))
            # httpx2's own words name the host; they are in the log, as this error's cause.
            failure = kind(f"{name_of(self.provider)} {text}; {AGAIN}", provider=self.provider)
            # A provider that took the call may have generated a picture before the connection failed.
            failure.drawn = not isinstance(error, UNSENT)
            raise failure from error


def plain_client(transport: httpx2.BaseTransport) -> httpx2.Client:
    """Return a client without proxies, cookies and logins, which follows no redirect."""
    return httpx2.Client(
        transport=transport,
        headers=HEADERS,
        auth=httpx2.Auth(),  # none: else a URL's user and password would take the place of our Authorization header
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),  # else one caller's would be sent for the next
        trust_env=False,  # neither proxies nor netrc
    )


def origin(url: str) -> tuple[str, str, int | None]:
    """Return scheme, host and port for comparing URLs: lower case, no trailing dot, the scheme's port if not named."""
    try:
        parsed = httpx2.URL(url).origin
    except (httpx2.InvalidURL, ValueError):
        return "", "", None
    return parsed.scheme, parsed.host.removesuffix("."), parsed.port
