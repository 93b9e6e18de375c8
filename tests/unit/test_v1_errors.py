"""Errors under `/v1`: OpenAI's shape, types, codes and statuses, for every path and every cause."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

import router
from easel import errors
from easel.errors import EaselError
from easel.front_door import http_messages
from tests.harness import gateway
from tests.harness.functions import Context
from tests.unit.test_errors import RAISED
from v1.errors import translated

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

QUOTA = errors.QuotaExceeded("no more today", provider="gitee", upstream="used up", retry_after=3600)


def call(method: str, path: str) -> Response:
    return gateway.call(router.handler, method, path)


def body(error: EaselError) -> dict[str, Any]:
    return dict(translated(http_messages.error_response(error)).body or {})


def may_repeat(error: EaselError, language: str = "") -> bool:
    headers = translated(http_messages.error_response(error), language).headers
    assert headers.get("X-Should-Retry") in (None, "false")
    return "X-Should-Retry" not in headers


@pytest.mark.parametrize(
    ("error", "status", "kind", "code"),
    [
        (errors.InvalidDimensions("too small", field="size"), 400, "invalid_request_error", "invalid_dimensions"),
        (errors.PromptRejected("no"), 400, "invalid_request_error", "content_policy_violation"),
        (errors.AuthRequired("no token"), 401, "authentication_error", "invalid_api_key"),
        (errors.AuthExpired("Authorization", field=None), 401, "authentication_error", "invalid_api_key"),
        (errors.AccessDenied("not this model"), 403, "permission_error", "permission_denied"),
        (errors.InvalidModel("unknown"), 404, "invalid_request_error", "model_not_found"),
        (errors.NotFound("nothing"), 404, "invalid_request_error", "not_found"),
        (errors.RateLimited("slower"), 429, "rate_limit_exceeded", "rate_limit_exceeded"),
        (QUOTA, 429, "insufficient_quota", "insufficient_quota"),
        (errors.BudgetSpent("spent"), 429, "insufficient_quota", "insufficient_quota"),
        (errors.GenerationFailed("no picture"), 500, "api_error", "generation_failed"),
        (errors.InternalError("broken"), 500, "api_error", "server_error"),
        (errors.ProviderError("broken"), 502, "api_error", "provider_error"),
        (errors.GenerationTimeout("too long"), 504, "api_error", "timeout"),
    ],
    ids=lambda each: type(each).__name__ if isinstance(each, EaselError) else str(each),
)
def test_an_error_has_openais_status_type_and_code(error: EaselError, status: int, kind: str, code: str) -> None:
    assert translated(http_messages.error_response(error)).status == status
    assert body(error)["error"] == {"message": error.message, "type": kind, "param": error.field, "code": code}


@pytest.mark.parametrize("kind", [errors.AuthInvalid, errors.AuthExpired])
@pytest.mark.parametrize(
    ("text", "field", "message", "param"),
    [
        ("Gitee AI refused the token", "X-API-Key", "Authorization: Gitee AI refused the token", "Authorization"),
        ("Gitee AI refused the token", None, "Authorization: Gitee AI refused the token", "Authorization"),
        (f"{errors.DEPLOYMENT_TOKEN} of Gitee AI", None, "this deployment's token of Gitee AI", None),
        (
            "the header X-API-Key has an invalid token",
            "X-API-Key",
            "the header X-API-Key has an invalid token",
            "X-API-Key",
        ),
    ],
)
def test_the_error_of_a_refused_token_names_authorization(
    kind: type[EaselError], text: str, field: str | None, message: str, param: str | None
) -> None:
    provider = None if text.startswith(errors.DEPLOYMENT_TOKEN) else "gitee"
    error = body(kind(text, provider=provider, field=field))["error"]
    assert (error["message"], error["param"]) == (message, param)


def test_easels_own_code_and_details_are_kept() -> None:
    details = {"provider": "gitee", "upstream": "used up", "retryAfter": 3600}
    assert body(QUOTA)["easel"] == {"code": "QUOTA_EXCEEDED", "details": details}
    assert translated(http_messages.error_response(QUOTA)).headers["Retry-After"] == "3600"


def test_sdks_retry_only_what_can_succeed() -> None:
    repeated = {kind.code for kind in RAISED if may_repeat(kind("x"))}
    assert repeated == {"RATE_LIMITED", "PROVIDER_ERROR", "DOWNLOAD_FAILED", "UPSTREAM_ERROR", "UNKNOWN"}
    for language, longest in (("", 60), ("js", 60), ("python", 120)):  # the SDK waits for this number of seconds
        assert may_repeat(errors.RateLimited("slower", retry_after=longest), language)
        assert not may_repeat(errors.RateLimited("slower", retry_after=longest + 1), language)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1", 404, "not_found"),
        ("GET", "/v1/", 404, "not_found"),
        ("POST", "/v1/images/nothing", 404, "not_found"),
        ("PUT", "/v1/models", 405, "method_not_allowed"),
        ("DELETE", "/v1/models/gitee/z-image-turbo", 405, "method_not_allowed"),
        ("GET", "/v1/key", 401, "invalid_api_key"),
    ],
)
def test_every_path_of_v1_uses_openais_shape(method: str, path: str, status: int, code: str) -> None:
    answer = call(method, path)
    error: Any = json.loads(answer.get_data())["error"]
    assert (answer.status_code, error["code"]) == (status, code)
    assert error["message"]
    assert answer.headers["X-Should-Retry"] == "false"
    assert answer.headers["X-Request-ID"]
    assert int(answer.headers["OpenAI-Processing-Ms"]) >= 0
    assert int(answer.headers["Content-Length"]) == len(answer.get_data())
    if status == 405:
        assert answer.headers["Allow"] == "GET"


def test_other_paths_keep_easels_shape() -> None:
    for path in ("/v1models", "/api/v1", "/nowhere"):
        answer = call("GET", path)
        assert set(json.loads(answer.get_data())) == {"error", "code", "details"}
        assert "OpenAI-Processing-Ms" not in answer.headers


def test_invalid_events_and_internal_errors_have_that_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    event = {"version": "2.0", "rawPath": "/v1/models", "body": "%", "isBase64Encoded": True, "requestContext": {}}
    unreadable = router.handler(event, Context("easel-router", 30))
    assert unreadable["statusCode"] == 400
    assert json.loads(unreadable["body"])["error"]["type"] == "invalid_request_error"

    def breaks() -> None:
        raise KeyError("inside")

    monkeypatch.setattr("v1.models.every_model", breaks)
    answer = call("GET", "/v1/models")
    assert answer.status_code == 500
    assert json.loads(answer.get_data())["error"]["type"] == "api_error"
    assert "inside" not in answer.get_data(as_text=True)
