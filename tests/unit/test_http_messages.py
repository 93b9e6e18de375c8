"""HTTP without a framework: events in, answers out."""

from __future__ import annotations

import base64
import json
import math
import time
from typing import TYPE_CHECKING, Any

import pytest

from easel.catalog import UPSCALER
from easel.errors import GenerationFailed, InvalidRequest, RateLimited
from easel.front_door import http_messages, job_responses, v1_format
from easel.front_door.http_messages import HttpRequest, HttpResponse, read_event, write_event
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
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return HttpRequest(b"", {"host": "api.test", "x-forwarded-proto": "https", **sent}, "/api/generate", "id-1")


def job(**changes: Any) -> Job:
    return jobs.new(REQUEST.replace(**changes.pop("request", {})), ("a warning",)).replace(**changes)


def succeeded(**request: Any) -> Job:
    return job(status="succeeded", result=RESULT, request=request)


@pytest.mark.parametrize(
    ("width", "height", "text"),
    [
        (1024, 768, "1024 x 768 (4:3)"),
        (1024, 1024, "1024 x 1024 (1:1)"),
        (1152, 640, "1152 x 640 (9:5)"),
        (257, 2048, "257 x 2048 (257:2048)"),
        (1, 1, "1 x 1 (1:1)"),
    ],
)
def test_dimensions_read_with_their_ratio(width: int, height: int, text: str) -> None:
    assert dimensions(width, height) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(5.24, "5.2s"), (0.85, "850ms"), (0, "0ms"), (0.9994, "999ms"), (0.9995, "1.0s"), (1, "1.0s"), (100.06, "100.1s")],
)
def test_a_duration_is_shown_in_seconds_or_milliseconds(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_a_picture_answers_with_what_pages_style_front_ends_read() -> None:
    done = succeeded()
    answer = job_response(done, call())
    assert answer.status == 200
    assert answer.body == {
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


def test_a_configured_address_stands_in_links(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLIC_URL", "https://pictures.test/")
    body = job_response(succeeded(), call()).body or {}
    assert body["imageDetails"]["url"] == "https://pictures.test/api/images/1.png"


def test_an_unstored_picture_keeps_the_providers_link() -> None:
    result = RESULT.replace(key="", url="https://provider.test/1.png")
    body = (
        job_response(job(status="succeeded", result=result, request={"response_format": "b64_json"}), call()).body or {}
    )
    assert body["imageDetails"]["url"] == "https://provider.test/1.png"
    assert "b64Json" not in body["imageDetails"]
    assert any("b64Json is missing" in warning for warning in body["warnings"])


def test_an_upscaled_picture_has_its_link_at_the_top_as_well() -> None:
    body = job_response(succeeded(provider="huggingface", model=UPSCALER, scale=4), call()).body or {}
    assert body["url"] == body["imageDetails"]["url"]
    assert body["imageDetails"]["model"] == "Upscaler"


@pytest.mark.parametrize("accept", ["image/*", "image/png", "image/avif,image/webp,*/*;q=0.8", "IMAGE/*"])
def test_who_asks_for_an_image_is_sent_to_it(accept: str) -> None:
    answer = job_response(succeeded(), call(accept=accept))
    assert (answer.status, answer.body) == (303, None)
    assert answer.headers["Location"] == "https://api.test/api/images/1.png"


@pytest.mark.parametrize("accept", ["", "*/*", "application/json", "text/html,image/webp", "application/json, image/*"])
def test_everybody_else_gets_json(accept: str) -> None:
    assert job_response(succeeded(), call(accept=accept)).status == 200


def test_an_error_is_told_in_json_even_to_who_asked_for_an_image() -> None:
    error = GenerationFailed("refused")
    failed = job(status="failed", error=error.body(), error_status=500)
    answer = job_response(failed, call(accept="image/*"))
    assert (answer.status, answer.body) == (500, error.body())


def test_a_failed_job_answers_as_the_call_itself_would_have() -> None:
    error = RateLimited("wait", provider="gitee", retry_after=7)
    answer = job_response(job(status="failed", error=error.body(), error_status=429), call())
    assert answer == http_messages.error_response(error)
    assert answer.headers["Retry-After"] == "7"


@pytest.mark.parametrize(("eta", "seconds"), [(None, 2), (0.2, 1), (3.4, 3), (500, 10)])
def test_a_job_that_runs_is_handed_over_with_its_link(eta: float | None, seconds: int) -> None:
    running = job(status="running", progress=Progress(eta_seconds=eta))
    answer = job_response(running, call())
    url = f"https://api.test/api/jobs/{running.id}"
    assert answer.status == 202
    assert answer.body == {"jobId": running.id, "status": "running", "statusUrl": url}
    assert answer.headers == {"Location": url, "Retry-After": str(seconds)}


def test_the_bytes_come_along_when_asked_for(cloud: Cloud) -> None:
    images.store("1", b"cat", ImageInfo("PNG", 1, 1), REQUEST)
    body = job_response(succeeded(response_format="b64_json"), call()).body or {}
    assert base64.b64decode(body["imageDetails"]["b64Json"]) == b"cat"
    assert body["imageDetails"]["url"]
    assert body["warnings"] == ["a warning"]


def test_bytes_too_large_for_a_response_become_a_link() -> None:
    big = RESULT.replace(size=4 * 1024 * 1024 + 1)
    body = job_response(job(status="succeeded", result=big, request={"response_format": "b64_json"}), call()).body or {}
    assert "b64Json" not in body["imageDetails"]
    assert any("4194305 bytes" in warning for warning in body["warnings"])


def test_the_largest_answer_fits_into_what_lambda_may_answer(cloud: Cloud) -> None:
    images.store("1", b"x" * job_responses.MAX_B64, ImageInfo("PNG", 1, 1), REQUEST)
    done = succeeded(response_format="b64_json", prompt="猫" * 4000, negative_prompt="猫" * 4000)
    written = write_event(job_response(done, call()), "id-1")
    assert len(json.dumps(written)) < 6 * 1024 * 1024


def test_a_picture_whose_bytes_cannot_be_read_back_is_not_lost(cloud: Cloud) -> None:
    with cloud.refusing("s3.GetObject", "AccessDenied", 403):
        answer = job_response(succeeded(response_format="b64_json"), call())
    assert answer.status == 200
    assert answer.body is not None
    assert any("b64Json is missing" in warning for warning in answer.body["warnings"])


def test_an_event_is_read_whatever_it_leaves_out() -> None:
    found = read_event({"requestContext": {}})
    assert (found.body, found.path, found.request_id) == (b"", "", "")
    found = read_event({"requestContext": None, "headers": None, "body": None})
    assert found.endpoint == "https://localhost"


def test_a_providers_function_sends_vary_origin() -> None:
    assert write_event(HttpResponse(200, {}), "id-1")["headers"]["Vary"] == "Origin"


def test_header_names_are_read_in_any_case() -> None:
    found = read_event({"headers": {"X-API-Key": "k", "HOST": "api.test"}, "body": "{}", "rawPath": "/api/generate"})
    assert found.headers == {"x-api-key": "k", "host": "api.test"}
    assert found.endpoint == "https://api.test"


def test_a_base64_body_is_decoded() -> None:
    assert read_event({"body": base64.b64encode(b"\xff\x00").decode(), "isBase64Encoded": True}).body == b"\xff\x00"
    assert read_event({"body": "猫"}).body == "猫".encode()


@pytest.mark.parametrize("event", [{"body": "%%%", "isBase64Encoded": True}, {"body": "\ud800"}])
def test_a_body_that_is_not_what_the_event_says_is_refused(event: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest) as caught:
        read_event(event)
    assert caught.value.field == "body"


def test_a_call_never_shows_its_headers_or_body() -> None:
    shown = repr(HttpRequest(b"secret body", {"x-api-key": "gitee-token-for-tests"}, "/", "id"))
    assert "token-for-tests" not in shown
    assert "secret body" not in shown


def test_an_answer_is_written_with_its_request_id() -> None:
    written = write_event(HttpResponse(200, {"prompt": "猫"}, {"Retry-After": "2"}), "id-1")
    headers = {"X-Request-ID": "id-1", "Retry-After": "2", "Content-Type": "application/json", "Vary": "Origin"}
    safety = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}
    assert written["headers"] == headers | safety
    assert json.loads(written["body"]) == {"prompt": "猫"}
    empty = write_event(HttpResponse(303, None, {"Location": "/"}), "id-1")
    assert (empty["body"], "Content-Type" in empty["headers"]) == ("", False)


def test_a_fault_of_our_own_is_told_without_its_inside() -> None:
    answer = http_messages.exception_response(KeyError("table-name-and-other-insides"))
    assert answer.status == 500
    assert answer.body is not None
    assert answer.body["code"] == "UNKNOWN"
    assert "insides" not in answer.text()


@pytest.mark.parametrize(
    ("taken", "late"),
    [(None, 0.0), ("soon", 0.0), (0, 0.0), (4102444800000, 0.0), (10**5000, 0.0), (math.inf, 0.0), (math.nan, 0.0)],
    ids=["absent", "no number", "long ago", "in the future", "5,000 digits", "infinite", "NaN"],
)
def test_an_unlikely_time_of_a_call_costs_it_nothing(taken: Any, late: float) -> None:
    assert http_messages.lateness({"timeEpoch": taken}) == late


def test_a_call_knows_how_long_it_has_been_on_its_way() -> None:
    assert 5 <= http_messages.lateness({"timeEpoch": (time.time() - 5) * 1000}) < 25


def test_the_space_that_drew_is_named_where_there_is_one() -> None:
    assert "space" not in job_responses.image_body(succeeded(), RESULT, call().endpoint)
    drawn = RESULT.replace(space="https://x.hf.space")
    made = succeeded().replace(result=drawn)
    assert job_responses.image_body(made, drawn, call().endpoint)["space"] == "https://x.hf.space"
    assert v1_format.image_facts(made)["space"] == "https://x.hf.space"
