"""`local.sam_local`: the environment of `sam local`'s containers."""

import json
from pathlib import Path
from urllib.parse import urlsplit

from local import sam_local
from local.settings import EMULATOR_PORTS, PROVIDERS, Settings
from tests.harness.template import functions, template


def test_every_variable_is_declared_in_the_template() -> None:
    """SAM silently drops any other variable."""
    shared = template()["Globals"]["Function"]["Environment"]["Variables"]
    own = [function.properties.get("Environment", {}).get("Variables", {}) for function in functions()]
    assert set(sam_local.variables()) <= {name for variables in (shared, *own) for name in variables}


def test_the_addresses_are_those_of_make_run() -> None:
    variables = sam_local.variables()
    for provider, section in PROVIDERS.items():
        address = variables[section["url_setting"]]
        urls = {"": address} if "base_url" in section else json.loads(address)
        assert {urlsplit(url).port for url in urls.values()} == {EMULATOR_PORTS[provider]}
        if "base_url" in section:
            assert urlsplit(address).path == urlsplit(section["base_url"]).path
        else:
            assert {model["id"] for model in section["models"]} < set(urls)  # and the upscaler
    assert urlsplit(variables["AWS_ENDPOINT_URL"]).port == Settings().aws_port


def test_the_file_holds_the_variables_for_all_functions(tmp_path: Path) -> None:
    path = tmp_path / "build/sam-local.json"
    sam_local.write(path)
    assert json.loads(path.read_text()) == {"Parameters": sam_local.variables()}
