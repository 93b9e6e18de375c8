"""A Space's responses: limits on each path, counted after unpacking, and odd events around a valid picture."""

from __future__ import annotations

import gzip
import json

import pytest

import space_body
from easel.errors import NoPicture, ProviderError
from space_client import Spaces
from tests.harness.scripted_space import CLOSE, PICTURE, Space, call, completed, fault, page, space

__all__ = ["space"]  # a fixture

BOMB = gzip.compress(b" " * 2**20, 9) * 200
"""200 MB in 200 KB."""
STREAM = "text/event-stream"
PATHS = {"/config": "application/json", "/info": "application/json", "/queue/join": "application/json",
         "/queue/data": STREAM}  # fmt: skip
"""Each path, and the type of what a Space sends there."""


@pytest.fixture
def bodies(monkeypatch: pytest.MonkeyPatch) -> list[space_body.LimitedBody]:
    """Return every body that a Space sends."""
    seen: list[space_body.LimitedBody] = []

    class Watched(space_body.LimitedBody):
        def __init__(self, *arguments: object) -> None:
            super().__init__(*arguments)  # type: ignore[arg-type]
            seen.append(self)

    monkeypatch.setattr(space_body, "LimitedBody", Watched)
    return seen


@pytest.mark.parametrize("path", PATHS)
def test_a_packed_answer_ends_at_the_limit_on_every_path(
    path: str, space: Space, bodies: list[space_body.LimitedBody]
) -> None:
    space.answers[path] = [page(200, BOMB, PATHS[path], Content_Encoding="gzip")]
    error = fault(Spaces(), space)
    assert isinstance(error, ProviderError | NoPicture)
    assert "sent a response of more than 8 MB" in error.message
    assert (error.max_attempts, error.drawn) == ((1, True) if "/queue" in path else (ProviderError.max_attempts, False))
    assert max(body.read for body in bodies) <= space_body.MAX_BYTES + space_body.CHUNK_BYTES


def test_an_unexpected_page_ends_at_the_limit(space: Space, bodies: list[space_body.LimitedBody]) -> None:
    space.answers["/config"] = [page(200, BOMB, Content_Encoding="gzip")]
    assert isinstance(fault(Spaces(), space), ProviderError)
    assert max(body.read for body in bodies) <= space_body.MAX_BYTES + space_body.CHUNK_BYTES


def test_a_packed_stream_below_the_limit_is_read(space: Space) -> None:
    frames = "".join(f"data: {json.dumps(message)}\n\n" for message in (completed({"data": [PICTURE, 7]}), CLOSE))
    space.answers["/queue/data"] = [page(200, gzip.compress(frames.encode()), STREAM, Content_Encoding="gzip")]
    assert call(Spaces(), space)[1] == 7


ODD = ["1" * 400, "1" * 5000, "1e400", "NaN", '"\\ud800"', "null", '{"a": [1e999]}']


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: odd[:12])
def test_a_picture_is_kept_despite_odd_events(odd: str, space: Space) -> None:
    estimation = f'{{"msg": "estimation", "event_id": "e1", "rank": {odd}, "rank_eta": {odd}, "queue_size": {odd}}}'
    unit = f'{{"index": {odd}, "length": {odd}, "unit": "steps", "progress": {odd}, "desc": null}}'
    progress = f'{{"msg": "progress", "event_id": "e1", "progress_data": [{unit}]}}'
    done = json.dumps(completed({"data": [PICTURE, "ODD"], "duration": "ODD"})).replace('"ODD"', odd)
    frames = "".join(f"data: {message}\n\n" for message in (estimation, progress, done, json.dumps(CLOSE)))
    space.answers["/queue/data"] = [page(200, frames, STREAM)]
    assert call(Spaces(), space)[0]["url"] == PICTURE["url"]
