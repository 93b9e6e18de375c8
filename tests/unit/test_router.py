"""The router without AWS: catalog, documentation and refusals. tests/integration covers generation."""

from __future__ import annotations

import gzip
import json
import re
import tomllib
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import router
from easel import __version__, catalog
from easel.common.deadline import in_thread
from easel.front_door import handover
from easel.settings import settings as easel_settings
from easel.store import images
from tests.harness import gateway, template
from tests.harness.functions import Context, handle
from tests.harness.patience import HANGS_SECONDS
from tests.harness.template import ROOT, properties

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

TOKENS = {"X-API-Key": "gitee-token-for-tests", "X-MS-Token": "ms-token-for-tests"}


def call(method: str, path: str, body: bytes = b"", **headers: str) -> Response:
    return gateway.call(router.handler, method, path, body, headers)


def read(path: str) -> Any:
    answer = call("GET", path)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return json.loads(answer.get_data())


def error_of(answer: Response) -> tuple[int, str]:
    return answer.status_code, json.loads(answer.get_data())["code"]


def test_health_shows_the_version_of_the_project() -> None:
    health = read("/api")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert health["status"] == "ok"
    assert health["version"] == read("/openapi.json")["info"]["version"] == project["version"] == __version__


def test_providers_are_listed_with_their_token_header() -> None:
    providers = read("/api/providers")["providers"]
    assert [provider["id"] for provider in providers] == list(catalog.providers())
    assert providers[1] == {
        "id": "huggingface",
        "name": "HuggingFace",
        "authHeader": "X-HF-Token",
        "requiresAuth": False,
        "imageFormat": "WebP",
        "tokenUrl": "https://huggingface.co/settings/tokens",
        "models": ["z-image-turbo", "qwen-image-fast", "ovis-image", "flux-1-schnell"],
    }


def test_models_are_listed_with_their_features_and_families() -> None:
    known = {provider.id: provider.models for provider in catalog.providers().values()}
    for provider, models in known.items():
        listed = read(f"/api/providers/{provider}/models")["models"]
        facts = [(each["id"], each["name"], each["features"]) for each in listed]
        assert facts == [(model.id, model.name, model.features()) for model in models]
    every = read("/api/models")["models"]
    assert [model["id"] for model in every] == [model.id for models in known.values() for model in models]
    turbo = [model["provider"] for model in every if model["family"] == "z-image-turbo"]
    assert turbo == ["gitee", "huggingface", "modelscope"]


def test_an_unknown_provider_is_not_found() -> None:
    answer = call("GET", "/api/providers/openai/models")
    assert error_of(answer) == (404, "NOT_FOUND")
    assert "gitee, huggingface, modelscope" in answer.get_data(as_text=True)
    assert error_of(call("POST", "/api/providers/openai/generate", b"{}")) == (404, "NOT_FOUND")


def test_an_unknown_path_is_not_found() -> None:
    for path in ("/nowhere", "/api/job", "/api/jobs/a/b", "/api/images/a/b.png", "/%00", "/api/../x"):
        assert error_of(call("GET", path)) == (404, "NOT_FOUND")


def test_a_wrong_method_is_refused_with_allow() -> None:
    for method, path, allowed in (
        ("GET", "/api/generate", "POST"),
        ("PUT", "/api", "GET"),
        ("POST", "/api/models", "GET"),
    ):
        answer = call(method, path)
        assert error_of(answer) == (405, "METHOD_NOT_ALLOWED")
        assert answer.headers["Allow"] == allowed


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "OPTIONS"])
def test_every_response_has_a_request_id_and_guards(method: str) -> None:
    for path in ("/api", "/", "/docs", "/nowhere", "/openapi.json", "/api/generate", "/v1/key", "/%00"):
        headers = call(method, path).headers
        assert len(headers.getlist("X-Request-ID")) == 1
        assert headers.getlist("X-Content-Type-Options") == ["nosniff"]
        assert headers.getlist("Referrer-Policy") == ["no-referrer"]
        assert headers["Vary"].split(",")[-1] == "Origin"  # for caches


def test_the_request_id_is_the_gateways() -> None:
    event = {
        "version": "2.0",
        "rawPath": "/api",
        "rawQueryString": "",
        "headers": {"host": "api.test"},
        "requestContext": {"requestId": "id-7", "http": {"method": "GET", "path": "/api", "sourceIp": "127.0.0.1"}},
        "isBase64Encoded": False,
    }
    work = in_thread(handle, cast("Any", router.handler), event, Context("easel-router", 30))
    assert work.result(timeout=HANGS_SECONDS)["headers"]["x-request-id"] == "id-7"


