"""The committed `dist/` of the page equals what esbuild makes of the modules. Needs Node and npm."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

import static_files
from tests.harness.artifacts import missing
from tests.harness.patience import HANGS_SECONDS

if TYPE_CHECKING:
    from pathlib import Path

COMMITTED = static_files.FOLDER / "dist"


def npm(*arguments: str, folder: Path) -> None:
    done = subprocess.run(["npm", *arguments], cwd=folder, capture_output=True, text=True, timeout=HANGS_SECONDS)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the page's folder with its packages, and without `dist`."""
    if not shutil.which("npm"):
        missing("no npm is on the PATH; it is Debian's and Ubuntu's package npm")
    copy = tmp_path_factory.mktemp("page") / "playground"
    shutil.copytree(static_files.FOLDER, copy, ignore=shutil.ignore_patterns("dist", "node_modules"))
    npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", folder=copy)
    return copy


def test_the_committed_files_are_those_that_make_page_builds(folder: Path) -> None:
    npm("run", "build", folder=folder)
    built = {path.name: path.read_bytes() for path in (folder / "dist").iterdir()}
    committed = {path.name: path.read_bytes() for path in COMMITTED.iterdir()}
    differing = [name for name in built | committed if built.get(name) != committed.get(name)]
    assert differing == [], "run `make page` and commit what it changes"


def test_every_module_is_part_of_the_page(folder: Path) -> None:
    options = ["--bundle", "--outfile=unused.js", "--metafile=inputs.json"]
    npm("exec", "--", "esbuild", "src/main.js", *options, folder=folder)
    inputs = json.loads((folder / "inputs.json").read_text("utf-8"))["inputs"]
    assert {f"src/{path.name}" for path in (folder / "src").iterdir()} == {
        name for name in inputs if name.startswith("src/")
    }
