"""A gate in front of the Gradio servers that emulates Hugging Face's proxies and a bad network.

Gradio itself can neither sleep nor lose a connection. The gate responds for a Space that is not awake
(docs/providers/huggingface.md#space-states) and refuses tokens. It reads the prompt's faults in `queue/join`
(gradio_client) or `call/…` (plain HTTP), breaks event streams, and makes links to pictures fail. All other requests
reach Gradio unchanged.
"""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.emulators import bad_answers, directives, held_pictures
from tests.emulators.pictures import LINK_FAULTS, link_answer
from tests.emulators.request_log import RequestLog, bearer
from tests.emulators.space_state import ANSWERS, SpaceState, state_endpoint

_API = "gradio_api/"
STREAM_FAULTS = frozenset({"cut", "silent"})
NAP = 2.0  # seconds of `[[fault=sleeping]]`
_BAD_TOKENS = {"invalid": "Invalid credentials in Authorization header", "expired": "The access token has expired"}
JOIN_ANSWERS: dict[str, Callable[[], Response]] = {
    "rate": ANSWERS["rate"],
    "building": ANSWERS["building"],
    "paused": ANSWERS["paused"],
    "moved": ANSWERS["moved"],
    "auth": lambda: JSONResponse({"detail": "Not authenticated"}, 401),
    "busy": lambda: JSONResponse({"detail": "Server is busy, please try again later"}, 503),
    "notfound": lambda: JSONResponse({"detail": "Not Found"}, 404),
    "misfit": lambda: JSONResponse({"detail": [{"loc": ["body", "data"], "msg": "Input should be a valid list"}]}, 422),
    "queuefull": lambda: JSONResponse({"detail": "Queue is full. Max size is 100 and size is 100."}, 503),
}
_BY_GRADIO = frozenset({"hang", "cut"})  # these happen in the job, not in the response to the join


class SpaceGate:
    """The ASGI app of all Spaces. `inputs` has the argument names of each Space, for the log."""

    def __init__(self, gradio: ASGIApp, inputs: Mapping[str, tuple[str, ...]]) -> None:
        self._gradio = gradio
        self._inputs = inputs
        self.log = RequestLog()
        self.states = {name: SpaceState() for name in inputs}
        self._naps: dict[tuple[str, str], float] = {}
        self._doomed: dict[str, str] = {}  # session hash or event id -> stream fault
        self._control = Starlette(
            routes=[
                Route("/_emulator/state", state_endpoint(self.states), methods=["GET", "POST"]),
                *self.log.routes(),
                *held_pictures.routes(),
            ]
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._gradio(scope, receive, send)
        if scope["path"].startswith("/_emulator/"):
            return await self._control(scope, receive, send)
        space, _, rest = scope["path"].lstrip("/").partition("/")
        answer = self._refuse(space, Headers(scope=scope)) or self._break_link(rest, scope)
        if answer is not None:
            return await answer(scope, receive, send)
        if scope["method"] == "POST" and rest.startswith((f"{_API}queue/join", f"{_API}call/")):
            return await self._join(space, rest, scope, receive, send)
        if (key := _stream_key(rest, scope)) is not None:
            return await self._stream(key, scope, receive, send)
        return await self._gradio(scope, receive, send)

    def _refuse(self, space: str, headers: Mapping[str, str]) -> Response | None:
        """Return the response of a Space that is not awake, or for an invalid token, or None."""
        if space not in self.states:
            return ANSWERS["moved"]()
        if (answer := self.states[space].answer()) is not None:
            return answer
        text = _BAD_TOKENS.get(bearer(headers) or "")
        return JSONResponse({"error": text}, 401) if text else None

    @staticmethod
    def _break_link(rest: str, scope: Scope) -> Response | None:
        """Apply a link's fault, which is the name of the picture's file (see `Painter`)."""
        prefix, _, path = rest.partition("file=")
        if prefix != _API or Path(path).stem not in LINK_FAULTS or not Path(path).is_file():
            return None
        return link_answer(Path(path).stem, Path(path).read_bytes(), Request(scope))

    async def _join(self, space: str, rest: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Log the job. Respond with a fault of the join, or mark the event stream for a fault of the stream."""
        raw = await Request(scope, receive).body()
        body = _parse(raw)
        entry = self.log.record("POST", scope["path"], Headers(scope=scope), body)
        data = body.get("data")
        entry["space"] = space
        entry["args"] = dict(zip(self._inputs[space], data if isinstance(data, list) else [], strict=False))
        fault = self._fault(space, entry["args"])
        if fault in STREAM_FAULTS and isinstance(session := body.get("session_hash"), str):
            self._doomed[session] = fault

        async def watch(message: Message) -> None:
            if message["type"] == "http.response.start":
                entry["status"] = message["status"]
            elif fault in STREAM_FAULTS and "event_id" in (answer := _parse(message.get("body", b""))):
                self._doomed[answer["event_id"]] = fault
            await send(message)

        answer = self._join_answer(fault, (space, str(entry["args"].get("prompt"))))
        await (answer or self._gradio)(scope, _replay(raw, receive), watch)

    def _fault(self, space: str, args: Mapping[str, Any]) -> str | None:
        try:
            ordered = directives.parse(str(args.get("prompt", "")), "spaces").fault
        except directives.DirectiveError:
            return None  # the job itself will say so
        return ordered or self.states[space].fault

    def _join_answer(self, fault: str | None, prompt: tuple[str, str]) -> Response | None:
        if fault == "sleeping":
            return self._nap(prompt)
        if fault in JOIN_ANSWERS:
            return JOIN_ANSWERS[fault]()
        return None if fault in _BY_GRADIO else bad_answers.broken(fault, garbage={"nonsense": True})

    def _nap(self, prompt: tuple[str, str]) -> Response | None:
        """Sleep only for this prompt, so that other jobs are not affected."""
        began = self._naps.setdefault(prompt, time.monotonic())
        if time.monotonic() - began < NAP:
            return ANSWERS["sleeping"]()
        del self._naps[prompt]
        return None

    async def _stream(self, key: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass an event stream on. A marked stream breaks at the next message or falls silent."""
        broken = asyncio.Event()

        async def watch(message: Message) -> None:
            fault = self._doomed.get(key)
            if fault is None or message["type"] == "http.response.start":
                await send(message)
            elif fault == "cut":
                broken.set()
            elif not message.get("more_body"):  # Gradio has finished, but a silent stream does not end
                await bad_answers.HangResponse()(scope, receive, send)

        stream = asyncio.ensure_future(self._gradio(scope, receive, watch))
        cut = asyncio.ensure_future(broken.wait())
        await asyncio.wait([stream, cut], return_when=asyncio.FIRST_COMPLETED)
        self._doomed.pop(key, None)
        for task in (stream, cut):
            task.cancel()
        await asyncio.gather(stream, cut, return_exceptions=True)


def _stream_key(rest: str, scope: Scope) -> str | None:
    """Return the id of a requested event stream: its session, or its event in `call/{api}/{event}`."""
    if scope["method"] != "GET":
        return None
    if rest.startswith(f"{_API}queue/data"):
        return Request(scope).query_params.get("session_hash")
    return rest.rpartition("/")[2] if rest.startswith(f"{_API}call/") else None


def _parse(raw: bytes) -> dict[str, Any]:
    try:
        body = json.loads(raw)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _replay(raw: bytes, receive: Receive) -> Receive:
    """Return a `receive` that replays the body to Gradio, because the gate has read it."""
    unread = [raw]

    async def again() -> Message:
        return {"type": "http.request", "body": unread.pop(), "more_body": False} if unread else await receive()

    return again
