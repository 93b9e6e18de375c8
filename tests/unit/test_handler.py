"""The Lambda entry of a provider's function: which event goes where."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from easel.errors import InvalidSetting
from easel.handler import lambda_handler
from easel.providers.adapter import GeneratedImage, Run
from easel.store import jobs
from easel.store.records import GenerationRequest
from tests.harness.functions import Context
from tests.unit.test_generation import png

if TYPE_CHECKING:
    from easel.catalog import Provider
    from tests.harness.cloud import Cloud

REQUEST = GenerationRequest(
    provider="gitee", model="z-image-turbo", prompt="a cat", width=64, height=48, steps=9, seed=42
)


class Adapter:
    def generate(self, request: GenerationRequest, token: str | None, run: Run) -> GeneratedImage:
        return GeneratedImage(origin="http://127.0.0.1:1", data=png())


def send(event: Any) -> Any:
    return lambda_handler("gitee", lambda provider: Adapter())(event, Context("easel-gitee", 60))


def test_the_adapter_is_made_once_at_the_first_job(cloud: Cloud) -> None:
    made: list[str] = []

    def make(provider: Provider) -> Adapter:
        made.append(provider.id)
        return Adapter()

    handler = lambda_handler("gitee", make)
    assert made == []
    for _ in range(2):
        done = handler({"job": jobs.new(REQUEST).to_json()}, Context("easel-gitee", 60))
        assert done["status"] == "succeeded"
    assert made == ["gitee"]


def test_an_adapter_that_cannot_be_made_fails_the_job(cloud: Cloud) -> None:
    def make(provider: Provider) -> Adapter:
        raise InvalidSetting("the setting GITEE_BASE_URL is wrong")

    done = lambda_handler("gitee", make)({"job": jobs.new(REQUEST).to_json()}, Context("easel-gitee", 60))
    assert (done["status"], done["error"]["code"]) == ("failed", "UNKNOWN")


@pytest.mark.parametrize("event", [{}, [], None, "text", {"detail": {}}], ids=str)
def test_an_event_of_no_known_shape_is_told_the_known_ones(event: Any) -> None:
    answer = send(event)
    assert answer["statusCode"] == 400
    assert json.loads(answer["body"])["code"] == "INVALID_REQUEST"


@pytest.mark.parametrize("path", ["/api/providers/huggingface/generate", "/api/upscale", "/", ""])
def test_a_route_of_somebody_elses_is_not_found(path: str) -> None:
    answer = send({"requestContext": {"requestId": "id-7"}, "rawPath": path, "body": "{}"})
    assert answer["statusCode"] == 404
    assert answer["headers"]["X-Request-ID"]


def test_a_call_to_the_own_route_is_judged_like_every_other() -> None:
    event = {
        "requestContext": {"requestId": "id-7"},
        "rawPath": "/api/providers/gitee/generate",
        "body": '{"steps": 1}',
    }
    answer = send(event)
    assert (answer["statusCode"], answer["headers"]["X-Request-ID"]) == (401, "id-7")
