"""JSON bodies with pictures: encoded while they are sent, and sendable twice."""

from __future__ import annotations

import json
from typing import Any

import httpx2
import pytest

from easel.common.deadline import Deadline
from easel.common.image_formats import BY_EXTENSION
from easel.providers import json_body
from easel.providers.http import Http
from easel.store.source_images import PIECE_BYTES, SourceImage
from tests.harness.patience import HANGS_SECONDS


def picture(size: int) -> SourceImage:
    return SourceImage(bytes(range(256)) * (size // 256) + bytes(size % 256), BY_EXTENSION["png"])


@pytest.mark.parametrize("size", [0, 1, 2, 3, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES])
@pytest.mark.parametrize("several", [False, True])
def test_a_body_is_json_with_the_pictures_as_data_links(size: int, several: bool) -> None:
    link = picture(size).data_link
    fields = {"prompt": 'a "cat" \U0001f408', "image": [link, picture(5).data_link] if several else link, "steps": 9}
    body = json_body.of(fields)
    assert isinstance(body, json_body.BodyWithPictures)
    content = b"".join(body)
    assert len(body) == len(content)
    links = [str(link), str(picture(5).data_link)] if several else str(link)
    assert json.loads(content) == {**fields, "image": links}


def test_a_body_without_pictures_is_encoded_at_once() -> None:
    fields = {"prompt": "a cat \U0001f408", "steps": 9, "scale": None, "urls": ["x"]}
    body = json_body.of(fields)
    assert isinstance(body, bytes)
    assert json.loads(body) == fields


def test_a_body_with_pictures_has_a_length_and_can_be_resent() -> None:
    received: list[tuple[httpx2.Headers, Any]] = []

    def receive(request: httpx2.Request) -> httpx2.Response:
        received.append((request.headers, json.loads(request.read())))
        if len(received) == 1:
            raise httpx2.ConnectTimeout("lost")
        return httpx2.Response(200, json={})

    link = picture(1_000_000).data_link
    http = Http("gitee", httpx2.MockTransport(receive))
    http.post("https://easel.test/v1", {"prompt": "a cat", "image": link}, Deadline(HANGS_SECONDS), headers={})
    sent = {"prompt": "a cat", "image": str(link)}
    assert [body for _, body in received] == [sent, sent]
    for headers, _ in received:
        assert int(headers["Content-Length"]) == len(json.dumps(sent))
        assert "Transfer-Encoding" not in headers
