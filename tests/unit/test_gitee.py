"""Gitee AI: the requests that the adapter sends, and the meaning of each answer."""

from __future__ import annotations

import base64
import json
import tracemalloc
from typing import Any

import httpx2
import pytest

import gitee
from easel import catalog
from easel.common import contents
from easel.common.deadline import Deadline
from easel.errors import (
    AuthExpired,
    AuthInvalid,
    EaselError,
    InvalidDimensions,
    InvalidPrompt,
    ModelMissing,
    ModelRetired,
    NoAllowance,
    PromptRejected,
    ProviderError,
    ProviderUnreachable,
    QuotaExceeded,
    RateLimited,
)
from easel.front_door.validation import validate
from easel.providers import inline_images
from easel.providers.adapter import GeneratedImage, Run
from easel.providers.http import Http, Reply
from easel.store import source_images
from easel.store.records import GenerationRequest
from tests.harness import source_pictures
from tests.harness.patience import HANGS_SECONDS

TOKEN = "gitee-token-for-tests"
LINK = "https://gitee-ai.su.bcebos.com/v1/x.png"
BASE = "http://127.0.0.1:9000/v1"
GITEE = catalog.provider("gitee")


def request(model: str = "z-image-turbo", **fields: Any) -> GenerationRequest:
    needed = source_pictures.needed("gitee", model)
    return validate({"model": model, "prompt": "a cat", "seed": 42, **needed, **fields}, GITEE, TOKEN).request


def reply(status: int, body: Any, **headers: str) -> Reply:
    content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    return Reply("gitee", status, headers, content)


def error(message: str, status: int = 400, **headers: str) -> Reply:
    """The error body as Gitee AI sends it: `code` is a string."""
    return reply(status, {"error": {"code": str(status), "message": message}}, **headers)


def test_a_generation_is_sent_with_gitees_field_names() -> None:
    assert gitee.generation(request(width=768, height=1024, negativePrompt="blurry", steps=7)) == {
        "model": "z-image-turbo",
        "prompt": "a cat",
        "width": 768,
        "height": 1024,
        "num_inference_steps": 7,
        "seed": 42,
        "response_format": "url",
        "negative_prompt": "blurry",
    }


@pytest.mark.parametrize("model", [model.id for model in GITEE.models])
def test_each_model_is_sent_only_the_fields_it_accepts(model: str) -> None:
    features = GITEE.model(model)
    sent = gitee.generation(request(model, negativePrompt="blurry", guidanceScale=3))
    assert ("negative_prompt" in sent) == features.negative_prompt
    assert sent.get("guidance_scale") == (3 if features.guidance else None)
    assert ("cfg_scale" in sent) == (model in ("Qwen-Image", "Qwen-Image-Edit"))
    assert not {"size", "n", "steps"} & set(sent)


def test_source_pictures_are_sent_as_json_or_as_a_form() -> None:
    images = [source_images.validated(source_pictures.PICTURE)] * 2
    json_call = gitee.call_of(request("qwen-image-2.0", image=source_pictures.DATA_LINK), images)
    assert (json_call.path, json_call.files) == ("images/generations", ())
    assert [str(each) for each in json_call.fields["images"]] == [source_pictures.DATA_LINK] * 2
    form = gitee.call_of(request("FLUX.1-Kontext-dev", width=512, height=768), images[:1])
    assert form.path == "images/edits"
    assert form.files == [("image", ("image.png", source_pictures.PICTURE, "image/png"))]
    assert form.fields["size"] == "512x768"
    assert not {"width", "height", "image"} & set(form.fields)
    without_size = gitee.call_of(request("FLUX.1-Kontext-dev"), images[:1])
    assert not {"width", "height", "size"} & set(without_size.fields)


@pytest.mark.parametrize("data", [[{"url": LINK}], {"url": LINK}])
@pytest.mark.parametrize("place", ["data", "images"])
def test_a_link_is_read_from_every_place(data: Any, place: str) -> None:
    body = {"created": 1764000000000, "data": [], place: data}
    assert gitee.read_picture(reply(200, body), BASE) == GeneratedImage(origin=BASE, url=LINK)


PREFIXES = pytest.mark.parametrize("prefix", ["", "data:image/png;base64,"])


