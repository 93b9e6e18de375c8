"""The log of generating requests, one entry for each, for tests.

It is at `app.state.requests` in the process, and at `GET /_emulator/requests`. `DELETE` empties it. The captions of the
generated pictures are at `GET /_emulator/drawn`. An entry has `time`, `method`, `path`, `headers`, `token` (the last
four characters, or null), `json` (the body), `ignored` (fields that the provider dropped) and `status` (null until the
response).
"""

import time
from collections.abc import Iterable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from local.settings import PROVIDERS

Entry = dict[str, Any]

_KEPT = 10_000
# Easel's token headers are among these: a test must notice if Easel forwards them, without recording the token.
_TOKEN_HEADERS = ("authorization", "x-hf-authorization")
_SECRET_HEADERS = (*_TOKEN_HEADERS, "cookie", *(section["auth_header"].lower() for section in PROVIDERS.values()))


class RequestLog:
    """The entries, oldest first, and the routes that return them."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.drawn: list[str] = []
        """Captions of the generated pictures, for which a real provider would charge."""

    def record(self, method: str, path: str, headers: Mapping[str, str], body: object) -> Entry:
        """Add a request. Return its entry, so that later values can be added."""
        entry: Entry = {
            "time": time.time(),
            "method": method,
            "path": path,
            "headers": {name: _masked(name, value) for name, value in headers.items()},
            "token": token_end(headers),
            "json": body,
            "ignored": [],
            "status": None,
        }
        self.entries.append(entry)
        del self.entries[:-_KEPT]
        return entry

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/_emulator/requests", self._show, methods=["GET", "DELETE"]),
            Route("/_emulator/drawn", self._show_drawn),
        ]

    def drew(self, caption: str) -> None:
        """Count a picture."""
        self.drawn.append(caption)
        del self.drawn[:-_KEPT]

    async def _show_drawn(self, request: Request) -> Response:
        return JSONResponse(self.drawn)

    async def _show(self, request: Request) -> Response:
        if request.method == "DELETE":
            self.entries.clear()
            return Response(status_code=204)
        return JSONResponse(self.entries)


def bearer(headers: Mapping[str, str], names: Iterable[str] = _TOKEN_HEADERS) -> str | None:
    """Return the Bearer token in the first of these headers that has one."""
    for name in names:
        scheme, _, token = headers.get(name, "").partition(" ")
        if scheme.lower() == "bearer" and token.strip():
            return token.strip()
    return None


def token_end(headers: Mapping[str, str]) -> str | None:
    """Return the token's last four characters: enough to distinguish tokens, and useless to a thief."""
    token = bearer(headers)
    return token and token[-4:]


def _masked(name: str, value: str) -> str:
    return f"…{value[-4:]}" if name in _SECRET_HEADERS else value
