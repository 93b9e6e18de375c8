"""What reached the provider and what it drew: one entry for each generating request, kept for the tests to look at.

Read it as `app.state.requests` in process, or with `GET /_emulator/requests` from outside; `DELETE` empties it.
`GET /_emulator/drawn` has the captions of the pictures that were drawn.
An entry: `time`, `method`, `path`, `headers`, `token` (last four characters, or null), `json` (the body),
`ignored` (fields the provider dropped), `status` (what it answered; null while it has not).
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
# The gateway's own token headers are here too: a gateway that forwards them upstream should be caught, not recorded.
_TOKEN_HEADERS = ("authorization", "x-hf-authorization")
_SECRET_HEADERS = (*_TOKEN_HEADERS, "cookie", *(section["auth_header"].lower() for section in PROVIDERS.values()))


class RequestLog:
    """The entries, oldest first, and the routes that show them."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.drawn: list[str] = []
        """The caption of each picture that was drawn, and that a real provider would charge for."""

    def record(self, method: str, path: str, headers: Mapping[str, str], body: object) -> Entry:
        """Add a request and return its entry, for what is known of it only later."""
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
    """Return the last four characters of the token: enough to tell two tokens apart, no use to a thief."""
    token = bearer(headers)
    return token and token[-4:]


def _masked(name: str, value: str) -> str:
    return f"…{value[-4:]}" if name in _SECRET_HEADERS else value