@PREFIXES
def test_inline_bytes_are_read(prefix: str) -> None:
    body = {"data": [{"b64_json": prefix + base64.b64encode(b"cat").decode(), "url": ""}]}
    assert gitee.read_picture(reply(200, body), BASE) == GeneratedImage(origin=BASE, data=b"cat")


@PREFIXES
@pytest.mark.parametrize("separators", [(",", ":"), (", ", " : ")], ids=["compact", "spaced"])
def test_a_large_inline_picture_is_not_held_in_memory(prefix: str, separators: tuple[str, str]) -> None:
    data = bytes(range(256)) * 2**15
    body = {"data": [{"b64_json": prefix + base64.b64encode(data).decode()}]}
    answer = contents.collected([json.dumps(body, separators=separators).encode()])
    tracemalloc.start()
    try:
        picture = gitee.read_picture(Reply("gitee", 200, {}, answer), BASE)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert picture.data
    assert picture.data[:] == data
    assert peak < 0.9 * len(data)


@PREFIXES
@pytest.mark.parametrize("field", ["b64_json", "url"])
@pytest.mark.parametrize("size", [300, 2**20])
def test_base64_with_line_breaks_and_escapes_is_read(prefix: str, field: str, size: int) -> None:
    data = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * (size // 256)
    if field == "url" and not prefix:
        prefix = "data:;base64,"  # a plain text in `url` is a link
    text = json.dumps({"data": [{field: prefix + base64.encodebytes(data).decode()}]}).replace("/", "\\/")
    for escaped in (text, text.replace("+", "\\u002B")):
        picture = gitee.read_picture(reply(200, escaped.encode()), BASE)
        assert (picture.data or inline_images.decode(picture.url or "", "gitee")) == data


NO_DATA: list[Any] = [[], None, {}, ["x"], [{}], [{"url": 5}], [{"url": ""}]]


@pytest.mark.parametrize(
    "body",
    [
        *({}, [], None, "text", 5, b"<html><body>nginx</body></html>", b"", b"\xff\xfe"),
        *({"data": data} for data in NO_DATA),
        *({"data": [{"b64_json": data}]} for data in (5, "%%%", "A" * (2**21 + 1))),
    ],
    ids=lambda body: str(body)[:40],
)
def test_an_answer_without_a_picture_is_the_providers_error(body: Any) -> None:
    with pytest.raises(ProviderError) as caught:
        gitee.read_picture(reply(200, body), BASE)
    assert caught.value.provider == "gitee"
    assert "<" not in (caught.value.upstream or "")


REFUSALS: dict[type[EaselError], list[Reply]] = {
    NoAllowance: [
        *(error("您的令牌尚未绑定到任何资源包"), error("余额不足"), error("Insufficient balance", 402)),
        error("请先购买资源包", 403),
    ],
    QuotaExceeded: [
        *(error("已达到最大当日免费 API 使用次数"), error("您已达到最大当日免费 API 使用次数", 429)),
        *(error("资源包已用完"), error("今日免费额度已用完", 429), error("quota exceeded", 403)),
        *(error("daily free quota has been used up", 403), error("Insufficient funds", 402)),
    ],
    AuthInvalid: [error("invalid token", 401), error("forbidden", 403)],
    AuthExpired: [error("token expired", 401), error("令牌已过期", 401)],
    RateLimited: [error("too many requests", 429)],
    PromptRejected: [error("内容包含敏感信息")],
    InvalidDimensions: [
        *(error("参数无效 'size'"), error("width must be a multiple of 8"), error("宽度必须为8的倍数")),
    ],
    InvalidPrompt: [error("prompt is too long"), error("提示词太长，最多2000字")],
    ModelMissing: [error("not found", 404), reply(404, b"<html>404</html>")],
    ModelRetired: [error("gone", 410), error("该模型已停用，请更换或升级为其他模型版本")],
    ProviderUnreachable: [
        *(reply(401, b"<html>Access denied</html>"), reply(403, b""), reply(403, {"message": "Forbidden"})),
    ],
    ProviderError: [
        *(error("暂不支持该接口"), error("the word quota alone decides nothing"), reply(418, [1])),
        *(reply(500, b"<html><h1>500</h1></html>"), reply(502, b""), reply(204, b""), reply(302, b"")),
    ],
}


@pytest.mark.parametrize(
    ("kind", "answer"),
    [(kind, answer) for kind, answers in REFUSALS.items() for answer in answers],
    ids=lambda value: getattr(value, "__name__", None) or str(value.status),
)
def test_each_refusal_becomes_its_error(kind: type[EaselError], answer: Reply) -> None:
    refusal = gitee.error_of(answer)
    assert (type(refusal), refusal.provider) == (kind, "gitee")


@pytest.mark.parametrize(
    ("text", "status", "headers", "wait"),
    [
        ("slow down", 429, {"retry-after": "7"}, 7),
        ("slow down", 429, {}, None),  # unknown, so not made up
        ("The model is currently loading", 503, {}, 30),
        ("The model is currently loading", 503, {"retry-after": "7"}, 7),
    ],
)
def test_a_refusal_says_when_to_retry(text: str, status: int, headers: dict[str, str], wait: int | None) -> None:
    assert gitee.error_of(error(text, status, **headers)).retry_after == wait


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"error": {"message": "inside"}}, "inside"),
        ({"error": "plain"}, "plain"),
        ({"message": "beside"}, "beside"),
        ({"error_message": "third"}, "third"),
        ({"other": 1}, None),
        (b"no json", "no json"),
        (b"<html><h1>502</h1>nginx/secret-host</html>", None),
        ({"message": "<html>nginx/secret-host"}, None),
    ],
)
def test_a_refusals_message_is_gitees_own_text(body: Any, text: str | None) -> None:
    assert gitee.error_of(reply(400, body)).upstream == text


