"""Whether an account's magicubes pay for a picture: the request for the balance, and the meaning of its answer."""

from __future__ import annotations

import json
from typing import Any

import httpx2
import pytest

import magicubes
from easel.providers.adapter import SupportsAllowanceCheck
from easel.providers.http import Http
from modelscope import ModelScope

TOKEN = "ms-token-for-tests"
CN = "https://api-inference.modelscope.cn/v1"


def test_the_balance_is_read_next_to_the_base_url() -> None:
    bases = (CN, "https://api-inference.modelscope.ai/v1", "http://127.0.0.1:9000/v1")
    sites = ("https://modelscope.cn", "https://modelscope.ai", "http://127.0.0.1:9000")
    assert [magicubes.url(base) for base in bases] == [f"{site}/openapi/v1/magicubes/balance" for site in sites]


def asked(answer: httpx2.Response | Exception) -> tuple[bool | None, list[httpx2.Request]]:
    requests = []

    def respond(request: httpx2.Request) -> httpx2.Response:
        requests.append(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    adapter = ModelScope(CN, Http("modelscope", httpx2.MockTransport(respond)))
    assert isinstance(adapter, SupportsAllowanceCheck)
    return adapter.has_allowance(TOKEN), requests


@pytest.mark.parametrize(
    ("data", "suffice"),
    [
        ({"total_balance": 250, "available_balance": 250, "frozen_amount": 0}, True),
        ({"total_balance": 2.5, "available_balance": 0.5, "frozen_amount": 2}, True),
        ({"total_balance": 250, "available_balance": 0, "frozen_amount": 250}, False),
        ({"total_balance": 0.3}, False),
        ({"total_balance": 7}, True),
        *(({"available_balance": odd}, None) for odd in ("250", True, 10**400)),
        *(({"available_balance": {}}, None), ({}, None), ([], None), (None, None)),
    ],
    ids=lambda value: str(value)[:60],
)
def test_magicubes_held_by_tasks_are_not_available(data: Any, suffice: bool | None) -> None:
    enough, (request,) = asked(httpx2.Response(200, content=json.dumps({"success": True, "data": data})))
    assert enough is suffice
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert str(request.url) == magicubes.url(CN)


@pytest.mark.parametrize(
    "answer",
    [
        httpx2.Response(401, json={"error": {"message": "no"}}),
        httpx2.Response(200, html="<html>Are you a browser?</html>"),
        httpx2.Response(200, content=b"[" * 60_000),
        httpx2.Response(200, content=b'{"data": {"available_balance": ' + b"9" * 5000 + b"}}"),
        httpx2.Response(302, headers={"location": "https://evil.test"}),
        httpx2.ConnectError("no network"),
        httpx2.ReadTimeout("slow"),
    ],
    ids=str,
)
def test_an_answer_without_a_balance_is_ignored(answer: httpx2.Response | Exception) -> None:
    enough, requests = asked(answer)
    assert enough is None
    assert len(requests) == 1
