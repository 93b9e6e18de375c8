"""Every model of the catalog returns a picture of the right size and format, with a lasting link."""

from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from easel import catalog
from tests.harness import source_pictures
from tests.harness.openapi_check import Description
from tests.harness.template import ROOT

if TYPE_CHECKING:
    from tests.harness.stack import Stack

MODELS = [(provider.id, model.id) for provider in catalog.providers().values() for model in provider.models]


README = (ROOT / "README.md").read_text("utf-8")
CALLS = re.findall(r"curl -X POST \S+/api/generate \\\n(.*?)'(\{.*?\})'", README, re.DOTALL)

pytestmark = pytest.mark.usefixtures("spaces")


def opened(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


@pytest.mark.parametrize(
    ("provider", "model", "path"),
    [
        *((*model, "/api/generate") for model in MODELS),
        *((provider, model, f"/api/providers/{provider}/generate") for provider, model in dict(MODELS).items()),
    ],
)
def test_a_model_returns_a_picture_of_the_requested_size(provider: str, model: str, path: str, stack: Stack) -> None:
    width, height = (1024, 768) if model == "qwen-image-fast" else (640, 512)  # one of its valid sizes
    fields = {"provider": provider, "model": model, "width": width, "height": height, "seed": 7}
    fields |= source_pictures.needed(provider, model)
    answer = stack.generate(fields, path)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    entry = catalog.provider(provider)
    details = body["imageDetails"]
    unrepeatable = ["the Space ignores the seed: this picture cannot be reproduced"]
    assert body["warnings"] == (unrepeatable if model == "ovis-image" else [])
    assert body["format"] == entry.image_format
    assert details["dimensions"] == f"{width} x {height} ({'4:3' if width == 1024 else '5:4'})"
    assert (details["provider"], details["model"]) == (entry.name, entry.model(model).name)
    assert (details["seed"], details["prompt"]) == (7, "a cat")
    assert details["steps"] == entry.model(model).steps.default
    picture = opened(stack.picture(details))
    assert (picture.size, picture.format) == ((width, height), entry.image_format.upper())


@pytest.mark.parametrize("number", [0, 1, 2], ids=["gitee", "huggingface", "modelscope"])
def test_the_specifications_calls_work_as_written(number: int, stack: Stack) -> None:
    options, body = CALLS[number]
    headers = dict(re.findall(r'-H "([\w-]+): ([^"]+)"', options))
    answer = stack.wait_on(stack.http.post("/api/generate", content=body.encode(), headers=headers))
    assert answer.status_code == 200, answer.text
    details = answer.json()["imageDetails"]
    names = "url provider model dimensions duration seed steps prompt negativePrompt"
    assert " ".join(details) == names
    assert details["steps"] == json.loads(body)["steps"]
    assert details["dimensions"] == "1024 x 1024 (1:1)"
    assert re.fullmatch(r"\d+ms|\d+\.\ds", details["duration"])
    assert opened(stack.picture(details)).size == (1024, 1024)


@pytest.mark.parametrize(("scale", "sides"), [(None, (1024, 1024)), (2, (512, 512))])
def test_easels_own_picture_is_enlarged(scale: int | None, sides: tuple[int, int], stack: Stack) -> None:
    details = stack.generate({"width": 256, "height": 256}).json()["imageDetails"]
    answer = stack.wait_on(stack.http.post("/api/upscale", json={"url": details["url"], "scale": scale}))
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["url"] == body["imageDetails"]["url"]
    assert body["imageDetails"]["model"] == "Upscaler"
    assert opened(stack.picture(body["imageDetails"])).size == sides


def test_hugging_face_works_with_and_without_a_token(stack: Stack) -> None:
    for token in ("", "huggingface-token-for-tests"):
        answer = stack.generate({"provider": "huggingface", "width": 512, "height": 512}, x_hf_token=token)
        assert answer.status_code == 200, answer.text
    old = stack.wait_on(stack.http.post("/api/generate-hf", json={"prompt": "a cat", "width": 512, "height": 512}))
    assert old.json()["imageDetails"]["provider"] == "HuggingFace"


def test_every_described_status_of_an_upscale_is_answered(stack: Stack) -> None:
    description = Description(stack.http.get("/openapi.json").json())
    url = stack.generate({"width": 256, "height": 256}).json()["imageDetails"]["url"]
    with description.watching(stack.http):
        for headers in ({}, {"Prefer": "respond-async"}, {"Accept": "image/*"}):
            stack.http.post("/api/upscale", json={"url": url, "scale": 2}, headers=headers)
        for body in ({"url": url, "scale": 9}, {"url": ""}, {}, {"url": "x" * 60_000}):
            stack.http.post("/api/upscale", json=body)
        stack.http.post("/api/upscale", json={"url": url}, headers={"X-HF-Token": "not a token"})
    assert {"200", "202", "303", "400", "401", "413"} <= description.answered["POST /api/upscale"]
