"""`make smoke`: its report on a deployment that works, lacks tokens, or is broken."""

from __future__ import annotations

import json

import httpx2
import pytest

from cli import smoke
from cli.smoke import Smoke, run


def check(handle: object, **environment: str) -> tuple[bool, list[str]]:
    lines: list[str] = []
    with httpx2.Client(base_url="https://easel.test", transport=httpx2.MockTransport(handle)) as http:  # type: ignore[arg-type]
        return run(Smoke(http, environment), lines.append), lines


def test_a_broken_deployment_fails_each_check_without_tokens() -> None:
    good, lines = check(
        lambda request: httpx2.Response(503, text="no"), GITEE_TOKEN="gitee-token-for-tests", KEY="local"
    )
    assert not good
    assert len(lines) == 7
    assert [line.split()[0] for line in lines].count("FAILED") == 7
    assert "gitee-token-for-tests" not in "".join(lines)


def test_checks_without_a_token_are_skipped_with_a_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    def handle(request: httpx2.Request) -> httpx2.Response:
        if request.method == "OPTIONS":
            return httpx2.Response(204, headers={"Access-Control-Allow-Origin": "*"})
        if request.url.path == "/api":
            return httpx2.Response(200, json={"version": "1.0"})
        return httpx2.Response(429, json={"error": "busy", "code": "RATE_LIMITED"})

    _, lines = check(handle)
    skipped = [line for line in lines if line.startswith("skipped")]
    assert len(skipped) == 3
    assert "set GITEE_TOKEN" in skipped[0]
    assert "set MODELSCOPE_TOKEN" in skipped[1]
    assert "set KEY" in skipped[2]
    assert "busy" in next(line for line in lines if "HuggingFace" in line)


def test_a_key_replaces_the_tokens_that_are_not_given() -> None:
    seen: list[httpx2.Request] = []

    def handle(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(429, json={"error": "busy", "code": "RATE_LIMITED"})

    _, lines = check(handle, KEY="local", GITEE_TOKEN="gitee-token-for-tests")
    assert not [line for line in lines if line.startswith("skipped")]
    sent = [request.headers for request in seen if request.method == "POST"]
    assert {headers["Authorization"] for headers in sent} == {"Bearer local"}
    assert [headers.get("X-API-Key") for headers in sent[:3]] == ["gitee-token-for-tests", None, None]


def test_a_job_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smoke, "PICTURE_SECONDS", 0.0)
    _, lines = check(lambda request: httpx2.Response(202, content=json.dumps({"jobId": "1", "status": "running"})))
    assert "has not ended after 0 s" in next(line for line in lines if "HuggingFace" in line)
