"""Pictures: the facts in their headers, data that is not a picture, and links."""

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
        ("AVIF", "RGB", {"speed": 10}, "AVIF"),
        ("AVIF", "RGBA", {"speed": 10, "exif": Image.Exif().tobytes()}, "AVIF"),
        ("BMP", "RGB", {}, "BMP"),
        ("BMP", "P", {}, "BMP"),
    ],
    ids=[
        *("png", "png-alpha", "png-palette", "jpeg", "jpeg-gray-progressive", "jpeg-long-metadata"),
        *("webp-lossy", "webp-lossless", "webp-alpha", "webp-extended", "gif"),
        *("avif", "avif-alpha", "bmp", "bmp-palette"),
    ],
)
def test_format_and_size_are_read_from_the_header(
    kind: str, mode: str, options: dict[str, object], name: str, size: tuple[int, int]
) -> None:
    assert inspect(picture(kind, size, mode, **options), "gitee") == ImageInfo(name, *size)


def heic(size: tuple[int, int] = (64, 48)) -> bytes:
    """A HEIC's boxes, around an AVIF's pixels: the two formats have the same container."""
    data = picture("AVIF", size, speed=10)
    return data[:4] + data[4:64].replace(b"avif", b"heic") + data[64:]


def test_a_heic_is_no_avif() -> None:
    assert inspect(heic((640, 480)), "gitee") == ImageInfo("HEIC", 640, 480)


KINDS = ("PNG", "JPEG", "WEBP", "GIF", "AVIF", "BMP")


@pytest.mark.parametrize("kind", [*KINDS, "HEIC"])
def test_every_byte_of_a_picture_is_stored_as_it_came(kind: str, cloud: Cloud) -> None:
    data = heic() if kind == "HEIC" else picture(kind, (64, 48), "P" if kind == "GIF" else "RGB")
    info = inspect(data, "gitee")
    stored = cloud.object(images.store("job-1", data, info, REQUEST))
    assert stored["Body"] == data == images.load(f"images/job-1.{info.kind.extension}")
    assert stored["ContentType"] == f"image/{kind.lower()}"
    assert httpx2.get(images.link(f"job-1.{info.kind.extension}")).content == data


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"II*\0" + bytes(100), "a TIFF picture"),
        (b"MM\0*" + bytes(100), "a TIFF picture"),
        (b"\xff\x0a" + bytes(100), "a JPEG XL picture"),
        (b"\0\0\0\x0cJXL \r\n\x87\n", "a JPEG XL picture"),
        (b"\0\0\0\x0cjP  \r\n\x87\n", "a JPEG 2000 picture"),
        (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', "an SVG picture"),
        (b"<svg onload='alert(1)'></svg>", "an SVG picture"),
        (b"qoif" + bytes(100), "a QOI picture"),
        (b"P6 64 48 255\n" + bytes(100), "a Netpbm picture"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_format_that_is_not_stored_is_refused_by_its_name(data: bytes, name: str) -> None:
    with pytest.raises(ProviderError, match=rf"Gitee AI answered with {name}, .* it stores PNG, JPEG, "):
        inspect(data, "gitee")


@pytest.mark.parametrize("kind", KINDS)
def test_another_file_behind_a_picture_is_refused(kind: str) -> None:
    data = picture(kind, (64, 48), "P" if kind == "GIF" else "RGB")
    for more in (b"<script>alert(1)</script>", b"PK\3\4" + bytes(60)):
        with pytest.raises(ProviderError, match=r"other data behind its end|truncated"):
            inspect(data + more, "gitee")
    assert inspect(data + b"\0\0\r\n", "gitee").width == 64


@pytest.mark.parametrize("sides", [(2_000_000_000, 1), (1, 2_000_000_000), (16385, 1), (12000, 12000)], ids=str)
def test_a_picture_too_large_for_browsers_is_refused(sides: tuple[int, int]) -> None:
    data = picture("PNG")
    data = data[:16] + sides[0].to_bytes(4) + sides[1].to_bytes(4) + data[24:]
    with pytest.raises(ProviderError, match=r"sent a PNG of \d+ x \d+ pixels, .*too large"):
        inspect(data, "gitee")


def test_the_largest_picture_that_the_upscaler_makes_is_stored() -> None:
    data = picture("PNG")
    assert inspect(data[:16] + (8192).to_bytes(4) * 2 + data[24:], "huggingface").width == 8192


def test_the_three_kinds_of_webp_are_really_tried() -> None:
    assert picture("WEBP")[12:16] == b"VP8 "
    assert picture("WEBP", lossless=True)[12:16] == b"VP8L"
    assert picture("WEBP", exif=b"Exif\0\0xxxx")[12:16] == b"VP8X"


@pytest.mark.parametrize("share", [0.02, 0.5, 0.97])
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "AVIF", "BMP"])
def test_a_picture_cut_off_on_the_way_is_refused(kind: str, share: float) -> None:
    data = picture(kind, (640, 480), "P" if kind == "GIF" else "RGB")
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
        b"\0\0\0\x18ftypmp42" + bytes(100),
        b"GIF88a;",
        b"RIFF",
    ],
    ids=lambda data: repr(data[:10]),
)
def test_other_bytes_than_a_picture_are_a_provider_error(data: bytes) -> None:
    with pytest.raises(ProviderError) as caught:
        inspect(data, "gitee")
    assert caught.value.provider == "gitee"
    assert "<" not in (caught.value.upstream or "")


@pytest.mark.parametrize(
    "start",
    [
        *(b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF\xff\xff\xff\xffWEBP", b"GIF89a", b"BM\xff\xff\xff\xff\0\0\0\0"),
        b"\0\0\0\x14ftypavif\0\0\0\0mif1",
    ],
)
def test_arbitrary_bytes_after_a_header_raise_no_other_error(start: bytes) -> None:
    for length in range(40):
        for filler in (b"\x00", b"\xff", b"IHDR", b"VP8X", b";"):
            with pytest.raises(ProviderError):
                inspect(start + (filler * 40)[:length] + b"\x01", "gitee")


def test_a_picture_is_stored_with_its_type_and_metadata(cloud: Cloud) -> None:
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


def test_a_link_serves_the_type_that_easel_knows(cloud: Cloud) -> None:
    bucket = cloud.environment["IMAGES_BUCKET"]
    cloud.client("s3").put_object(Bucket=bucket, Key="images/job-4.png", Body=b"<b>", ContentType="text/html")
    assert httpx2.get(images.link("job-4.png")).headers["Content-Type"] == "image/png"


def test_cors_readers_get_a_link_of_their_own(cloud: Cloud) -> None:
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
