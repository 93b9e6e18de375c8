"""`make check-providers`: the addresses that it calls, its output, and its exit code."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from cli import check_providers
from easel import catalog
from local.errors import LocalError
from tests.emulators import gitee
from tests.emulators.server import Server
from tests.harness.template import ROOT

CATALOG = """
[gitee]
name = "Gitee AI"
base_url = "https://ai.gitee.com/v1"
url_setting = "GITEE_BASE_URL"
concurrency = 1
auth_header = "X-API-Key"
auth_required = true
image_format = "PNG"
token_url = "https://ai.gitee.com"

[[gitee.models]]
id = "z-image-turbo"
name = "Z-Image Turbo"
steps = { min = 1, max = 20, default = 9 }
price = 0.01
"""


@pytest.fixture
def service() -> Iterator[tuple[str, Any]]:
    app = gitee.app(0)
    server = Server(app)
    yield f"{server.url}/v1", app.state
    server.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "catalog.toml"
    path.write_text(CATALOG)
    return path


def run(service: tuple[str, Any], file: Path) -> subprocess.CompletedProcess[str]:
    paths = ":".join(str(ROOT / part) for part in ("layers/easel", "functions/check"))
    environment = {"PYTHONPATH": paths, "LIVE": "1", "GITEE_BASE_URL": service[0], "FILE": str(file)}
    command = [sys.executable, "-m", "cli.check_providers"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_a_finding_is_printed_with_exit_code_1(service: tuple[str, Any], file: Path) -> None:
    good = run(service, file)
    assert (good.returncode, good.stdout.splitlines()) == (
        0,
        [
            "PROVIDER  MODEL          FINDING  PUBLISHED",
            "gitee     z-image-turbo  ok       0.01 CNY per 次",
            "1 compared, 0 with differences",
        ],
    ), good.stderr
    operation = {"path": "v1/\x1b[2Jvideos"}
    service[1].published["z-image-turbo"]["operations"] = [operation]
    bad = run(service, file)
    detail = "has no images/generations; it has v1/\\x1b[2Jvideos"
    assert (bad.returncode, bad.stdout.splitlines()[1:]) == (
        1,
        [f"gitee     z-image-turbo  arguments  {detail}", "1 compared, 1 with differences"],
    )


def test_a_file_that_is_not_a_catalog_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text("[gitee]\nname = 1\n")
    with pytest.raises(LocalError, match=r"wrong\.toml is not a catalog"):
        check_providers.chosen_catalog({"FILE": str(file)})
    assert check_providers.chosen_catalog({}) is catalog.providers()


def test_without_a_stack_it_says_what_to_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(LocalError, match="LIVE=1"):
        check_providers.set_addresses({})


def test_the_addresses_are_those_of_the_local_stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path(".local").mkdir()
    parameters = {"GiteeBaseUrl": "http://127.0.0.1:1/v1", "HfSpaceUrls": '{"upscaler": "http://127.0.0.1:2/u"}'}
    Path(".local/state.json").write_text(json.dumps({"parameters": parameters}))
    environment = {"GITEE_BASE_URL": "http://mine/v1"}
    check_providers.set_addresses(environment)
    assert environment == {"GITEE_BASE_URL": "http://mine/v1", "HF_SPACE_URLS": parameters["HfSpaceUrls"]}


def test_the_addresses_are_those_of_a_deployed_stack(monkeypatch: pytest.MonkeyPatch) -> None:
    class Session:
        def client(self, service: str) -> Session:
            return self

        def describe_stacks(self, StackName: str) -> Any:
            return {
                "Stacks": [{"Parameters": [{"ParameterKey": "GiteeBaseUrl", "ParameterValue": f"https://{StackName}"}]}]
            }

    monkeypatch.setattr(boto3, "Session", Session)
    environment = {"STACK": "easel"}
    check_providers.set_addresses(environment)
    assert environment["GITEE_BASE_URL"] == "https://easel"
