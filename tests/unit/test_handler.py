"""The Lambda entry of a provider's function: how each event is handled."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from easel.errors import InvalidSetting
from easel.handler import lambda_handler
from easel.store import jobs
from tests.harness.functions import Context
from tests.unit.test_generation import REQUEST, Adapter

if TYPE_CHECKING:
    from easel.catalog import Provider
    from tests.harness.cloud import Cloud


def send(event: Any) -> Any:
    return lambda_handler("gitee", lambda provider: Adapter())(event, Context("easel-gitee", 60))


def test_the_adapter_is_created_once_at_the_first_job(cloud: Cloud) -> None:
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


def test_a_failing_adapter_constructor_fails_the_job(cloud: Cloud) -> None:
    def make(provider: Provider) -> Adapter:
        raise InvalidSetting("the setting GITEE_BASE_URL is wrong")

    done = lambda_handler("gitee", make)({"job": jobs.new(REQUEST).to_json()}, Context("easel-gitee", 60))
    assert (done["status"], done["error"]["code"]) == ("failed", "UNKNOWN")


@pytest.mark.parametrize("event", [{}, [], None, "text", {"detail": {}}], ids=str)
def test_an_event_of_unknown_shape_is_refused(event: Any) -> None:
    answer = send(event)
    assert answer["statusCode"] == 400
    assert json.loads(answer["body"])["code"] == "INVALID_REQUEST"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        *((path, 404) for path in ("/api/providers/huggingface/generate", "/api/upscale", "/", "")),
        ("/api/providers/gitee/generate", 401),
    ],
)
def test_only_the_functions_own_route_is_served(path: str, status: int) -> None:
    answer = send({"requestContext": {"requestId": "id-7"}, "rawPath": path, "body": '{"steps": 1}'})
    assert answer["statusCode"] == status
    assert status == 404 or answer["headers"]["X-Request-ID"] == "id-7"
