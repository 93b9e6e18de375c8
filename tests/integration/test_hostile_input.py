"""Hostile input from a caller or a gateway gets a clear refusal, never an internal error or a hanging call."""

from __future__ import annotations

import base64
import json
import os
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import gitee
import huggingface
import modelscope
import router
from easel.common.deadline import in_thread
from easel.settings import settings as easel_settings
from tests.harness import worst_bodies
from tests.harness.easel_keys import give_key
from tests.harness.functions import Context, handle
from tests.harness.python_words import PYTHON

if TYPE_CHECKING:
    from tests.harness.stack import Stack

HANDLERS = {"router": router, "gitee": gitee, "huggingface": huggingface, "modelscope": modelscope}
UPSTREAM = {"UPSTREAM_ERROR", "PROVIDER_ERROR", "NO_PICTURE", "DOWNLOAD_FAILED", "GENERATION_FAILED", "TIMEOUT"}
UPSTREAM |= {"NOT_SUPPORTED"}
"""Codes of 5xx that tell what a provider did, or that nobody does it; the Spaces of these tests are nowhere."""
MANY = int(os.environ.get("HOSTILE_CALLS", "40"))
"""Calls that each test makes; `HOSTILE_CALLS=2500` makes ten thousand in all."""
EXAMPLES = settings(max_examples=MANY, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3)
)
ids = st.text(max_size=12) | st.sampled_from(["..", "%2e%2e", "a/b", "b" + "0" * 24, "0" * 36, "\x00", "x" * 3000])
PATHS = """/ /api /api/ /api/generate /api/generate-hf /api/upscale /api/models /docs /openapi.json /api/batches
/api/batches/uploads /api/batches/preview /api/providers // /api//generate /api/providers/gitee/generate
/api/providers/nobody/generate /api/providers//generate /v1 /v1/models /v1/images/generations /v1/responses
/v1/images/edits /v1/files /v1/batches /api/proxy-image /api/optimize /api/custom-models /api/video/ /api/video/a/b"""
WITH_ID = """/v1/models/{} /v1/images/generations/{},{} /api/jobs/{} /api/images/{}.png /api/batches/{}
/api/batches/{}/results /api/providers/{}/models /{}"""
paths = st.sampled_from(PATHS.split()) | st.builds(str.replace, st.sampled_from(WITH_ID.split()), st.just("{}"), ids)
FIELDS = """provider model prompt width height steps seed url scale requests manifest n size stream
response_format"""
VALUES = ["a cat", "huggingface", "gitee", 256, 9, "hf/z-image-turbo", "256x256", "http://127.1/", "s3://b/k"]
fields = st.dictionaries(
    st.sampled_from(FIELDS.split()) | st.text(max_size=9), anything | st.sampled_from(VALUES), max_size=6
)
bodies = st.one_of(
    st.none(),
    st.text(max_size=60),
    fields.map(json.dumps),
    anything.map(json.dumps),
    st.just("[" * 5000),
    st.sampled_from([body.decode() for body in worst_bodies.json_bodies(20_000).values()]),
    st.sampled_from([body.decode() for body in worst_bodies.manifests(20_000).values()]),
    st.just('{"prompt": "' + "x" * 60_000 + '"}'),
)
NAMES = """host origin accept prefer idempotency-key if-none-match authorization x-api-key x-hf-token x-ms-token
content-type x-forwarded-proto content-length cookie x-stainless-retry-count x-easel-key"""
names = st.sampled_from(NAMES.split())
headers = st.dictionaries(
    names | st.text(max_size=9), st.text(max_size=40) | st.just("é" * 20) | st.just("x" * 9000), max_size=5
)
methods = st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "get", ""])
times = st.sampled_from([None, 0, -1, 10**13, 1.5, "soon"])


