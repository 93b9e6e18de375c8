"""`local.settings` and `local.providers`: what the environment asks for, and who serves which provider."""

import json

import pytest

from local import providers
from local.errors import LocalError
from local.settings import Settings

EMULATORS = {
    "GITEE_BASE_URL": "http://127.0.0.1:1/v1",
    "MODELSCOPE_BASE_URL": "http://127.0.0.1:2/v1",
    "HF_SPACE_URLS": {"z-image-turbo": "http://127.0.0.1:3/z", "upscaler": "http://127.0.0.1:3/up"},
}


def test_without_an_environment_everything_is_emulated_on_8080() -> None:
    settings = Settings.read({})
    assert (settings.port, settings.live) == (8080, False)
    assert providers.needed(settings)


@pytest.mark.parametrize("text", ["80a0", "-1", "65536", " "])
def test_a_port_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(LocalError, match="PORT is"):
        Settings.read({"PORT": text})


@pytest.mark.parametrize("text", ["{", "[]", '{"a": 1}', '"x"'])
def test_space_urls_that_are_no_object_of_text_are_refused(text: str) -> None:
    with pytest.raises(LocalError, match="HF_SPACE_URLS must be a JSON object"):
        Settings.read({"HF_SPACE_URLS": text})


@pytest.mark.parametrize(("text", "live"), [("", False), ("0", False), ("false", False), ("1", True), ("yes", True)])
def test_live_is_a_switch(text: str, live: bool) -> None:
    assert Settings.read({"LIVE": text}).live is live


def test_a_given_address_wins_over_the_emulator_each_for_itself() -> None:
    given = {"GITEE_BASE_URL": "http://mine/v1", "HF_SPACE_URLS": '{"z-image-turbo": "http://mine/z"}'}
    chosen = providers.choose(Settings.read(given), EMULATORS)
    assert chosen.parameters["GiteeBaseUrl"] == "http://mine/v1"
    assert chosen.parameters["ModelScopeBaseUrl"] == "http://127.0.0.1:2/v1"
    spaces = json.loads(chosen.parameters["HfSpaceUrls"])
    assert spaces == {"z-image-turbo": "http://mine/z", "upscaler": "http://127.0.0.1:3/up"}


def test_live_leaves_the_template_its_own_addresses() -> None:
    settings = Settings.read({"LIVE": "1"})
    chosen = providers.choose(settings, {})
    assert not providers.needed(settings)
    assert chosen.parameters == {}
    assert [line.split()[1:3] for line in chosen.lines] == [["the", "real"]] * 3


def test_an_emulator_that_found_its_port_busy_is_told() -> None:
    settings = Settings(emulator_ports={"gitee": 1, "modelscope": 7, "huggingface": 8})
    gitee, spaces, modelscope = providers.choose(settings, EMULATORS).lines
    assert gitee.endswith("an emulator, http://127.0.0.1:1/v1")
    assert modelscope.endswith("http://127.0.0.1:2/v1 (port 7 is busy; `sam local` will not find it)")
    assert "http://127.0.0.1:3 (port 8 is busy" in spaces


def test_the_emulators_ports_are_read_from_their_addresses() -> None:
    assert providers.ports(EMULATORS) == {1, 2, 3}
    assert providers.ports({}) == set()
