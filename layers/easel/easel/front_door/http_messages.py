"""HTTP requests and responses as plain data without a web framework, for the router and the providers' functions."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

from easel.common.telemetry import logger
from easel.errors import EaselError, InternalError, InvalidRequest
from easel.front_door import request_body
from easel.settings import settings

GATEWAY_SECONDS = 30.0  # HTTP APIs cut every call after this; a function URL waits as long as its function runs
CORS_METHODS = ("GET", "POST", "DELETE", "OPTIONS")
CORS_HEADERS = ("*", "Authorization")
CORS_EXPOSED = (
    "X-Request-ID", "Location", "Retry-After", "ETag", "Preference-Applied", "X-Should-Retry", "RateLimit",
    "RateLimit-Policy", "OpenAI-Processing-Ms",
)  # fmt: skip
CORS_SECONDS = 86400  # how long a browser caches the response to a preflight
SECURITY_HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
"""Headers of every response. Browsers trust its media type, and send its address to no other host."""
NO_STORE = {"Cache-Control": "no-store"}
"""The default for responses, because they may belong to one key."""
NO_RETRY = {"X-Should-Retry": "false"}
"""Keeps OpenAI's SDKs from retrying after a 409, 429 or 5xx if a retry is pointless."""
KEEP_WAITING = (
    "the picture takes longer than one call may: GET {} with the same Authorization header, then the waitUrl of each "
    "further 303, until the status is not 303"
)
"""The message in the body of a 303, for people."""


@dataclass(frozen=True)
class HttpRequest:
    """An HTTP call. Header names are in lower case. Headers contain tokens: never print them."""

    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    path: str
    request_id: str
    late: float = 0.0
    """Seconds since API Gateway received the call, mostly those of a cold start."""
    source: str = ""
    """The caller's address according to API Gateway. A caller can forge `X-Forwarded-For`."""
    agent: str = field(default="", repr=False)
    """The caller's user agent."""
    url_seconds: float | None = None
    """The function's remaining seconds for a call to the function URL. None for a call to the HTTP API."""

    @property
    def via_function_url(self) -> bool:
        """True if the call came to the function URL. No gateway cuts it, so it waits for the final response."""
        return self.url_seconds is not None

    @property
    def seconds_left(self) -> float:
        """Seconds until this call is cut."""
        return GATEWAY_SECONDS - self.late if self.url_seconds is None else self.url_seconds

    @property
    def endpoint(self) -> str:
        """The API's own address, without a trailing slash: as configured, or as this call spelled it."""
        return settings().public_url or self.address

    @property
    def address(self) -> str:
        """The address that this call was sent to, without a path."""
        scheme = "http" if self.headers.get("x-forwarded-proto") == "http" else "https"
        return f"{scheme}://{self.headers.get('host', 'localhost')}"


class HttpResponse(NamedTuple):
    """An HTTP response. `body` is JSON unless None."""

    status: int
    body: Mapping[str, Any] | None
    headers: Mapping[str, str] = MappingProxyType({})

    def text(self) -> str:
        return "" if self.body is None else json.dumps(self.body, ensure_ascii=False)


def read_event(event: Mapping[str, Any]) -> HttpRequest:
    """Return the call in an HTTP API (v2) event. Raise `InvalidRequest` for a body that is not what the event says."""
    event = request_body.unpacked(event)
    raw = event.get("body") or ""
    try:
        body = base64.b64decode(raw, validate=True) if event.get("isBase64Encoded") else raw.encode()
    except ValueError as error:  # invalid base64, or a lone surrogate
        raise InvalidRequest("body: cannot be read as UTF-8 text", field="body") from error
    headers = {name.lower(): str(value) for name, value in (event.get("headers") or {}).items()}
    return make_call(event, body, headers, str(event.get("rawPath", "")))


def make_call(
    event: Mapping[str, Any], body: bytes, headers: Mapping[str, str], path: str, seconds: float | None = None
) -> HttpRequest:
    """Return the call, with the facts of its event (payload format 2.0) in addition to body and headers.

    `seconds` is the function's remaining time.
    """
    context = event.get("requestContext") or {}
    http = context.get("http") or {}
    return HttpRequest(
        body=body,
        headers=headers,
        path=path,
        request_id=str(context.get("requestId", "")),
        late=lateness(context),
        source=str(http.get("sourceIp", "")),
        agent=str(http.get("userAgent", "")),
        url_seconds=seconds if is_function_url(event) else None,
    )


