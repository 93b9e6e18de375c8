"""A picture's host is resolved once: the address that was judged is the one that is connected to, over verified TLS."""

from __future__ import annotations

import ipaddress
import socket
import ssl
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import urllib3

from easel import catalog
from easel.common.deadline import Deadline
from easel.errors import ProviderError, ProviderUnreachable
from easel.providers.http import Http, fetch
from tests.harness.tls import Host, tls_host
from tests.harness.wire import played

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "pictures.provider.test"
PUBLIC, OTHER, PRIVATE = "93.184.216.34", "2606:2800:220:1::1", "169.254.169.254"
PROVIDER = replace(catalog.provider("gitee"), image_hosts=(NAME,))


class Resolver:
    """Stands for `socket.getaddrinfo`: one list of addresses after another, the last again and again."""

    def __init__(self, *answers: list[str]) -> None:
        self.asked: list[str] = []
        self._answers = answers

    def __call__(self, host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        self.asked.append(host)
        found = self._answers[min(len(self.asked), len(self._answers)) - 1]
        return [(socket.AF_INET6 if ":" in a else socket.AF_INET, 1, 6, "", (a, port)) for a in found]


class Net:
    """Keeps each request; hosts in `broken` cannot be connected to."""

    def __init__(self, *broken: str) -> None:
        self.requests: list[httpx.Request] = []
        self._broken = broken

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if request.url.host in self._broken:
            raise httpx.ConnectError("refused")
        return httpx.Response(200, content=b"cat")

    def fetch(self, url: str) -> bytes:
        http = Http("gitee", played(self))
        return fetch(url, PROVIDER, ("http://127.0.0.1:9000/v1",), http, Deadline(10), {})


@pytest.mark.parametrize("url", [f"https://{NAME}/cat", f"HTTPS://{NAME.upper()}/cat", f"https://{NAME}./cat"])
def test_the_judged_address_is_connected_to_under_the_hosts_name(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    resolver, net = Resolver([PUBLIC], [PRIVATE]), Net()
    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    assert net.fetch(url) == b"cat"
    assert len(resolver.asked) == 1
    request = net.requests[0]
    assert (request.url.host, request.headers["host"]) == (PUBLIC, NAME)
    assert request.extensions["server_hostname"] == NAME  # another name at this address makes a handshake of its own


@pytest.mark.parametrize("name", ["ai.gitee.com", "api.moark.com", "files.moark.com", "gitee-ai.su.bcebos.com"])
def test_gitees_pictures_may_come_from_both_of_its_names(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    http = Http("gitee", played(Net()))
    monkeypatch.setattr(socket, "getaddrinfo", Resolver([PUBLIC]))
    gitee = catalog.provider("gitee")
    assert fetch(f"https://{name}/cat.png", gitee, ("https://ai.gitee.com/v1",), http, Deadline(10), {}) == b"cat"


def test_a_port_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    net = Net()
    monkeypatch.setattr(socket, "getaddrinfo", Resolver([OTHER]))
    net.fetch(f"https://{NAME}:8443/cat?x=1")
    assert str(net.requests[0].url) == f"https://[{OTHER}]:8443/cat?x=1"
    assert net.requests[0].headers["host"] == f"{NAME}:8443"


@pytest.mark.parametrize("found", [[PUBLIC, PRIVATE], [PRIVATE, PUBLIC], [PRIVATE], ["::1", OTHER]])
def test_a_host_with_one_private_address_is_not_connected_to(found: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    net = Net()
    monkeypatch.setattr(socket, "getaddrinfo", Resolver(found))
    with pytest.raises(ProviderError, match="private address"):
        net.fetch(f"https://{NAME}/cat")
    assert not net.requests


def test_an_address_that_does_not_answer_gives_way_to_the_hosts_next(monkeypatch: pytest.MonkeyPatch) -> None:
    net = Net(PUBLIC)
    monkeypatch.setattr(socket, "getaddrinfo", Resolver([OTHER, PUBLIC]))
    assert net.fetch(f"https://{NAME}/cat") == b"cat"
    assert [request.url.host for request in net.requests] == [PUBLIC, OTHER]  # IPv4, which Lambda has, goes first


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    with tls_host(tmp_path_factory.mktemp("tls"), NAME) as found:
        yield found


def get(host: Host, name: str) -> bytes:
    http = Http("gitee", urllib3.PoolManager(ssl_context=ssl.create_default_context(cafile=host.certificate)))
    url = f"https://{name}:{host.port}/cat"
    return http.get(url, Deadline(10), attempts=1, addresses=("127.0.0.1",)).content


def test_tls_is_verified_against_the_name_and_not_the_address(host: Host) -> None:
    assert get(host, NAME) == b"cat"
    assert host.asked == [f"{NAME}:{host.port}"]
    with pytest.raises(ProviderUnreachable) as caught:
        get(host, "another.provider.test")
    assert "certificate" in str(caught.value.__cause__).lower()
    assert len(host.asked) == 1


def test_the_addresses_of_the_tests_are_what_they_are_taken_for() -> None:
    assert ipaddress.ip_address(PUBLIC).is_global
    assert ipaddress.ip_address(OTHER).is_global
    assert not ipaddress.ip_address(PRIVATE).is_global