@st.composite
def events(draw: st.DrawFn) -> dict[str, Any]:
    """Return an HTTP API (v2) event, complete or with missing parts."""
    path, method, body = draw(paths), draw(methods), draw(bodies)
    encoded = draw(st.sampled_from([False, True, "broken"]))
    if encoded is True and body is not None:
        body = base64.b64encode(body.encode("utf-8", "replace")).decode()
    event = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": draw(st.sampled_from(["", "wait=5", "wait=x", "a=%zz&&=", "download"])),
        "headers": draw(headers),
        "requestContext": {
            "requestId": "hostile",
            "stage": "$default",
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "x"},
            "timeEpoch": draw(times),
        },
        "isBase64Encoded": bool(encoded),
        "body": body,
    }
    for name in draw(st.sets(st.sampled_from(["headers", "body", "rawQueryString", "isBase64Encoded"]), max_size=2)):
        del event[name]
    return event


def post(path: str, headers: dict[str, str], body: str, **more: Any) -> dict[str, Any]:
    """Return the event of a POST."""
    http = {"method": "POST", "path": path, "sourceIp": "192.0.2.1"}
    event = {"version": "2.0", "rawPath": path, "headers": headers, "body": body, **more}
    return {"requestContext": {"requestId": "hostile", "http": http}, **event}


def run(module: str, event: Any) -> Any:
    return in_thread(handle, HANDLERS[module].handler, event, Context(f"easel-{module}", 20)).result()


def check(stack: Stack, module: str, event: Any) -> int:
    """Return the status of the answer, which is never an internal error."""
    before = len(stack.logs.lines)
    answer = run(module, event)
    assert isinstance(answer, dict), answer
    status = answer["statusCode"]
    assert 200 <= status < 600
    if event["requestContext"]["http"]["method"].upper() == "HEAD":
        assert status < 500
    elif status >= 400:
        body = json.loads(answer["body"])
        assert body["error"]
        words = PYTHON.search(answer["body"])  # the request may contain it
        assert status >= 500 or not words or words[0] in json.dumps(event, ensure_ascii=False), answer
        assert set(body) in ({"error", "code", "details"}, {"error", "easel"})
        assert status < 500 or body.get("easel", body)["code"] in UPSTREAM, answer
        assert len(answer["body"]) < 3000
    assert not [line for line in stack.logs.lines[before:] if "unhandled error" in line or "Traceback" in line]
    return int(status)


