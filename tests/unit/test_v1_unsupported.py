"""OpenAI's unsupported calls are answered with a 501 that names an alternative, for any body."""

from __future__ import annotations

from typing import Any

import pytest

from tests.harness.router_client import checked_client
from v1.unsupported import UNSUPPORTED


@pytest.mark.parametrize("path", UNSUPPORTED)
def test_unsupported_v1_calls_name_what_to_call(path: str) -> None:
    bodies: list[dict[str, Any]] = [{"json": {"messages": []}}, {"files": {"image": b"a picture"}}]
    for body in bodies:
        with checked_client() as client:
            answer = client.post(path, **body)
        error = answer.json()["error"]
        assert (answer.status_code, error["code"], error["type"]) == (501, "not_supported", "api_error")
        assert "POST /v1/images/generations" in error["message"]
        assert answer.headers["X-Should-Retry"] == "false"
