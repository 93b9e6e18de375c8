"""SnapStart: a copy of a snapshot is an independent and fast function. It runs through Lambda's own runtime hooks."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from easel import catalog
from easel.front_door import invoke
from easel.store import jobs
from easel.store.records import GenerationRequest
from tests.harness.patience import until
from tests.harness.template import functions, template
from tests.runtime.runtime_api import RuntimeApi

if TYPE_CHECKING:
    from tests.harness.artifacts import Artifacts
    from tests.runtime.conftest import Stack
    from tests.runtime.sandbox import Runtime

WITHOUT = ("agents", "batch", "check", "ledger", "webhooks")
FUNCTIONS = {function.module: function for function in functions() if function.module not in WITHOUT}

# Import, snapshot, use, and restore twice: like one function with two copies on Lambda, in one process.
LIFE = """
import importlib, json, os, random

asked = []
urandom = os.urandom

def watched(size):
    asked.append(sys._getframe(1).f_code.co_filename)
    return urandom(size)

sys.path.insert(0, sys.argv[2])
os.environ["AWS_LAMBDA_INITIALIZATION_TYPE"] = "snap-start"
os.environ.update(AWS_ACCESS_KEY_ID="at-init", AWS_SECRET_ACCESS_KEY="secret", AWS_DEFAULT_REGION="us-east-1")
os.urandom = watched
module = importlib.import_module(sys.argv[1])
from awslambdaric import lambda_runtime_hooks_runner as hooks
hooks.run_before_snapshot()
os.urandom = urandom

from easel.common import aws
def keys(client):
    found = client._request_signer._credentials
    return found.access_key if found else None

at_snapshot = {"clients": sorted(aws._clients), "loaded": sorted(sys.modules), "asked": asked}
os.environ["AWS_ACCESS_KEY_ID"] = "first-copy"
hooks.run_after_restore()
first, drawn = aws.dynamodb(), random.random()
os.environ["AWS_ACCESS_KEY_ID"] = "second-copy"
hooks.run_after_restore()
second, drawn_again = aws.dynamodb(), random.random()
print(json.dumps([at_snapshot, first is second, keys(first), drawn == drawn_again]))
"""


@pytest.mark.parametrize("module", FUNCTIONS)
def test_snapshots_hold_no_secrets_and_copies_share_nothing(
    artifacts: Artifacts, runtime: Runtime, module: str
) -> None:
    logical_id = FUNCTIONS[module].logical_id
    at_snapshot, same, first, draws_alike = artifacts.run(logical_id, LIFE, module, str(runtime.client))
    assert at_snapshot["clients"] == []
    own = (str(artifacts.layer / "easel"), str(artifacts.function(logical_id) / module))
    assert not [file for file in at_snapshot["asked"] if file.startswith(own)]
    assert {"botocore.endpoint", "aws_lambda_powertools", "easel.front_door.validation"} <= set(at_snapshot["loaded"])
    assert not same
    assert first == "first-copy"
    assert not draws_alike


@pytest.mark.parametrize("provider", catalog.providers())
def test_a_restored_function_works_in_the_runtime(
    artifacts: Artifacts, runtime: Runtime, stack: Stack, monkeypatch: pytest.MonkeyPatch, provider: str
) -> None:
    for name, value in stack.cloud.environment.items():
        monkeypatch.setenv(name, value)
    api, function = RuntimeApi(), FUNCTIONS[provider]
    folders = (artifacts.function(function.logical_id), artifacts.layer, runtime.client)
    environment = {
        **stack.environment,
        "PYTHONPATH": os.pathsep.join(map(str, folders)),
        "LAMBDA_TASK_ROOT": str(folders[0]),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start",
        "AWS_LAMBDA_RUNTIME_API": api.address,
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
    }
    command = [runtime.python, "-m", "awslambdaric", function.properties["Handler"]]
    with subprocess.Popen(command, env=environment, cwd=folders[0], stdout=subprocess.DEVNULL) as process:
        try:
            until(api.snapshot_taken.is_set, child=process)
            before = list(stack.cloud.calls)
            api.restore()
            assert stack.cloud.calls == before  # the snapshot made no call to AWS
            done = [api.invoke(_order(provider)) for _ in range(2)]
            assert [answer.get("status") for answer in done] == ["succeeded"] * 2, done
        finally:
            process.kill()
            api.close()


def _order(provider: str) -> dict[str, Any]:
    model = catalog.provider(provider).models[0].id
    request = GenerationRequest(provider=provider, model=model, prompt="a cat", width=512, height=512, steps=9, seed=7)
    job = jobs.new(request)
    jobs.create(job)
    return invoke.job_event(job, "test-token")


def test_only_a_kept_function_is_called_by_its_alias() -> None:
    resources = template()["Resources"]
    aliased = {
        resource["Properties"]["FunctionName"]["Ref"]
        for resource in resources.values()
        if resource["Type"] == "AWS::Lambda::Alias"
    }
    kept = {name for name, resource in resources.items() if "SnapStart" in resource.get("Properties", {})}
    assert aliased == kept == {function.logical_id for name, function in FUNCTIONS.items() if name != "router"}
    for name in ("RouterFunction", "BatchFunction"):
        variables = resources[name]["Properties"]["Environment"]["Variables"]
        assert variables["FUNCTION_QUALIFIER"] == {"Fn::If": ["SnapStartOn", ":live", ""]}
        assert resources[name]["DependsOn"] == "InvokeProvidersPolicy"  # no call uses an alias that does not exist yet
    (invoking,) = resources["InvokeProvidersPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    waited = {name for _, alias, _ in (each["Fn::If"] for each in invoking["Resource"]) for name in alias.values()}
    assert waited == {name for name, resource in resources.items() if resource["Type"] == "AWS::Lambda::Alias"}
