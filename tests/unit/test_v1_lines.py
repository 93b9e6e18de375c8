"""A line of a batch of `/v1`: its request, and refusals with their texts."""

from __future__ import annotations

from typing import Any

import pytest

import v1_lines
from easel.errors import EaselError, InvalidDimensions, InvalidModel, InvalidParams, InvalidPrompt, InvalidRequest
from easel.front_door import v1_format

BODY = {"model": "gitee/z-image-turbo", "prompt": "a cat", "size": "512x768", "n": 3, "quality": "high", "user": None}
LINE = {"custom_id": "cat", "method": "POST", "url": "/v1/images/generations", "body": BODY}


def test_a_line_is_a_call_in_a_file() -> None:
    assert v1_lines.name_of(LINE) == "cat"
    body = v1_lines.body_of(LINE)
    assert "user" not in body
    valid, count = v1_format.validate(body)
    request = valid.request
    assert (request.provider, request.model, request.width, request.height) == ("gitee", "z-image-turbo", 512, 768)
    assert (count, valid.warnings) == (3, ("quality was ignored: Easel's models do not have this setting",))


def test_a_line_without_a_name_is_refused() -> None:
    for name in (None, "", 7, ["a"], "x" * 201):
        with pytest.raises(InvalidRequest, match="1 to 200 characters") as caught:
            v1_lines.name_of({**LINE, "custom_id": name})
        assert caught.value.field == "custom_id"


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("method", "GET", "method: must be POST"),
        ("url", "/v1/chat/completions", "url: must be /v1/images/generations"),
        ("url", None, "url: must be /v1/images/generations"),
        ("body", "a cat", "body: must be a JSON object"),
        ("body", None, "body: must be a JSON object"),
    ],
)
def test_a_line_for_another_endpoint_is_refused(field: str, value: Any, text: str) -> None:
    with pytest.raises(InvalidRequest, match=text) as caught:
        v1_lines.body_of({**LINE, field: value})
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("body", "kind", "field"),
    [
        ({"model": "gpt-5"}, InvalidModel, "model"),
        ({"prompt": ""}, InvalidPrompt, "prompt"),
        ({"size": "1x1"}, InvalidDimensions, "size"),
        ({"n": 11}, InvalidParams, "n"),
        ({"stream": True}, InvalidRequest, "stream"),
    ],
)
def test_a_line_is_validated_like_a_call(body: dict[str, Any], kind: type[EaselError], field: str) -> None:
    with pytest.raises(kind) as caught:
        v1_format.validate({**v1_lines.body_of(LINE), **body})
    assert caught.value.field == field
