"""Call providers through httpx2. Every call has a connect timeout, a deadline and a size limit for its response.

A POST is sent once, because it may generate a picture even if it fails. Only a connect timeout is retried, since
nothing was sent. A GET is retried a few times before its deadline.
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
from easel.errors.base import RETRY_ADVICE
from easel.providers import json_body, network, retry_headers

CONNECT_SECONDS = 5.0
MAX_ANSWER = 40 * 1024 * 1024  # bytes; enough for a picture of 25 MB in base64
MAX_JSON = 8 * 1024 * 1024
"""Maximum bytes of JSON to parse. A larger response contains a picture, see `easel.providers.inline_images`."""
MAX_DIGITS = 40  # of a whole number in JSON
MAX_TEXT = 1024 * 1024  # bytes
MAX_PARTS = 300_000
"""Maximum members and elements of JSON to parse. Each needs about 100 bytes of memory."""
PARTS = (b"{", b"[", b",")
"""The characters that are counted to estimate the members and elements of JSON."""
GET_ATTEMPTS = 3
# httpx2 can also decode br with the package brotli, and zstd with backports.zstd or Python 3.14. The layer has neither.
HEADERS = {"User-Agent": "easel", "Accept-Encoding": "gzip, deflate"}

for _library in ("httpx2", "httpcore2"):
    logging.getLogger(_library).setLevel(logging.WARNING)  # lower levels log URLs, which may contain the token

GATEWAY = (502, 504, 520, 524)
"""Statuses of a gateway that forwarded a call and received no valid response. 520 and 524 are Cloudflare's."""

# Most specific first. A test fails if one of httpx2's exceptions has no row.
ERRORS: tuple[tuple[type[Exception], type[EaselError], str], ...] = (
    (httpx2.ConnectTimeout, ProviderUnreachable, "did not accept the connection in time"),
    (httpx2.PoolTimeout, ProviderUnreachable, "has no free connection"),
    (httpx2.TimeoutException, GenerationTimeout, "did not answer in time"),
    (httpx2.ConnectError, ProviderUnreachable, "could not be reached, or has an invalid certificate"),
    (httpx2.UnsupportedProtocol, ProviderError, "returned an invalid URL"),
    (httpx2.TransportError, ProviderUnreachable, "closed the connection, or ended its response early"),
    (httpx2.DecodingError, ProviderError, "returned a body that cannot be decoded"),
    (httpx2.HTTPError, ProviderError, "returned an unusable response"),
    (httpx2.InvalidURL, ProviderError, "returned an invalid URL"),
    (httpx2.CookieConflict, ProviderError, "returned an unusable response"),
    (httpx2.StreamError, ProviderUnreachable, "ended its response early"),
    (ValueError, ProviderError, "returned an invalid URL"),  # raised by `httpx2.URL` for some invalid host names
)
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
RETRY_ERRORS = (httpx2.ConnectTimeout, httpx2.NetworkError, httpx2.RemoteProtocolError)
"""A GET is retried after these errors."""
UNSENT = (httpx2.ConnectTimeout, httpx2.ConnectError, httpx2.PoolTimeout, httpx2.UnsupportedProtocol, httpx2.InvalidURL)
"""After these errors the provider has certainly not received the call."""


FormFile = tuple[str, bytes, str]
"""A file in a form: its name, its content and its media type."""


class Reply(NamedTuple):
    """A provider's complete response. `headers` have lower-case names."""

    provider: str
    status: int
    headers: Mapping[str, str]
    content: Content

    @property
    def text(self) -> str:
        """The body as text, at most the first `MAX_TEXT` bytes."""
        return self.content[:MAX_TEXT].decode("utf-8", "replace")

    def json(self) -> Any:
        """Return the parsed JSON body. Raise `ProviderError` if it is not JSON or too large. See `parsed`."""
        try:
            if len(self.content) > MAX_JSON:
                raise ValueError("the JSON is too large")
            return parsed(self.content[:])
        except (ValueError, RecursionError) as error:
            raise ProviderError(
                f"{name_of(self.provider)} answered HTTP {self.status} with a body that is not JSON; {RETRY_ADVICE}",
                provider=self.provider,
                upstream=self.text,
            ) from error

    @property
    def retry_after(self) -> int | None:
        """Seconds to wait before a retry, from the headers, or None."""
        return retry_headers.seconds(self.headers)

    @property
    def is_success(self) -> bool:
        """True for a 2xx status."""
        return 200 <= self.status < 300


