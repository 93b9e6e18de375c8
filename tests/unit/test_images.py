"""The picture: what its header says, what is no picture, and where a link may lead."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import httpx2
import pytest
from PIL import Image

from easel import catalog
from easel.errors import InternalError, NotFound, ProviderError
from easel.store import images
from easel.store.images import ImageInfo, inspect
from easel.store.records import GenerationRequest

if TYPE_CHECKING:
    from tests.harness.cloud import Cloud

ORIGIN = "http://127.0.0.1:9000/v1"
OWN = {"Authorization": "Bearer gitee-token-for-tests"}
GITEE = catalog.provider("gitee")
REQUEST = GenerationRequest(
    provider="gitee", model="z-image-turbo", prompt="a cat", width=64, height=48, steps=9, seed=42
)
SIZES = [(1, 1), (64, 48), (1024, 768), (257, 2048), (2048, 256)]


def picture(kind: str, size: tuple[int, int] = (64, 48), mode: str = "RGB", **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert(mode).save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize(
    ("kind", "mode", "options", "name"),
    [
        ("PNG", "RGB", {}, "PNG"),
        ("PNG", "RGBA", {"compress_level": 1}, "PNG"),
        ("PNG", "P", {}, "PNG"),
        ("JPEG", "RGB", {"quality": 60}, "JPEG"),
        ("JPEG", "L", {"progressive": True}, "JPEG"),
        ("JPEG", "RGB", {"exif": b"Exif\0\0" + b"x" * 60_000}, "JPEG"),
        ("WEBP", "RGB", {"method": 0}, "WebP"),
        ("WEBP", "RGB", {"lossless": True, "method": 0}, "WebP"),
        ("WEBP", "RGBA", {"method": 0}, "WebP"),
        ("WEBP", "RGB", {"method": 0, "exif": b"Exif\0\0xxxx"}, "WebP"),
        ("GIF", "P", {}, "GIF"),
    ],
    ids=[
        *("png", "png-alpha", "png-palette", "jpeg", "jpeg-gray-progressive", "jpeg-long-metadata"),
        *("webp-lossy", "webp-lossless", "webp-alpha", "webp-extended", "gif"),
    ],
)
def test_format_and_size_are_read_from_the_header(
    kind: str, mode: str, options: dict[str, object], name: str, size: tuple[int, int]
) -> None:
    assert inspect(picture(kind, size, mode, **options), "gitee") == ImageInfo(name, *size)


def test_the_three_kinds_of_webp_are_really_tried() -> None:
    assert picture("WEBP")[12:16] == b"VP8 "
    assert picture("WEBP", lossless=True)[12:16] == b"VP8L"
    assert picture("WEBP", exif=b"Exif\0\0xxxx")[12:16] == b"VP8X"


@pytest.mark.parametrize("share", [0.02, 0.5, 0.97])
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_cut_off_on_the_way_is_refused(kind: str, share: float) -> None:
    data = picture(kind, (640, 480))
    with pytest.raises(ProviderError, match=r"truncated|not a picture"):
        inspect(data[: int(len(data) * share)], "gitee")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<!DOCTYPE html><html><h1>Not found</h1></html>",
        b"{}",
        b"\x00" * 100,
        b"BM" + b"x" * 100,
        b"GIF88a;",
        b"RIFF",
    ],
    ids=lambda data: repr(data[:10]),
)
def test_what_is_no_picture_is_the_providers_error_with_its_text(data: bytes) -> None:
    with pytest.raises(ProviderError) as caught:
        inspect(data, "gitee")
    assert caught.value.provider == "gitee"
    assert "<" not in (caught.value.upstream or "")


@pytest.mark.parametrize("start", [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF\xff\xff\xff\xffWEBP", b"GIF89a"])
def test_no_bytes_after_a_good_start_break_the_reading(start: bytes) -> None:
    for length in range(40):
        for filler in (b"\x00", b"\xff", b"IHDR", b"VP8X", b";"):
            with pytest.raises(ProviderError):
                inspect(start + (filler * 40)[:length] + b"\x01", "gitee")


def test_a_picture_is_stored_with_its_type_and_the_requests_facts(cloud: Cloud) -> None:
    data = picture("WEBP")
    key = images.store("job-1", data, inspect(data, "gitee"), REQUEST)
    stored = cloud.object(key)
    assert key == "images/job-1.webp"
    assert stored["ContentType"] == "image/webp"
    assert stored["Body"] == data == images.load(key)
    assert stored["Metadata"]["provider"] == "gitee"
    assert stored["Metadata"]["dimensions"] == "64x48"
    assert stored["Metadata"]["prompt"] == '"a cat"'
    assert "negative-prompt" not in stored["Metadata"]


@pytest.mark.parametrize("prompt", ["猫" * 4000, 'a\n"cat"\r\n', " a cat ", "\x00\x7f", "😀" * 2000], ids=ascii)
def test_any_prompt_fits_into_the_pictures_metadata(prompt: str, cloud: Cloud) -> None:
    request = REQUEST.replace(prompt=prompt, negative_prompt=prompt)
    metadata = cloud.object(images.store("job-2", picture("PNG"), ImageInfo("PNG", 64, 48), request))["Metadata"]
    assert sum(len(name) + len(value) for name, value in metadata.items()) <= 2048
    assert all(value.isascii() and value.isprintable() for value in metadata.values())


def test_a_link_leads_to_the_picture(cloud: Cloud) -> None:
    data = picture("JPEG")
    images.store("job-3", data, inspect(data, "gitee"), REQUEST)
    url = images.link("job-3.jpg")
    assert "X-Amz-Expires=900" in url
    assert httpx2.get(url).content == data
    assert httpx2.head(images.link("job-3.jpg", "head_object")).status_code == 200


def test_a_page_that_reads_the_picture_has_another_link_than_one_that_shows_it(cloud: Cloud) -> None:
    data = picture("JPEG")
    images.store("job-3", data, inspect(data, "gitee"), REQUEST)
    url = images.link("job-3.jpg", for_cors=True)
    assert "X-Amz-Expires=901" in url
    assert httpx2.get(url).content == data


@pytest.mark.parametrize(
    "name", ["gone.png", "job-3.exe", "../secret.png", "a/b.png", "", ".png", "x" * 3000 + ".png", "\x00.png"]
)
def test_a_picture_that_is_not_there_is_not_found_and_says_so(name: str, cloud: Cloud) -> None:
    with pytest.raises(NotFound, match="removed after 30 days"):
        images.link(name)


def test_a_bucket_that_refuses_is_easels_own_fault(cloud: Cloud) -> None:
    with cloud.refusing("s3.HeadObject", "AccessDenied", 403), pytest.raises(InternalError):
        images.link("job-3.png")


def test_a_bucket_that_is_busy_for_a_moment_is_asked_again(cloud: Cloud) -> None:
    with cloud.refusing("s3.PutObject", "SlowDown", 503, times=1):
        assert images.store("job-4", picture("PNG"), ImageInfo("PNG", 64, 48), REQUEST)