def test_head_is_answered_as_get_without_the_body() -> None:
    for path in ("/api", "/docs", "/", "/nowhere", "/api/generate"):
        get, head = call("GET", path), call("HEAD", path)
        assert (head.status_code, head.get_data()) == (get.status_code, b"")
        assert head.headers.get("Content-Type") == get.headers.get("Content-Type")


@pytest.mark.parametrize("path", ["/api", "/api/generate", "/nowhere", "/api/images/1.png", "/"])
def test_every_path_answers_preflights_like_api_gateway(path: str) -> None:
    answer = call("OPTIONS", path, b"", **{"Origin": "https://page.test", "Access-Control-Request-Method": "POST"})
    cors = properties("HttpApi")["CorsConfiguration"]
    assert (answer.status_code, answer.get_data()) == (204, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    for name in ("AllowMethods", "AllowHeaders", "ExposeHeaders"):
        header = "-".join(re.findall("[A-Z][a-z]+", name))
        assert answer.headers[f"Access-Control-{header}"] == ",".join(cors[name])
    assert answer.headers["Access-Control-Max-Age"] == str(cors["MaxAge"])


def test_a_preflight_of_another_origin_is_not_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_ORIGINS", "https://a.test, https://b.test")
    for origin in ("https://a.test", "https://b.test", "https://c.test", None):
        answer = call("OPTIONS", "/api/generate", b"", **({"Origin": origin} if origin else {}))
        assert answer.status_code == 204
        allowed = None if origin == "https://c.test" else origin
        assert answer.headers.get("Access-Control-Allow-Origin") == allowed


def test_access_keys_restrict_cors_to_named_origins(monkeypatch: pytest.MonkeyPatch) -> None:
    """The API and the router agree. https://none.invalid belongs to nobody."""
    parameters = template.template()["Parameters"]
    monkeypatch.setitem(parameters["Access"], "Default", "keys")
    for named, allowed in (("", "https://none.invalid"), ("https://a.test", "https://a.test")):
        monkeypatch.setitem(parameters["AllowedOrigins"], "Default", named)
        variables = template.resolve(template.template()["Globals"]["Function"]["Environment"]["Variables"])
        assert variables["ALLOWED_ORIGINS"] == allowed
        assert properties("HttpApi")["CorsConfiguration"]["AllowOrigins"] in ([allowed], allowed)
        monkeypatch.setenv("ALLOWED_ORIGINS", variables["ALLOWED_ORIGINS"])
        easel_settings.cache_clear()
        for method in ("OPTIONS", "POST", "GET"):
            headers = call(method, "/api/generate", b"", Origin="https://evil.test").headers
            assert "Access-Control-Allow-Origin" not in headers
        assert call("OPTIONS", "/", Origin=allowed).headers["Access-Control-Allow-Origin"] == allowed


@pytest.mark.parametrize(
    ("headers", "for_cors"),
    [
        ({}, False),
        ({"Sec-Fetch-Mode": "no-cors"}, False),
        ({"Sec-Fetch-Mode": "cors"}, True),
        ({"Origin": "https://page.test"}, True),
    ],
)
def test_every_origin_may_read_pictures_by_cors_links(
    headers: dict[str, str], for_cors: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A browser's cache must not give an `<img>`'s answer to a script, so scripts get a different link."""
    monkeypatch.setattr(images, "link", lambda name, method, for_cors, download: f"s3:{name},{method},{for_cors}")
    for method, operation in (("GET", "get_object"), ("HEAD", "head_object")):
        answer = call(method, "/api/images/1.png", b"", **headers)
        assert (answer.status_code, answer.headers["Location"]) == (302, f"s3:1.png,{operation},{for_cors}")
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Vary"] == "Sec-Fetch-Mode,Origin"


@pytest.mark.parametrize(
    ("body", "headers", "error"),
    [
        *((body, {}, (400, "INVALID_REQUEST")) for body in (b"", b"{")),
        *(
            (body, TOKENS, (400, "INVALID_REQUEST"))
            for body in (b'{"prompt": "\xff"}', '{"prompt": "é"}'.encode("utf-16"))
        ),
        (b"x" * (50 * 1024 + 1), {}, (413, "PAYLOAD_TOO_LARGE")),
        (b'{"provider": "openai"}', {}, (400, "INVALID_PROVIDER")),
        (b'{"prompt": "a cat"}', {}, (401, "AUTH_REQUIRED")),
        (b'{"prompt": "a cat", "steps": 9.5}', TOKENS, (400, "INVALID_PARAMS")),
        (b'{"prompt": "a cat", "seed": "x"}', TOKENS, (400, "INVALID_PARAMS")),
    ],
    ids=["empty", "broken", "bytes", "UTF-16", "large", "provider", "token", "steps", "seed"],
)
@pytest.mark.parametrize("path", ["/api/generate", "/api/providers/gitee/generate"])
def test_an_invalid_request_is_refused_before_any_work(
    path: str, body: bytes, headers: dict[str, str], error: tuple[int, str]
) -> None:
    assert error_of(call("POST", path, body, **headers)) == error


def test_the_content_type_does_not_matter() -> None:
    for content_type in ("application/json", "text/plain", "application/x-www-form-urlencoded", ""):
        answer = call("POST", "/api/generate", b'{"provider": "openai"}', **{"Content-Type": content_type})
        assert error_of(answer) == (400, "INVALID_PROVIDER")


def test_a_gzip_body_is_read_and_other_encodings_are_named() -> None:
    body = gzip.compress(b'{"prompt": "a cat", "steps": 99}')
    for path in ("/api/generate", "/v1/images/generations", "/v1/v1//images/generations"):
        answer = call("POST", path, body, **TOKENS, **{"Content-Encoding": "gzip", "Content-Type": "application/gzip"})
        assert "steps: must be" in answer.get_data(as_text=True), path
    answer = call("POST", "/v1/v1/images/generations", b"{}", **{"Content-Encoding": "br"})
    assert json.loads(answer.get_data())["error"]["param"] == "Content-Encoding"


@pytest.mark.parametrize(
    ("path", "plain"),
    [
        *(("//api", "/api"), ("/api//models/", "/api/models"), ("///", "/"), ("/v1//models", "/v1/models")),
        *(("/v1/v1/models", "/v1/models"), ("//v1/v1//v1/models", "/v1/models"), ("/v1/v1", "/v1")),
        *(("/v1/v1beta", "/v1/v1beta"), ("/api/v1/v1", "/api/v1/v1"), ("/api/", "/api")),
    ],
)
def test_doubled_slashes_and_v1_are_ignored(path: str, plain: str) -> None:
    assert router.plain_path(path) == router.plain_path(plain) == plain
    assert call("GET", path).get_data() == call("GET", plain).get_data()


@pytest.mark.parametrize("url", ["http://127.1/", "http://[::1]/", "http://x:abc/", "http://db.internal/"])
def test_upscaling_needs_a_public_address(url: str) -> None:
    """`test_public_urls.py` covers every spelling of a private address."""
    answer = call("POST", "/api/upscale", json.dumps({"url": url}).encode())
    assert error_of(answer) == (400, "INVALID_PARAMS")
    assert json.loads(answer.get_data())["details"]["field"] == "url"


def test_the_old_path_means_hugging_face() -> None:
    answer = call("POST", "/api/generate-hf", b'{"provider": "gitee", "prompt": "a cat"}')
    assert error_of(answer) == (400, "INVALID_PROVIDER")
    assert error_of(call("POST", "/api/generate-hf", b'{"prompt": ""}')) == (400, "INVALID_PROMPT")


FIELDS = st.dictionaries(st.text(max_size=9), st.integers() | st.text(max_size=9))


@settings(max_examples=30, deadline=None)
@given(st.binary(max_size=120) | FIELDS.map(lambda fields: json.dumps(fields).encode()))
def test_no_body_gives_a_500(body: bytes) -> None:
    status, _ = error_of(call("POST", "/api/generate", body))
    assert 400 <= status < 500


@settings(max_examples=30, deadline=None)
@example("//[")
@given(st.text(min_size=1, max_size=30).map(lambda text: "/" + text))
def test_no_path_gives_a_500(path: str) -> None:
    assert call("GET", path.split("?")[0]).status_code < 500


def test_the_documentation_shows_the_specifications_examples() -> None:
    operation = read("/openapi.json")["paths"]["/api/generate"]["post"]
    examples = operation["requestBody"]["content"]["application/json"]["examples"]
    assert [(each["value"]["provider"], each["value"]["model"]) for each in examples.values()] == [
        ("gitee", "z-image-turbo"),
        ("huggingface", "flux-1-schnell"),
        ("modelscope", "black-forest-labs/FLUX.2-dev"),
        ("auto", "z-image-turbo"),
    ]
    page = call("GET", "/docs")
    assert (page.status_code, page.headers["Content-Type"].split(";")[0]) == (200, "text/html")


def test_an_error_outside_of_routes_has_easels_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> None:
        raise KeyError("inside")

    monkeypatch.setattr("job_views.answer", breaks)
    answer = call("GET", "/api/jobs/1")
    assert error_of(answer) == (500, "UNKNOWN")
    assert "inside" not in answer.get_data(as_text=True)
    assert answer.headers["X-Request-ID"]


def test_a_failed_invocations_record_is_processed(monkeypatch: pytest.MonkeyPatch) -> None:
    records: list[Any] = []
    monkeypatch.setattr(handover, "died", records.append)
    record = {"requestContext": {"condition": "RetriesExhausted"}, "requestPayload": {"job": {}, "request": "id"}}
    assert router.handler(record, Context("easel-router", 30)) is None
    assert records == [record]
