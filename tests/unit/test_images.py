"""The picture: what its header says, what is no picture, and where a link may lead."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

import httpx
import pytest
from PIL import Image

from easel import catalog
from easel.common.deadline import Deadline
from easel.errors import EaselError, GenerationTimeout, InternalError, NotFound, ProviderError, ProviderUnreachable
from easel.providers.http import Http, fetch
from easel.store import images
from easel.store.images import ImageInfo, inspect
from easel.store.records import Request
from tests.harness.wire import played

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.harness.cloud import Cloud

ORIGIN = "http://127.0.0.1:9000/v1"
OWN = {"Authorization": "Bearer gitee-token-for-tests"}
GITEE = catalog.provider("gitee")
REQUEST = Request(provider="gitee", model="z-image-turbo", prompt="a cat", width=64, height=48, steps=9, seed=42)
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


class Net:
    """Hosts that answer, by URL; keeps what each was asked."""

    def __init__(self, **answers: httpx.Response | Callable[[httpx.Request], httpx.Response]) -> None:
        self.answers = answers
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.get(request.url.path.strip("/"), httpx.Response(404, text="<p>gone</p>"))
        return answer if isinstance(answer, httpx.Response) else answer(request)

    def fetch(self, url: str, provider: catalog.Provider = GITEE, seconds: float = 10) -> bytes:
        http = Http("gitee", played(self))
        return fetch(url, provider, (ORIGIN,), http, Deadline(seconds), OWN)


def to(url: str, status: int = 302) -> httpx.Response:
    return httpx.Response(status, headers={"Location": url})


def test_a_picture_at_the_configured_origin_is_fetched_with_the_token() -> None:
    net = Net(cat=httpx.Response(200, content=b"cat"))
    assert net.fetch("http://127.0.0.1:9000/cat") == b"cat"
    assert net.requests[0].headers["authorization"] == OWN["Authorization"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_within_the_origin_is_followed(status: int) -> None:
    net = Net(cat=to("/files/cat", status), **{"files/cat": httpx.Response(200, content=b"cat")})
    assert net.fetch("http://127.0.0.1:9000/cat") == b"cat"


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9001/cat",
        "https://127.0.0.1:9000/cat",
        "http://localhost:9000/cat",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:169.254.169.254]/",
        "http://[fd00:ec2::254]/",
        "http://2852039166/",
        "http://10.0.0.1/cat",
        "https://example.com/cat.png",
        "https://ai.gitee.com.evil.test/cat",
        "https://evil-bcebos.com/cat",
        "https://ai.gitee.com@evil.test/cat",
        "https://bcebos.com/cat",
        "file:///etc/passwd",
        "ftp://ai.gitee.com/cat",
        "javascript:alert(1)",
    ],
)
def test_a_link_elsewhere_is_not_followed_and_gets_nothing(url: str) -> None:
    for link, requests in ((url, 0), ("http://127.0.0.1:9000/cat", 1)):
        net = Net(cat=to(url))
        with pytest.raises(ProviderError) as caught:
            net.fetch(link)
        assert caught.value.provider == "gitee"
        assert len(net.requests) == requests


@pytest.mark.parametrize(
    "url", ["/cat", "//ai.gitee.com/cat", "", "not a link", "http://[::1", "http://127.0.0.1:port/"]
)
def test_a_link_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(EaselError) as caught:
        Net().fetch(url)
    assert caught.value.status == 502


@pytest.mark.parametrize("url", ["http://[::1", "http://127.0.0.1:port/"])
def test_a_redirect_to_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(EaselError) as caught:
        Net(cat=to(url)).fetch("http://127.0.0.1:9000/cat")
    assert caught.value.status == 502


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "169.254.169.254", "10.0.0.1", "192.168.1.1", "0.0.0.0"])
def test_an_allowed_host_at_a_private_address_is_refused(host: str) -> None:
    net = Net(cat=httpx.Response(200, content=b"cat"))
    with pytest.raises(ProviderError, match="private address"):
        net.fetch(f"http://{host}/cat", replace(GITEE, image_hosts=(host,)))
    assert not net.requests


def test_an_allowed_host_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ProviderError, match="unknown"):
        Net().fetch("https://no-such-host.invalid/cat", replace(GITEE, image_hosts=(".invalid",)))


def test_another_host_of_the_providers_gets_no_token() -> None:
    net = Net(cat=to("http://8.8.8.8/moved"), moved=httpx.Response(200, content=b"cat"))
    assert net.fetch("http://127.0.0.1:9000/cat", replace(GITEE, image_hosts=("8.8.8.8",))) == b"cat"
    assert ["authorization" in request.headers for request in net.requests] == [True, False]


def test_a_link_that_redirects_for_ever_is_given_up() -> None:
    net = Net(cat=to("/cat"))
    with pytest.raises(ProviderError, match="redirects too often"):
        net.fetch("http://127.0.0.1:9000/cat")
    assert len(net.requests) <= 6


@pytest.mark.parametrize("answer", [httpx.Response(404, text="<p>gone</p>"), httpx.Response(302), httpx.Response(403)])
def test_a_link_without_a_picture_says_what_it_answered(answer: httpx.Response) -> None:
    with pytest.raises(ProviderError, match=f"HTTP {answer.status_code}") as caught:
        Net(cat=answer).fetch("http://127.0.0.1:9000/cat")
    assert caught.value.provider == "gitee"
    assert caught.value.upstream in ("gone", None)


def test_a_picture_of_26_mb_is_refused() -> None:
    whole = httpx.Response(200, content=b"x" * (25 * 1024 * 1024))
    assert len(Net(cat=whole).fetch("http://127.0.0.1:9000/cat")) == 25 * 1024 * 1024
    with pytest.raises(ProviderError, match="25 MB"):
        Net(cat=httpx.Response(200, content=b"x" * (26 * 1024 * 1024))).fetch("http://127.0.0.1:9000/cat")


def test_a_link_that_does_not_answer_is_told_apart() -> None:
    def broken(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    with pytest.raises(ProviderUnreachable):
        Net(cat=broken).fetch("http://127.0.0.1:9000/cat")
    with pytest.raises(GenerationTimeout):
        Net(cat=httpx.Response(200, content=b"cat")).fetch("http://127.0.0.1:9000/cat", seconds=0)


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
    request = replace(REQUEST, prompt=prompt, negative_prompt=prompt)
    metadata = cloud.object(images.store("job-2", picture("PNG"), ImageInfo("PNG", 64, 48), request))["Metadata"]
    assert sum(len(name) + len(value) for name, value in metadata.items()) <= 2048
    assert all(value.isascii() and value.isprintable() for value in metadata.values())


def test_a_link_leads_to_the_picture(cloud: Cloud) -> None:
    data = picture("JPEG")
    images.store("job-3", data, inspect(data, "gitee"), REQUEST)
    url = images.link("job-3.jpg")
    assert "X-Amz-Expires=900" in url
    assert httpx.get(url).content == data
    assert httpx.head(images.link("job-3.jpg", "head_object")).status_code == 200


def test_a_page_that_reads_the_picture_has_another_link_than_one_that_shows_it(cloud: Cloud) -> None:
    data = picture("JPEG")
    images.store("job-3", data, inspect(data, "gitee"), REQUEST)
    url = images.link("job-3.jpg", for_cors=True)
    assert "X-Amz-Expires=901" in url
    assert httpx.get(url).content == data


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
