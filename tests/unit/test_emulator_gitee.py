"""Gitee AI's emulator refuses the same requests as Gitee AI, and its faults do what their names say."""

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
        client.delete(log_of(url))
        yield client


def log_of(url: str) -> str:
    return url.removesuffix("/v1") + "/_emulator/requests"


def generate(gitee: httpx2.Client, fault: str | None = None, **fields: Any) -> httpx2.Response:
    prompt = f"a cat [[fault={fault}]]" if fault else "a cat"
    body = {**ORDER, "prompt": prompt, "response_format": "url", **fields}
    return gitee.post("images/generations", json={name: value for name, value in body.items() if value is not None})


def linked(gitee: httpx2.Client, fault: str | None = None) -> httpx2.Response:
    """Return the bytes at the link of a new picture."""
    return gitee.get(generate(gitee, fault).json()["data"][0]["url"], headers={"Authorization": ""})


def opened(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def test_a_picture_is_returned_as_a_link_or_inline(gitee: httpx2.Client) -> None:
    picture = opened(linked(gitee).content)
    assert (picture.size, picture.format) == ((640, 512), "PNG")
    for answer in (generate(gitee, response_format=None), generate(gitee, "b64")):
        assert opened(base64.b64decode(answer.json()["data"][0]["b64_json"])).size == (640, 512)
    several = generate(gitee, response_format="b64_json", num_images_per_prompt=3).json()["data"]
    assert len({image["b64_json"] for image in several}) == 3


INVALID = {
    "width": (255, "640"),
    "height": (2049,),
    "num_inference_steps": (51,),
    "guidance_scale": (51,),
    "seed": (-1,),
    "prompt": ("  ", None),
    "negative_prompt": (5,),
    "response_format": ("png",),
    "size": ("big",),
}


@pytest.mark.parametrize(("field", "value"), [(field, value) for field, values in INVALID.items() for value in values])
def test_an_invalid_field_is_named(gitee: httpx2.Client, field: str, value: Any) -> None:
    answer = generate(gitee, **{field: value})
    assert answer.status_code == 400
    assert answer.json() == {"error": {"code": "400", "message": f"参数无效 '{field}'"}}


def test_z_image_accepts_few_sizes_but_any_width_and_height(gitee: httpx2.Client) -> None:
    assert generate(gitee, model="z-image-turbo", size="1152x896", width=None, height=None).status_code == 200
    assert "size" in generate(gitee, model="z-image-turbo", size="640x512").json()["error"]["message"]
    assert generate(gitee, model="z-image-turbo").status_code == 200
    assert generate(gitee, model="flux").status_code == 404


@pytest.mark.parametrize("header", ["", "Basic abc", "Bearer invalid", "Bearer expired"])
def test_only_the_model_list_needs_no_token(gitee: httpx2.Client, header: str) -> None:
    gitee.headers["Authorization"] = header
    assert generate(gitee).status_code == gitee.get("tokens/packages/balance").status_code == 401
    assert gitee.get("models").status_code == 200


@pytest.mark.parametrize(("fault", "status"), [("quota", 400), ("rate", 429), ("busy", 503), ("nonsense", 400)])
def test_faults_answer_in_the_providers_envelope(gitee: httpx2.Client, fault: str, status: int) -> None:
    answer = generate(gitee, fault)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, str(status))
    assert answer.headers.get("retry-after") == ("7" if status == 429 else None)


def test_network_faults_break_the_answer(gitee: httpx2.Client) -> None:
    assert isinstance(generate(gitee, "garbage").json()["data"], str)
    with pytest.raises(json.JSONDecodeError):
        generate(gitee, "badjson").json()
    with pytest.raises(httpx2.RemoteProtocolError):
        generate(gitee, "cut")
    gitee.timeout = httpx2.Timeout(HANGS_SECONDS, read=0.3)
    with pytest.raises(httpx2.ReadTimeout):
        generate(gitee, "hang")


def test_faults_of_the_link_and_of_the_file(gitee: httpx2.Client) -> None:
    assert linked(gitee, "gone").status_code == 404
    assert linked(gitee, "htmlimage").headers["content-type"].startswith("text/html")
    assert linked(gitee, "redirect").headers["location"].startswith("http://169.254.169.254/")
    assert linked(gitee, "hop").status_code == 302
    assert generate(gitee, "internal").json()["data"][0]["url"].startswith("http://169.254.169.254/")
    assert opened(linked(gitee, "wrongsize").content).size == (320, 256)
    assert opened(linked(gitee, "wrongformat").content).format == "JPEG"
    for fault in ("badimage", "truncated"):
        with pytest.raises(OSError, match="image file"):
            opened(linked(gitee, fault).content)
    big = linked(gitee, "bigimage")
    assert "content-length" not in big.headers
    assert len(big.content) > 30_000_000


def test_delays_pass_and_a_slow_link_trickles(gitee: httpx2.Client) -> None:
    assert generate(gitee, prompt="a cat [[delay=0.2]]").elapsed.total_seconds() >= 0.2
    with gitee.stream("GET", generate(gitee, "slowimage").json()["data"][0]["url"]) as answer:
        assert len(next(answer.iter_raw())) == 64


def test_the_log_has_each_request_without_its_token(gitee: httpx2.Client, url: str) -> None:
    generate(gitee, num_inference_steps=9, n=1)
    generate(gitee, "quota")
    entries = gitee.get(log_of(url)).json()
    assert [(entry["status"], entry["token"]) for entry in entries] == [(200, "ests"), (400, "ests")]
    assert (entries[0]["json"]["num_inference_steps"], entries[0]["ignored"]) == (9, ["n"])
    assert "token-for-tests" not in str(entries)
    assert gitee.delete(log_of(url)).status_code == 204
    assert gitee.get(log_of(url)).json() == []
