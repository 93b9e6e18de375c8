"""Pictures an emulator hands out, and the ways in which their links can fail (the second table of `directives.py`)."""

import asyncio
import base64
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse

from tests.emulators.drawing import Format, draw

INTERNAL_URL = "http://169.254.169.254/latest/meta-data/"
FAILURES = {"early": (2, 404), "late": (6, 503)}
"""For a link that works after a while: how many requests fail before, and how."""
LINK_FAULTS = frozenset({"bigimage", "gone", "hop", "htmlimage", "redirect", "slowimage", *FAILURES})
FORMATS: dict[str, Format] = {"wrongformat": "JPEG", "avif": "AVIF", "tiff": "TIFF"}
"""Faults by which a file has another format than its name says."""
_BIG_CHUNK = b"\0" * 65536
_BIG_CHUNKS = 480  # 30 MB
_KEPT = 10_000
_requests: Counter[str] = Counter()  # by path, of links that work after a while


def _lines(data: bytes) -> str:
    return base64.encodebytes(data).decode().replace("=", "")


INLINE: dict[str, Callable[[bytes], str]] = {
    "datalink": lambda data: f"data:image/png;base64,{base64.b64encode(data).decode()}",
    "b64lines": _lines,
    "b64urlsafe": lambda data: base64.urlsafe_b64encode(data).decode(),
}
"""Faults by which the picture itself stands in the answer."""


@dataclass(frozen=True)
class Picture:
    """What to draw, and how its file or its link is to fail."""

    caption: str
    seed: int
    width: int = 1024
    height: int = 1024
    format: Format = "PNG"
    fault: str | None = None
    model: str = ""
    sources: tuple[bytes, ...] = ()
    """The pictures that it starts from."""

    def file(self) -> bytes:
        """Return the bytes, wrong in the way the fault says; a fault of the link leaves them right."""
        if self.fault == "badimage":
            return b"these bytes are no picture\n" * 40
        small = self.fault == "wrongsize"
        width, height = (self.width // 2, self.height // 2) if small else (self.width, self.height)
        kind = FORMATS.get(self.fault or "", self.format)
        data = draw(self.caption, self.seed, width, height, kind, self.model, self.sources)
        return data[: len(data) // 2] if self.fault == "truncated" else data


class Shelf:
    """Pictures by their path. A file is drawn when fetched: a night of jobs fits in memory."""

    def __init__(self) -> None:
        self._pictures: dict[str, Picture] = {}

    def put(self, path: str, picture: Picture) -> None:
        self._pictures[path] = picture
        if len(self._pictures) > _KEPT:
            del self._pictures[next(iter(self._pictures))]

    async def serve(self, request: Request) -> Response:
        """Answer for a picture's link, which needs no token, as at the real providers."""
        picture = self._pictures.get(request.url.path)
        if picture is None:
            return gone()
        data = await run_in_threadpool(picture.file)
        if (failing := link_answer(picture.fault, data, request)) is not None:
            return failing
        return Response(data, media_type=f"image/{picture.format.lower()}")


def link_answer(fault: str | None, data: bytes, request: Request) -> Response | None:
    """Return what a failing link answers, or None when this fault leaves the link alone."""
    media_type = f"image/{PurePosixPath(request.url.path).suffix.lstrip('.')}"
    makers: dict[str, Callable[[], Response]] = {
        "bigimage": lambda: StreamingResponse(_big(data), media_type=media_type),
        "gone": gone,
        "hop": lambda: RedirectResponse(f"{request.url.path}?direct=1", 302),
        "htmlimage": lambda: HTMLResponse("<html><body>Sign in to continue</body></html>"),
        "redirect": lambda: RedirectResponse(INTERNAL_URL, 302),
        "slowimage": lambda: StreamingResponse(_trickle(data), media_type=media_type),
    }
    if fault in FAILURES:
        failures, status = FAILURES[fault]
        _requests[request.url.path] += 1
        return PlainTextResponse("not yet", status) if _requests[request.url.path] <= failures else None
    if fault not in makers or "direct" in request.query_params:
        return None
    return makers[fault]()


def gone() -> Response:
    return PlainTextResponse("NoSuchKey: the specified key does not exist.", 404)


async def _big(data: bytes) -> AsyncIterator[bytes]:
    """Begin with a real picture, so that only a limit on the size stops a reader."""
    yield data
    for _ in range(_BIG_CHUNKS):
        yield _BIG_CHUNK


async def _trickle(data: bytes) -> AsyncIterator[bytes]:
    """64 bytes each second: every single read is quick, the whole takes for ever."""
    for start in range(0, len(data), 64):
        yield data[start : start + 64]
        await asyncio.sleep(1)
