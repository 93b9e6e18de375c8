"""Errors under `/v1`: OpenAI's shape, types, codes and statuses, for every path and every source of a refusal."""

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
    found = translated(http_messages.error_response(error))
    assert found.status == status
    assert found.body
    assert found.body["error"] == {"message": error.message, "type": kind, "param": error.field, "code": code}


@pytest.mark.parametrize("field", ["X-API-Key", None])
@pytest.mark.parametrize("kind", [errors.AuthInvalid, errors.AuthExpired])
def test_a_token_that_a_provider_refused_is_named_authorization(kind: type[EaselError], field: str | None) -> None:
    refused = translated(
        http_messages.error_response(kind("Gitee AI refused the token", provider="gitee", field=field))
    )
    assert refused.body
    assert refused.body["error"]["message"] == "Authorization: Gitee AI refused the token"
    assert refused.body["error"]["param"] == "Authorization"
    theirs = translated(http_messages.error_response(kind(f"{errors.OWN_TOKEN} of Gitee AI cannot be used")))
    assert theirs.body
    assert (theirs.body["error"]["message"], theirs.body["error"]["param"]) == (
        "this deployment's token of Gitee AI cannot be used",
        None,
    )
    own = "the header X-API-Key holds no token"
    named = translated(http_messages.error_response(kind(own, provider="gitee", field="X-API-Key")))
    assert named.body
    assert (named.body["error"]["message"], named.body["error"]["param"]) == (own, "X-API-Key")


def test_what_easel_knows_beside_is_told_too() -> None:
    found = translated(http_messages.error_response(QUOTA))
    assert found.headers["Retry-After"] == "3600"
    assert found.body
    assert found.body["easel"] == {
        "code": "QUOTA_EXCEEDED",
        "details": {"provider": "gitee", "upstream": "used up", "retryAfter": 3600},
    }


def test_sdks_are_told_not_to_repeat_what_a_repeat_cannot_better() -> None:
    repeated = {
        kind for kind in RAISED if "X-Should-Retry" not in translated(http_messages.error_response(kind("x"))).headers
    }
    again = {"RATE_LIMITED", "PROVIDER_ERROR", "DOWNLOAD_FAILED", "UPSTREAM_ERROR", "UNKNOWN"}
    assert {kind.code for kind in repeated} == again
    soon, later = (errors.RateLimited("slower", retry_after=seconds) for seconds in (60, 61))
    assert "X-Should-Retry" not in translated(http_messages.error_response(soon)).headers
    for language in ("", "js"):
        assert translated(http_messages.error_response(later), language).headers["X-Should-Retry"] == "false"


@pytest.mark.parametrize(("seconds", "again"), [(120, True), (121, False)])
def test_openai_python_is_let_wait_as_long_as_it_obeys(seconds: int, again: bool) -> None:
    limited = translated(http_messages.error_response(errors.RateLimited("slower", retry_after=seconds)), "python")
    assert ("X-Should-Retry" not in limited.headers) is again


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
def test_every_path_of_v1_answers_so(method: str, path: str, status: int, code: str) -> None:
    answer = call(method, path)
    found: Any = json.loads(answer.get_data())
    assert (answer.status_code, found["error"]["code"]) == (status, code)
    assert found["error"]["message"]
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


def test_what_cannot_be_read_at_all_is_told_so_as_well() -> None:
    event = {"version": "2.0", "rawPath": "/v1/models", "body": "%", "isBase64Encoded": True, "requestContext": {}}
    answer = router.handler(event, Context("easel-router", 30))
    assert answer["statusCode"] == 400
    assert json.loads(answer["body"])["error"]["type"] == "invalid_request_error"


def test_a_fault_of_easels_own_is_told_so_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks() -> None:
        raise KeyError("inside")

    monkeypatch.setattr("v1.models.every_model", breaks)
    answer = call("GET", "/v1/models")
    assert answer.status_code == 500
    assert json.loads(answer.get_data())["error"]["type"] == "api_error"
    assert "inside" not in answer.get_data(as_text=True)
