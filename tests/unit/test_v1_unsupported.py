"""OpenAI's calls that are not answered: a 501 that names what to call, whatever the body is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from fastapi.testclient import TestClient

from router import app
from tests.harness.openapi_check import Description
from v1.unsupported import UNSUPPORTED

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(app, "https://easel.test") as made:
        description = Description(made.get("/openapi.json").json())
        with description.watching(made):
            yield made


@pytest.mark.parametrize("path", UNSUPPORTED)
@pytest.mark.parametrize("body", [{"json": {"messages": []}}, {"files": {"image": b"a picture"}}], ids=["json", "form"])
def test_unsupported_v1_calls_name_what_to_call(path: str, body: dict[str, Any], client: TestClient) -> None:
    answer = client.post(path, **body)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["type"]) == (501, "not_supported", "api_error")
    assert "POST /v1/images/generations" in error["message"]
    assert answer.headers["X-Should-Retry"] == "false"
