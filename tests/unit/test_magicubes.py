"""Whether an account's magicubes pay for a picture: where that is asked, and what the answer means."""

from __future__ import annotations

import json
from typing import Any

import httpx2
import pytest

import magicubes
from easel.providers.adapter import Metered
from easel.providers.http import Http
from modelscope import ModelScope

TOKEN = "ms-token-for-tests"
CN = "https://api-inference.modelscope.cn/v1"


@pytest.mark.parametrize(
    ("base", "url"),
    [
        (CN, "https://modelscope.cn/openapi/v1/magicubes/balance"),
        ("https://api-inference.modelscope.ai/v1", "https://modelscope.ai/openapi/v1/magicubes/balance"),
        ("http://127.0.0.1:9000/v1", "http://127.0.0.1:9000/openapi/v1/magicubes/balance"),
    ],
)
def test_the_balance_is_asked_where_the_base_url_belongs(base: str, url: str) -> None:
    assert magicubes.url(base) == url


def asked(answer: httpx2.Response | Exception) -> tuple[bool | None, list[httpx2.Request]]:
    requests = []

    def respond(request: httpx2.Request) -> httpx2.Response:
        requests.append(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    adapter = ModelScope(CN, Http("modelscope", httpx2.MockTransport(respond)))
    assert isinstance(adapter, Metered)
    return adapter.has_allowance(TOKEN), requests


@pytest.mark.parametrize(
    ("data", "suffice"),
    [
        ({"total_balance": 250, "available_balance": 250, "frozen_amount": 0}, True),
        ({"total_balance": 2.5, "available_balance": 0.5, "frozen_amount": 2}, True),
        ({"total_balance": 250, "available_balance": 0, "frozen_amount": 250}, False),
        ({"total_balance": 0.3}, False),
        ({"total_balance": 7}, True),
        ({"available_balance": "250"}, None),
        ({"available_balance": True}, None),
        ({"available_balance": 10**400}, None),
        ({"available_balance": {}}, None),
        ({}, None),
        ([], None),
        (None, None),
    ],
)
def test_what_is_not_held_by_tasks_decides(data: Any, suffice: bool | None) -> None:
    found, (request,) = asked(httpx2.Response(200, content=json.dumps({"success": True, "data": data})))
    assert found is suffice
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert str(request.url) == magicubes.url(CN)


@pytest.mark.parametrize(
    "answer",
    [
        httpx2.Response(401, json={"error": {"message": "no"}}),
        httpx2.Response(403, html="<html>Are you a browser?</html>"),
        httpx2.Response(200, html="<html>Are you a browser?</html>"),
        httpx2.Response(200, content=b"[" * 60_000),
        httpx2.Response(200, content=b'{"data": {"available_balance": ' + b"9" * 5000 + b"}}"),
        httpx2.Response(200, content=b" " * 100_000),
        httpx2.Response(302, headers={"location": "https://evil.test"}),
        httpx2.Response(500),
        httpx2.ConnectError("no network"),
        httpx2.ReadTimeout("slow"),
    ],
    ids=str,
)
def test_an_answer_without_a_balance_decides_nothing(answer: httpx2.Response | Exception) -> None:
    found, requests = asked(answer)
    assert found is None
    assert len(requests) == 1
