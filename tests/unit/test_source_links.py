"""Links of source pictures: Easel's own are read from the bucket, others from public addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx2
import pytest

from easel.common import aws
from easel.common.deadline import Deadline
from easel.errors import CallerError
from easel.providers import source_links
from easel.providers.http import Http
from easel.settings import settings
from easel.store import source_images
from easel.store.records import GenerationRequest
from tests.harness.patience import HANGS_SECONDS
from tests.harness.source_pictures import PICTURE
from tests.unit.test_downloads import Net, to

if TYPE_CHECKING:
    from tests.harness.cloud import Cloud

JOB = "0" * 44
FAR = "https://93.184.215.14"


def read(net: Net | None, *addresses: str) -> list[bytes]:
    """Read these links, over the machine's own network if `net` is None."""
    request = GenerationRequest(provider="gitee", model="qwen-image-2.0", images=addresses)
    http = Http("gitee", httpx2.MockTransport(net)) if net else Http("gitee")
    return [each.data for each in source_links.read(request, http, Deadline(HANGS_SECONDS))]


def test_links_to_public_addresses_are_read_in_their_order() -> None:
    net = Net(red=httpx2.Response(200, content=PICTURE), moved=to(f"{FAR}/red"))
    assert read(net, f"{FAR}/red", f"{FAR}/moved") == [PICTURE, PICTURE]
    assert not any("authorization" in request.headers for request in net.requests)


def test_pictures_in_the_bucket_are_read_from_it(cloud: Cloud) -> None:
    picture = source_images.validated(PICTURE)
    source_images.store({picture.key: PICTURE})
    aws.s3().put_object(Bucket=settings().images_bucket, Key=f"images/{JOB}.png", Body=PICTURE)
    net = Net()
    assert read(net, picture.key, f"http://127.0.0.1:8080/api/images/{JOB}.png") == [PICTURE, PICTURE]
    assert net.requests == []


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (httpx2.Response(404), "the link answers HTTP 404"),
        (httpx2.Response(200, text="<html>"), "the bytes are no picture"),
        (httpx2.Response(200, content=bytes(source_images.MAX_BYTES + 1)), "the link leads to more than 10 MB"),
        (to("http://169.254.169.254/latest/meta-data/"), "the link leads to a private address"),
        (to("file:///etc/passwd"), "the link leads to a private address"),
        (to("http://a:b/"), "the link redirects to an invalid URL"),
        (to(f"{FAR}/cat"), "the link redirects more than 4 times"),
    ],
)
def test_a_link_without_a_picture_says_what_is_wrong(answer: httpx2.Response, text: str) -> None:
    with pytest.raises(CallerError) as caught:
        read(Net(cat=answer), f"{FAR}/cat")
    assert (caught.value.status, caught.value.field, caught.value.drawn) == (400, "image", False)
    assert text in caught.value.message


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (httpx2.ConnectError("refused"), "the link could not be reached"),
        (httpx2.ReadTimeout("slow"), "the link did not respond within 30 seconds"),
    ],
)
def test_an_unreadable_link_is_the_callers_error(error: Exception, text: str) -> None:
    def fail(request: httpx2.Request) -> httpx2.Response:
        raise error

    with pytest.raises(CallerError, match=text):
        read(Net(cat=fail), f"{FAR}/cat")


def test_a_name_with_a_private_address_is_not_connected_to() -> None:
    for host in ("127.0.0.1", "[::1]", "localhost"):
        with pytest.raises(CallerError, match="the link leads to a private address"):
            read(None, f"http://{host}:9/cat.png")


def test_a_missing_own_picture_is_named(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLIC_URL", "https://easel.example")
    settings.cache_clear()
    with pytest.raises(CallerError, match="image: this picture does not exist any longer"):
        read(Net(), f"https://easel.example/api/images/{JOB}.png")
