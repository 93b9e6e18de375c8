"""Calls to providers: every one with a connect timeout and a deadline, every answer read within a size limit.

A POST is sent once, whatever comes back: it may have generated. A GET may be repeated, a few times and within its
deadline.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import httpx

from easel.catalog import name_of
from easel.deadline import Deadline
from easel.errors import EaselError, GenerationTimeout, ProviderError, UpstreamError, redact

CONNECT_SECONDS = 5.0
MAX_ANSWER = 40 * 1024 * 1024  # bytes; a picture of 25 MB in base64 fits
GET_ATTEMPTS = 3
USER_AGENT = "easel"

# Most specific first; a test walks httpx's tree and fails when a class finds no row.
FAULTS: tuple[tuple[type[Exception], type[EaselError], str], ...] = (
    (httpx.ConnectTimeout, UpstreamError, "did not accept the connection in time"),
    (httpx.PoolTimeout, UpstreamError, "has no free connection"),
    (httpx.TimeoutException, GenerationTimeout, "did not answer in time"),
    (httpx.NetworkError, UpstreamError, "could not be reached, or hung up"),
    (httpx.RemoteProtocolError, UpstreamError, "broke off its answer"),
    (httpx.DecodingError, ProviderError, "answered with a body that cannot be decoded"),
    (httpx.TransportError, UpstreamError, "could not be reached"),
    (httpx.HTTPError, ProviderError, "gave an answer that cannot be used"),
    (httpx.InvalidURL, ProviderError, "gave an address that is none"),
    (httpx.CookieConflict, ProviderError, "sent cookies that contradict each other"),
    (httpx.StreamError, UpstreamError, "broke off its answer"),
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
        """The body as JSON; raises `ProviderError` with the body's text where it is none."""
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


class Http:
    """The connection to one provider, kept across warm calls; safe to share between threads."""

    def __init__(self, provider: str, transport: httpx.BaseTransport | None = None) -> None:
        self.provider = provider
        self._transport = transport

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
        secret: str | None,
    ) -> Reply:
        """One POST of a JSON body. `secret` is cut out of whatever an error says."""
        with self._faults(secret):
            return self._read("POST", url, deadline, headers=headers, content=json.dumps(body).encode())

    def get(
        self,
        url: str,
        deadline: Deadline,
        *,
        headers: Mapping[str, str] | None = None,
        secret: str | None = None,
        limit: int = MAX_ANSWER,
        attempts: int = GET_ATTEMPTS,
    ) -> Reply:
        """A GET, repeated after a broken connection or a 5xx while attempts and time are left."""
        with self._faults(secret):
            for attempt in range(1, attempts + 1):
                last = attempt == attempts or deadline.remaining() < 1
                try:
                    reply = self._read("GET", url, deadline, headers=headers or {}, limit=limit)
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
    ) -> Reply:
        left = deadline.remaining()
        if left <= 0:
            raise httpx.ReadTimeout("no time left")
        sent = {**headers, **({"Content-Type": "application/json"} if content is not None else {})}
        timeout = httpx.Timeout(left, connect=min(CONNECT_SECONDS, left))
        with self._client.stream(method, url, headers=sent, content=content, timeout=timeout) as response:
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
    def _faults(self, secret: str | None) -> Iterator[None]:
        try:
            yield
        except (httpx.HTTPError, httpx.InvalidURL, httpx.CookieConflict, httpx.StreamError) as error:
            _, kind, text = next(row for row in FAULTS if isinstance(error, row[0]))
            upstream = redact(str(error), secret)
            raise kind(f"{name_of(self.provider)} {text}", provider=self.provider, upstream=upstream) from error
