"""`local.providers`: the address of each provider."""

import json
from typing import Any

import pytest

from local import providers
from local.errors import LocalError
from local.settings import PROVIDERS, Settings
from tests.harness.template import template

PORTS = {provider: number for number, provider in enumerate(PROVIDERS, 1)}
EMULATORS: dict[str, Any] = {
    section["url_setting"]: f"http://127.0.0.1:{PORTS[provider]}/v1"
    if "base_url" in section
    else {model["id"]: f"http://127.0.0.1:{PORTS[provider]}/{model['id']}" for model in section["models"]}
    for provider, section in PROVIDERS.items()
}


def test_without_an_environment_every_provider_is_emulated() -> None:
    settings = Settings.read({})
    assert providers.needed(settings)
    chosen = providers.choose(settings, EMULATORS)
    assert len(chosen.parameters) == len(PROVIDERS)
    assert [line.split()[0] for line in chosen.lines] == list(chosen.emulated) == list(PROVIDERS)


def test_a_given_address_replaces_that_emulator() -> None:
    given = {"GITEE_BASE_URL": "http://mine/v1", "HF_SPACE_URLS": '{"z-image-turbo": "http://mine/z"}'}
    chosen = providers.choose(Settings.read(given), EMULATORS)
    assert chosen.parameters["GiteeBaseUrl"] == "http://mine/v1"
    assert chosen.parameters["ModelScopeBaseUrl"] == EMULATORS["MODELSCOPE_BASE_URL"]
    assert chosen.emulated == tuple(provider for provider in PROVIDERS if provider != "gitee")
    spaces = json.loads(chosen.parameters["HfSpaceUrls"])
    assert spaces == {**EMULATORS["HF_SPACE_URLS"], "z-image-turbo": "http://mine/z"}


def test_live_keeps_the_templates_own_addresses() -> None:
    settings = Settings.read({"LIVE": "1"})
    chosen = providers.choose(settings, {})
    assert not providers.needed(settings)
    assert chosen.parameters == {}
    assert [line.split()[1:3] for line in chosen.lines] == [["the", "real"]] * len(PROVIDERS)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_emulators_busy_port_is_reported(provider: str) -> None:
    busy = Settings(emulator_ports={**PORTS, provider: 99})
    for line in providers.choose(busy, EMULATORS).lines:
        reported = "(port 99 is busy; `sam local` cannot find this one)" in line
        assert reported == line.startswith(provider), line


def test_the_emulators_ports_are_read_from_their_addresses() -> None:
    assert providers.ports(EMULATORS) == set(PORTS.values())
    assert providers.ports({}) == set()


@pytest.mark.parametrize("section", PROVIDERS.values(), ids=PROVIDERS)
def test_a_providers_parameter_is_one_of_the_templates(section: dict[str, Any]) -> None:
    assert providers.parameter_of(section["url_setting"]) in template()["Parameters"]


def test_a_setting_without_template_parameter_is_reported() -> None:
    with pytest.raises(LocalError, match="FORGOTTEN_BASE_URL"):
        providers.parameter_of("FORGOTTEN_BASE_URL")
