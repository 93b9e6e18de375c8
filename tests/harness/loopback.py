"""DynamoDB and S3 without sockets: botocore's requests are passed directly to the emulated AWS in the process.

Connections took a third of the processor time of all tests with AWS. Lambda's calls still use sockets, because a
connection may break during an invocation, and each handler needs its own thread.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote, urlsplit

from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectionClosedError
from botocore.httpsession import URLLib3Session
from moto.core.botocore_stubber import MockRawResponse
from werkzeug.wrappers import Request, Response

if TYPE_CHECKING:
    from collections.abc import Callable

    from botocore.awsrequest import AWSPreparedRequest

SERVICES = ("/dynamodb/aws4_request", "/s3/aws4_request")
"""Ends of the credential scopes in the requests' signatures."""
_apps: dict[str, Callable[[Request], Response]] = {}
_send = URLLib3Session.send


class Connection:
    """A substitute for the socket in `werkzeug.socket`."""

    closed = False

    def shutdown(self, _how: int) -> None:
        self.closed = True


def serve(host: str, app: Callable[[Request], Response]) -> None:
    """Answer requests to that host in the caller's thread, until `stop`."""
    URLLib3Session.send = send  # type: ignore[method-assign, assignment]
    _apps[host] = app


def stop(host: str) -> None:
    del _apps[host]


def send(self: URLLib3Session, request: AWSPreparedRequest) -> Any:
    """Replaces botocore's `send`."""
    app = _apps.get(urlsplit(request.url).netloc)
    signed = request.headers.get("Authorization") or b""
    text = signed.decode() if isinstance(signed, bytes) else signed
    if not app or not any(service in text for service in SERVICES):
        return _send(self, request)
    environment = _environment(request)
    response = app(Request(environment))
    if environment["werkzeug.socket"].closed:
        raise ConnectionClosedError(error=None, request=request, endpoint_url=request.url)
    raw: Any = MockRawResponse(response.get_data())
    return AWSResponse(request.url, response.status_code, cast("Any", dict(response.headers)), raw)


def _environment(request: AWSPreparedRequest) -> dict[str, Any]:
    """Return the request's WSGI environment, as werkzeug's server builds it."""
    url, body = urlsplit(request.url), request.body or b""
    data = _bytes(body if isinstance(body, str | bytes | bytearray) else body.read())
    headers = {name.upper().replace("-", "_"): _text(value) for name, value in request.headers.items()}
    sent = {f"HTTP_{name}": value for name, value in headers.items() if name not in ("CONTENT_TYPE", "CONTENT_LENGTH")}
    target = f"{url.path}?{url.query}" if url.query else url.path
    return {
        **sent,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": url.scheme,
        "wsgi.input": io.BytesIO(data),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "werkzeug.socket": Connection(),
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(url.path, "latin-1"),
        "QUERY_STRING": url.query,
        "REQUEST_URI": target,
        "RAW_URI": target,
        "HTTP_HOST": url.netloc,
        "SERVER_NAME": url.hostname,
        "SERVER_PORT": str(url.port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": headers.get("CONTENT_TYPE", ""),
        "CONTENT_LENGTH": str(len(data)),
    }


def _bytes(body: str | bytes | bytearray) -> bytes:
    return body.encode() if isinstance(body, str) else bytes(body)


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
