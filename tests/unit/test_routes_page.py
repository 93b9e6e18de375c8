"""`/`, `/docs` and `/assets` as a browser requests them."""

from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING

import pytest

import router
import static_files
from tests.harness import gateway

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from tests.harness.cloud import Cloud

pages = pytest.mark.parametrize("page", ["/", "/docs"])


def get(path: str, **headers: str) -> Response:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return gateway.call(router.handler, "GET", path, b"", sent)


@pages
def test_a_page_is_revalidated_each_time(page: str) -> None:
    first = get(page)
    assert (first.status_code, first.content_type) == (200, "text/html; charset=utf-8")
    assert first.headers["Cache-Control"] == "no-cache"
    again = get(page, If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.get_data()) == (304, b"")
    assert get(page, If_None_Match='"other"').status_code == 200


@pages
def test_files_of_a_page_are_immutable_by_content_hash(page: str) -> None:
    linked = re.findall(r'"(/assets/[^"]+)"', get(page).get_data(as_text=True))
    assert len(linked) >= 3
    for address in linked:
        answer, plain = get(address, Accept_Encoding="br, gzip"), get(address)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in answer.headers["Vary"]
        assert "Content-Encoding" not in plain.headers
        assert plain.get_data() == gzip.decompress(answer.get_data())
        assert get(address, If_None_Match=f"W/{plain.headers['ETag']}").status_code == 304


def test_files_have_their_types_and_forbid_sniffing() -> None:
    types = {"app.js": "text/javascript", "app.css": "text/css", "icon.svg": "image/svg+xml"}
    for name, content_type in types.items():
        file = static_files.file(name)
        assert file
        answer = get(file.path)
        assert answer.headers["Content-Type"].removesuffix("; charset=utf-8") == content_type
        assert answer.headers["Content-Type"].endswith("; charset=utf-8") == content_type.startswith("text/")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_file_of_another_version_is_not_found_nor_cached() -> None:
    for path in ("/assets/0000000000000000/app.js", "/assets/x/..%2f..%2frouter.py", "/assets/x/main.js"):
        answer = get(path)
        assert (answer.status_code, answer.get_json()["code"]) == (404, "NOT_FOUND")
        assert answer.headers.get("Cache-Control", "no-store") == "no-store"


@pages
def test_the_csp_allows_this_deployment_and_its_bucket_only(page: str, cloud: Cloud) -> None:
    policy = get(page).headers["Content-Security-Policy"]
    rules = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == rules["font-src"] == "'self'"
    assert rules["connect-src"] == f"'self' {cloud.url}"
    assert rules["img-src"] == f"'self' blob: data: {cloud.url}"
    assert "unsafe" not in policy


def test_a_deployed_bucket_is_reached_by_its_own_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMAGES_BUCKET", "pictures-of-easel")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    policy = get("/").headers["Content-Security-Policy"]
    assert re.search(r"connect-src 'self' https://pictures-of-easel\.s3[.a-z0-9-]*\.amazonaws\.com;", policy)
