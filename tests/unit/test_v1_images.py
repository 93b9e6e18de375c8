"""The body of `POST /v1/images/generations`: the resulting requests, and refusals with their texts."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from easel.catalog.requests import MAX_SEED
from easel.errors import CallerError, InvalidDimensions, InvalidModel, InvalidParams, InvalidPrompt
from easel.front_door import v1_format, validation
from easel.front_door.v1_format import ImagesBody
from easel.store.records import GenerationRequest, ValidatedRequest
from router import app
from v1 import credentials, images

TOKEN = {"authorization": "Bearer one,two"}
MODEL = "gitee/flux-1-schnell"


def read(**fields: Any) -> list[ValidatedRequest]:
    return requests({"model": MODEL, "prompt": "a cat", **fields})


def requests(body: dict[str, Any]) -> list[ValidatedRequest]:
    """Return the requests for a body. FastAPI validates it after the credentials were read."""
    given = {name: value for name, value in body.items() if value is not None}
    brought = credentials.read(v1_format.model_of(given)[0], TOKEN)
    return images.requests(validation.validated(ImagesBody, body), brought)


def request(**fields: Any) -> GenerationRequest:
    (valid,) = read(**fields)
    assert valid.warnings == ()
    return valid.request


def test_openais_and_easels_fields_become_a_request() -> None:
    for names in (("steps", "guidance_scale"), ("num_inference_steps", "cfg_scale")):
        extra = dict(zip(names, (7, 3.5), strict=True))
        valid = request(size="1024x768", seed=42, user="me", n=1, stream=False, response_format="b64_json", **extra)
        assert valid == GenerationRequest(
            provider="gitee", model="flux-1-schnell", prompt="a cat", width=1024, height=768, steps=7,
            guidance_scale=3.5, seed=42, response_format="b64_json",
        )  # fmt: skip
    for name in ("negative_prompt", "negativePrompt"):
        assert request(model="gitee/z-image-turbo", **{name: "blurry"}).negative_prompt == "blurry"


def test_without_a_size_the_models_default_is_used() -> None:
    for size in ("auto", None):
        valid = request(size=size, n=None, response_format=None)
        assert (valid.width, valid.height, valid.response_format) == (1024, 1024, None)


def test_without_a_model_the_first_one_is_used() -> None:
    (valid,) = requests({"prompt": "a cat", "model": None})
    assert (valid.request.provider, valid.request.model) == ("gitee", "z-image-turbo")


def test_each_picture_has_its_seed_and_all_tokens() -> None:
    pictures = read(n=3, seed=MAX_SEED - 1)
    assert [each.request.seed for each in pictures] == [MAX_SEED - 1, MAX_SEED, 0]
    assert {(each.token, each.spare_tokens) for each in pictures} == {("one", ("two",))}
    seeds = [each.request.seed for each in read(n=10)]
    assert seeds == [(seeds[0] + number) % (MAX_SEED + 1) for number in range(10)]


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({"response_format": "url"}, "url"),
        ({"response_format": "base64"}, "b64_json"),
        ({"stream": True, "response_format": "url"}, None),
        ({"async": True}, "url"),
        ({"async": True, "response_format": "b64_json"}, "b64_json"),
    ],
)
def test_events_have_the_bytes_and_tasks_the_link(fields: dict[str, Any], wanted: str | None) -> None:
    assert request(**fields).response_format == wanted


def test_openais_unsupported_fields_are_named_in_warnings() -> None:
    (valid,) = read(quality="hd", style="vivid", background="auto", moderation="low", partial_images=2, stream=True)
    assert [warning.split()[0] for warning in valid.warnings] == ["background", "moderation", "quality", "style"]
    (valid,) = read(negative_prompt="blurry", nonsense=1)
    beginnings = [warning.split(":")[0] for warning in valid.warnings]
    assert beginnings == ["unknown field ignored", "negative_prompt was dropped"]
    (valid,) = read(model="gitee/z-image-turbo", guidance_scale=3)
    assert valid.warnings[0].startswith("guidance_scale was dropped")


@pytest.mark.parametrize(
    ("fields", "kind", "field", "words"),
    [
        ({"model": "nobody"}, InvalidModel, "model", "gitee/z-image-turbo"),
        ({"model": 3}, InvalidModel, "model", "GET /v1/models"),
        ({"prompt": None}, InvalidPrompt, "prompt", "required"),
        ({"prompt": " "}, InvalidPrompt, "prompt", "not blank"),
        ({"n": 0}, InvalidParams, "n", "from 1 to 10; got 0"),
        ({"n": 11}, InvalidParams, "n", "from 1 to 10; got 11"),
        ({"n": "2"}, InvalidParams, "n", 'got "2"'),
        ({"size": "1024"}, InvalidDimensions, "size", "WIDTHxHEIGHT, such as 1024x768, or auto"),
        ({"size": "1024x2049"}, InvalidDimensions, "size", "each a whole number from 256 to 2048"),
        ({"response_format": "png"}, InvalidParams, "response_format", "response_format: must be"),
        ({"steps": 99}, InvalidParams, "steps", "from 1 to 50 for flux-1-schnell"),
        ({"guidance_scale": 99}, InvalidParams, "guidance_scale", "guidance_scale: must be a number from 0 to 50"),
        ({"seed": -1}, InvalidParams, "seed", "seed: must be"),
        ({"stream": "yes"}, InvalidParams, "stream", "true or false"),
        ({"async": "yes"}, InvalidParams, "async", "true or false"),
    ],
    ids=str,
)
def test_an_invalid_field_is_named_as_the_caller_wrote_it(
    fields: dict[str, Any], kind: type[CallerError], field: str, words: str
) -> None:
    with pytest.raises(kind) as refused:
        read(**fields)
    assert refused.value.field == field
    assert words in refused.value.message


@pytest.mark.parametrize(("body", "status"), [(b"[]", 400), (b"", 400), (b"\xff", 400), (b"x" * 60_000, 413)])
def test_a_body_that_is_not_an_object_is_refused(body: bytes, status: int) -> None:
    answer = TestClient(app).post("/v1/images/generations", content=body, headers=TOKEN)
    assert (answer.status_code, answer.json()["error"]["param"]) == (status, "body")
