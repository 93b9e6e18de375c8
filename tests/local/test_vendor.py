"""`local.vendor`: a package's files come as npm has them, and only while the archive is the one that is known."""

import sys
from pathlib import Path
from typing import Any

import pytest

from local import vendor
from local.errors import LocalError

NPM = f"""#!{sys.executable}
import io, pathlib, sys, tarfile
folder = pathlib.Path(sys.argv[sys.argv.index("--pack-destination") + 1])
with tarfile.open(folder / "it.tgz", "w:gz") as archive:
    entry = tarfile.TarInfo("package/dist/it.mjs")
    entry.size = len(data := sys.argv[2].encode())
    archive.addfile(entry, io.BytesIO(data))
"""


@pytest.fixture
def entry(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Any]:
    """A package, and an npm whose only file says which version was asked for."""
    npm = tmp_path / "bin/npm"
    npm.parent.mkdir()
    npm.write_text(NPM)
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", str(npm.parent))
    return {"package": "it", "version": "1.2.3", "integrity": "", "files": {"it.mjs": "dist/it.mjs"}}


def test_the_files_are_written_and_the_archives_digest_is_kept(entry: dict[str, Any], tmp_path: Path) -> None:
    vendor.fetch(entry, tmp_path)
    assert (tmp_path / "it.mjs").read_text() == "it@1.2.3"
    assert entry["integrity"].startswith("sha512-")


def test_an_archive_that_is_not_the_known_one_writes_nothing(entry: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(LocalError, match=r"it 1\.2\.3 is not what it was"):
        vendor.fetch({**entry, "integrity": "sha512-known"}, tmp_path)
    assert not (tmp_path / "it.mjs").exists()


def test_a_file_that_the_package_has_not_is_told(entry: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(KeyError, match="missing"):
        vendor.fetch({**entry, "files": {"it.mjs": "missing.mjs"}}, tmp_path)
