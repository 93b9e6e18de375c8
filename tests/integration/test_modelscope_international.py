"""ModelScope's international service has its own host names for the API and for pictures."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from easel import catalog
from easel.common.deadline import Deadline
from easel.errors import ProviderError
from easel.providers import network
from easel.providers.adapter import GeneratedImage, Run
from easel.providers.downloads import fetch
from easel.providers.http import Http
from easel.store import images
from easel.store.records import GenerationRequest
from modelscope import ModelScope
from tests.emulators import modelscope as emulator
from tests.emulators.server import Server
from tests.harness.cloud import Cloud
from tests.harness.patience import HANGS_SECONDS

API = "api-inference.modelscope.ai"
REQUEST = GenerationRequest(
    provider="modelscope", model="Tongyi-MAI/Z-Image-Turbo", prompt="a cat", width=1024, height=1024, steps=9, seed=7
)


@pytest.fixture
def picture_host() -> str:
    return API


@pytest.fixture
def service(picture_host: str, cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[catalog.Provider]:
    """The emulator under the service's host names, which no other host has in this test."""

    def resolve(host: str, port: int) -> list[str]:
        if host not in (API, picture_host):
            raise network.UnknownHost(host)
        return ["127.0.0.1"]

    monkeypatch.setattr(network, "resolve", resolve)
    monkeypatch.setattr(network, "resolve_public", resolve)
    server = Server(emulator.app(0, picture_host))
    monkeypatch.setenv("MODELSCOPE_BASE_URL", f"http://{API}:{urlsplit(server.url).port}/v1")
    yield catalog.provider("modelscope")
    server.close()


@pytest.fixture
def http() -> Iterator[Http]:
    http = Http("modelscope")
    yield http
    http.close()


def drawn(service: catalog.Provider, http: Http) -> GeneratedImage:
    return ModelScope(service.url, http).generate(REQUEST, "ms-token-for-tests", Run(Deadline(HANGS_SECONDS)))


def bytes_of(picture: GeneratedImage, service: catalog.Provider, http: Http) -> bytes:
    return fetch(picture.url or "", service, (service.url,), http, Deadline(HANGS_SECONDS), {})[:]


@pytest.mark.parametrize("picture_host", [API, "muse-ai.modelscope.ai"])
def test_its_pictures_are_generated_and_fetched(service: catalog.Provider, http: Http, picture_host: str) -> None:
    picture = drawn(service, http)
    assert urlsplit(picture.url or "").hostname == picture_host
    assert images.inspect(bytes_of(picture, service, http), service.id).width == 1024


@pytest.mark.parametrize("picture_host", ["modelscope.ai.evil.test", "notmodelscope.ai"])
def test_a_picture_of_a_look_alike_host_is_not_fetched(service: catalog.Provider, http: Http) -> None:
    picture = drawn(service, http)
    with pytest.raises(ProviderError, match="not its own"):
        bytes_of(picture, service, http)
