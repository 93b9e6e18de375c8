"""OpenAI's stock SDKs against `make run`: a program changes only its base URL."""

from __future__ import annotations

import base64
import io
from dataclasses import replace
from typing import TYPE_CHECKING

import httpx2
import pytest
from PIL import Image

from easel import catalog
from tests.harness.patience import HANGS_SECONDS, until
from tests.harness.sdks import NAMES
from tests.harness.source_pictures import DATA_LINK, shows
from tests.sdks.caller import LONG, SMALL, TOKEN, Caller

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.stack import LocalStack
    from tests.harness.sdks import Outcome, Sdk
    from tests.sdks.conftest import Begun


ADDRESSES = ("endpoint", "function_url")


@pytest.fixture
def easel(local_easel: LocalStack, sdk: Sdk) -> Caller:
    return Caller(local_easel, sdk)


def pictures(outcome: Outcome) -> list[Image.Image]:
    """Return the pictures of an answer. Links are fetched."""
    assert not outcome.error, outcome
    data = [
        base64.b64decode(entry["b64_json"])
        if "b64_json" in entry
        else httpx2.get(entry["url"], follow_redirects=True, trust_env=False).raise_for_status().content
        for entry in outcome.body["data"]
    ]
    return [Image.open(io.BytesIO(each)) for each in data]


def test_the_link_of_a_picture_opens(easel: Caller) -> None:
    (picture,) = pictures(easel.generate("a cat", model="flux-1-schnell", size="512x512"))
    assert picture.size == (512, 512)


def test_a_key_and_easels_fields_give_three_pictures(easel: Caller) -> None:
    outcome = easel.generate("three", key="local", n=3, seed=42, steps=4, negative_prompt="blurry", quality="hd")
    assert len(pictures(outcome)) == 3
    assert [job["seed"] for job in outcome.body["easel"]["jobs"]] == [42, 43, 44]
    assert outcome.body["easel"]["warnings"] == ["quality was ignored: Easel's models do not have this setting"]


def test_an_openai_model_returns_the_bytes_of_a_picture(easel: Caller) -> None:
    arguments = {"model": "gpt-image-2", "size": "1024x1024", "quality": "high", "response_format": "b64_json"}
    outcome = easel.generate("bytes", **arguments)
    assert [picture.size for picture in pictures(outcome)] == [(1024, 1024)]
    assert set(outcome.body["data"][0]) == {"b64_json"}
    assert outcome.body["easel"]["jobs"][0]["model"] == "gitee/z-image-turbo"


def test_errors_are_the_sdks_own_and_not_retried(easel: Caller) -> None:
    refused = easel.generate("refused token", key="invalid")
    assert (refused.error, refused.status) == ("AuthenticationError", 401)
    assert (refused.reason["type"], refused.reason["code"]) == ("authentication_error", "invalid_api_key")
    unknown = easel.generate("unknown model", model="dall-e-4")
    assert (unknown.error, unknown.status) == ("NotFoundError", 404)
    assert (unknown.reason["code"], unknown.reason["param"]) == ("model_not_found", "model")
    assert "gitee/z-image-turbo" in unknown.reason["message"]
    used_up = easel.generate("quota [[fault=quota]]")
    assert (used_up.error, used_up.status) == ("RateLimitError", 429)
    assert (used_up.reason["type"], used_up.reason["code"]) == ("insufficient_quota", "insufficient_quota")
    assert [easel.paid(prompt) for prompt in ("refused token", "unknown model", "quota [[fault=quota]]")] == [1, 0, 1]


@pytest.mark.parametrize("name", NAMES)
def test_a_rate_limit_is_waited_for_and_retried(limited: Mapping[str, Begun], name: str) -> None:
    easel, call = limited[name]
    outcome = call.result()
    assert (outcome.error, outcome.status) == ("RateLimitError", 429)
    assert outcome.reason["code"] == "rate_limit_exceeded"
    assert easel.paid("rate limit [[fault=rate]]") == 2


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_stream_yields_the_picture(address: str, local_easel: LocalStack, sdk: Sdk) -> None:
    easel = Caller(local_easel, sdk, getattr(local_easel, address))
    outcome = easel.generate("streamed", stream=True, partial_images=2)
    assert [event["type"] for event in outcome.body] == ["image_generation.completed"]
    assert [picture.size for picture in pictures(replace(outcome, body={"data": outcome.body}))] == [(256, 256)]


def test_a_stream_without_a_picture_raises_the_error(easel: Caller) -> None:
    outcome = easel.generate("streamed [[fault=moderation]]", stream=True)
    assert (outcome.error, outcome.status) == ("BadRequestError", 400)
    assert outcome.reason["code"] == "content_policy_violation"


def test_a_file_can_be_the_source_of_a_picture(easel: Caller) -> None:
    outcome = easel.call(
        "images.edit",
        model="gitee/Qwen-Image-Edit",
        image=DATA_LINK.partition(",")[2],
        prompt="with a hat",
        n=2,
        response_format="b64_json",
    )
    assert [picture.size for picture in pictures(outcome)] == [(320, 256)] * 2
    assert all(shows(base64.b64decode(entry["b64_json"])) for entry in outcome.body["data"])


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_task_starts_at_once_and_completes_later(address: str, local_easel: LocalStack) -> None:
    asked = {**SMALL, "prompt": f"a task at the {address}", "async": True}
    url, headers = f"{getattr(local_easel, address)}/v1", {"Authorization": f"Bearer {TOKEN}"}
    with httpx2.Client(base_url=url, headers=headers, timeout=HANGS_SECONDS, trust_env=False) as client:
        begun = client.post("/images/generations", json=asked)
        (task,) = begun.json()["data"]
        assert (begun.status_code, task["status"]) == (202, "submitted")
        until(lambda: client.get(f"/tasks/{task['task_id']}").json()["status"] == "completed")
        (image,) = client.get(f"/tasks/{task['task_id']}").json()["data"]["result"]["images"]
        assert client.get(image["url"][0], follow_redirects=True).status_code == 200


def test_the_models_are_listed(easel: Caller) -> None:
    names = [f"{provider.id}/{model.id}" for provider in catalog.providers().values() for model in provider.models]
    listed = [model["id"] for model in easel.call("models.list").body]
    assert listed[: len(names)] == names
    assert "dall-e-3" in listed
    assert easel.call("models.retrieve", model="black-forest-labs/FLUX.2-dev").body["id"] == (
        "black-forest-labs/FLUX.2-dev"
    )
    assert easel.call("models.retrieve", model="nobody/nothing").error == "NotFoundError"


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_of_seventy_seconds_is_returned(long: Mapping[str, Begun], name: str) -> None:
    """Each call is redirected after 25 s, and clients follow silently."""
    easel, call = long[name]
    outcome = call.result()
    assert len(pictures(outcome)) == 1
    assert outcome.body["easel"]["jobs"][0]["seconds"] >= LONG
    assert easel.paid(f"a long one [[delay={LONG}]]") == 1


@pytest.mark.parametrize("name", NAMES)
def test_the_function_url_answers_once_after_seventy_seconds(
    once: Mapping[str, Begun], name: str, local_log: list[str]
) -> None:
    easel, call = once[name]
    outcome = call.result()
    assert len(pictures(outcome)) == 1
    (job,) = outcome.body["easel"]["jobs"]
    assert job["seconds"] >= LONG
    assert easel.paid(f"answered once [[delay={LONG}]]") == 1
    redirects = [line for line in local_log if f"/v1/images/generations/{job['jobId']}" in line]
    assert not redirects
