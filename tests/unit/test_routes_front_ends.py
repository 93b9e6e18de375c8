"""Calls of Pages-style front ends besides generation: downloads through a redirect, and clear refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from fastapi.testclient import TestClient

from easel.settings import settings
from easel.store import images
from easel.store.records import GenerationRequest
from router import app
from tests.harness.openapi_check import Description
from tests.unit.test_images import picture

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.harness.cloud import Cloud

HOST = "https://easel.test"
REQUEST = GenerationRequest(
    provider="gitee", model="z-image-turbo", prompt="a cat", width=64, height=48, steps=9, seed=42
)
REFUSED = [
    ("POST", "/api/optimize"),
    ("POST", "/api/translate"),
    ("GET", "/api/llm-providers"),
    ("POST", "/api/video/generate"),
    ("GET", "/api/video/status/01a2"),
]


@pytest.fixture
def client(cloud: Cloud) -> Iterator[TestClient]:
    with TestClient(app, HOST, follow_redirects=False) as made:
        description = Description(made.get("/openapi.json").json())
        with description.watching(made):
            yield made


@pytest.fixture
def stored(cloud: Cloud) -> bytes:
    """The bytes of the picture `job-1.webp`."""
    data = picture("WEBP")
    images.store("job-1", data, images.inspect(data, "gitee"), REQUEST)
    return data


@pytest.mark.parametrize(
    "path",
    [
        f"/api/proxy-image?url={HOST}/api/images/job-1.webp",
        f"/api/proxy-image?url={HOST}/api/images/job-1.webp%3Fdownload",
        "/api/proxy-image?url=/api/images/job-1.webp",
        "/api/images/job-1.webp?download",
        "/api/images/job-1.webp?download=1",
    ],
)
def test_a_download_has_the_pictures_name_and_type(path: str, client: TestClient, stored: bytes) -> None:
    answer = client.get(path)
    assert answer.status_code == 302
    file = httpx2.get(answer.headers["Location"])
    assert (file.content, file.headers["Content-Type"]) == (stored, "image/webp")
    assert file.headers["Content-Disposition"] == 'attachment; filename="job-1.webp"'


def test_a_download_needs_the_pictures_key_where_pictures_do(
    client: TestClient, stored: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACCESS", "keys")
    monkeypatch.setenv("PICTURES_NEED_KEY", "true")
    settings.cache_clear()
    for path in ("/api/proxy-image?url=/api/images/job-1.webp", "/api/images/job-1.webp?download"):
        assert client.get(path).status_code == 401


def test_a_picture_that_is_shown_is_no_file_to_save(client: TestClient, stored: bytes) -> None:
    picture = httpx2.get(client.get("/api/images/job-1.webp").headers["Location"])
    assert picture.content == stored
    assert "Content-Disposition" not in picture.headers


def test_links_with_the_public_url_are_accepted(
    client: TestClient, stored: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUBLIC_URL", "https://pictures.example")
    settings.cache_clear()
    for address in ("https://pictures.example", HOST):
        answer = client.get("/api/proxy-image", params={"url": f"{address}/api/images/job-1.webp"})
        assert answer.status_code == 302, address
    other = client.get("/api/proxy-image", params={"url": "https://pictures.example.evil.test/api/images/job-1.webp"})
    assert other.status_code == 400


def test_a_page_of_another_origin_may_read_the_redirect(client: TestClient, stored: bytes) -> None:
    answer = client.get("/api/proxy-image?url=/api/images/job-1.webp", headers={"Origin": "https://front.example"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert parse_qs(urlsplit(answer.headers["Location"]).query)["X-Amz-Expires"] == ["901"]  # see `images.link`


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://example.com/cat.png",
        "https://example.com/api/images/job-1.webp",
        "http://easel.test/api/images/job-1.webp",
        f"{HOST}@example.com/api/images/job-1.webp",
        f"{HOST}/api/jobs/job-1",
        "//example.com/api/images/job-1.webp",
        "http://169.254.169.254/latest/meta-data",
        "s3://bucket/images/job-1.webp",
        "data:image/png;base64,AAAA",
        "[",
        "x" * 3000,
    ],
    ids=lambda url: url[:40] or "none",
)
def test_every_other_url_is_refused_by_name(url: str, client: TestClient) -> None:
    answer = client.get("/api/proxy-image", params={"url": url})
    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_REQUEST")
    assert answer.json()["details"] == {"field": "url"}
    assert f"{HOST}/api/images/" in answer.json()["error"]
    assert len(answer.json()["error"]) < 300


@pytest.mark.parametrize(
    "name", ["gone.png", "../batches/b1/results.jsonl", "job-1.webp/../../secret.png", "", "a%00b"]
)
def test_a_picture_that_is_gone_or_is_none_is_not_found(name: str, client: TestClient, stored: bytes) -> None:
    answer = client.get("/api/proxy-image", params={"url": f"/api/images/{name}"})
    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")


@pytest.mark.parametrize(("method", "path"), REFUSED)
def test_unsupported_calls_are_refused_in_easels_shape(method: str, path: str, client: TestClient) -> None:
    answer = client.request(method, path, json={"prompt": "一只猫"} if method == "POST" else None)
    assert (answer.status_code, answer.json()["code"]) == (501, "NOT_SUPPORTED")
    assert "pictures" in answer.json()["error"]
    assert answer.json()["details"] == {}


def test_the_list_of_text_models_has_one_entry(client: TestClient) -> None:
    answer = client.post("/api/custom-models", json={"baseUrl": "https://api.example.com/v1", "apiKey": "any"})
    (entry,) = answer.json()["models"]
    assert entry["id"]  # a list to choose from takes no empty value
    assert "pictures only" in entry["name"]
