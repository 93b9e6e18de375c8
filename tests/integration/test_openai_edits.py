"""`/v1/images/edits` over HTTP: forms and JSON, invalid sources, repeats, and Easel's own pictures."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from easel.store import source_images
from tests.harness import sdks
from tests.harness.easel_keys import bearer, give_key
from tests.harness.source_pictures import DATA_LINK, PICTURE, shows
from tests.harness.stack import TOKENS

if TYPE_CHECKING:
    from pathlib import Path

    import httpx2

    from tests.harness.stack import Stack

PATH = "/v1/images/edits"
FORM_MODEL, JSON_MODEL, TASK_MODEL = "gitee/Qwen-Image-Edit", "gitee/qwen-image-2.0", "ms/qwen-image-edit-2509"
TEXT = ("cat.txt", b"a cat, in words", "text/plain")


def edit(stack: Stack, **call: Any) -> httpx2.Response:
    """Send one call with the tokens of both providers, and follow its redirects."""
    token = f"gitee:{TOKENS['gitee']},ms:{TOKENS['modelscope']}"
    headers = {"Authorization": f"Bearer {token}", **call.pop("headers", {})}
    return stack.http.post(PATH, headers=headers, follow_redirects=True, **call)


def drawn(stack: Stack, answer: httpx2.Response) -> list[bytes]:
    assert answer.status_code == 200, answer.text
    return [stack.picture(entry) for entry in answer.json()["data"]]


def refused(answer: httpx2.Response) -> tuple[int, str, str]:
    error = answer.json()["error"]
    return answer.status_code, error["param"], error["message"]


@pytest.mark.parametrize(("model", "field"), [(FORM_MODEL, "image"), (JSON_MODEL, "image[]"), (TASK_MODEL, "image[0]")])
def test_a_clients_form_starts_from_its_picture(model: str, field: str, stack: Stack) -> None:
    fields = {"model": model, "prompt": "with a hat", "n": "2", "size": "512x512", "seed": "7", "user": ""}
    answer = edit(stack, data=fields, files={field: ("image.png", PICTURE, "image/png")})
    assert all(map(shows, drawn(stack, answer)))
    body = answer.json()
    assert (len(body["data"]), body["size"], body["easel"]["warnings"]) == (2, "512x512", [])
    assert [job["seed"] for job in body["easel"]["jobs"]] == [7, 8]
    assert stack.cloud.stored().count(source_images.validated(PICTURE).key) == 1


@pytest.mark.parametrize(
    "images",
    [
        {"images": [{"image_url": DATA_LINK}]},
        {"images": [{"image_url": {"url": DATA_LINK}}]},
        {"images": [DATA_LINK]},
        {"image": DATA_LINK},
    ],
)
def test_json_accepts_a_picture_in_each_of_its_forms(images: dict[str, Any], stack: Stack) -> None:
    answer = edit(stack, json={"model": JSON_MODEL, "prompt": "with a hat", **images})
    assert all(map(shows, drawn(stack, answer)))
    assert answer.json()["size"] == "320x256"  # the picture's own size, since the call has none


def test_several_pictures_go_to_a_model_that_accepts_them(stack: Stack) -> None:
    files = [("image[]", ("1.png", PICTURE)), ("image[]", ("2.png", PICTURE))]
    assert edit(stack, data={"model": TASK_MODEL, "prompt": "both"}, files=files).status_code == 200
    answer = edit(stack, data={"model": FORM_MODEL, "prompt": "both"}, files=files)
    assert refused(answer) == (400, "image", "image: Qwen-Image-Edit of Gitee AI accepts at most 1; got 2")


def test_easels_own_picture_is_read_from_the_bucket(stack: Stack) -> None:
    first = edit(stack, json={"model": JSON_MODEL, "prompt": "first", "image": DATA_LINK}).json()["data"][0]["url"]
    body = {"model": FORM_MODEL, "prompt": "second", "images": [{"image_url": first}]}
    assert all(map(shows, drawn(stack, edit(stack, json=body))))


def test_an_uploaded_file_of_the_key_can_be_the_source(stack: Stack) -> None:
    key, other = give_key(stack.cloud, batches=True), give_key(stack.cloud, batches=True)
    upload = stack.http.post(
        "/v1/files", headers=bearer(key), files={"file": ("cat.png", PICTURE)}, data={"purpose": "vision"}
    )
    assert (upload.status_code, upload.json()["purpose"]) == (200, "vision"), upload.text
    body = {"model": JSON_MODEL, "prompt": "with a hat", "images": [{"file_id": upload.json()["id"]}]}
    token = f"gitee:{TOKENS['gitee']}"
    answer = edit(stack, json=body, headers={"Authorization": f"Bearer {key},{token}"})
    assert all(map(shows, drawn(stack, answer)))
    for headers, status in ((bearer(f"{other},{token}"), 400), ({}, 401)):
        assert edit(stack, json=body, headers=headers).status_code == status


def test_files_of_more_than_10_mb_in_total_are_refused(stack: Stack) -> None:
    key = give_key(stack.cloud, batches=True)
    file, purpose = {"file": ("cat.png", bytes(4_400_000))}, {"purpose": "vision"}
    uploaded = stack.http.post("/v1/files", headers=bearer(key), files=file, data=purpose).json()["id"]
    body = {"model": JSON_MODEL, "prompt": "large", "images": [{"file_id": uploaded}] * 3}
    status, param, text = refused(edit(stack, json=body, headers=bearer(key)))
    assert (status, param) == (413, "images")
    assert "files must have at most 10 MB in all" in text


@pytest.mark.parametrize("model", ["gpt-image-2", None])
def test_openais_names_mean_a_model_that_edits(model: str | None, stack: Stack) -> None:
    answer = edit(stack, json={"model": model, "prompt": "with a hat", "image": DATA_LINK})
    assert all(map(shows, drawn(stack, answer)))
    assert answer.json()["easel"]["jobs"][0]["model"] == "gitee/qwen-image-2.0"


@pytest.mark.parametrize(
    ("call", "error"),
    [
        ({"model": "gitee/z-image-turbo"}, (400, "image", "z-image-turbo of Gitee AI does not accept source pictures")),
        ({"files": {}}, (400, "image", "image: required; send a source picture")),
        ({"files": {"image": ("cat.png", b"")}}, (400, "image", "image: required")),
        ({"files": {"image": TEXT}}, (400, "image", "must be a picture in PNG, JPEG, WebP; the bytes are no picture")),
        ({"files": {"mask": ("mask.png", PICTURE), "image": PICTURE}}, (400, "mask", "no model accepts a mask")),
        ({"json": {"mask": {"image_url": DATA_LINK}, "image": DATA_LINK}}, (400, "mask", "no model accepts a mask")),
        ({"json": {"images": "cat.png"}}, (400, "images", 'must be a list of {"image_url": "https://…"}')),
        ({"json": {"images": [{"file_id": "a", "image_url": "b"}]}}, (400, "images", "must be a list of")),
        ({"json": {"images": [{"image_url": "http://10.0.0.1/cat.png"}]}}, (400, "image", "at a public address")),
        ({"json": {"images": [{"file_id": "file-1"}] * 17}}, (400, "images", "at most 16 entries; got 17")),
        ({"json": {"images": [{"file_id": "file-1"}]}}, (401, "Authorization", "Easel key")),
        ({"size": "9x9"}, (400, "size", "WIDTHxHEIGHT")),
        ({"n": "many"}, (400, "n", "a whole number from 1 to 10")),
        ({"model": "nobody/nothing"}, (404, "model", "is unknown")),
    ],
)
def test_an_invalid_edit_is_refused_by_name(call: dict[str, Any], error: tuple[int, str, str], stack: Stack) -> None:
    fields = {"model": JSON_MODEL, "prompt": "refused"}
    if "json" in call:
        answer = edit(stack, json={**fields, **call["json"]})
    else:
        files = call.pop("files", {"image": PICTURE})
        answer = edit(stack, data={**fields, **call}, files=files or {"nothing": b""})
    status, param, text = refused(answer)
    assert (status, param) == error[:2]
    assert error[2] in text
    assert stack.received("gitee", "refused") == []


@pytest.mark.parametrize(("text", "seed"), [(" 007 ", 7), ("7.0", 7), ("\uff17", 7), ("-00", 0)])
def test_a_forms_number_is_accepted_in_any_spelling(text: str, seed: int, stack: Stack) -> None:
    answer = edit(stack, data={"model": JSON_MODEL, "prompt": "a number", "seed": text}, files={"image": PICTURE})
    assert answer.status_code == 200, answer.text
    assert answer.json()["easel"]["jobs"][0]["seed"] == seed


def test_a_stream_has_openais_event_for_an_edit(stack: Stack) -> None:
    body = {"model": JSON_MODEL, "prompt": "streamed", "image": DATA_LINK, "stream": True}
    with stack.holding("streamed", calls=3):
        answer = edit(stack, json=body)
    events = [event.json() for event in sdks.events(answer.content)]
    assert [event["type"] for event in events] == ["image_edit.completed"]
    assert shows(stack.picture(events[0]))


@pytest.mark.parametrize(
    "headers",
    [[{"X-Stainless-Retry-Count": "0"}, {"X-Stainless-Retry-Count": "1"}], [{"Idempotency-Key": "one picture"}] * 2],
)
def test_a_repeated_form_with_a_new_boundary_generates_once(headers: list[dict[str, str]], stack: Stack) -> None:
    prompt = f"another boundary {next(iter(headers[0]))}"
    pictures = []
    for boundary, given in zip("ab", headers, strict=True):
        content_type = {"Content-Type": f"multipart/form-data; boundary={boundary * 20}"}
        call = {"data": {"model": FORM_MODEL, "prompt": prompt}, "files": {"image": PICTURE}}
        pictures += drawn(stack, edit(stack, headers={**content_type, **given}, **call))
    assert pictures[0] == pictures[1]
    assert len(stack.received("gitee", prompt)) == 1


def test_curl_sends_a_picture_as_in_its_manual(stack: Stack, tmp_path: Path) -> None:
    file = tmp_path / "cat.png"
    file.write_bytes(PICTURE)
    command = ["curl", "--silent", "--show-error", "-L", f"{stack.url}{PATH}", "-F", f"image=@{file}"]
    fields = ["-F", f"model={FORM_MODEL}", "-F", "prompt=with a hat", "-F", "response_format=url"]
    token = ["-H", f"Authorization: Bearer {TOKENS['gitee']}"]
    done = subprocess.run([*command, *fields, *token], capture_output=True, text=True, check=True)
    assert shows(stack.picture(json.loads(done.stdout)["data"][0])), done.stdout


def test_no_picture_is_in_the_table_or_the_log(stack: Stack) -> None:
    edit(stack, json={"model": JSON_MODEL, "prompt": "kept apart", "image": DATA_LINK})
    stack.functions.wait_until_idle()
    encoded = DATA_LINK[60:120]
    assert [where for where, text in stack.everything_written() if encoded in text] == []
