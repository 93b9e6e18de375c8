"""Every input gives a valid request or one of the caller's errors."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from easel import catalog
from easel.batch.manifest import LineBody
from easel.batch.start import BatchRequest
from easel.catalog.requests import MAX_SEED, GenerateBody, UpscaleBody
from easel.common import pasted
from easel.errors import CallerError, EaselError
from easel.front_door.request_body import read_object
from easel.front_door.v1_format import ImagesBody
from easel.front_door.validation import parse_generate, parse_upscale, validated
from easel.store.records import ValidatedRequest

HEADERS = {"x-api-key": "gitee-token-for-tests", "x-hf-token": "hf-token-for-tests", "x-ms-token": "ms-token-for-tests"}

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3)
)
near_numbers = (
    st.integers(-1, 60) | st.integers(200, 2100) | st.floats(-1, 60) | st.sampled_from(["9", True, None, 1e308, 10**30])
)
names = [(provider.id, model.id) for provider in catalog.providers().values() for model in provider.models]
plausible = st.fixed_dictionaries(
    {"prompt": st.text(max_size=30) | st.just("a cat")},
    optional={
        "provider": st.sampled_from([provider for provider, _ in names]) | anything,
        "model": st.sampled_from([model for _, model in names]) | anything,
        **dict.fromkeys(("width", "height", "steps", "num_inference_steps", "seed"), near_numbers | anything),
        **dict.fromkeys(("guidanceScale", "guidance_scale"), near_numbers | anything),
        **dict.fromkeys(("negativePrompt", "negative_prompt"), st.text(max_size=9) | anything),
        "responseFormat": st.sampled_from(["url", "b64_json"]) | anything,
        "extra": anything,
    },
)


def outcome(parse: Any, body: bytes, headers: dict[str, str]) -> ValidatedRequest | EaselError:
    """Return the request or Easel's error. Any other exception is a bug and passes through."""
    try:
        request: ValidatedRequest = parse(body, headers)
    except EaselError as error:
        return error
    return request


def check(body: bytes) -> None:
    for parse in (parse_generate, parse_upscale):
        result = outcome(parse, body, HEADERS)
        if isinstance(result, ValidatedRequest):
            check_rules(result)
            continue
        assert isinstance(result, CallerError)
        assert 400 <= result.status < 500
        assert len(result.message) < 1000
        json.dumps(result.body(), ensure_ascii=False).encode()
    for model in (GenerateBody, UpscaleBody, ImagesBody, LineBody, BatchRequest):
        with suppress(CallerError):
            validated(model, read_object(body))


def check_rules(parsed: ValidatedRequest) -> None:
    request = parsed.request
    json.dumps([request.to_json(), parsed.warnings], ensure_ascii=False, allow_nan=False).encode()
    if request.scale:
        assert 1 <= request.scale <= 4
        return
    model = request.catalog_model
    assert request.prompt.strip()
    assert 256 <= min(request.width, request.height) <= max(request.width, request.height) <= 2048
    assert request.steps in model.steps
    assert 0 <= request.seed <= MAX_SEED
    assert request.guidance_scale is None if model.guidance is None else (request.guidance_scale or 0) in model.guidance
    assert model.negative_prompt or not request.negative_prompt


@settings(max_examples=50)
@given(st.binary(max_size=200) | anything.map(lambda value: json.dumps(value).encode()))
def test_arbitrary_bodies_are_refused_or_understood(body: bytes) -> None:
    check(body)


@settings(max_examples=100)
@given(plausible)
def test_bodies_that_are_nearly_right_are_refused_or_understood(value: dict[str, Any]) -> None:
    check(json.dumps(value).encode())


@settings(max_examples=50)
@given(st.text(max_size=30), st.sampled_from(sorted(HEADERS)))
def test_arbitrary_tokens_are_refused_or_understood(token: str, header: str) -> None:
    provider = next(each.id for each in catalog.providers().values() if each.auth_header.lower() == header)
    body = json.dumps({"provider": provider, "prompt": "a cat"}).encode()
    result = outcome(parse_generate, body, {header: token})
    if isinstance(result, ValidatedRequest):
        assert result.token == (pasted.token(token) or None)
    else:
        assert result.status == 401