def parsed(content: bytes) -> Any:
    """Parse a provider's JSON, and replace values that the job table cannot store.

    Numbers with more than `MAX_DIGITS` digits, infinite numbers and NaN become None. A lone surrogate, which does not
    encode a character, becomes `?`.

    Raises:
        ValueError: the content is not JSON, or has more than `MAX_PARTS` parts, which would fill the function's memory.
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
    """An HTTP client for one provider. It keeps connections open across warm calls, and threads may share it.

    Args:
        provider: the provider's id.
        transport: replaces the network, such as `httpx2.MockTransport` in tests.
    """

    def __init__(self, provider: str, transport: httpx2.BaseTransport | None = None) -> None:
        self.provider = provider
        self._transport = transport
        self._clients: dict[network.Resolve, httpx2.Client] = {}
        self._lock = threading.Lock()

    def load(self) -> None:
        """Create the clients and their TLS settings before the first call, because this takes time."""
        _ = self._client, self._public_client

    def close(self) -> None:
        """Close the connections. The next call opens a new one."""
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
        with self._lock:  # otherwise two concurrent first calls would create two clients, and only one is closed
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
        """Send a POST once: a JSON body, or a form if there are `files`.

        A connect timeout, which one lost packet can cause, is retried once if the deadline allows it.

        Args:
            url: the endpoint.
            body: the JSON object, or the fields of the form.
            deadline: limits the call.
            headers: request headers.
            files: the form's files, each with the name of its field.

        Returns:
            The response with any status.

        Raises:
            UpstreamError: the call failed; see `ERRORS`. `drawn` is True if the provider may have received it.
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
        """Send a GET. Retry after a broken connection or a 5xx while attempts and time are left.

        Args:
            url: the resource.
            deadline: limits all attempts together.
            headers: request headers.
            limit: maximum bytes of the response's body.
            attempts: maximum attempts.
            public_only: connect to public addresses only.

        Returns:
            The response with any status. Redirects are not followed.

        Raises:
            UpstreamError: the call failed; see `ERRORS`.
            PrivateAddress: with `public_only`, the host has a private address.
            UnknownHost: with `public_only`, the host has no address.
        """
        client = self._public_client if public_only else self._client
        with self._translated_errors():
            for attempt in range(1, attempts + 1):
                last = attempt == attempts or deadline.remaining() < 1
                try:
                    reply = self._send(client, "GET", url, deadline, headers=headers or {}, limit=limit)
                except RETRY_ERRORS:
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
        for piece in response.iter_bytes():  # decompressed, at most 1 MB each
            received.add(piece)
            if received.length > limit:
                text = f"{name_of(self.provider)} sent more than {limit // 1024 // 1024} MB; {RETRY_ADVICE}"
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
            # httpx2's message contains the host. Only the log gets it, as the cause of this error.
            failure = kind(f"{name_of(self.provider)} {text}; {RETRY_ADVICE}", provider=self.provider)
            # A provider that received the call may have generated a picture before the connection failed.
            failure.drawn = not isinstance(error, UNSENT)
            raise failure from error


def plain_client(transport: httpx2.BaseTransport) -> httpx2.Client:
    """Return a client that uses no proxies, cookies or logins, and follows no redirects."""
    return httpx2.Client(
        transport=transport,
        headers=HEADERS,
        auth=httpx2.Auth(),  # otherwise user and password in a URL would replace our Authorization header
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),  # callers must not share cookies
        trust_env=False,  # ignore proxies and netrc
    )


def origin(url: str) -> tuple[str, str, int | None]:
    """Return a URL's scheme, host and port, normalized for comparison: lower case, no trailing dot, the default port.

    An invalid URL has `("", "", None)`.
    """
    try:
        parsed = httpx2.URL(url).origin
    except (httpx2.InvalidURL, ValueError):
        return "", "", None
    return parsed.scheme, parsed.host.removesuffix("."), parsed.port
