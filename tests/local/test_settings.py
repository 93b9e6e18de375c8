"""`local.settings`: the settings of `make run` in the environment."""

import json

import pytest

from local.errors import LocalError
from local.settings import PROVIDERS, Settings


def test_without_an_environment_everything_is_emulated_on_8080() -> None:
    settings = Settings.read({})
    assert (settings.port, settings.live) == (8080, False)
    assert settings.urls == {}


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        *(("PORT", text, "PORT is") for text in ("80a0", "-1", "65536", " ")),
        *(("HF_SPACE_URLS", text, "must be a JSON object") for text in ("{", "[]", '{"a": 1}', '"x"')),
        *(
            ("PARAMS", text, r"is not a parameter\. Parameters: Architecture, LogLevel")
            for text in ("Nobody=1", "Access=keys Nobody=1", "keys", '{"Access": "keys"}')
        ),
    ],
)
def test_an_invalid_setting_is_named(name: str, text: str, words: str) -> None:
    with pytest.raises(LocalError, match=words):
        Settings.read({name: text})


@pytest.mark.parametrize(("text", "live"), [("", False), ("0", False), ("false", False), ("1", True), ("yes", True)])
def test_live_is_a_switch(text: str, live: bool) -> None:
    assert Settings.read({"LIVE": text}).live is live


def test_every_providers_address_can_be_given() -> None:
    urls = {
        each["url_setting"]: "http://mine" if "base_url" in each else {"m": "http://mine"}
        for each in PROVIDERS.values()
    }
    given = {name: url if isinstance(url, str) else json.dumps(url) for name, url in urls.items()}
    assert Settings.read(given).urls == urls


def test_each_emulator_has_its_own_port() -> None:
    ports = Settings.read({}).emulator_ports
    assert list(ports) == list(PROVIDERS)
    assert len(set(ports.values())) == len(ports)


@pytest.mark.parametrize(
    ("text", "parameters"),
    [
        ("", {}),
        (" Access=keys ", {"Access": "keys"}),
        ("Access=keys  WaitSeconds=10", {"Access": "keys", "WaitSeconds": "10"}),
        (
            'ModelAliases={"dall-e-3": "ms/flux-2", "a": "b=c"} Access=keys',
            {"ModelAliases": '{"dall-e-3": "ms/flux-2", "a": "b=c"}', "Access": "keys"},
        ),
        ("PublicUrl=", {"PublicUrl": ""}),
    ],
)
def test_every_parameter_of_the_template_can_be_set(text: str, parameters: dict[str, str]) -> None:
    assert Settings.read({"PARAMS": text}).parameters == parameters