@pytest.mark.parametrize("status", [400, 422, 451])
def test_a_refused_prompt_is_recognized_by_its_code(status: int) -> None:
    body = {"error": {"code": "content_policy_violation", "message": "no"}}
    assert type(gitee.error_of(reply(status, body))) is PromptRejected


class Service:
    """Answers every call alike, and records the requests."""

    def __init__(self, answer: httpx2.Response | Exception) -> None:
        self.requests: list[httpx2.Request] = []
        self._answer = answer
        self.http = Http("gitee", httpx2.MockTransport(self._respond))

    def _respond(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer

    def generate(self) -> GeneratedImage:
        return gitee.Gitee(BASE, self.http).generate(request(), TOKEN, Run(Deadline(HANGS_SECONDS)))


PICTURE = {"data": [{"url": LINK}]}


@pytest.mark.parametrize("answer", [httpx2.Response(500), httpx2.Response(429), httpx2.ReadTimeout("slow")], ids=str)
def test_a_generation_is_sent_once_with_its_token(answer: httpx2.Response | Exception) -> None:
    service = Service(answer)
    with pytest.raises(EaselError):
        service.generate()
    (sent,) = service.requests
    assert str(sent.url) == f"{BASE}/images/generations"
    assert sent.headers["authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize(("setting", "header"), [("", "false"), ("false", "false"), ("true", "true")])
def test_failover_is_requested_only_by_its_setting(setting: str, header: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITEE_FAILOVER", setting)
    service = Service(httpx2.Response(200, json=PICTURE))
    gitee.adapter(GITEE, service.http).generate(request(), TOKEN, Run(Deadline(HANGS_SECONDS)))
    assert service.requests[0].headers["x-failover-enabled"] == header


@pytest.mark.parametrize("more", [{}, {"code": 0, "message": "ok"}, {"error": "a warning"}], ids=str)
def test_any_2xx_with_a_picture_is_a_success(more: dict[str, Any]) -> None:
    for status in (200, 201, 202):
        assert Service(httpx2.Response(status, json={**PICTURE, **more})).generate().url == LINK


@pytest.mark.parametrize(
    ("message", "code", "kind"),
    [("余额不足", "400", NoAllowance), ("slow down", "429", RateLimited), ("bad token", "401", AuthInvalid)],
)
def test_an_error_object_inside_200_is_an_error(message: str, code: str, kind: type[EaselError]) -> None:
    with pytest.raises(EaselError) as caught:
        Service(httpx2.Response(200, json={"error": {"code": code, "message": message}})).generate()
    assert type(caught.value) is kind
