"""HTTP without a framework: events are parsed, and answers are built."""

from __future__ import annotations

import base64
import json
import math
from typing import TYPE_CHECKING, Any

import pytest

from easel.catalog import UPSCALER
from easel.errors import InvalidRequest, RateLimited
from easel.front_door import http_messages, job_responses, v1_format
from easel.front_door.http_messages import HttpRequest, HttpResponse, lateness, read_event, write_event
from easel.front_door.job_responses import dimensions, duration, job_response
from easel.store import images, jobs
from easel.store.images import ImageInfo
from easel.store.records import GenerationRequest, Job, Progress, Result

if TYPE_CHECKING:
    from tests.harness.cloud import Cloud

REQUEST = GenerationRequest(
    provider="modelscope", model="black-forest-labs/FLUX.2-dev", prompt="a cat", steps=24, seed=42
)
RESULT = Result(key="images/1.png", format="PNG", width=1024, height=768, size=3, seed=43, seconds=5.24)


def call(**headers: str) -> HttpRequest:
    return HttpRequest(b"", {"host": "api.test", "x-forwarded-proto": "https", **headers}, "/api/generate", "id-1")


def job(**changes: Any) -> Job:
    return jobs.new(REQUEST.replace(**changes.pop("request", {})), ("a warning",)).replace(**changes)


def succeeded(result: Result = RESULT, **request: Any) -> Job:
    return job(status="succeeded", result=result, request=request)


def body_of(done: Job) -> Any:
    answer = job_response(done, call())
    assert answer.status == 200
    return answer.body


def test_dimensions_are_written_with_their_ratio() -> None:
    sizes = [(1024, 768), (1024, 1024), (1152, 640), (257, 2048)]
    texts = ["1024 x 768 (4:3)", "1024 x 1024 (1:1)", "1152 x 640 (9:5)", "257 x 2048 (257:2048)"]
    assert [dimensions(*size) for size in sizes] == texts


def test_a_duration_is_written_in_seconds_or_milliseconds() -> None:
    seconds = (0, 0.85, 0.9994, 0.9995, 1, 5.24, 100.06)
    assert [duration(each) for each in seconds] == ["0ms", "850ms", "999ms", "1.0s", "1.0s", "5.2s", "100.1s"]


def test_a_picture_has_the_fields_of_pages_style_front_ends() -> None:
    done = succeeded()
    assert body_of(done) == {
        "imageDetails": {
            "url": "https://api.test/api/images/1.png",
            "provider": "ModelScope",
            "model": "FLUX.2",
            "dimensions": "1024 x 768 (4:3)",
            "duration": "5.2s",
            "seed": 43,
            "steps": 24,
            "prompt": "a cat",
            "negativePrompt": "",
        },
        "jobId": done.id,
        "format": "PNG",
        "warnings": ["a warning"],
    }


def test_links_use_the_configured_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLIC_URL", "https://pictures.test/")
    assert body_of(succeeded())["imageDetails"]["url"] == "https://pictures.test/api/images/1.png"


def test_an_upscaled_picture_has_a_top_level_link_too() -> None:
    body = body_of(succeeded(provider="huggingface", model=UPSCALER, scale=4))
    assert body["url"] == body["imageDetails"]["url"]
    assert body["imageDetails"]["model"] == "Upscaler"


def test_the_space_that_generated_is_named() -> None:
    drawn = succeeded(RESULT.replace(space="https://x.hf.space"))
    assert body_of(drawn)["space"] == v1_format.image_facts(drawn)["space"] == "https://x.hf.space"


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        *((accept, 303) for accept in ("image/*", "image/avif,image/webp,*/*;q=0.8", "IMAGE/PNG")),
        *((accept, 200) for accept in ("", "*/*", "text/html,image/webp", "application/json, image/*")),
    ],
)
def test_a_caller_that_accepts_images_first_is_redirected(accept: str, status: int) -> None:
    answer = job_response(succeeded(), call(accept=accept))
    assert answer.status == status
    if status == 303:
        assert (answer.body, answer.headers) == (None, {"Location": "https://api.test/api/images/1.png"})


@pytest.mark.parametrize("accept", ["", "image/*"])
def test_a_failed_job_is_answered_like_a_failed_call(accept: str) -> None:
    error = RateLimited("wait", provider="gitee", retry_after=7)
    answer = job_response(job(status="failed", error=error.body(), error_status=429), call(accept=accept))
    assert answer == http_messages.error_response(error)
    assert answer.headers["Retry-After"] == "7"


