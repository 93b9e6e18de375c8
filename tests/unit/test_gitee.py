"""Gitee AI: what is sent, and what each of its answers means."""

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
from easel.providers.adapter import Adapter, GeneratedImage, Run
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
    """The envelope as seen: `code` is a string."""
    return reply(status, {"error": {"code": str(status), "message": message}}, **headers)


def test_the_adapter_is_what_the_contract_asks_for() -> None:
    adapter: Adapter = gitee.Gitee(BASE)
    assert adapter


def test_a_generation_is_sent_in_gitees_own_names() -> None:
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
def test_each_model_is_sent_what_it_takes_and_nothing_else(model: str) -> None:
    found = catalog.provider("gitee").model(model)
    sent = gitee.generation(request(model, negativePrompt="blurry", guidanceScale=3))
    assert ("negative_prompt" in sent) == found.negative_prompt
    assert sent.get("guidance_scale") == (3 if found.guidance else None)
    assert ("cfg_scale" in sent) == (model in ("Qwen-Image", "Qwen-Image-Edit"))
    assert not {"size", "n", "steps"} & set(sent)


def test_pictures_to_start_from_go_into_json_or_a_form() -> None:
    images = [source_images.checked(source_pictures.PICTURE)] * 2
    json_call = gitee.call_of(request("qwen-image-2.0", image=source_pictures.DATA_LINK), images)
    assert (json_call.path, json_call.files) == ("images/generations", ())
    assert json_call.fields["images"] == [source_pictures.DATA_LINK] * 2
    form = gitee.call_of(request("FLUX.1-Kontext-dev", width=512, height=768), images[:1])
    assert form.path == "images/edits"
    assert form.files == [("image", ("image.png", source_pictures.PICTURE, "image/png"))]
    assert form.fields["size"] == "512x768"
    assert not {"width", "height", "image"} & set(form.fields)
    without_size = gitee.call_of(request("FLUX.1-Kontext-dev"), images[:1])
    assert not {"width", "height", "size"} & set(without_size.fields)


def test_a_link_is_read() -> None:
    body = {"created": 1764000000000, "data": [{"url": "https://gitee-ai.su.bcebos.com/v1/x.png"}]}
    assert gitee.read_picture(reply(200, body), BASE) == GeneratedImage(
        origin=BASE, url="https://gitee-ai.su.bcebos.com/v1/x.png"
    )


@pytest.mark.parametrize("prefix", ["", "data:image/png;base64,"])
def test_bytes_are_read(prefix: str) -> None:
    body = {"data": [{"b64_json": prefix + base64.b64encode(b"cat").decode(), "url": ""}]}
    assert gitee.read_picture(reply(200, body), BASE) == GeneratedImage(origin=BASE, data=b"cat")


@pytest.mark.parametrize("prefix", ["", "data:image/png;base64,"])
@pytest.mark.parametrize("separators", [(",", ":"), (", ", " : ")], ids=["compact", "spaced"])
def test_a_large_inline_picture_is_never_held(prefix: str, separators: tuple[str, str]) -> None:
    data = bytes(range(256)) * 2**15
    body = {"data": [{"b64_json": prefix + base64.b64encode(data).decode()}]}
    answer = contents.collected([json.dumps(body, separators=separators).encode()])
    tracemalloc.start()
    try:
        found = gitee.read_picture(Reply("gitee", 200, {}, answer), BASE)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found.data
    assert found.data[:] == data
    assert peak < 0.9 * len(data)


