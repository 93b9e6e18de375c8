"""A token's remaining allowance as each provider reports it. The pages in docs/providers/ describe the answers."""

from __future__ import annotations

import json
from typing import Any

import httpx2
import pytest

from easel import catalog
from easel.providers.allowances import SupportsAllowance
from easel.providers.http import Http
from easel.providers.token_use import Allowance
from gitee import Gitee
from huggingface import HuggingFace
from modelscope import ModelScope

MIDNIGHT = 1_798_761_600.0


def asked(provider: str, status: int, body: Any) -> tuple[Allowance | None, list[str]]:
    """Return the allowance of an adapter for this provider's answer, and the requested URLs."""
    urls: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        assert request.headers["authorization"] == "Bearer token-for-tests"
        urls.append(str(request.url))
        return httpx2.Response(status, json=body)

    http = Http(provider, httpx2.MockTransport(answer))
    adapters: dict[str, SupportsAllowance] = {
        "gitee": Gitee("https://ai.gitee.com/v1", http),
        "huggingface": HuggingFace(http),
        "modelscope": ModelScope("https://api-inference.modelscope.cn/v1", http),
    }
    return adapters[provider].allowance("token-for-tests"), urls


@pytest.mark.parametrize(
    ("provider", "body", "allowance", "url"),
    [
        (
            "gitee",
            {"total_amount": 30, "used_amount": 4.5, "balance": 25.5, "details": []},
            Allowance(25.5, "CNY", 30.0),
            "https://ai.gitee.com/v1/tokens/packages/balance",
        ),
        (
            "gitee",
            {"total_amount": 0, "balance": 0},  # free calls have no package
            None,
            "https://ai.gitee.com/v1/tokens/packages/balance",
        ),
        (
            "huggingface",
            {"base": 2400, "current": 1800, "resetsAt": "2027-01-01T00:00:00.000Z", "overquotaUsed": 0},
            Allowance(1800.0, "seconds", 2400.0, MIDNIGHT),
            "https://huggingface.co/api/spaces/zero-gpu/quota",
        ),
        (
            "huggingface",
            {"base": 300, "current": 300, "resetsAt": None},
            Allowance(300.0, "seconds", 300.0),
            "https://huggingface.co/api/spaces/zero-gpu/quota",
        ),
        (
            "modelscope",
            {"data": {"available_balance": 12.5, "total_balance": 13, "frozen_amount": 0.5}},
            Allowance(12.5, "magicubes"),
            "https://modelscope.cn/openapi/v1/magicubes/balance",
        ),
    ],
)
def test_a_providers_allowance_is_read(provider: str, body: Any, allowance: Allowance | None, url: str) -> None:
    assert asked(provider, 200, body) == (allowance, [url])


@pytest.mark.parametrize("provider", ["gitee", "huggingface", "modelscope"])
@pytest.mark.parametrize(
    ("status", "body"),
    [(401, {"balance": 1, "current": 1}), (200, []), (200, {"balance": "1", "current": True, "data": {}}), (500, None)],
)
def test_any_other_answer_gives_no_allowance(provider: str, status: int, body: Any) -> None:
    allowance, urls = asked(provider, status, body)
    assert (allowance, len(urls)) == (None, 1)


def test_the_hub_is_not_asked_if_the_spaces_are_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    every = {model.id: "http://127.0.0.1:1" for model in catalog.provider("huggingface").models}
    monkeypatch.setenv("HF_SPACE_URLS", json.dumps(every))
    assert asked("huggingface", 200, {"current": 300}) == (None, [])
