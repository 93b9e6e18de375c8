"""Gitee AI's emulator answers as docs/providers/gitee.md says, faults included."""

import base64
import io
import json
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from PIL import Image

from tests.emulators.server import Emulators
from tests.harness.patience import HANGS_SECONDS

ORDER = {"model": "flux-1-schnell", "prompt": "a cat", "width": 640, "height": 512, "seed": 7}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with Emulators(["gitee"], seconds=0) as emulators:
        yield emulators.urls["gitee"]


@pytest.fixture
def gitee(url: str) -> Iterator[httpx2.Client]:
    headers = {"Authorization": "Bearer token-for-tests"}
    with httpx2.Client(base_url=url, headers=headers, trust_env=False, timeout=HANGS_SECONDS) as client:
        client.delete(_log(url))
        yield client


def _log(url: str) -> str:
    return url.removesuffix("/v1") + "/_emulator/requests"


def generate(gitee: httpx2.Client, fault: str | None = None, **fields: Any) -> httpx2.Response:
    prompt = f"a cat [[fault={fault}]]" if fault else "a cat"
    body = {**ORDER, "prompt": prompt, "response_format": "url", **fields}
    return gitee.post("images/generations", json={name: value for name, value in body.items() if value is not None})


def picture_of(gitee: httpx2.Client, answer: httpx2.Response) -> httpx2.Response:
    assert answer.status_code == 200, answer.text
    return gitee.get(answer.json()["data"][0]["url"], headers={"Authorization": ""})


def opened(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def test_a_picture_lies_behind_a_link_of_the_same_origin(gitee: httpx2.Client, url: str) -> None:
    answer = generate(gitee)
    assert answer.json()["created"] > 10**12  # milliseconds
    assert answer.json()["data"][0]["url"].startswith(f"{url}/public/temp/")
    picture = opened(picture_of(gitee, answer).content)
    assert (picture.size, picture.format) == ((640, 512), "PNG")


def test_pictures_come_inline_by_default_or_by_fault(gitee: httpx2.Client) -> None:
    for answer in (generate(gitee, response_format=None), generate(gitee, "b64")):
        data = base64.b64decode(answer.json()["data"][0]["b64_json"])
        assert opened(data).size == (640, 512)


def test_several_pictures_are_several_different_ones(gitee: httpx2.Client) -> None:
    answer = generate(gitee, response_format="b64_json", num_images_per_prompt=3)
    assert len({image["b64_json"] for image in answer.json()["data"]}) == 3


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("width", 255),
        ("height", 2049),
        ("width", "640"),
        ("num_inference_steps", 51),
        ("guidance_scale", 51),
        ("seed", -1),
        ("prompt", "  "),
        ("prompt", None),
        ("negative_prompt", 5),
        ("response_format", "png"),
        ("size", "big"),
    ],
)
def test_a_wrong_field_is_named_in_the_texts_of_the_provider(gitee: httpx2.Client, field: str, value: Any) -> None:
    answer = generate(gitee, **{field: value})
    assert answer.status_code == 400
    assert answer.json() == {"error": {"code": "400", "message": f"参数无效 '{field}'"}}


def test_z_image_takes_few_sizes_but_any_width_and_height(gitee: httpx2.Client) -> None:
    assert generate(gitee, model="z-image-turbo", size="1152x896", width=None, height=None).status_code == 200
    assert "size" in generate(gitee, model="z-image-turbo", size="640x512").json()["error"]["message"]
    assert generate(gitee, model="z-image-turbo").status_code == 200


def test_an_unknown_model_is_not_found_and_a_body_must_be_json(gitee: httpx2.Client) -> None:
    assert generate(gitee, model="flux").status_code == 404
    assert gitee.post("images/generations", content=b"{").status_code == 400


@pytest.mark.parametrize("header", ["", "Basic abc", "Bearer invalid", "Bearer expired"])
def test_a_token_is_needed_to_generate_but_not_to_see_the_models(gitee: httpx2.Client, header: str) -> None:
    gitee.headers["Authorization"] = header
    assert generate(gitee).status_code == 401
    assert gitee.get("tokens/packages/balance").status_code == 401
    assert gitee.get("models").status_code == 200


