"""Other calls of Pages-style front ends: downloads through a redirect, and clear refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from easel.settings import settings
from easel.store import images
from easel.store.records import GenerationRequest
from tests.harness.router_client import HOST, client
from tests.unit.test_images import picture

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

    from tests.harness.cloud import Cloud

__all__ = ["client"]  # a fixture

LINK = "/api/images/job-1.webp"


@pytest.fixture(autouse=True)
def stored(cloud: Cloud) -> bytes:
    """Return the bytes of the picture `job-1.webp`."""
    data = picture("WEBP")
    request = GenerationRequest(provider="gitee", model="z-image-turbo", prompt="a cat", width=64, height=48, steps=9)
    images.store("job-1", data, images.inspect(data, "gitee"), request)
    return data


@pytest.mark.parametrize(
    "path",
    [
        f"/api/proxy-image?url={HOST}{LINK}",
        f"/api/proxy-image?url={HOST}{LINK}%3Fdownload",
        f"/api/proxy-image?url={LINK}",
        f"{LINK}?download=1",
    ],
)
def test_a_download_has_the_pictures_name_and_type(path: str, client: TestClient, stored: bytes) -> None:
    answer = client.get(path, headers={"Origin": "https://front.example"})
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (302, "*")
    assert parse_qs(urlsplit(answer.headers["Location"]).query)["X-Amz-Expires"] == ["901"]  # see `images.link`
    file = httpx2.get(answer.headers["Location"])
    assert (file.content, file.headers["Content-Type"]) == (stored, "image/webp")
    assert file.headers["Content-Disposition"] == 'attachment; filename="job-1.webp"'


def test_a_picture_that_is_viewed_is_not_an_attachment(client: TestClient, stored: bytes) -> None:
    answer = httpx2.get(client.get(LINK).headers["Location"])
    assert (answer.content, "Content-Disposition" in answer.headers) == (stored, False)


def test_a_download_needs_the_key_if_pictures_do(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCESS", "keys")
    monkeypatch.setenv("PICTURES_NEED_KEY", "true")
    settings.cache_clear()
    for path in (f"/api/proxy-image?url={LINK}", f"{LINK}?download"):
        assert client.get(path).status_code == 401


def test_links_with_the_public_url_are_accepted(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLIC_URL", "https://pictures.example")
    settings.cache_clear()
    statuses = {"https://pictures.example": 302, HOST: 302, "https://pictures.example.evil.test": 400}
    for address, status in statuses.items():
        assert client.get("/api/proxy-image", params={"url": f"{address}{LINK}"}).status_code == status, address


def test_all_other_urls_are_refused_by_name(client: TestClient) -> None:
    strange = (
        *("", "[", "x" * 3000, "data:image/png;base64,AAAA", "http://169.254.169.254/latest/meta-data"),
        *(f"https://example.com{LINK}", f"http://easel.test{LINK}", f"{HOST}@example.com{LINK}"),
        *(f"//example.com{LINK}", f"{HOST}/api/jobs/job-1", "s3://bucket/images/job-1.webp"),
    )
    for url in strange:
        answer = client.get("/api/proxy-image", params={"url": url})
        assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_REQUEST"), url
        assert answer.json()["details"] == {"field": "url"}
        assert f"{HOST}/api/images/" in answer.json()["error"]
        assert len(answer.json()["error"]) < 300


def test_a_missing_picture_is_not_found(client: TestClient) -> None:
    for name in ("gone.png", "../batches/b1/results.jsonl", "job-1.webp/../../secret.png", "", "a%00b"):
        answer = client.get("/api/proxy-image", params={"url": f"/api/images/{name}"})
        assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND"), name


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/optimize"),
        ("POST", "/api/translate"),
        ("GET", "/api/llm-providers"),
        ("POST", "/api/video/generate"),
        ("GET", "/api/video/status/01a2"),
    ],
)
def test_unsupported_calls_are_refused_in_easels_shape(method: str, path: str, client: TestClient) -> None:
    answer = client.request(method, path, json={"prompt": "一只猫"} if method == "POST" else None)
    assert (answer.status_code, answer.json()["code"], answer.json()["details"]) == (501, "NOT_SUPPORTED", {})
    assert "pictures" in answer.json()["error"]


def test_the_list_of_text_models_has_one_entry(client: TestClient) -> None:
    answer = client.post("/api/custom-models", json={"baseUrl": "https://api.example.com/v1", "apiKey": "any"})
    (entry,) = answer.json()["models"]
    assert entry["id"]  # a list for a menu must have a value
    assert "pictures only" in entry["name"]
