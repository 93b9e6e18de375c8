"""Pictures of `/v1` as server-sent events, as OpenAI's SDKs decode them."""

from __future__ import annotations

from typing import Any

import pytest

from easel.front_door.http_messages import HttpResponse
from tests.harness import sdks
from v1 import image_answers

JOB = {"jobId": "b1", "format": "PNG", "width": 64, "height": 48}
BODY: dict[str, Any] = {
    "created": 1767225600,
    "data": [{"url": "https://easel.test/1", "b64_json": "one\n"}, {"url": "https://easel.test/2"}],
    "size": None,
    "easel": {"jobs": [JOB, {**JOB, "jobId": "b2", "format": "WebP"}], "warnings": ["a\nwarning"]},
}


def test_each_picture_is_an_event() -> None:
    response = image_answers.as_events(HttpResponse(200, BODY, {"RateLimit": '"day";r=1'}), image_answers.GENERATED)
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["ratelimit"] == '"day";r=1'
    events = [(event.event, event.json()) for event in sdks.events(bytes(response.body))]
    assert [name for name, _ in events] == ["image_generation.completed"] * 2
    first, second = (data for _, data in events)
    assert (first["type"], first["b64_json"], first["size"], first["output_format"]) == (
        "image_generation.completed", "one\n", "64x48", "png",
    )  # fmt: skip
    assert first["easel"] == {"jobs": [JOB], "warnings": ["a\nwarning"]}
    assert ("b64_json" in second, second["url"], second["output_format"]) == (False, "https://easel.test/2", "webp")


@pytest.mark.parametrize("status", [303, 429])
def test_an_answer_without_a_picture_is_not_an_event(status: int) -> None:
    answer = HttpResponse(status, {"error": "why"}, {"Location": "/"})
    response = image_answers.as_events(answer, image_answers.GENERATED)
    assert (response.status_code, bytes(response.body)) == (status, b'{"error": "why"}')
    assert response.media_type == "application/json"
