"""The output of `sam build`, built once for all tests that inspect or run it."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from local.errors import LocalError
from local.tools import Tools, find_tools
from tests.harness.patience import HANGS_SECONDS
from tests.harness.template import ROOT

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Artifacts:
    """The built folders, and a bare CPython in place of Lambda's."""

    folder: Path
    python: Path

    @property
    def layer(self) -> Path:
        return self.folder / "EaselLayer" / "python"

    def function(self, logical_id: str) -> Path:
        return self.folder / logical_id

    def run(self, logical_id: str, script: str, *arguments: str) -> Any:
        """Run `script` with only the function's folder and the layer on the path; return the JSON that it prints."""
        paths = [str(self.function(logical_id)), str(self.layer)]
        setup = f"import sys; sys.path[:0] = {paths!r}\n"
        answer = subprocess.run(
            [self.python, "-I", "-S", "-B", "-c", setup + script, *arguments],
            env={"AWS_REGION": "us-east-1", "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13", "HOME": "/nonexistent"},
            capture_output=True,
            text=True,
            timeout=HANGS_SECONDS,
        )
        assert answer.returncode == 0, answer.stderr
        return json.loads(answer.stdout)


def missing(what: str) -> None:
    """Fail in CI because a tool is missing; elsewhere skip the test."""
    if os.environ.get("CI") == "true":
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="session")
def tools() -> Tools:
    try:
        found = find_tools()
        assert found.sam
        return found
    except LocalError as error:
        missing(str(error))
        raise


@pytest.fixture(scope="session")
def artifacts(tools: Tools, tmp_path_factory: pytest.TempPathFactory) -> Artifacts:
    """The artifacts, which xdist's workers share: the first one that needs them builds them."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return build(tools, tmp_path_factory.mktemp("build"))
    folder = tmp_path_factory.getbasetemp().parent / "build"
    complete = folder.with_suffix(".complete")
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not complete.exists():
            build(tools, folder)
            complete.touch()
    return Artifacts(folder, tools.python)


def build(tools: Tools, folder: Path, root: Path = ROOT) -> Artifacts:
    """Run a plain `sam build` of the checkout `root` into `folder`."""
    command = [str(tools.sam), "build", "--build-dir", str(folder)]
    environment = {**os.environ, "PATH": tools.path, "SAM_CLI_TELEMETRY": "0"}
    built = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, timeout=HANGS_SECONDS)
    assert built.returncode == 0, built.stdout + built.stderr
    return Artifacts(folder, tools.python)
