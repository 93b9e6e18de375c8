"""Calls to the router's function URL: Lambda's event, CORS, the access log, and what callers cannot forge."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

import function_url
import router
from easel.common.deadline import in_thread
from easel.common.telemetry import logger
from easel.front_door import http_messages, job_responses
from easel.front_door.http_messages import make_call
from easel.settings import settings
from easel.store import images
from tests.harness.functions import Context, handle
from tests.harness.patience import HANGS_SECONDS
from tests.harness.stack import Lines
from tests.harness.template import ROOT

EVENT: dict[str, Any] = json.loads((ROOT / "events/router-function-url.json").read_text("utf-8"))


def event(method: str, path: str, body: str | None = None, **headers: str) -> dict[str, Any]:
    """Return the event of another call to the same address."""
    http = {**EVENT["requestContext"]["http"], "method": method, "path": path}
    sent = {"host": EVENT["headers"]["host"], **{name.lower(): value for name, value in headers.items()}}
    made = {**EVENT, "rawPath": path, "headers": sent, "requestContext": {**EVENT["requestContext"], "http": http}}
    return {**made, "body": body} if body is not None else {name: made[name] for name in made if name != "body"}


def send(sent: dict[str, Any]) -> Any:
    handler: Any = router.handler
    return in_thread(handle, handler, sent, Context("easel-router", 300)).result(timeout=HANGS_SECONDS)


def test_the_event_of_a_function_url_is_read() -> None:
    call = make_call(EVENT, EVENT["body"].encode(), EVENT["headers"], EVENT["rawPath"], 299.0)
    assert (call.via_function_url, call.seconds_left) == (True, 299.0)
    assert (call.source, call.agent) == ("203.0.113.7", "OpenAI/Python 3.57.0")
    assert call.endpoint == f"https://{EVENT['requestContext']['domainName']}"
    assert call.request_id == EVENT["requestContext"]["requestId"]


@pytest.mark.parametrize("name", ["router-generate-gitee", "router-openai-generate"])
def test_no_header_can_forge_a_function_url_call(name: str) -> None:
    made = json.loads((ROOT / f"events/{name}.json").read_text("utf-8"))
    claimed = {"host": "x.lambda-url.us-east-1.on.aws", "x-forwarded-host": "x.lambda-url.us-east-1.on.aws"}
    call = make_call(made, b"", {**made["headers"], **claimed}, made["rawPath"], 299.0)
    assert not call.via_function_url
    assert call.seconds_left <= http_messages.GATEWAY_SECONDS
    others: list[Any] = [None, [], "text", {}, {"requestContext": None}, {"requestContext": "x"}]
    for odd in others:
        assert not http_messages.is_function_url(odd)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/api", None),
        ("GET", "/nowhere", None),
        ("GET", "/v1/models/nobody", None),
        ("POST", "/api/generate", "{"),
        ("POST", "/v1/images/generations", "\ud800"),  # refused before the request is parsed
        ("OPTIONS", "/api/generate", None),
    ],
)
@pytest.mark.parametrize(
    ("origins", "allowed"), [("*", "*"), ("https://a.test", "https://a.test"), ("https://b.test", None)]
)
def test_pages_may_read_every_answer_as_at_the_api(
    method: str, path: str, body: str | None, origins: str, allowed: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALLOWED_ORIGINS", origins)
    settings.cache_clear()
    headers = send(event(method, path, body, origin="https://a.test"))["headers"]
    named = [value for name, value in headers.items() if name.lower() == "access-control-allow-origin"]
    assert named == ([allowed] if allowed else [])


def test_each_call_is_a_line_in_the_log_without_headers_or_query() -> None:
    lines = Lines()
    logger.addHandler(lines)
    try:
        made = {**event("GET", "/api", authorization="Bearer secret-of-the-test"), "rawQueryString": "key=secret-too"}
        body = send(made)["body"]
    finally:
        logger.handlers.remove(lines)
    (line,) = [json.loads(text) for text in lines.lines if '"called"' in text]
    assert (line["method"], line["path"], line["status"], line["bytes"]) == ("GET", "/api", 200, len(body))
    assert line["request"] == EVENT["requestContext"]["requestId"]
    assert line["milliseconds"] >= 0
    assert "secret" not in "".join(lines.lines)
    page = send({**event("GET", "/"), "headers": {**EVENT["headers"], "accept-encoding": "gzip"}})
    assert page["isBase64Encoded"]
    assert base64.b64decode(page["body"]).startswith(b"\x1f\x8b")


@pytest.mark.parametrize(
    ("method", "room", "key", "status"),
    [("GET", 100, "0a1", 200), ("GET", 2, "0a1", 303), ("HEAD", 100, "0a1", 303), ("GET", 100, "unreadable", 303)],
    ids=["fits", "large", "head", "unreadable"],
)
def test_a_picture_is_returned_instead_of_a_redirect_to_it(
    method: str, room: int, key: str, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(key: str) -> bytes:
        if "unreadable" in key:
            raise EndpointConnectionError(endpoint_url=key)
        return b"png"

    monkeypatch.setattr(images, "load", load)
    monkeypatch.setattr(job_responses, "MAX_B64", room)
    headers = {"content-length": "0", "location": f"https://x.test/api/images/{key}.png"}
    redirect = {"statusCode": 303, "headers": headers, "body": ""}
    answer = function_url.complete_response(event(method, "/api/generate/0a1"), redirect, 0)
    assert answer["statusCode"] == status
    if status == 200:
        assert (base64.b64decode(answer["body"]), answer["headers"]["content-type"]) == (b"png", "image/png")
        assert not {"location", "content-length"} & answer["headers"].keys()
