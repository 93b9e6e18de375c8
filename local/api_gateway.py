"""A stable address in front of the deployed HTTP API, with the limits and answers that API Gateway has, and another one
in front of the function URL, with those of Lambda.

MiniStack addresses both by their ids, under paths of its own; here each is the root of http://127.0.0.1:PORT. Bridged
besides at the HTTP API, each as https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html or
the HTTP API itself has it: an integration is cut at 30 s with 503, a body over 10 MB is refused with 413, a function
that failed reads as 500 and one that was throttled as 503. `function_url` has the others. A client that goes away does
not end the call: nor does it on AWS.
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
"""Calls that are passed on at once. Lambda gives each a processor; here a few cores start an environment for each, and
more would not be done before the API's time limit. The others wait in front of it, where no time limit runs yet."""
BODY_LIMIT = 10_000_000  # bytes
PAYLOAD_LIMIT = 6 * 1024 * 1024
"""Bytes of a body that Lambda itself takes: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html."""
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
    """Take the port at once, so that a busy port is reported before anything is built. 0 takes any free port."""
    taken = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    taken.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # asyncio forgets it for such a socket: 40 ms a call
    try:
        taken.bind(("127.0.0.1", port))
        taken.listen(1024)  # who calls early waits until the stack is there
        return taken
    except OSError as error:
        taken.close()
        raise LocalError(
            f"Port {port} of 127.0.0.1 cannot be taken ({error.strerror}): another `make run`, perhaps. "
            f"End that program, or choose another port: make run PORT={port + 1}"
        ) from error


def bind_or_any(port: int) -> socket.socket:
    """Take the port, or any free one where it is busy."""
    try:
        return bind(port)
    except LocalError:
        return bind(0)


@contextlib.contextmanager
def serve(app: Starlette, listener: socket.socket) -> Iterator[None]:
    """Serve `app` in a thread until the end of the block."""
    # Calls under way at the end are dropped: what they wait for is being ended as well.
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
class Behind:
    """What stands behind an address: where it is, its limits, and its answer when a function fails or is throttled."""

    url: str
    time_limit: float | None = TIME_LIMIT
    body_limit: int = BODY_LIMIT
    failed: tuple[int, str] = (500, "Internal Server Error")
    throttled: tuple[int, str] = (503, "Service Unavailable")
    about: Mapping[str, str] = field(default_factory=dict)
    """Headers of `/api` besides its own: what the page at `/` is to know of a local stack."""


def function_url(url: str, about: Mapping[str, str] | None = None) -> Behind:
    """Return a function URL: the function's own timeout is the only one.

    https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
    """
    return Behind(url, None, PAYLOAD_LIMIT, (502, "Internal Server Error"), (429, "Rate Exceeded."), about or {})


def create_app(behind: Behind, on_answer: OnAnswer = lambda *_: None) -> Starlette:
    """Return the app that passes every call on; `on_answer` gets method, path, status and seconds of each."""

    turns = asyncio.Semaphore(AT_ONCE)

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        limits = httpx2.Limits(max_connections=None)
        async with httpx2.AsyncClient(timeout=None, limits=limits, trust_env=False) as client:
            app.state.client = client
            yield

    async def handle(request: Request) -> Response:
        started = time.monotonic()
        async with turns:
            response = await _answer(request, behind)
        if request.url.path == "/api":
            response.headers.update(behind.about)
        on_answer(request.method, request.url.path, response.status_code, time.monotonic() - started)
        return response

    app = Starlette(lifespan=lifespan)
    app.add_route("/{path:path}", handle, methods=METHODS)
    return app


async def _answer(request: Request, behind: Behind) -> Response:
    try:
        body = await request.body()
    except ClientDisconnect:
        return Response(status_code=499)
    if len(body) > behind.body_limit:
        return _message(413, "Request Entity Too Large")
    try:
        async with asyncio.timeout(behind.time_limit):
            return await _forward(request, body, behind)
    except TimeoutError:
        return _message(503, "Service Unavailable")
    except httpx2.HTTPError:
        return _message(*behind.failed)


async def _forward(request: Request, body: bytes, behind: Behind) -> Response:
    if b"#" in request.scope["raw_path"]:
        return _message(400, "Bad Request")  # no request target holds one: RFC 9112, 3.2
    target = httpx2.URL(behind.url)
    path = target.raw_path + request.scope["raw_path"]
    if query := request.scope["query_string"]:
        path += b"?" + query
    # Built by hand: the client would add headers of its own, and undo the answer's Content-Encoding.
    call = httpx2.Request(
        request.method, target.copy_with(raw_path=path), headers=_request_headers(request), content=body
    )
    answer = await request.app.state.client.send(call, stream=True)
    try:
        content = b"".join([chunk async for chunk in answer.aiter_raw()])
    finally:
        await answer.aclose()
    return _translate(answer, content, behind)


def _request_headers(request: Request) -> list[tuple[bytes, bytes]]:
    """Return the client's headers, Host among them (links are made from it), and those that API Gateway adds.

    Byte for byte: a header may hold bytes above 127.
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


def _translate(answer: httpx2.Response, content: bytes, behind: Behind) -> Response:
    """MiniStack's answer as AWS gives it; the error of a function is for its log, not for the caller."""
    if answer.status_code in (429, 502) and (error := _json_object(content)):
        if answer.status_code == 502 and {"errorMessage", "errorType"} <= error.keys():
            return _message(*behind.failed)
        if answer.status_code == 429 and "Reason" in error:
            return _message(*behind.throttled)
    response = Response(content, answer.status_code)
    kept = [(name.lower(), value) for name, value in answer.headers.raw if name.lower().decode() not in HOP_BY_HOP]
    # API Gateway's own CORS headers stand in place of a function's; here both may come, the function's first.
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
