"""`samconfig.toml` and `local.sam_local` agree with the template, with `make run` and with a local stack."""

from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from easel import catalog
from local import sam_local
from local.containers import BRIDGES
from local.processes import ROOT
from local.settings import EMULATOR_PORTS, PROVIDERS, Settings
from tests.harness.template import functions, template

if TYPE_CHECKING:
    from local.stack import LocalStack

CONFIG = tomllib.loads((ROOT / "samconfig.toml").read_text())
VARIABLES = sam_local.variables()


def test_every_variable_is_one_that_the_template_declares() -> None:
    """SAM drops other variables silently."""
    globals_ = template()["Globals"]["Function"]["Environment"]["Variables"]
    own = [each.properties.get("Environment", {}).get("Variables", {}) for each in functions()]
    assert set(VARIABLES) <= {name for variables in (globals_, *own) for name in variables}


def test_the_addresses_are_those_of_make_run() -> None:
    for provider, section in PROVIDERS.items():
        value = VARIABLES[section["url_setting"]]
        urls = [value] if "base_url" in section else list(json.loads(value).values())
        assert {urlsplit(url).port for url in urls} == {EMULATOR_PORTS[provider]}
    spaces = json.loads(VARIABLES[catalog.upscaling_provider().url_setting])
    assert set(spaces) == {model.id for model in catalog.upscaling_provider().models} | {catalog.UPSCALER}
    assert urlsplit(VARIABLES["AWS_ENDPOINT_URL"]).port == Settings().aws_port


def test_both_engines_differ_in_this_machines_address_only() -> None:
    for command in ("local_invoke", "local_start_api"):
        podman, docker = (CONFIG[engine][command]["parameters"] for engine in ("default", "docker"))
        assert podman["add_host"] == [f"localhost:{BRIDGES[0].ip}"]
        assert docker["add_host"] == ["localhost:host-gateway"]
        assert {**podman, "add_host": None} == {**docker, "add_host": None}
    assert (
        f"PublicUrl=http://127.0.0.1:{Settings().port}"
        in CONFIG["default"]["local_invoke"]["parameters"]["parameter_overrides"]
    )


def test_the_variables_name_the_resources_of_a_local_stack(stack: LocalStack) -> None:
    assert VARIABLES["JOBS_TABLE"] == stack.deployed.outputs["JobsTable"]
    assert VARIABLES["IMAGES_BUCKET"] == stack.deployed.outputs["ImagesBucket"]
    assert VARIABLES["BATCH_MACHINE"] == stack.deployed.outputs["BatchMachine"]
    assert {f"{VARIABLES['FUNCTION_PREFIX']}{each}" for each in PROVIDERS} <= set(stack.deployed.functions.values())