@pytest.mark.parametrize(
    ("fault", "status", "text"),
    [
        ("error", 500, "服务内部错误"),
        ("quota", 400, "已达到最大当日免费 API 使用次数"),
        ("package", 400, "尚未绑定到任何资源包"),
        ("interface", 400, "暂不支持该接口"),
        ("rate", 429, "请求过于频繁"),
        ("auth", 401, "无效的访问令牌"),
        ("expired", 401, "访问令牌已过期"),
        ("moderation", 400, "内容安全审核未通过"),
        ("busy", 503, "Server is busy"),
        ("notfound", 404, "Not Found"),
        ("nonsense", 400, "the gitee emulator has: auth, avif, b64, "),
    ],
)
def test_faults_answer_in_the_envelope_of_the_provider(
    gitee: httpx2.Client, fault: str, status: int, text: str
) -> None:
    answer = generate(gitee, fault)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, str(status))
    assert text in answer.json()["error"]["message"]
    assert answer.headers.get("retry-after") == ("7" if status == 429 else None)


def test_faults_of_the_network_break_the_answer(gitee: httpx2.Client) -> None:
    assert "<html>" in (answer := generate(gitee, "html")).text
    assert answer.status_code == 502
    assert "<html>" in (answer := generate(gitee, "html200")).text
    assert answer.status_code == 200
    assert generate(gitee, "unavailable").status_code == 503
    assert isinstance(generate(gitee, "garbage").json()["data"], str)
    with pytest.raises(json.JSONDecodeError):
        generate(gitee, "badjson").json()
    assert generate(gitee, "empty").json()["data"] == []
    with pytest.raises(httpx2.RemoteProtocolError):
        generate(gitee, "cut")
    gitee.timeout = httpx2.Timeout(HANGS_SECONDS, read=0.3)
    with pytest.raises(httpx2.ReadTimeout):
        generate(gitee, "hang")


def test_faults_of_the_link_leave_the_answer_alone(gitee: httpx2.Client) -> None:
    assert picture_of(gitee, generate(gitee, "gone")).status_code == 404
    assert picture_of(gitee, generate(gitee, "htmlimage")).headers["content-type"].startswith("text/html")
    assert picture_of(gitee, generate(gitee, "redirect")).headers["location"].startswith("http://169.254.169.254/")
    assert picture_of(gitee, generate(gitee, "hop")).status_code == 302
    gitee.follow_redirects = True
    assert opened(picture_of(gitee, generate(gitee, "hop")).content).size == (640, 512)
    assert generate(gitee, "internal").json()["data"][0]["url"].startswith("http://169.254.169.254/")


def test_faults_of_the_file_leave_the_link_alone(gitee: httpx2.Client) -> None:
    assert opened(picture_of(gitee, generate(gitee, "wrongsize")).content).size == (320, 256)
    assert opened(picture_of(gitee, generate(gitee, "wrongformat")).content).format == "JPEG"
    for fault in ("badimage", "truncated"):
        with pytest.raises(OSError, match="image file"):
            opened(picture_of(gitee, generate(gitee, fault)).content)
    big = picture_of(gitee, generate(gitee, "bigimage"))
    assert "content-length" not in big.headers
    assert len(big.content) > 30_000_000


def test_a_slow_link_sends_a_little_at_a_time(gitee: httpx2.Client) -> None:
    link = generate(gitee, "slowimage").json()["data"][0]["url"]
    with gitee.stream("GET", link) as answer:
        assert len(next(answer.iter_raw())) == 64


def test_delays_are_taken(gitee: httpx2.Client) -> None:
    assert generate(gitee, prompt="a cat [[delay=0.2]]").elapsed.total_seconds() >= 0.2


def test_what_was_asked_can_be_read_without_the_token(gitee: httpx2.Client, url: str) -> None:
    generate(gitee, num_inference_steps=9, n=1)
    generate(gitee, "quota")
    entries = gitee.get(_log(url)).json()
    assert [(entry["status"], entry["token"]) for entry in entries] == [(200, "ests"), (400, "ests")]
    assert entries[0]["json"]["num_inference_steps"] == 9
    assert entries[0]["ignored"] == ["n"]
    assert "token-for-tests" not in str(entries)
    assert gitee.delete(_log(url)).status_code == 204
    assert gitee.get(_log(url)).json() == []