@pytest.mark.parametrize("prefix", ["", "data:image/png;base64,"])
@pytest.mark.parametrize("field", ["b64_json", "url"])
@pytest.mark.parametrize("size", [300, 2**20])
def test_base64_in_lines_and_with_escaped_slashes_is_read(prefix: str, field: str, size: int) -> None:
    data = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * (size // 256)
    if field == "url" and not prefix:
        prefix = "data:;base64,"  # a bare text in `url` is a link
    text = json.dumps({"data": [{field: prefix + base64.encodebytes(data).decode()}]}).replace("/", "\\/")
    picture = gitee.read_picture(Reply("gitee", 200, {}, text.encode()), BASE)
    assert (picture.data or inline_images.decode(picture.url or "", "gitee")) == data


def test_a_large_picture_whose_plus_signs_are_escaped_is_read() -> None:
    data = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 2**12
    text = json.dumps({"data": [{"b64_json": base64.b64encode(data).decode()}]}).replace("+", "\\u002B")
    assert gitee.read_picture(Reply("gitee", 200, {}, text.encode()), BASE).data == data


@pytest.mark.parametrize(
    "body", [{"data": {"url": LINK}}, {"images": [{"url": LINK}]}, {"data": [], "images": {"url": LINK}}]
)
def test_a_link_is_read_in_other_places_too(body: dict[str, Any]) -> None:
    assert gitee.read_picture(reply(200, body), BASE).url == LINK


def test_a_large_picture_whose_base64_is_broken_is_told() -> None:
    text = json.dumps({"data": [{"b64_json": "A" * (2**21 + 1)}]})
    with pytest.raises(ProviderError, match="base64 is broken"):
        gitee.read_picture(Reply("gitee", 200, {}, text.encode()), BASE)


@pytest.mark.parametrize(
    "body",
    [
        *({}, [], None, "text", 5, {"data": []}, {"data": None}, {"data": {}}, {"data": ["x"]}, {"data": [{}]}),
        *(
            {"data": [{"url": 5}]},
            {"data": [{"url": ""}]},
            {"data": [{"b64_json": "%%%"}]},
            {"data": [{"b64_json": 5}]},
        ),
        *(b"<html><body>nginx</body></html>", b"", b"\xff\xfe"),
    ],
    ids=str,
)
def test_an_answer_without_a_picture_is_the_providers_error(body: Any) -> None:
    with pytest.raises(ProviderError) as caught:
        gitee.read_picture(reply(200, body), BASE)
    assert caught.value.provider == "gitee"
    assert "<" not in (caught.value.upstream or "")


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (error("您的令牌尚未绑定到任何资源包"), NoAllowance),
        (error("余额不足"), NoAllowance),
        (error("已达到最大当日免费 API 使用次数"), QuotaExceeded),
        (error("quota exceeded", 403), QuotaExceeded),
        (error("invalid token", 401), AuthInvalid),
        (error("token expired", 401), AuthExpired),
        (error("令牌已过期", 401), AuthExpired),
        (error("forbidden", 403), AuthInvalid),
        (error("too many requests", 429), RateLimited),
        (error("内容包含敏感信息"), PromptRejected),
        (error("参数无效 'size'"), InvalidDimensions),
        (error("暂不支持该接口"), ProviderError),
        (error("not found", 404), ModelMissing),
        (error("gone", 410), ModelRetired),
        (reply(404, b"<html>404</html>"), ModelMissing),
        (error("该模型已停用，请更换或升级为其他模型版本"), ModelRetired),
        (error("width must be a multiple of 8"), InvalidDimensions),
        (error("prompt is too long"), InvalidPrompt),
        (error("提示词太长，最多2000字"), InvalidPrompt),
        (error("宽度必须为8的倍数"), InvalidDimensions),
        (error("Insufficient balance", 402), NoAllowance),
        (error("请先购买资源包", 403), NoAllowance),
        (error("资源包已用完"), QuotaExceeded),
        (error("今日免费额度已用完", 429), QuotaExceeded),
        (error("daily free quota has been used up", 403), QuotaExceeded),
        (error("Insufficient funds", 402), QuotaExceeded),
        (error("您已达到最大当日免费 API 使用次数", 429), QuotaExceeded),
        (error("the word quota alone decides nothing"), ProviderError),
        (reply(401, b"<html>Access denied</html>"), ProviderUnreachable),
        (reply(403, b""), ProviderUnreachable),
        (reply(403, {"message": "Forbidden"}), ProviderUnreachable),
        (reply(500, b"<html><h1>500</h1></html>"), ProviderError),
        (reply(502, b""), ProviderError),
        (reply(418, [1]), ProviderError),
        (reply(204, b""), ProviderError),
        (reply(302, b""), ProviderError),
    ],
    ids=lambda value: getattr(value, "__name__", None) or str(value.status),
)
def test_each_refusal_gets_the_code_that_tells_it(answer: Reply, kind: type[EaselError]) -> None:
    found = gitee.error_of(answer)
    assert type(found) is kind
    assert found.provider == "gitee"