@pytest.mark.parametrize(("eta", "seconds"), [(None, 2), (0.2, 1), (3.4, 3), (500, 10)])
def test_a_running_job_is_answered_with_its_link(eta: float | None, seconds: int) -> None:
    running = job(status="running", progress=Progress(eta_seconds=eta))
    answer = job_response(running, call())
    url = f"https://api.test/api/jobs/{running.id}"
    assert answer.status == 202
    assert answer.body == {"jobId": running.id, "status": "running", "statusUrl": url}
    assert answer.headers == {"Location": url, "Retry-After": str(seconds)}


def test_the_bytes_are_sent_if_requested(cloud: Cloud) -> None:
    images.store("1", b"cat", ImageInfo("PNG", 1, 1), REQUEST)
    body = body_of(succeeded(response_format="b64_json"))
    assert base64.b64decode(body["imageDetails"]["b64Json"]) == b"cat"
    assert body["imageDetails"]["url"]
    assert body["warnings"] == ["a warning"]


@pytest.mark.parametrize(
    ("changes", "link", "reason"),
    [
        ({"key": "", "url": "https://provider.test/1.png"}, "https://provider.test/1.png", "could not be stored"),
        ({"size": 4 * 1024 * 1024 + 1}, "https://api.test/api/images/1.png", "4194305 bytes"),
        ({}, "https://api.test/api/images/1.png", "could not be read"),
    ],
)
def test_a_warning_says_why_the_bytes_are_missing(
    changes: dict[str, Any], link: str, reason: str, cloud: Cloud
) -> None:
    with cloud.refusing("s3.GetObject", "AccessDenied", 403):
        body = body_of(succeeded(RESULT.replace(**changes), response_format="b64_json"))
    assert body["imageDetails"]["url"] == link
    assert "b64Json" not in body["imageDetails"]
    assert f"b64Json is missing: the picture {'has ' if 'bytes' in reason else ''}{reason}" in body["warnings"][1]


def test_the_largest_answer_fits_lambdas_limit(cloud: Cloud) -> None:
    images.store("1", b"x" * job_responses.MAX_B64, ImageInfo("PNG", 1, 1), REQUEST)
    done = succeeded(response_format="b64_json", prompt="猫" * 4000, negative_prompt="猫" * 4000)
    assert len(json.dumps(write_event(job_response(done, call()), "id-1"))) < 6 * 1024 * 1024


def test_an_event_is_read_with_lower_case_headers() -> None:
    request = read_event({"headers": {"X-API-Key": "k", "HOST": "api.test"}, "body": "猫", "rawPath": "/api/generate"})
    assert request.headers == {"x-api-key": "k", "host": "api.test"}
    assert (request.endpoint, request.path, request.body) == ("https://api.test", "/api/generate", "猫".encode())

    assert read_event({"body": base64.b64encode(b"\xff\x00").decode(), "isBase64Encoded": True}).body == b"\xff\x00"


def test_every_part_of_an_event_is_optional() -> None:
    nothing: list[dict[str, Any]] = [{"requestContext": {}}, {"requestContext": None, "headers": None, "body": None}]
    for event in nothing:
        request = read_event(event)
        assert (request.body, request.path, request.request_id) == (b"", "", "")
        assert request.endpoint == "https://localhost"


@pytest.mark.parametrize("event", [{"body": "%%%", "isBase64Encoded": True}, {"body": "\ud800"}])
def test_a_body_with_a_wrong_encoding_is_refused(event: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest) as caught:
        read_event(event)
    assert caught.value.field == "body"


def test_the_repr_of_a_request_has_no_headers_and_no_body() -> None:
    printed = repr(HttpRequest(b"secret body", {"x-api-key": "gitee-token-for-tests"}, "/", "id"))
    assert "token-for-tests" not in printed
    assert "secret body" not in printed


def test_an_answer_has_its_request_id() -> None:
    written = write_event(HttpResponse(200, {"prompt": "猫"}, {"Retry-After": "2"}), "id-1")
    headers = {"X-Request-ID": "id-1", "Retry-After": "2", "Content-Type": "application/json", "Vary": "Origin"}
    safety = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}
    assert written["headers"] == headers | safety
    assert json.loads(written["body"]) == {"prompt": "猫"}
    empty = write_event(HttpResponse(303, None, {"Location": "/"}), "id-1")
    assert (empty["body"], "Content-Type" in empty["headers"]) == ("", False)


def test_an_unexpected_exception_does_not_show_its_text() -> None:
    answer = http_messages.exception_response(KeyError("table-name-and-other-insides"))
    assert answer.status == 500
    assert '"UNKNOWN"' in answer.text()
    assert "insides" not in answer.text()


def test_the_gateways_time_of_a_call_is_used_if_plausible(noon: float) -> None:
    assert lateness({"timeEpoch": (noon - 5) * 1000}) == 5.0
    for implausible in (None, "soon", 0, 4102444800000, 10**5000, math.inf, math.nan):
        assert lateness({"timeEpoch": implausible}) == 0.0
