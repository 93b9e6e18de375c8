"""Undocumented responses that every API gives at times: proxies' pages, broken bodies, silence, lost connections."""

import time
from collections.abc import Callable
from email.utils import formatdate
from functools import partial
from typing import Any

from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Receive, Scope, Send

_PAGE = "<html><head><title>{0}</title></head><body><center><h1>{0}</h1></center><hr>nginx</body></html>"


def page(status: int, title: str) -> Response:
    """Return a proxy's HTML page."""
    return HTMLResponse(_PAGE.format(title), status)


class HangResponse(Response):
    """A response that never comes. It ends when the caller disconnects."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass


class CutResponse(Response):
    """Announces 4096 bytes, sends a few and closes the connection.

    It returns in the middle of the response, and uvicorn then closes the socket. It needs a real server.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"application/json"), (b"content-length", b"4096")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"created": 1', "more_body": True})


# Headers of a 429, or functions that return them.
LIMITS: dict[str, Callable[[], dict[str, str]]] = {
    "ratefraction": lambda: {"Retry-After": "6.5"},
    "ratedate": lambda: {"Retry-After": formatdate(time.time() + 3600, usegmt=True)},
    "ratelist": lambda: {"Retry-After": "3, 7"},
    "ratelimit": lambda: {"RateLimit": '"default";r=0;t=7', "RateLimit-Policy": '"default";q=10;w=60'},
}


def limited(headers: Callable[[], dict[str, str]]) -> Response:
    """Return a 429 in the error format that all providers use."""
    return JSONResponse({"error": {"code": "429", "message": "Too many requests"}}, 429, headers())


def broken(fault: str | None, garbage: Any = "nonsense") -> Response | None:
    """Return the response for a fault that is the same at all providers, or None for any other fault."""
    makers: dict[str, Callable[[], Response]] = {
        "html": lambda: page(502, "502 Bad Gateway"),
        "gateway": lambda: page(504, "504 Gateway Time-out"),
        "html200": lambda: page(200, "Just a moment..."),
        "unavailable": lambda: page(503, "503 Service Temporarily Unavailable"),
        "wall": lambda: page(403, "403 Forbidden"),
        **{name: partial(limited, headers) for name, headers in LIMITS.items()},
        "hang": HangResponse,
        "cut": CutResponse,
        "garbage": lambda: JSONResponse(garbage),
        "badjson": lambda: Response('{"created": 17', media_type="application/json"),
    }
    return makers[fault]() if fault in makers else None
