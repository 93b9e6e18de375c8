"""An emulator's pictures, and the faults of their links (the second table of `directives.py`)."""

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
"""For links that work after a while: the number of failing requests, and their status."""
LINK_FAULTS = frozenset({"bigimage", "gone", "hop", "htmlimage", "redirect", "slowimage", *FAILURES})
FORMATS: dict[str, Format] = {"wrongformat": "JPEG", "avif": "AVIF", "tiff": "TIFF"}
"""Faults by which a file's format differs from its name."""
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
"""Faults by which the response contains the picture itself."""


@dataclass(frozen=True)
class Picture:
    """A picture to draw, and the fault of its file or link."""

    caption: str
    seed: int
    width: int = 1024
    height: int = 1024
    format: Format = "PNG"
    fault: str | None = None
    model: str = ""
    sources: tuple[bytes, ...] = ()
    """Source pictures."""

    def file(self) -> bytes:
        """Return the bytes with the file's fault. A fault of the link does not change them."""
        if self.fault == "badimage":
            return b"these bytes are no picture\n" * 40
        small = self.fault == "wrongsize"
        width, height = (self.width // 2, self.height // 2) if small else (self.width, self.height)
        kind = FORMATS.get(self.fault or "", self.format)
        data = draw(self.caption, self.seed, width, height, kind, self.model, self.sources)
        return data[: len(data) // 2] if self.fault == "truncated" else data


class Shelf:
    """Pictures by path. A file is drawn when it is fetched, so a long run of jobs fits in memory."""

    def __init__(self) -> None:
        self._pictures: dict[str, Picture] = {}

    def put(self, path: str, picture: Picture) -> None:
        self._pictures[path] = picture
        if len(self._pictures) > _KEPT:
            del self._pictures[next(iter(self._pictures))]

    async def serve(self, request: Request) -> Response:
        """Serve a picture. Its link needs no token, as at the real providers."""
        picture = self._pictures.get(request.url.path)
        if picture is None:
            return gone()
        data = await run_in_threadpool(picture.file)
        if (failing := link_answer(picture.fault, data, request)) is not None:
            return failing
        return Response(data, media_type=f"image/{picture.format.lower()}")


def link_answer(fault: str | None, data: bytes, request: Request) -> Response | None:
    """Return a failing link's response, or None if the fault does not concern the link."""
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
    """Send a real picture, then zeros, so that only a size limit stops a reader."""
    yield data
    for _ in range(_BIG_CHUNKS):
        yield _BIG_CHUNK


async def _trickle(data: bytes) -> AsyncIterator[bytes]:
    """Send 64 bytes a second: each read is fast, but the whole never ends."""
    for start in range(0, len(data), 64):
        yield data[start : start + 64]
        await asyncio.sleep(1)
