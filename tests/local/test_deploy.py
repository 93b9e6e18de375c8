"""`local.deploy`: the command that deploys, and how it passes parameters."""

import shlex
from pathlib import Path

import pytest

from local.aws import CREDENTIALS
from local.deploy import architecture, overrides, sam_deploy
from local.tools import Tools
from tests.harness.template import template

TOOLS = Tools(Path("/opt/sam"), Path("/opt/python/bin/python3.13"))


@pytest.mark.parametrize("value", ["http://127.0.0.1:1/v1", '{"a b": "http://c"}', "back\\slash", ""])
def test_a_parameter_reaches_sam_unchanged(value: str) -> None:
    (override,) = overrides({"Name": value})
    assert shlex.split(override) == [f"Name={value}"]  # as SAM CLI reads it


def test_the_command_names_the_stacks_bucket_and_parameters() -> None:
    command, _ = sam_deploy(TOOLS, "http://127.0.0.1:4566", {"LogLevel": "DEBUG"})
    assert command[:2] == ["/opt/sam", "deploy"]
    assert command[command.index("--parameter-overrides") + 1 :] == ['LogLevel="DEBUG"']


def test_nothing_of_a_developers_account_reaches_the_deployment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "a developer's")
    _, env = sam_deploy(TOOLS, "http://127.0.0.1:4566", {})
    assert env["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4566"
    assert env["AWS_ACCESS_KEY_ID"] == CREDENTIALS["AWS_ACCESS_KEY_ID"]
    assert "a developer's" not in env.values()
    assert env["PATH"].startswith("/opt/python/bin")


def test_the_template_accepts_this_machines_architecture() -> None:
    assert architecture() in template()["Parameters"]["Architecture"]["AllowedValues"]
