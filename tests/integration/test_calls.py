"""Calls over HTTP: a caller's options, and the form of the response."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from easel.catalog import stored_overlay
from tests.harness.easel_keys import give_key
from tests.harness.stack import TOKENS

if TYPE_CHECKING:
    from tests.harness.stack import Stack


def size_of(data: bytes) -> tuple[int, int]:
    return Image.open(io.BytesIO(data)).size


def test_a_result_reports_the_actual_format_and_size(stack: Stack) -> None:
    body = stack.generate({"prompt": "a cat [[fault=wrongsize]]", "width": 512, "height": 512}).json()
    assert body["imageDetails"]["dimensions"] == "256 x 256 (1:1)"
    assert body["warnings"] == ["the picture is 256 x 256 pixels; 512 x 512 was requested"]
    body = stack.generate({"prompt": "a cat [[fault=wrongformat]]", "width": 256, "height": 256}).json()
    assert (body["format"], body["imageDetails"]["url"][-4:]) == ("JPEG", ".jpg")


def test_a_client_that_accepts_images_gets_the_picture(stack: Stack) -> None:
    answer = stack.generate({"width": 256, "height": 256}, accept="image/*")
    assert answer.status_code == 303
    picture = stack.http.get(answer.headers["Location"], follow_redirects=True)
    assert picture.headers["Content-Type"] == "image/png"
    assert size_of(picture.content) == (256, 256)


def test_a_link_redirects_to_a_new_signed_url(stack: Stack) -> None:
    details = stack.generate({"width": 256, "height": 256}).json()["imageDetails"]
    for method in ("GET", "HEAD"):
        answer = stack.http.request(method, details["url"])
        assert answer.status_code == 302
        assert "X-Amz-Signature" in answer.headers["Location"]
        age = int(answer.headers["Cache-Control"].rpartition("=")[2])
        assert age < int(re.findall(r"X-Amz-Expires=(\d+)", answer.headers["Location"])[0])


def test_a_link_to_a_deleted_picture_says_so(stack: Stack) -> None:
    details = stack.generate({"width": 256, "height": 256}).json()["imageDetails"]
    key = "images/" + details["url"].rpartition("/")[2]
    stack.cloud.client("s3").delete_object(Bucket=stack.environment["IMAGES_BUCKET"], Key=key)
    answer = stack.http.get(details["url"])
    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
    assert "removed after 30 days" in answer.json()["error"]


@pytest.mark.parametrize("path", ["/api/generate", "/api/providers/gitee/generate"])
def test_a_successful_call_makes_only_the_necessary_aws_calls(path: str, stack: Stack) -> None:
    stored_overlay.refresh()  # as for the first call of each minute
    with stack.cloud.counting() as calls:
        assert stack.generate({"width": 256, "height": 256}, path).status_code == 200
    # The read is of recently refused quotas. It runs in parallel with the claim.
    once = ("lambda.Invoke", "dynamodb.BatchGetItem", "dynamodb.PutItem", "s3.PutObject", "dynamodb.UpdateItem")
    assert calls == dict.fromkeys(once, 1)


OWN = """
[[gitee.models]]
id = "own-512"
alias = "own"
name = "Own"
steps = { min = 1, max = 9, default = 4 }
sides = { min = 512, max = 512 }
upstream = { model = "z-image-turbo" }

[aliases]
sure = "auto/z-image-turbo"
"""


def test_an_own_model_is_listed_and_generates_its_one_size(stack: Stack) -> None:
    bucket = stack.environment["IMAGES_BUCKET"]
    stack.cloud.client("s3").put_object(Bucket=bucket, Key=stored_overlay.KEY, Body=OWN.encode())
    stored_overlay.refresh(0)
    body = {"model": "own-512", "prompt": "an own model"}
    answer = stack.generate(body)
    assert answer.status_code == 200, answer.text
    assert answer.json()["imageDetails"]["dimensions"] == "512 x 512 (1:1)"
    assert stack.generate({**body, "width": 1024}).json()["code"] == "INVALID_DIMENSIONS"
    served = next(each for each in stack.http.get("/api/models").json()["models"] if each["id"] == "own-512")
    assert (served["sizes"]["min"], served["sizes"]["max"]) == (512, 512)
    names = [each["id"] for each in stack.http.get("/v1/models").json()["data"]]
    assert {"gitee/own-512", "gitee/own", "sure"} & set(names) == {"gitee/own-512", "sure"}
    assert stack.http.get("/v1/models/sure").json()["owned_by"] == "auto"
    assert stack.http.get("/v1/models/gitee/own").json()["owned_by"] == "gitee"
    for pattern, status in (("gitee/own-*", 202), ("gitee/z-*", 403)):
        key = {"x_easel_key": give_key(stack.cloud, models=(pattern,)), "prefer": "respond-async"}
        assert stack.send(body, **key).status_code == status


WRONG: list[dict[str, Any]] = [{"steps": 9.5}, {"seed": -1}, {"height": 4096}, {"model": "unknown"}]


@pytest.mark.parametrize("path", ["/api/generate", "/api/providers/gitee/generate"])
def test_no_invalid_request_reaches_a_provider(path: str, stack: Stack) -> None:
    for number, wrong in enumerate(WRONG):
        answer = stack.generate({"prompt": f"broken rule {number}", **wrong}, path)
        assert answer.status_code == 400, wrong
    assert stack.generate({"prompt": "broken rule"}, path, x_api_key="").status_code == 401
    assert stack.generate({"prompt": "broken rule" + "x" * 60_000}, path).status_code == 413
    assert not stack.received("gitee", "broken rule")


def test_a_provider_gets_only_its_own_token(stack: Stack) -> None:
    others = dict.fromkeys(("x_ms_token", "authorization", "cookie"), TOKENS["modelscope"])
    stack.generate({"prompt": "whose token", "width": 256, "height": 256}, **others)
    (entry,) = stack.received("gitee", "whose token")
    assert entry["token"] == TOKENS["gitee"][-4:]
    assert not {"x-api-key", "x-ms-token", "x-hf-token", "cookie"} & set(entry["headers"])
