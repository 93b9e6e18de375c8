"""Bodies of calls: a large one is the same text as a small one, and can be sent twice."""

from __future__ import annotations

import json
from typing import Any

import httpx2
import pytest

from easel.common.deadline import Deadline
from easel.providers import json_body
from easel.providers.http import Http
from tests.harness.patience import HANGS_SECONDS

TEXT = "data:image/png;base64," + "AB/+" * 300_000


@pytest.mark.parametrize(
    ("fields", "is_large"),
    [
        ({"prompt": "a cat \U0001f408", "steps": 9, "scale": None, "urls": ["x"]}, False),
        ({"prompt": "a cat \U0001f408", "image": TEXT, "steps": 9}, True),
        ({"prompt": "a cat", "images": ["x", TEXT], "hd": True}, True),
    ],
)
def test_a_body_is_json_of_any_size(fields: dict[str, Any], is_large: bool) -> None:
    body = json_body.of(fields)
    assert isinstance(body, json_body.LargeBody) == is_large
    content = b"".join(body) if isinstance(body, json_body.LargeBody) else body
    assert len(body) == len(content)
    assert json.loads(content) == fields


def test_a_large_body_is_sent_with_its_length_and_again_if_nobody_took_it() -> None:
    received: list[tuple[httpx2.Headers, Any]] = []

    def receive(request: httpx2.Request) -> httpx2.Response:
        received.append((request.headers, json.loads(request.read())))
        if len(received) == 1:
            raise httpx2.ConnectTimeout("lost")
        return httpx2.Response(200, json={})

    fields = {"prompt": "a cat", "image": TEXT}
    http = Http("gitee", httpx2.MockTransport(receive))
    http.post("https://easel.test/v1", fields, Deadline(HANGS_SECONDS), headers={})
    assert [body for _, body in received] == [fields, fields]
    for headers, _ in received:
        assert int(headers["Content-Length"]) == len(json.dumps(fields))
        assert "Transfer-Encoding" not in headers
