"""Pictures: facts from their headers, data that is not a picture, storage and links."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import httpx2
import pytest
from PIL import Image

from easel.common import contents
from easel.common.contents import FileContent
from easel.errors import InternalError, NotFound, ProviderError
from easel.store import images
from easel.store.images import ImageInfo, inspect
from easel.store.records import GenerationRequest

if TYPE_CHECKING:
    from tests.harness.cloud import Cloud

REQUEST = GenerationRequest(
    provider="gitee", model="z-image-turbo", prompt="a cat", width=64, height=48, steps=9, seed=42
)


def picture(kind: str, size: tuple[int, int] = (64, 48), mode: str = "RGB", **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert(mode).save(buffer, kind, **options)
    return buffer.getvalue()


def heic(size: tuple[int, int] = (64, 48)) -> bytes:
    """Return a HEIC's boxes around an AVIF's pixels. The two formats have the same container."""
    data = picture("AVIF", size, speed=10)
    return data[:4] + data[4:64].replace(b"avif", b"heic") + data[64:]


KINDS = ("PNG", "JPEG", "WEBP", "GIF", "AVIF", "BMP")
PICTURES = {kind: picture(kind, mode="P" if kind == "GIF" else "RGB") for kind in KINDS} | {"HEIC": heic()}
PNG = PICTURES["PNG"]


@pytest.mark.parametrize("size", [(1, 1), (300, 257)], ids=str)
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
)
def test_format_and_size_are_read_from_the_header(
    kind: str, mode: str, options: dict[str, object], name: str, size: tuple[int, int]
) -> None:
    assert inspect(picture(kind, size, mode, **options), "gitee") == ImageInfo(name, *size)


@pytest.mark.parametrize("kind", PICTURES)
def test_a_picture_is_stored_byte_for_byte(kind: str, cloud: Cloud) -> None:
    data = PICTURES[kind]
    info = inspect(data, "gitee")
    assert (info.kind.name.upper(), info.width, info.height) == (kind, 64, 48)
    name = f"job-1.{info.kind.extension}"
    key = images.store("job-1", data, info, REQUEST)
    stored = cloud.object(key)
    assert key == f"images/{name}"
    assert stored["Body"] == data == images.load(key)
    assert stored["ContentType"] == f"image/{kind.lower()}"
    facts = {"provider": "gitee", "dimensions": "64x48", "prompt": '"a cat"'}
    assert stored["Metadata"].items() >= facts.items()
    assert "negative-prompt" not in stored["Metadata"]
    assert httpx2.get(images.link(name)).content == data


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
)
def test_an_unsupported_format_is_refused_by_its_name(data: bytes, name: str) -> None:
    with pytest.raises(ProviderError, match=rf"Gitee AI sent {name}, but Easel stores only PNG, JPEG, "):
        inspect(data, "gitee")


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_that_is_cut_off_or_too_long_is_refused(kind: str) -> None:
    data = PICTURES[kind]
    for more in (b"<script>alert(1)</script>", b"PK\3\4" + bytes(60)):
        with pytest.raises(ProviderError, match=r"other data after its end|truncated"):
            inspect(data + more, "gitee")
    assert inspect(data + b"\0\0\r\n", "gitee").width == 64
    for share in (0.02, 0.5, 0.97):
        with pytest.raises(ProviderError, match=r"truncated|not a picture"):
            inspect(data[: int(len(data) * share)], "gitee")


def test_a_picture_too_large_for_browsers_is_refused() -> None:
    def sized(width: int, height: int) -> bytes:
        return PNG[:16] + width.to_bytes(4) + height.to_bytes(4) + PNG[24:]

    for sides in ((2_000_000_000, 1), (1, 2_000_000_000), (16385, 1), (12000, 12000)):
        with pytest.raises(ProviderError, match=r"sent a PNG of \d+ x \d+ pixels, .*too large"):
            inspect(sized(*sides), "gitee")
    assert inspect(sized(8192, 8192), "huggingface").width == 8192  # the upscaler's largest


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"{}", b"\x00" * 100, b"BM" + b"x" * 100, b"\0\0\0\x18ftypmp42" + bytes(100), b"GIF88a;", b"RIFF"),
        b"<!DOCTYPE html><html><h1>Not found</h1></html>",
    ],
    ids=lambda data: repr(data[:10]),
)
def test_data_that_is_not_a_picture_is_a_provider_error(data: bytes) -> None:
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


def test_any_prompt_fits_into_the_pictures_metadata(cloud: Cloud) -> None:
    for prompt in ("猫" * 4000, 'a\n"cat"\r\n', " a cat ", "\x00\x7f", "😀" * 2000):
        request = REQUEST.replace(prompt=prompt, negative_prompt=prompt)
        metadata = cloud.object(images.store("job-2", PNG, ImageInfo("PNG", 64, 48), request))["Metadata"]
        assert sum(len(name) + len(value) for name, value in metadata.items()) <= 2048
        assert all(value.isascii() and value.isprintable() for value in metadata.values())


def test_a_link_serves_the_picture_with_easels_content_type(cloud: Cloud) -> None:
    bucket = cloud.environment["IMAGES_BUCKET"]
    cloud.client("s3").put_object(Bucket=bucket, Key="images/job-3.png", Body=b"<b>", ContentType="text/html")
    answers = {url: httpx2.get(url) for url in (images.link("job-3.png"), images.link("job-3.png", for_cors=True))}
    assert [answer.headers["Content-Type"] for answer in answers.values()] == ["image/png"] * 2
    # A script of another origin gets a different link.
    assert ["X-Amz-Expires=900" in url for url in answers] == [True, False]
    assert httpx2.head(images.link("job-3.png", "head_object")).status_code == 200


def test_a_missing_picture_is_not_found(cloud: Cloud) -> None:
    for name in ("gone.png", "job-3.exe", "../secret.png", "a/b.png", "", ".png", "x" * 3000 + ".png", "\x00.png"):
        with pytest.raises(NotFound, match="removed after 30 days"):
            images.link(name)


def test_a_failing_bucket_is_an_internal_error(cloud: Cloud) -> None:
    with cloud.refusing("s3.HeadObject", "AccessDenied", 403), pytest.raises(InternalError):
        images.link("job-3.png")
    with cloud.refusing("s3.PutObject", "SlowDown", 503, times=1):  # briefly unavailable, so retried
        assert images.store("job-4", PNG, ImageInfo("PNG", 64, 48), REQUEST)


def in_a_file(data: bytes, monkeypatch: pytest.MonkeyPatch) -> FileContent:
    """Return the data as a large picture, which is read in small pieces."""
    monkeypatch.setattr(contents, "MAX_IN_MEMORY", 0)
    monkeypatch.setattr(contents, "PIECE_BYTES", 50)
    monkeypatch.setattr(contents, "BUFFER_BYTES", 20)
    content = contents.collected([data])
    assert isinstance(content, FileContent)
    return content


@pytest.mark.parametrize("kind", PICTURES)
@pytest.mark.parametrize(
    "rest", [b"", bytes(500), b"\n" * 120 + b"more", b"-" * 120], ids=["none", "zeros", "text", "dashes"]
)
@pytest.mark.parametrize("cut", [0, 1, 40])
def test_a_large_picture_is_inspected_like_a_small_one(
    kind: str, rest: bytes, cut: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = PICTURES[kind][: len(PICTURES[kind]) - cut] + rest
    outcomes = []
    for content in (data, in_a_file(data, monkeypatch)):
        try:
            outcomes.append(str(inspect(content, "gitee")))
        except ProviderError as error:
            outcomes.append(error.message)
    assert outcomes[0] == outcomes[1]


def test_a_large_picture_is_stored_and_found_again(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    content = in_a_file(PNG, monkeypatch)
    assert content[3:9] == PNG[3:9]  # moves the file's position
    key = images.store("large", content, inspect(content, "gitee"), REQUEST)
    assert cloud.object(key)["Body"] == PNG
    kept = images.find("large", "gitee")
    assert kept
    assert (kept.key, kept.size, kept.seed) == (key, len(PNG), 42)
