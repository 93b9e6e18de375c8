"""Presigned URLs. moto verifies no signature, so these tests compute it as S3 does."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from ministack.services import s3  # type: ignore[import-untyped]

import signed_urls
from tests.harness.cloud import CREDENTIALS

if TYPE_CHECKING:
    from tests.harness.cloud import Cloud

PLACE = "batches/uploads/key/file/lines.jsonl"
TYPE = signed_urls.UPLOAD_HEADERS["Content-Type"]


def is_valid(method: str, url: str, **headers: str) -> bool:
    """Return whether a request with these headers has the signature in its URL, as SigV4 computes it."""
    parts, query = urlsplit(url), parse_qs(urlsplit(url).query)
    _, date, region, service, _ = query["X-Amz-Credential"][0].split("/")
    sent = {"host": parts.netloc, **{name.replace("_", "-").lower(): value for name, value in headers.items()}}
    names = query["X-Amz-SignedHeaders"][0]
    canonical = s3.build_canonical_request(method, parts.path, sent, query, names)
    text = s3.build_string_to_sign(query["X-Amz-Date"][0], date, region, service, canonical)
    computed = s3.calculate_signature(CREDENTIALS["AWS_SECRET_ACCESS_KEY"], date, region, service, text)
    return bool(s3.signatures_match(computed, query["X-Amz-Signature"][0]))


@pytest.mark.usefixtures("cloud")
def test_an_upload_is_signed_with_its_length_and_type() -> None:
    url = signed_urls.upload_url(PLACE, 120)
    assert parse_qs(urlsplit(url).query)["X-Amz-SignedHeaders"] == ["content-length;content-type;host"]
    assert is_valid("PUT", url, Content_Length="120", Content_Type=TYPE)
    assert not is_valid("PUT", url, Content_Length="121", Content_Type=TYPE)
    assert not is_valid("PUT", url, Content_Length="120", Content_Type="text/html")
    assert not is_valid("PUT", url, Content_Length="120")
    assert not is_valid("GET", url, Content_Length="120", Content_Type=TYPE)


def test_a_file_is_served_as_an_attachment_of_easels_type(cloud: Cloud) -> None:
    url = signed_urls.upload_url(PLACE, 25)
    httpx2.put(url, content=b"<script>alert(1)</script>", headers={"Content-Type": "text/html"}).raise_for_status()
    url = signed_urls.download_url(PLACE, "application/jsonl")
    answer = httpx2.get(url)
    assert answer.headers["Content-Type"] == "application/jsonl"
    assert answer.headers["Content-Disposition"] == "attachment"
    assert is_valid("GET", url)
    assert not is_valid("GET", url.replace("application%2Fjsonl", "text%2Fhtml"))