@pytest.mark.parametrize(
    ("module", "access"), [*((module, "tokens") for module in HANDLERS), ("router", "keys"), ("gitee", "keys")]
)
def test_no_call_causes_an_internal_error(
    module: str, access: str, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACCESS", access)
    easel_settings.cache_clear()

    @EXAMPLES
    @given(events())
    def try_all(event: dict[str, Any]) -> None:
        check(stack, module, event)

    try_all()


NESTED = b'{"prompt": "a cat", "steps": 9, "requests": [%s%s]}'
BODIES = {
    "an integer of 5,000 digits": b'{"prompt": "a cat", "steps": ' + b"9" * 5000 + b"}",
    "a number beyond floats": b'{"prompt": "a cat", "url": "https://8.8.8.8/1.png", "steps": 1e400, "scale": 1e400}',
    "NaN": b'{"prompt": "a cat", "url": "https://example.com/1.png", "seed": NaN}',
    "half a character": b'{"prompt": "\\ud800", "url": "https://example.com/\\udc00.png"}',
    "half a character as a name": b'{"prompt": "a cat", "url": "https://example.com/1.png", "\\ud800": 1}',
    "a byte order mark inside": b'{\xef\xbb\xbf"prompt": "a cat", "url": "https://example.com/1.png"}',
    "another encoding": '{"prompt": "a cat"}'.encode("utf-16"),
    "deep nesting": b'{"prompt": "a cat", "steps": ' + b"[" * 20_000 + b"]" * 20_000 + b"}",
    **{f"nesting of {depth} levels": NESTED % (b"[" * depth, b"]" * depth) for depth in (60, 1500, 9000)},
    "two deep values": b'{"steps": %s, "num_inference_steps": %s}' % (2 * (b"[" * 900 + b"]" * 900,)),
}
DOORS = [
    ("router", "/api/generate"),
    ("router", "/api/upscale"),
    ("router", "/v1/images/generations"),
    ("router", "/api/batches"),
    ("router", "/v1/batches"),
    *((name, f"/api/providers/{name}/generate") for name in ("gitee", "huggingface", "modelscope")),
]


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_body_that_breaks_parsers_is_the_callers_error(body: bytes, stack: Stack) -> None:
    bearer = f"Bearer {give_key(stack.cloud, batches=True)}"
    headers = {"x-api-key": "gitee-token-for-tests", "x-ms-token": "ms-token-for-tests", "authorization": bearer}
    headers["content-type"] = "application/json"
    for module, path in DOORS:
        event = post(path, headers, base64.b64encode(body).decode(), isBase64Encoded=True)
        assert 400 <= check(stack, module, event) < 500, path


def test_no_v1_call_causes_an_internal_error(stack: Stack) -> None:
    @settings(EXAMPLES, max_examples=40)
    @given(fields, st.text(max_size=40) | st.sampled_from(["gitee:x", "hf:,a,b", "ek_", "local"]), st.text(max_size=3))
    def try_all(body: dict[str, Any], bearer: str, count: str) -> None:
        headers = {"authorization": f"Bearer {bearer}", "x-stainless-retry-count": count}
        asked = json.dumps({"model": "hf/z-image-turbo", "prompt": "a cat", **body})
        event = post("/v1/images/generations", headers, asked)
        check(stack, "router", event)

    try_all()


def test_no_v1_file_or_batch_causes_a_500(stack: Stack) -> None:
    key = give_key(stack.cloud, batches=True)
    part = st.sampled_from(
        ['form-data; name="file"; filename="a"', 'form-data; name="purpose"', 'name="file', "\x00", ""]
    )
    form = st.lists(st.tuples(part, st.text(max_size=20)), max_size=4).map(
        lambda parts: "".join(f"--x\r\nContent-Disposition: {head}\r\n\r\n{text}\r\n" for head, text in parts) + "--x--"
    )
    where = st.sampled_from(
        ["/v1/files", "/v1/files/{}", "/v1/files/{}/content", "/v1/batches", "/v1/batches/{}/cancel"]
    )
    named = st.sampled_from(["input_file_id", "endpoint", "completion_window", "metadata", "purpose", "filename"])
    wanted = st.sampled_from([f"file-{'0' * 32}", "/v1/images/generations", "24h", "batch"])
    asked = st.dictionaries(named, wanted | anything, max_size=5).map(json.dumps)
    queries = st.sampled_from(["", "limit=0", "limit=5&order=asc", "after=x", "purpose=%00", "order=up"])

    @EXAMPLES
    @given(where, ids, methods, form | asked | st.text(max_size=30), queries, st.booleans())
    def try_all(path: str, name: str, method: str, body: str, query: str, is_form: bool) -> None:
        kind = "multipart/form-data; boundary=x" if is_form else "application/json"
        encoded = base64.b64encode(body.encode("utf-8", "surrogatepass")).decode()
        headers = {"authorization": f"Bearer {key}", "content-type": kind}
        event = post(path.format(name), headers, encoded, isBase64Encoded=True, rawQueryString=query)
        event["requestContext"]["http"] |= {"method": method, "path": path}
        check(stack, "router", event)

    try_all()


@pytest.mark.parametrize("module", ["gitee", "huggingface", "modelscope"])
def test_no_other_event_breaks_a_providers_function(module: str, stack: Stack) -> None:
    @EXAMPLES
    @given(anything | st.fixed_dictionaries({"job": anything}, optional={"token": anything, "claim": anything}))
    def try_all(event: Any) -> None:
        answer = run(module, event)
        assert answer["statusCode"] == 400
        assert json.loads(answer["body"])["code"] == "INVALID_REQUEST"

    try_all()
