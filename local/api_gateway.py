"""Stable local addresses of the HTTP API, with API Gateway's limits, and of the function URL, with Lambda's.

MiniStack serves both under paths with their ids. Here each is the root of http://127.0.0.1:PORT. The HTTP API also gets
the behaviour of https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html: an integration ends
after 30 s with 503, a body over 10 MB is refused with 413, a failed function gives 500 and a throttled one 503.
`function_url` has the limits of function URLs. As on AWS, a call continues if its client disconnects.
"""

import asyncio
import contextlib
import json
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2
import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from local.errors import LocalError

TIME_LIMIT = 30.0  # seconds
AT_ONCE = 100
"""Maximum number of concurrent calls. A few local cores start an environment for each call, and more calls would exceed
the API's time limit. Further calls wait before the time limit starts."""
BODY_LIMIT = 10_000_000  # bytes
PAYLOAD_LIMIT = 6 * 1024 * 1024
"""Maximum bytes of an invocation: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html."""
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
HOP_BY_HOP = {
    "connection",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "content-length",
    "date",
}


CORS = b"access-control-"

OnAnswer = Callable[[str, str, int, float], None]


def bind(port: int) -> socket.socket:
    """Listen on the port, so that a busy port is reported before anything is built. 0 means any free port."""
    taken = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # asyncio does not set TCP_NODELAY for such a socket, which would cost 40 ms per call.
    taken.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        taken.bind(("127.0.0.1", port))
        taken.listen(1024)  # early calls wait until the stack is ready
        return taken
    except OSError as error:
        taken.close()
        raise LocalError(
            f"Port {port} of 127.0.0.1 is not available ({error.strerror}). Another `make run` may use it. "
            f"End that program, or choose another port: make run PORT={port + 1}"
        ) from error


def bind_or_any(port: int) -> socket.socket:
    """Listen on the port, or on any free port if it is busy."""
    try:
        return bind(port)
    except LocalError:
        return bind(0)


@contextlib.contextmanager
def serve(app: Starlette, listener: socket.socket) -> Iterator[None]:
    """Serve `app` in a thread until the end of the block."""
    # Open calls are dropped at the end, because the programs that they wait for end as well.
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            log_level="critical",
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=0,
            timeout_keep_alive=75,
        )
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="front", daemon=True)
    thread.start()
    try:
        while not server.started:
            if not thread.is_alive():
                raise LocalError("The server in front of MiniStack ended before it was ready.")
            time.sleep(0.01)
        yield
    finally:
        server.should_exit = True
        thread.join(timeout=5)


@dataclass(frozen=True)
class Target:
    """The target of an address: its URL, its limits, and its responses for a failed or throttled function."""

    url: str
    time_limit: float | None = TIME_LIMIT
    body_limit: int = BODY_LIMIT
    failed: tuple[int, str] = (500, "Internal Server Error")
    throttled: tuple[int, str] = (503, "Service Unavailable")
    about: Mapping[str, str] = field(default_factory=dict)
    """Additional headers of `/api`, which tell the page at `/` about the local stack."""


def function_url(url: str, about: Mapping[str, str] | None = None) -> Target:
    """Return the settings of a function URL. Its only timeout is the function's.

    https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
    """
    return Target(url, None, PAYLOAD_LIMIT, (502, "Internal Server Error"), (429, "Rate Exceeded."), about or {})


def create_app(target_server: Target, on_answer: OnAnswer = lambda *_: None) -> Starlette:
    """Return an app that forwards every call. `on_answer` gets each call's method, path, status and seconds."""

    slots = asyncio.Semaphore(AT_ONCE)

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        limits = httpx2.Limits(max_connections=None)
        async with httpx2.AsyncClient(timeout=None, limits=limits, trust_env=False) as client:
            app.state.client = client
            yield

    async def handle(request: Request) -> Response:
        started = time.monotonic()
        async with slots:
            response = await _answer(request, target_server)
        if request.url.path == "/api":
            response.headers.update(target_server.about)
        on_answer(request.method, request.url.path, response.status_code, time.monotonic() - started)
        return response

    app = Starlette(lifespan=lifespan)
    app.add_route("/{path:path}", handle, methods=METHODS)
    return app


async def _answer(request: Request, target_server: Target) -> Response:
    try:
        body = await request.body()
    except ClientDisconnect:
        return Response(status_code=499)
    if len(body) > target_server.body_limit:
        return _message(413, "Request Entity Too Large")
    try:
        async with asyncio.timeout(target_server.time_limit):
            return await _forward(request, body, target_server)
    except TimeoutError:
        return _message(503, "Service Unavailable")
    except httpx2.HTTPError:
        return _message(*target_server.failed)


async def _forward(request: Request, body: bytes, target_server: Target) -> Response:
    if b"#" in request.scope["raw_path"]:
        return _message(400, "Bad Request")  # not allowed in a request target: RFC 9112, 3.2
    target = httpx2.URL(target_server.url)
    path = target.raw_path + request.scope["raw_path"]
    if query := request.scope["query_string"]:
        path += b"?" + query
    # Built without the client's methods, which would add headers and decode the response's Content-Encoding.
    call = httpx2.Request(
        request.method, target.copy_with(raw_path=path), headers=_request_headers(request), content=body
    )
    answer = await request.app.state.client.send(call, stream=True)
    try:
        content = b"".join([chunk async for chunk in answer.aiter_raw()])
    finally:
        await answer.aclose()
    return _translate(answer, content, target_server)


def _request_headers(request: Request) -> list[tuple[bytes, bytes]]:
    """Return the client's headers, including Host for links, and those that API Gateway adds.

    They are bytes, because a header may contain bytes above 127.
    """
    before = request.headers.get("x-forwarded-for")
    client = request.client.host if request.client else "127.0.0.1"
    own = {
        "x-forwarded-for": f"{before}, {client}" if before else client,
        "x-forwarded-port": str(request.url.port or 80),
        "x-forwarded-proto": "http",
    }
    left_out = HOP_BY_HOP | own.keys()
    kept = [(name, value) for name, value in request.headers.raw if name.decode("latin-1") not in left_out]
    return kept + [(name.encode(), value.encode("latin-1")) for name, value in own.items()]


def _translate(answer: httpx2.Response, content: bytes, target_server: Target) -> Response:
    """Convert MiniStack's response to AWS's. A function's error goes to its log and not to the caller."""
    if answer.status_code in (429, 502) and (error := _json_object(content)):
        if answer.status_code == 502 and {"errorMessage", "errorType"} <= error.keys():
            return _message(*target_server.failed)
        if answer.status_code == 429 and "Reason" in error:
            return _message(*target_server.throttled)
    response = Response(content, answer.status_code)
    kept = [(name.lower(), value) for name, value in answer.headers.raw if name.lower().decode() not in HOP_BY_HOP]
    # API Gateway replaces a function's CORS headers by its own. MiniStack may send both, the function's first.
    once = {name: value for name, value in kept if name.startswith(CORS)}
    response.raw_headers = [(name, value) for name, value in kept if not name.startswith(CORS)] + list(once.items())
    if answer.status_code not in (204, 304):
        response.headers["content-length"] = answer.headers.get("content-length", str(len(content)))
    return response


def _json_object(content: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(content)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _message(status: int, message: str) -> Response:
    return Response(json.dumps({"message": message}), status, media_type="application/json")
