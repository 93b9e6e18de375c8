"""Downloads of pictures: which links are followed, and what is sent to each host."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx2
import pytest

from easel import catalog
from easel.common.deadline import Deadline
from easel.errors import DownloadFailed, EaselError, ProviderError
from easel.providers import downloads
from easel.providers.downloads import fetch
from easel.providers.http import Http
from tests.harness.clock import Clock
from tests.harness.patience import HANGS_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable

ORIGIN = "http://127.0.0.1:9000/v1"
OWN = {"Authorization": "Bearer gitee-token-for-tests"}
GITEE = catalog.provider("gitee")


CAT = "http://127.0.0.1:9000/cat"


@pytest.fixture(autouse=True)
def _clock(clock: Clock) -> None:
    """Pauses before a retry take no time."""


class Net:
    """Hosts that answer by path and record their requests."""

    def __init__(self, **answers: httpx2.Response | Callable[[httpx2.Request], httpx2.Response]) -> None:
        self.answers = answers
        self.requests: list[httpx2.Request] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        answer = self.answers.get(request.url.path.strip("/"), httpx2.Response(404, text="<p>gone</p>"))
        return answer if isinstance(answer, httpx2.Response) else answer(request)

    def fetch(self, url: str, provider: catalog.Provider = GITEE, seconds: float = HANGS_SECONDS) -> bytes:
        http = Http("gitee", httpx2.MockTransport(self))
        return fetch(url, provider, (ORIGIN,), http, Deadline(seconds), OWN)[:]


def to(url: str, status: int = 302) -> httpx2.Response:
    return httpx2.Response(status, headers={"Location": url})


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_within_the_origin_is_followed_with_the_token(status: int) -> None:
    net = Net(cat=to("/files/cat", status), **{"files/cat": httpx2.Response(200, content=b"cat")})
    assert net.fetch(CAT) == b"cat"
    assert [request.headers["authorization"] for request in net.requests] == [OWN["Authorization"]] * 2


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
def test_a_link_to_another_host_is_not_followed(url: str) -> None:
    for link, requests in ((url, 0), (CAT, 1)):
        net = Net(cat=to(url))
        with pytest.raises(ProviderError) as caught:
            net.fetch(link)
        assert caught.value.provider == "gitee"
        assert len(net.requests) == requests


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "169.254.169.254", "10.0.0.1", "192.168.1.1", "0.0.0.0"])
def test_an_allowed_host_at_a_private_address_is_refused(host: str) -> None:
    provider = GITEE.model_copy(update={"image_hosts": (host,)})
    with pytest.raises(ProviderError, match="private address"):
        fetch(f"http://{host}/cat", provider, (ORIGIN,), Http("gitee"), Deadline(HANGS_SECONDS), OWN)


def test_an_allowed_host_without_dns_records_is_refused() -> None:
    provider = GITEE.model_copy(update={"image_hosts": (".invalid",)})
    with pytest.raises(DownloadFailed, match="unknown"):
        fetch("https://no-such-host.invalid/cat", provider, (ORIGIN,), Http("gitee"), Deadline(HANGS_SECONDS), OWN)


INVALID = ["http://[::1", "http://127.0.0.1:port/"]


@pytest.mark.parametrize("url", [*INVALID, "/cat", "//ai.gitee.com/cat", "", "not a link"])
def test_an_invalid_url_is_refused(url: str) -> None:
    for link in (url, *([CAT] if url in INVALID else [])):
        with pytest.raises(EaselError) as caught:
            Net(cat=to(url)).fetch(link)
        assert caught.value.status == 502


def test_another_host_of_the_provider_gets_no_token() -> None:
    net = Net(cat=to("http://8.8.8.8/moved"), moved=httpx2.Response(200, content=b"cat"))
    assert net.fetch(CAT, GITEE.model_copy(update={"image_hosts": ("8.8.8.8",)})) == b"cat"
    assert ["authorization" in request.headers for request in net.requests] == [True, False]
    assert {request.headers["accept-encoding"] for request in net.requests} == {"identity"}


def failing(failures: int, answer: httpx2.Response | Exception) -> Callable[[httpx2.Request], httpx2.Response]:
    """Return a link that fails this many times and then redirects to the picture."""
    left = iter(range(failures))

    def respond(request: httpx2.Request) -> httpx2.Response:
        if next(left, None) is None:
            return httpx2.Response(200, content=b"cat")
        if isinstance(answer, Exception):
            raise answer
        return answer

    return respond


PASSING = [*map(httpx2.Response, (202, 204, 403, 404, 408, 425, 429, 500, 502, 503)), httpx2.ReadError("cut")]


@pytest.mark.parametrize("answer", PASSING, ids=str)
def test_a_link_that_fails_at_first_is_retried(answer: httpx2.Response | Exception, clock: Clock) -> None:
    assert Net(cat=failing(2, answer)).fetch(CAT) == b"cat"
    assert clock.slept == list(downloads.PAUSES[:2])
    net = Net(cat=failing(99, answer))
    with pytest.raises(DownloadFailed) as caught:
        net.fetch(CAT)
    assert type(caught.value) is DownloadFailed
    assert len(net.requests) == 1 + len(downloads.PAUSES)


@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 410])
def test_a_link_without_a_picture_reports_its_answer(status: int) -> None:
    net = Net(cat=httpx2.Response(status, text="gone"))
    with pytest.raises(DownloadFailed, match=f"HTTP {status}") as caught:
        net.fetch(CAT)
    assert (caught.value.provider, caught.value.upstream) == ("gitee", "gone")
    assert (len(net.requests) > 1) == (status in (403, 404))


PNG = b"\x89PNG\r\n\x1a\n and more"


@pytest.mark.parametrize("status", [201, 202, 203, 206])
def test_any_2xx_with_a_picture_is_a_success(status: int) -> None:
    assert Net(cat=httpx2.Response(status, content=PNG)).fetch(CAT) == PNG


def test_a_link_is_not_retried_past_the_deadline() -> None:
    net = Net(cat=httpx2.Response(429, headers={"Retry-After": "60"}))
    with pytest.raises(DownloadFailed) as caught:
        net.fetch(CAT)
    assert (len(net.requests), caught.value.retry_after) == (1, 60)


def test_endless_redirects_are_given_up() -> None:
    net = Net(cat=to("/cat"))
    with pytest.raises(DownloadFailed, match="redirects more than 4 times"):
        net.fetch(CAT)
    assert len(net.requests) <= 6


def test_a_picture_of_26_mb_is_refused() -> None:
    whole = httpx2.Response(200, content=b"x" * (25 * 1024 * 1024))
    assert len(Net(cat=whole).fetch(CAT)) == 25 * 1024 * 1024
    with pytest.raises(ProviderError, match="25 MB"):
        Net(cat=httpx2.Response(200, content=b"x" * (26 * 1024 * 1024))).fetch(CAT)


def test_a_link_without_a_response_is_a_failed_download() -> None:
    with pytest.raises(DownloadFailed, match="in time"):
        Net(cat=httpx2.Response(200, content=b"cat")).fetch(CAT, seconds=0)
