"""`local.build` builds the same files as `sam build`, for this machine alone."""

from __future__ import annotations

import filecmp
import json
from pathlib import Path
from typing import TYPE_CHECKING

from local.build import ARTIFACTS, build
from local.processes import Processes
from tests.harness.template import template

if TYPE_CHECKING:
    from local.tools import Tools
    from tests.harness.artifacts import Artifacts

UNSTABLE = {"python/easel/catalog/catalog.pickle"}
"""Files whose bytes differ from build to build: a pickled set has no order. test_artifacts compares the catalog."""


def test_it_has_sams_files_except_other_architectures(artifacts: Artifacts, tools: Tools) -> None:
    with Processes() as processes:
        build(processes, tools)
    built = json.loads((ARTIFACTS / "template.json").read_text())
    assert built["Resources"].keys() == template()["Resources"].keys()
    folders = sorted(path.name for path in ARTIFACTS.iterdir() if path.is_dir())
    assert folders == sorted(path.name for path in artifacts.folder.iterdir() if path.is_dir())
    for name in folders:
        mine, theirs = (files(folder / name) for folder in (ARTIFACTS, artifacts.folder))
        assert mine <= theirs
        assert all(".so" in Path(path).suffixes for path in theirs - mine)  # as in libtiff.so.6.2.0
        _, different, unread = filecmp.cmpfiles(
            ARTIFACTS / name, artifacts.folder / name, mine - UNSTABLE, shallow=False
        )
        assert (different, unread) == ([], [])


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
