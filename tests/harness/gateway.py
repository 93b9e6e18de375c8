"""Emulated HTTP API: converts requests to payload-v2 events by the template's routes, and results to responses.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from __future__ import annotations

import base64
import time
import uuid
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

from easel.common.deadline import in_thread
from tests.harness import template
from tests.harness.cloud import Server
from tests.harness.functions import Context, handle
from tests.harness.patience import HANGS_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.harness.functions import Functions

_TEXT = ("text/", "application/json", "application/javascript", "application/xml")


class Gateway:
    """An HTTP API in front of the functions, at the address `url`."""

    def __init__(self, functions: Functions) -> None:
        self._functions = functions
        self._routes = {route: function.name for function in template.functions() for route in function.routes}
        cors = template.properties("HttpApi")["CorsConfiguration"]
        self._cors = {name: value if isinstance(value, list) else [value] for name, value in cors.items()}
        self._server = Server(self._answer)
        self.url = self._server.url

    def close(self) -> None:
        self._server.close()

    def _answer(self, request: Request) -> Response:
        origin = request.headers.get("Origin")
        if origin and request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            return Response(status=204, headers=self._allowed(origin))
        routes = ((request.method, request.path), ("ANY", request.path))
        route = next((route for route in routes if route in self._routes), None)
        function = self._routes[route or ("$DEFAULT", "")]
        outcome = self._functions.run(function, event(request, route))
        response = _response(outcome.value) if outcome.died is None else _failed()
        if origin:
            for name, value in self._allowed(origin).items():
                response.headers[name] = value  # replaces the function's own header, as AWS does
        return response

    def _allowed(self, origin: str) -> dict[str, str]:
        allowed = "*" if self._cors["AllowOrigins"] == ["*"] else origin
        return {
            "Access-Control-Allow-Origin": allowed,
            "Access-Control-Allow-Methods": ",".join(self._cors["AllowMethods"]),
            "Access-Control-Allow-Headers": ",".join(self._cors["AllowHeaders"]),
            "Access-Control-Expose-Headers": ",".join(self._cors["ExposeHeaders"]),
        }


class FunctionUrl:
    """The router's function URL, at the address `url`. It has no routes, CORS settings or timeout."""

    def __init__(self, functions: Functions) -> None:
        self._functions = functions
        (self._name,) = [each.name for each in template.functions() if ("$DEFAULT", "") in each.routes]
        self._server = Server(self._answer)
        self.url = self._server.url

    def close(self) -> None:
        self._server.close()

    def _answer(self, request: Request) -> Response:
        outcome = self._functions.run(self._name, function_url_event(request))
        if outcome.died is None:
            return _response(outcome.value)
        return Response("Internal Server Error", 502, content_type="text/plain")


def function_url_event(request: Request) -> dict[str, Any]:
    """Return a function URL's event. https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html"""
    made = event(request, None)
    name = "abcdefghijklmnopqrstuvwxyz012345"
    domain = f"{name}.lambda-url.us-east-1.on.aws"
    own = {"accountId": "anonymous", "apiId": name, "domainName": domain, "domainPrefix": name}
    made["requestContext"] |= own
    return made


def call(
    handler: Callable[[Any, Any], Any],
    method: str,
    path: str,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Call a handler directly, without a server."""
    address, _, query = path.partition("?")
    sent = list((headers or {}).items())
    builder = EnvironBuilder("/", "https://api.test", query, method, data=body, headers=sent)
    builder.path = quote(address, safe="/%")  # it may begin with two slashes, which a URL parser would read as a host
    received = event(builder.get_request(), None)
    return _response(in_thread(handle, handler, received, Context("easel-router", 30)).result(timeout=HANGS_SECONDS))


def event(request: Request, route: tuple[str, str] | None) -> dict[str, Any]:
    """Return a request as a payload-v2 event."""
    key = " ".join(route) if route else "$default"
    body = request.get_data()
    text = _as_text(body, request.headers.get("Content-Type", "application/json"))
    headers = {name.lower(): ",".join(request.headers.getlist(name)) for name in dict(request.headers)}
    headers |= {"x-forwarded-proto": "http", "x-forwarded-for": "127.0.0.1"}
    context = {
        "accountId": "123456789012",
        "apiId": "local",
        "domainName": request.host,
        "domainPrefix": "local",
        "http": {
            "method": request.method,
            "path": request.path,
            "protocol": "HTTP/1.1",
            "sourceIp": "127.0.0.1",
            "userAgent": headers.get("user-agent", ""),
        },
        "requestId": uuid.uuid4().hex,
        "routeKey": key,
        "stage": "$default",
        "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime()),
        "timeEpoch": int(time.time() * 1000),
    }
    made = {
        "version": "2.0",
        "routeKey": key,
        "rawPath": request.path,
        "rawQueryString": request.query_string.decode(),
        "headers": headers,
        "requestContext": context,
        "isBase64Encoded": bool(body) and text is None,
    }
    if request.args:
        made["queryStringParameters"] = {name: ",".join(request.args.getlist(name)) for name in request.args}
    if body:
        made["body"] = base64.b64encode(body).decode() if text is None else text
    return made


def _as_text(body: bytes, content_type: str) -> str | None:
    if not content_type.startswith(_TEXT):
        return None
    try:
        return body.decode()
    except UnicodeDecodeError:
        return None


def _response(answer: Any) -> Response:
    if not isinstance(answer, dict) or "statusCode" not in answer:
        return Response(str(answer), content_type="application/json")
    body = answer.get("body") or ""
    data = base64.b64decode(body) if answer.get("isBase64Encoded") else body
    headers = {name: str(value) for name, value in (answer.get("headers") or {}).items()}
    response = Response(data, int(answer["statusCode"]), headers)
    if not any(name.lower() == "content-type" for name in headers):
        response.headers.pop("Content-Type", None)
    response.autocorrect_location_header = False
    return response


def _failed() -> Response:
    return Response('{"message":"Internal Server Error"}', 500, content_type="application/json")
