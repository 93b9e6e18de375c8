"""Stock SDKs of OpenAI's against `make run`: a base URL is all that a program changes."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING

import httpx2
import pytest
from PIL import Image

from easel import catalog
from tests.harness.sdks import NAMES
from tests.sdks.caller import LONG, TOKEN, Caller

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.stack import LocalStack
    from tests.harness.sdks import Outcome, Sdk
    from tests.sdks.conftest import Begun


@pytest.fixture
def easel(local_easel: LocalStack, sdk: Sdk) -> Caller:
    return Caller(local_easel, sdk)


def pictures(found: Outcome) -> list[Image.Image]:
    """The pictures of an answer, fetched where they are links."""
    assert not found.error, found
    data = [
        base64.b64decode(entry["b64_json"])
        if "b64_json" in entry
        else httpx2.get(entry["url"], follow_redirects=True, trust_env=False).raise_for_status().content
        for entry in found.body["data"]
    ]
    return [Image.open(io.BytesIO(each)) for each in data]


@pytest.mark.parametrize("model", ["gitee/z-image-turbo", "ms/flux-2", "hf/z-image-turbo", "flux-1-schnell"])
def test_a_picture_of_each_provider(model: str, easel: Caller) -> None:
    (picture,) = pictures(easel.generate("a cat", model=model, size="512x512"))
    assert picture.size == (512, 512)


def test_three_pictures_with_easels_own_fields(easel: Caller) -> None:
    found = easel.generate("three", n=3, seed=42, steps=4, negative_prompt="blurry", quality="hd")
    assert len(pictures(found)) == 3
    assert [job["seed"] for job in found.body["easel"]["jobs"]] == [42, 43, 44]
    assert found.body["easel"]["warnings"] == ["quality was ignored: the models here have no such setting"]


def test_the_bytes_in_the_answer(easel: Caller) -> None:
    found = easel.generate("bytes", response_format="b64_json")
    assert [picture.size for picture in pictures(found)] == [(256, 256)]
    assert set(found.body["data"][0]) == {"b64_json"}


def test_an_easel_key_is_an_api_key(easel: Caller) -> None:
    assert pictures(easel.generate("with a key", key="local"))


def test_a_token_that_is_refused(easel: Caller) -> None:
    found = easel.generate("refused token", key="invalid")
    assert (found.error, found.status) == ("AuthenticationError", 401)
    assert (found.told["type"], found.told["code"]) == ("authentication_error", "invalid_api_key")
    assert easel.paid("refused token") == 1


def test_the_next_token_where_one_is_refused(easel: Caller) -> None:
    assert pictures(easel.generate("next token", key=f"gitee:invalid,hf:other,gitee:{TOKEN}"))


def test_a_model_that_nobody_has(easel: Caller) -> None:
    found = easel.generate("unknown model", model="dall-e-3")
    assert (found.error, found.status) == ("NotFoundError", 404)
    assert (found.told["code"], found.told["param"]) == ("model_not_found", "model")
    assert "gitee/z-image-turbo" in found.told["message"]


@pytest.mark.parametrize("name", NAMES)
def test_a_rate_limit_is_waited_for_and_tried_again(limited: Mapping[str, Begun], name: str) -> None:
    easel, call = limited[name]
    found = call.result()
    assert (found.error, found.status) == ("RateLimitError", 429)
    assert found.told["code"] == "rate_limit_exceeded"
    assert easel.paid("rate limit [[fault=rate]]") == 2


def test_a_quota_that_is_used_up_is_not_tried_again(easel: Caller) -> None:
    found = easel.generate("quota [[fault=quota]]")
    assert (found.error, found.status) == ("RateLimitError", 429)
    assert (found.told["type"], found.told["code"]) == ("insufficient_quota", "insufficient_quota")
    assert easel.paid("quota [[fault=quota]]") == 1


def test_a_stream_is_refused_with_the_reason(easel: Caller) -> None:
    found = easel.generate("streamed", stream=True)
    assert (found.error, found.status, found.told["param"]) == ("BadRequestError", 400, "stream")
    assert "not streamed here" in found.told["message"]


def test_the_models(easel: Caller) -> None:
    found = easel.call("models.list").body
    everything = catalog.providers().values()
    names = [f"{provider.id}/{model.id}" for provider in everything for model in provider.models]
    assert [model["id"] for model in found] == names
    for name in (names[0], "ms/flux-2", "black-forest-labs/FLUX.2-dev"):
        assert easel.call("models.retrieve", model=name).body["id"] == name
    assert easel.call("models.retrieve", model="nobody/nothing").error == "NotFoundError"


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_of_seventy_seconds(long: Mapping[str, Begun], name: str) -> None:
    """Each call of 25 s is sent on, and clients follow without a word."""
    easel, call = long[name]
    found = call.result()
    assert len(pictures(found)) == 1
    assert found.body["easel"]["jobs"][0]["seconds"] >= LONG
    assert easel.paid(f"a long one [[delay={LONG}]]") == 1