def test_a_refusal_says_when_to_come_again() -> None:
    assert gitee.error_of(error("slow down", 429, **{"retry-after": "7"})).retry_after == 7
    assert gitee.error_of(error("slow down", 429)).retry_after is None  # not known, so not made up


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
def test_a_refusal_tells_gitees_message_and_nothing_else(body: Any, text: str | None) -> None:
    assert gitee.error_of(reply(400, body)).upstream == text


@pytest.mark.parametrize(("status", "kind"), [(400, PromptRejected), (422, PromptRejected), (451, PromptRejected)])
def test_a_refused_prompt_is_told_by_its_code_where_there_is_one(status: int, kind: type[EaselError]) -> None:
    body = {"error": {"code": "content_policy_violation", "message": "no"}}
    assert type(gitee.error_of(reply(status, body))) is kind


@pytest.mark.parametrize(("headers", "wait"), [({}, 30), ({"retry-after": "7"}, 7)])
def test_a_model_that_is_loading_says_when_to_try_again(headers: dict[str, str], wait: int) -> None:
    found = gitee.error_of(error("The model is currently loading", 503, **headers))
    assert (found.status, found.code, found.retry_after) == (502, "PROVIDER_ERROR", wait)
    assert "try again" in found.message


@pytest.mark.parametrize("answer", [httpx2.Response(500), httpx2.Response(429), httpx2.ReadTimeout("slow")], ids=str)
def test_what_generates_is_sent_once_with_its_token(answer: httpx2.Response | Exception) -> None:
    requests: list[httpx2.Request] = []

    def serve(received: httpx2.Request) -> httpx2.Response:
        requests.append(received)
        if isinstance(answer, Exception):
            raise answer
        return answer

    adapter = gitee.Gitee(BASE, Http("gitee", httpx2.MockTransport(serve)))
    with pytest.raises(EaselError):
        adapter.generate(request(), TOKEN, Run(Deadline(HANGS_SECONDS)))
    assert len(requests) == 1
    assert str(requests[0].url) == f"{BASE}/images/generations"
    assert requests[0].headers["authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize(("setting", "header"), [(None, "false"), ("false", "false"), ("true", "true")])
def test_failover_is_asked_for_only_by_its_setting(
    setting: str | None, header: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITEE_FAILOVER", raising=False)
    if setting:
        monkeypatch.setenv("GITEE_FAILOVER", setting)
    headers: list[str] = []

    def serve(received: httpx2.Request) -> httpx2.Response:
        headers.append(received.headers["x-failover-enabled"])
        return httpx2.Response(200, json=PICTURE)

    gitee.adapter(GITEE, Http("gitee", httpx2.MockTransport(serve))).generate(request(), TOKEN, Run(Deadline(5)))
    assert headers == [header]


class Service:
    """Answers every call alike."""

    def __init__(self, status: int, body: Any) -> None:
        self.response = httpx2.Response(status, json=body)

    def generate(self) -> GeneratedImage:
        adapter = gitee.Gitee(BASE, Http("gitee", httpx2.MockTransport(lambda _: self.response)))
        return adapter.generate(request(), TOKEN, Run(Deadline(HANGS_SECONDS)))


PICTURE = {"data": [{"url": "https://gitee-ai.su.bcebos.com/v1/x.png"}]}


@pytest.mark.parametrize("status", [200, 201, 202])
def test_any_2xx_with_a_picture_is_a_success(status: int) -> None:
    for body in (PICTURE, {**PICTURE, "code": 0, "message": "ok"}, {**PICTURE, "error": "a warning"}):
        assert Service(status, body).generate().url == PICTURE["data"][0]["url"]


@pytest.mark.parametrize(
    ("message", "code", "kind"),
    [("余额不足", "400", NoAllowance), ("slow down", "429", RateLimited), ("bad token", "401", AuthInvalid)],
)
def test_an_error_object_inside_200_counts(message: str, code: str, kind: type[EaselError]) -> None:
    with pytest.raises(EaselError) as caught:
        Service(200, {"error": {"code": code, "message": message}}).generate()
    assert type(caught.value) is kind
