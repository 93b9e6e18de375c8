"""A batch of 20 lines at a provider that is not Easel's emulator: pictures drawn, pictures kept, calls, tokens."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

import httpx2
import pytest

import gitee
from easel import generation
from easel.providers import downloads, tokens
from easel.providers.http import Http
from tests.harness.batches import World, cooldown_ends, png, worlds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.harness.cloud import Cloud

BASE = "http://foreign.test/v1"
PAGE = "<!doctype html><html><body><h1>Attention</h1></body></html>"
ENCODED = base64.b64encode(png()).decode()


class Line(NamedTuple):
    """The provider's first answers to one prompt, before a good one, and what should come of the line.

    Attributes:
        answers: status, body and headers of each.
        calls: the generating calls that Easel sends.
        drawn: the pictures that the provider draws, and may charge for.
        code: Easel's code; empty for a picture that is kept.
        link: statuses of the link before the picture.
    """

    answers: tuple[tuple[Any, ...], ...] = ()
    calls: int = 1
    drawn: int = 1
    code: str = ""
    link: tuple[int, ...] = ()


def refused(status: int, message: str, **headers: str) -> tuple[Any, ...]:
    return status, {"error": {"code": str(status), "message": message}}, headers


def whole(picture: dict[str, str]) -> tuple[Any, ...]:
    return 201, {"data": [picture]}


LINES = {
    "good": Line(),
    "slow link": Line(link=(404, 403, 503)),
    "lost link": Line(link=(404,) * 6),
    "data link": Line((whole({"url": f"data:image/png;base64,{ENCODED}"}),)),
    "base64 in lines": Line((whole({"b64_json": "\n".join(ENCODED[at : at + 60] for at in range(0, 999, 60))}),)),
    "no data": Line(((200, {"created": 1, "data": []}),), code="NO_PICTURE"),
    "a text": Line(((200, {"data": "soon"}),), code="NO_PICTURE"),
    "ok without data": Line(((200, {"code": 0, "message": "ok", "data": None}),), code="NO_PICTURE"),
    "half a body": Line(((200, b'{"data": [{"ur'),), code="NO_PICTURE"),
    "no content": Line(((204, b""),), code="NO_PICTURE"),
    "failed in a 200": Line(((200, {"success": False, "message": "node 17 failed"}),), calls=2),
    "page in a 200": Line(((200, PAGE.encode()),), calls=2),
    "wall": Line(((403, PAGE.encode()), (401, b"")), calls=3),
    "overloaded": Line(((502, PAGE.encode()), refused(503, "Service Temporarily Unavailable")), calls=3),
    "too many": Line((refused(429, "slow down", **{"Retry-After": "1"}),), calls=2),
    "used up": Line((refused(200, "您的额度已用完", **{"Retry-After": "1"}),), calls=2),
    "retired": Line((refused(404, "该模型已下线"),), drawn=0, code="MODEL_RETIRED"),
    "an essay": Line((refused(400, "prompt is too long"),), drawn=0, code="INVALID_PROMPT"),
    "bad size": Line((refused(422, "height must be a multiple of 16"),), drawn=0, code="INVALID_DIMENSIONS"),
    "moderated": Line(((451, b""),), drawn=0, code="PROMPT_REJECTED"),
}
DRAWS = (200, 201, 204)


class Foreign:
    """The provider. A success draws, unless it says that it failed or is a page of somebody else's."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.drawn: Counter[str] = Counter()
        self._fetched: Counter[str] = Counter()
        self._lock = threading.Lock()

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        with self._lock:
            return self._draw(json.loads(request.read())["prompt"]) if request.method == "POST" else self._show(request)

    def _draw(self, prompt: str) -> httpx2.Response:
        left = LINES[prompt].answers[self.calls[prompt] :]
        self.calls[prompt] += 1
        link = {"data": [{"url": f"http://foreign.test/{prompt.replace(' ', '-')}.png"}]}
        status, body, *rest = left[0] if left else (200, link)
        failed = body == PAGE.encode() or (isinstance(body, dict) and (body.get("success") is False or "error" in body))
        if status in DRAWS and not failed:
            self.drawn[prompt] += 1
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return httpx2.Response(status, content=content, headers=rest[0] if rest else {})

    def _show(self, request: httpx2.Request) -> httpx2.Response:
        prompt = request.url.path[1:-4].replace("-", " ")
        left = LINES[prompt].link[self._fetched[prompt] :]
        self._fetched[prompt] += 1
        return httpx2.Response(left[0]) if left else httpx2.Response(200, content=png())


@pytest.fixture
def foreign(monkeypatch: pytest.MonkeyPatch) -> Foreign:
    """The provider, in the place of the network."""
    foreign = Foreign()
    transport = httpx2.MockTransport(foreign)
    monkeypatch.setattr(generation, "Http", lambda provider_id: Http(provider_id, transport))
    monkeypatch.setattr(downloads, "PAUSES", (0.01,) * 3)
    return foreign


@pytest.fixture
def world(foreign: Foreign, cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    yield from worlds(cloud, monkeypatch)


def test_20_lines_draw_once_keep_pictures_and_spare_the_token(foreign: Foreign, world: World) -> None:
    adapter = gitee.Gitee(BASE, Http("gitee", httpx2.MockTransport(foreign)))
    world.providers["gitee"].generate = adapter.generate  # type: ignore[method-assign]
    batch = world.start(requests=[{"prompt": prompt, "width": 512, "height": 512} for prompt in LINES])
    results = sorted(world.run(batch), key=lambda line: line["line"])
    codes = [(line.get("error") or {}).get("code", "") for line in results]
    seen = {
        name: line._replace(calls=foreign.calls[name], drawn=foreign.drawn[name], code=code)
        for (name, line), code in zip(LINES.items(), codes, strict=True)
    }
    assert {name: seen[name][1:4] for name in LINES if seen[name] != LINES[name]} == {}
    assert len(world.pictures(batch)) == codes.count("")
    # The state machine's clock runs ahead here, so a rest of a second may seem to last a little longer.
    assert [end for end in cooldown_ends("gitee").values() if end > time.time() + tokens.REFUSED_SECONDS / 2] == []
