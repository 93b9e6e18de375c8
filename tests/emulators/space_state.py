"""The states of Spaces. A prompt cannot request a state, which takes effect before a prompt is sent.

`POST /_emulator/state` on the Spaces' port with `{"space": NAME, …}` sets one. `GET` and `POST` return
`{NAME: state}` of all.

| field     | what |
|-----------|------|
| `state`   | `awake`, or the answer to every request to the Space until then: |
|           | `sleeping` 503 and wakes `seconds` after its first visitor, `building` 503, `paused` 503, `moved` 404, |
|           | `badgateway` 502 with HTML, `html` 200 with HTML, `garbage` 200 with JSON of the wrong shape, |
|           | `rate` 429, `private` 401, `hang` no answer |
| `seconds` | the time until it is awake by itself; by default never (`sleeping`: 3 s) |
| `fault`   | a fault of `directives.py` for all jobs without one, also the upscaler's; null ends it |
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from tests.emulators import bad_answers, directives

_PAGE = "<!DOCTYPE html><html><body><h1>{}</h1></body></html>"
SLEEPS_FOR = 3.0


def _html(status: int, text: str) -> Callable[[], Response]:
    return lambda: HTMLResponse(_PAGE.format(text), status)


# Statuses from docs/providers/huggingface.md#space-states. The pages' texts are guesses.
ANSWERS: dict[str, Callable[[], Response]] = {
    "sleeping": _html(503, "Preparing Space: this Space is sleeping"),
    "building": _html(503, "Space is building"),
    "paused": _html(503, "This Space has been paused by its owner"),
    "moved": _html(404, "404: sorry, we can't find the page you are looking for"),
    "badgateway": lambda: bad_answers.page(502, "502 Bad Gateway"),
    "html": _html(200, "Just a moment..."),
    "garbage": lambda: JSONResponse({"nonsense": True}),
    "rate": lambda: JSONResponse({"detail": "Too many requests"}, 429, {"Retry-After": "7"}),
    "private": lambda: JSONResponse({"detail": "Not authenticated"}, 401),
    "hang": bad_answers.HangResponse,
}


@dataclass
class SpaceState:
    """The state of a Space, which is awake by default."""

    state: str = "awake"
    seconds: float | None = None
    since: float | None = None
    fault: str | None = None

    def answer(self) -> Response | None:
        """Return the current answer to a request, or None if the Space is awake."""
        self.since = self.since or time.monotonic()
        if self.seconds is not None and time.monotonic() - self.since >= self.seconds:
            self.state = "awake"
        return None if self.state == "awake" else ANSWERS[self.state]()

    def change(self, order: dict[str, Any]) -> None:
        """Apply a POST. Raise ValueError with the valid states."""
        if "fault" in order:
            self.fault = directives.parse(f"[[fault={order['fault']}]]", "spaces").fault if order["fault"] else None
        if "state" not in order:
            return
        if order["state"] not in (known := ["awake", *ANSWERS]):
            raise ValueError(f"unknown state '{order['state']}'; there are: {', '.join(known)}")
        sleeping = order["state"] == "sleeping"
        self.state = order["state"]
        self.seconds = float(order["seconds"]) if "seconds" in order else SLEEPS_FOR if sleeping else None
        self.since = None if sleeping else time.monotonic()

    def as_json(self) -> dict[str, Any]:
        return {"state": self.state, "seconds": self.seconds, "fault": self.fault}


def state_endpoint(states: dict[str, SpaceState]) -> Callable[[Request], Any]:
    """Return the handler of `/_emulator/state`."""

    async def handle(request: Request) -> Response:
        if request.method == "POST":
            order = await request.json()
            if order.get("space") not in states:
                return JSONResponse({"error": f"no such space; there are: {', '.join(states)}"}, 400)
            try:
                states[order["space"]].change(order)
            except (ValueError, TypeError) as bad:
                return JSONResponse({"error": str(bad)}, 400)
        return JSONResponse({name: state.as_json() for name, state in states.items()})

    return handle
