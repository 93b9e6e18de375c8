"""`samconfig.toml` and `local.sam_local` agree with `make run` and with a local stack."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

from local import sam_local
from local.containers import BRIDGES
from local.processes import ROOT
from local.settings import PROVIDERS, Settings

if TYPE_CHECKING:
    from local.stack import LocalStack

CONFIG = tomllib.loads((ROOT / "samconfig.toml").read_text())
VARIABLES = sam_local.variables()


def test_both_engines_differ_only_in_this_machines_address() -> None:
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
