"""`local.tools`: SAM CLI and a CPython 3.13, or an error that says how to install them."""

import os
import sys
from pathlib import Path

import pytest

from local import tools
from local.errors import LocalError
from tests.harness.artifacts import missing

VERSION = "{}.{}".format(*tools.RUNTIME)


@pytest.fixture
def empty(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine without either program. One empty folder is on its PATH."""
    monkeypatch.setattr(tools, "ROOT", tmp_path)
    monkeypatch.setattr(sys, "base_prefix", str(tmp_path))
    for name in ("PATH", "PYENV_ROOT", "UV_PYTHON_INSTALL_DIR", "HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    return tmp_path


def program(path: Path, script: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def python(folder: Path, version: str = VERSION) -> Path:
    """Create a program that answers like a CPython of that version with the prefix `folder`."""
    major, minor = version.split(".")
    return program(folder / f"bin/python{VERSION}", f"echo {major}; echo {minor}; echo {folder}")


def test_without_sam_the_message_says_how_to_get_it(empty: Path) -> None:
    python(empty)
    found = tools.find_tools()
    with pytest.raises(LocalError, match=r"SAM CLI is missing .* `make build` installs it"):
        _ = found.sam


def test_a_missing_runtime_python_is_explained(empty: Path) -> None:
    program(empty / "sam", "exit 0")
    with pytest.raises(LocalError, match=rf"CPython {VERSION}.*`uv python install {VERSION}`"):
        tools.find_tools()


def test_the_repositorys_own_sam_is_preferred(empty: Path) -> None:
    python(empty)
    machines = program(empty / "sam", "exit 0")
    assert tools.find_tools().sam == machines
    own = program(empty / ".venv-sam/bin/sam", "exit 0")
    assert tools.find_tools().sam == own


@pytest.mark.parametrize("where", ["versions/{}.1", "cpython-{}-linux"])
def test_a_python_of_pyenv_or_uv_is_found(empty: Path, where: str) -> None:
    program(empty / "sam", "exit 0")
    interpreter = python(empty / where.format(VERSION))
    assert tools.find_tools().python == interpreter
    assert tools.find_tools().path.split(os.pathsep)[0] == str(interpreter.parent)


def test_an_unsuitable_python_is_skipped(empty: Path) -> None:
    program(empty / "sam", "exit 0")
    program(empty / f"python{VERSION}", "exit 1")
    python(empty, "3.1")
    with pytest.raises(LocalError, match="is missing"):
        tools.find_tools()
    interpreter = python(empty / f"versions/{VERSION}.9")
    assert tools.find_tools().python == interpreter


def test_the_functions_python_is_bare() -> None:
    try:
        python = tools.find_tools().python
    except LocalError as error:
        missing(str(error))
        raise
    assert "venv" not in str(python)
    assert tools._bare(python) == python
