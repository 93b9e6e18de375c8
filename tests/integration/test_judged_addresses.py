"""A picture's host is resolved once: Easel connects to the validated address, over verified TLS."""

from __future__ import annotations

import socket
import ssl
from typing import TYPE_CHECKING, Any

import pytest

from easel import catalog
from easel.common.deadline import Deadline
from easel.errors import ProviderError, ProviderUnreachable
from easel.providers import network
from easel.providers.downloads import fetch
from easel.providers.http import Http
from tests.harness.patience import HANGS_SECONDS
from tests.harness.recording_network import Recorder
from tests.harness.tls import Host, tls_host

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "pictures.provider.test"
PUBLIC, OTHER, PRIVATE = "93.184.216.34", "2606:2800:220:1::1", "169.254.169.254"
PROVIDER = catalog.provider("gitee").model_copy(update={"image_hosts": (NAME,)})


class Resolver:
    """A substitute for `socket.getaddrinfo`. It returns one list of addresses after another and repeats the last."""

    def __init__(self, *answers: list[str]) -> None:
        self.asked: list[str] = []
        self._answers = answers

    def __call__(self, host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        self.asked.append(host)
        addresses = self._answers[min(len(self.asked), len(self._answers)) - 1]
        return [(socket.AF_INET6 if ":" in a else socket.AF_INET, 1, 6, "", (a, port)) for a in addresses]


def picture(url: str, recorder: Recorder, provider: catalog.Provider = PROVIDER) -> bytes:
    http = Http("gitee", network.transport(network.resolve_public, recorder))
    return fetch(url, provider, ("http://127.0.0.1:9000/v1",), http, Deadline(HANGS_SECONDS), {})[:]


@pytest.mark.parametrize("url", [f"https://{NAME}/cat", f"HTTPS://{NAME.upper()}/cat", f"https://{NAME}./cat"])
def test_the_validated_address_is_used_with_the_hosts_name(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    resolver, recorder = Resolver([PUBLIC], [PRIVATE]), Recorder()
    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    assert picture(url, recorder) == b"cat"
    assert resolver.asked == [NAME]
    assert recorder.connected == [(PUBLIC, 443)]
    assert recorder.handshakes == [NAME]
    assert f"\r\nHost: {NAME}\r\n".encode() in recorder.requests[0]


def test_each_host_at_one_address_gets_its_own_handshake(monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = Recorder()
    monkeypatch.setattr(socket, "getaddrinfo", Resolver([PUBLIC]))
    http = Http("gitee", network.transport(network.resolve_public, recorder))
    for name in (NAME, "other.provider.test", NAME):
        assert http.get(f"https://{name}/cat", Deadline(HANGS_SECONDS), public_only=True).content == b"cat"
    assert recorder.handshakes == [NAME, "other.provider.test"]


@pytest.mark.parametrize("name", ["ai.gitee.com", "api.moark.com", "files.moark.com", "gitee-ai.su.bcebos.com"])
def test_gitees_pictures_may_come_from_both_of_its_hosts(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", Resolver([PUBLIC]))
    assert picture(f"https://{name}/cat.png", Recorder(), catalog.provider("gitee")) == b"cat"


def test_a_port_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = Recorder()
    monkeypatch.setattr(socket, "getaddrinfo", Resolver([OTHER]))
    picture(f"https://{NAME}:8443/cat?x=1", recorder)
    assert recorder.connected == [(OTHER, 8443)]
    assert recorder.requests[0].startswith(b"GET /cat?x=1 HTTP/1.1\r\n")
    assert f"\r\nHost: {NAME}:8443\r\n".encode() in recorder.requests[0]


@pytest.mark.parametrize(
    "addresses",
    [[PUBLIC, PRIVATE], [PRIVATE, PUBLIC], [PRIVATE], ["::1", OTHER], [f"64:ff9b::{PRIVATE}"], [PUBLIC, "224.0.0.1"]],
)
def test_a_host_with_one_private_address_is_not_connected_to(
    addresses: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = Recorder()
    monkeypatch.setattr(socket, "getaddrinfo", Resolver(addresses))
    with pytest.raises(ProviderError, match="private address") as caught:
        picture(f"https://{NAME}/cat", recorder)
    assert NAME in str(caught.value.__cause__)  # only in the log
    assert not recorder.connected


def test_a_redirect_to_a_private_address_is_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    moved = b"HTTP/1.1 302 Found\r\nLocation: https://gone.provider.test/\r\nContent-Length: 0\r\n\r\n"
    recorder = Recorder(answer=moved)
    monkeypatch.setattr(socket, "getaddrinfo", Resolver([PUBLIC], [PRIVATE]))
    with pytest.raises(ProviderError, match="private address"):
        picture(f"https://{NAME}/cat", recorder, PROVIDER.model_copy(update={"image_hosts": (".provider.test",)}))
    assert recorder.connected == [(PUBLIC, 443)]


def test_a_dead_address_falls_back_to_the_hosts_next(monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = Recorder(broken=(PUBLIC,))
    monkeypatch.setattr(socket, "getaddrinfo", Resolver([OTHER, PUBLIC]))
    assert picture(f"https://{NAME}/cat", recorder) == b"cat"
    assert recorder.connected == [(PUBLIC, 443), (OTHER, 443)]  # IPv4 is first, since Lambda has it


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    with tls_host(tmp_path_factory.mktemp("tls"), NAME) as tls:
        yield tls


def get(host: Host, name: str) -> bytes:
    trust = ssl.create_default_context(cafile=host.certificate)
    transport = network.transport(lambda *_: ["127.0.0.1"], trust=trust)
    http = Http("gitee", transport)
    try:
        return http.get(f"https://{name}:{host.port}/cat", Deadline(HANGS_SECONDS), attempts=1).content[:]
    finally:
        http.close()


def test_tls_is_verified_against_the_name_and_not_the_address(host: Host) -> None:
    assert get(host, NAME) == b"cat"
    assert host.asked == [f"{NAME}:{host.port}"]
    with pytest.raises(ProviderUnreachable) as caught:
        get(host, "another.provider.test")
    assert "certificate" in str(caught.value.__cause__).lower()
    assert len(host.asked) == 1