def is_function_url(event: Any) -> bool:
    """Return whether a function URL sent this event. AWS writes the domain name that shows it; no caller can choose it.

    https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads
    """
    context = event.get("requestContext") if isinstance(event, Mapping) else None
    return isinstance(context, Mapping) and ".lambda-url." in str(context.get("domainName", ""))


def lateness(context: Mapping[str, Any]) -> float:
    """Return the seconds since the gateway received the call, or 0 for an implausible time, as in a stored event."""
    received = context.get("timeEpoch")  # milliseconds
    now = time.time() * 1000
    if isinstance(received, int | float) and now - GATEWAY_SECONDS * 1000 < received < now:
        return (now - received) / 1000
    return 0.0


def known_tags(headers: Mapping[str, str]) -> list[str]:
    """Return the entity tags in `If-None-Match`, without the prefix of weak tags."""
    tags = headers.get("if-none-match", "").split(",")
    return [tag.strip().removeprefix("W/") for tag in tags if tag.strip()]


def cors(origin: str) -> dict[str, str]:
    """Return the headers that let a page of this origin read a response. An origin that is not allowed gets none.

    API Gateway replaces them with its own. They count where it sets none: for a preflight that it forwards, and for a
    call without `Origin`. A browser may cache the response to such a call and give it to a page later. The function URL
    sets none at all.
    """
    allowed = settings().allowed_origins
    if allowed != ("*",) and origin not in allowed:
        if origin or len(allowed) != 1:
            return {}
        origin = allowed[0]
    return {
        "Access-Control-Allow-Origin": "*" if allowed == ("*",) else origin,
        "Access-Control-Expose-Headers": ",".join(CORS_EXPOSED),
    }


def preflight(origin: str) -> HttpResponse:
    """Return the response to `OPTIONS`, for every path."""
    headers = cors(origin)
    if headers:
        headers |= {
            "Access-Control-Allow-Methods": ",".join(CORS_METHODS),
            "Access-Control-Allow-Headers": ",".join(CORS_HEADERS),
            "Access-Control-Max-Age": str(CORS_SECONDS),
        }
    return HttpResponse(204, None, headers)


def write_event(answer: HttpResponse, request_id: str) -> dict[str, Any]:
    """Return the response in the format that an HTTP API expects from a function."""
    headers = {"X-Request-ID": request_id, "Vary": "Origin", **SECURITY_HEADERS, **NO_STORE, **answer.headers}
    if answer.body is not None:
        headers["Content-Type"] = "application/json"
    return {"statusCode": answer.status, "headers": headers, "body": answer.text(), "isBase64Encoded": False}


def error_response(error: EaselError) -> HttpResponse:
    """Return the response for an error. Every error passes through here."""
    retry = {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}
    return HttpResponse(error.status, error.body(), {**error.headers, **retry})


def exception_response(error: Exception) -> HttpResponse:
    """Return the response for any exception. Log exceptions that are not Easel's, and hide their text from callers."""
    from botocore.exceptions import BotoCoreError, ClientError

    if isinstance(error, EaselError):
        return error_response(error)
    if isinstance(error, BotoCoreError | ClientError):
        logger.warning("AWS did not respond", exc_info=error)
        return error_response(InternalError("an AWS service did not respond to Easel; try again"))
    logger.exception("unhandled error")
    return error_response(InternalError("Easel failed; the log has the reason under this response's X-Request-ID"))


def see_other(call: HttpRequest, path: str, hop: int, facts: Mapping[str, Any]) -> HttpResponse:
    """Return a redirect to a path that keeps waiting.

    Args:
        call: the call.
        path: the path, which may have a query.
        hop: the number of this redirect, from 1.
        facts: further fields of the body, which is for clients that do not follow redirects.
    """
    location = f"{call.endpoint}{path}{'&' if '?' in path else '?'}hop={hop}"
    body = {"status": "running", "message": KEEP_WAITING.format(location), "waitUrl": location, **facts}
    return HttpResponse(303, body, {"Location": location, "Cache-Control": "no-store"})
