"""`/api/quota`: the state of the deployment's tokens, as a key's holder sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from easel.errors import InternalError
from easel.front_door import invoke
from tests.harness.easel_keys import bearer, give_key
from tests.harness.router_client import client

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

    from tests.harness.cloud import Cloud

__all__ = ["client"]  # a fixture

RESTING = [{"model": model, "until": 4e9, "reason": "no"} for model in ("z-image-turbo", "Qwen-Image")]
REPORT = {
    "tokens": [
        {"name": "token 1", "state": "used up", "until": 4e9, "reason": "empty", "refused": RESTING, "drawnToday": 7},
        {"name": "token 2", "state": "usable", "refused": [], "drawnToday": 0},
    ],
    "models": RESTING,
}


@pytest.fixture(autouse=True)
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The invoked functions. ModelScope's function fails, and Hugging Face's returns an invalid report."""
    names: list[str] = []

    def reach(function: str, event: dict[str, Any], kind: str) -> Any:
        assert (event, kind) == ({"quota": True}, "RequestResponse")
        names.append(function)
        if function.endswith("modelscope"):
            raise InternalError("the function ended")
        return {"statusCode": 400} if function.endswith("huggingface") else REPORT

    monkeypatch.setattr(invoke, "reach", reach)
    monkeypatch.setenv("FUNCTION_PREFIX", "easel-")
    return names


def test_without_a_key_no_function_is_invoked(client: TestClient, asked: list[str]) -> None:
    assert client.get("/api/quota").status_code == 401
    assert asked == []


def test_the_reports_of_all_functions_are_returned(client: TestClient, cloud: Cloud, asked: list[str]) -> None:
    headers = bearer(give_key(cloud))
    answer = client.get("/api/quota", headers=headers)
    assert answer.headers["cache-control"] == "no-store"
    entries = {entry.pop("provider"): entry for entry in answer.json()["providers"]}
    assert entries["gitee"] == REPORT
    for silent in ("huggingface", "modelscope"):
        assert "did not respond" in entries[silent]["unknown"]
        assert entries[silent]["tokens"] == []
    assert client.get("/api/quota", headers=headers).json()["providers"]
    assert asked.count("easel-gitee") == 1


def test_a_key_sees_the_models_that_it_may_use(client: TestClient, cloud: Cloud, asked: list[str]) -> None:
    answer = client.get("/api/quota", headers=bearer(give_key(cloud, models=("gitee/z-image-turbo",))))
    (entry,) = answer.json()["providers"]
    assert entry["models"] == entry["tokens"][0]["refused"] == RESTING[:1]
    assert asked == ["easel-gitee"]
