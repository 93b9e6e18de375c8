"""The page's files: what a browser gets, and what the page's modules may say."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from typing import TYPE_CHECKING

import pytest

import static_files

if TYPE_CHECKING:
    from pathlib import Path

PAGES = ("docs.css", "docs.html", "docs.js", "icon.svg", "index.html", "style.css")
MODULES = sorted((static_files.FOLDER / "src").iterdir())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of modules of a test's own."""
    monkeypatch.setattr(static_files, "FOLDER", tmp_path)
    return tmp_path


def test_a_file_that_the_build_has_compressed_is_served_as_it_is(folder: Path) -> None:
    (folder / "docs.css.gz").write_bytes(gzip.compress(b"body {}", 1, mtime=0))
    static_files._file.cache_clear()
    try:
        file = static_files.file("docs.css")
    finally:
        static_files._file.cache_clear()
    assert file
    assert (file.content, file.compressed) == (b"body {}", gzip.compress(b"body {}", 1, mtime=0))


def test_every_text_of_the_page_is_there_in_chinese() -> None:
    chinese = (static_files.FOLDER / "src/chinese.js").read_text("utf-8")
    known = {name or word for name, word in re.findall(r'^  (?:"([^"]+)"|(\w+)):', chinese, re.MULTILINE)}
    sources = "".join(path.read_text("utf-8") for path in MODULES if path.name != "chinese.js")
    used = set(re.findall(r'\bt\("([^"]+)"', sources)) | set(re.findall(r'\? t\("([^"]+)"', sources))
    said = set(
        re.findall(r'^  \w+: "([^"]+)",$', (static_files.FOLDER / "src/batch_card.js").read_text("utf-8"), re.MULTILINE)
    )
    kept = set(re.findall(r'galleryError\.value = "([^"]+)"', sources))
    assert used | said | kept == known
    placeholders = re.findall(r'^  (?:"([^"]+)"|\w+):\s+"([^"]+)",$', chinese, re.MULTILINE)
    assert all(
        set(re.findall(r"\{\w+\}", said)) == set(re.findall(r"\{\w+\}", text)) for text, said in placeholders if text
    )


def test_the_first_view_stays_under_a_hundred_kilobytes() -> None:
    index = static_files.page("index.html")
    linked = re.findall(r'"/assets/[0-9a-f]{16}/([\w.-]+)"', index.content.decode())
    assert sorted(linked) == ["app.css", "app.js", "icon.svg"]
    files = [index, *(each for name in linked if (each := static_files.file(name)))]
    assert sum(len(file.compressed) for file in files) < 100_000
    assert all(gzip.decompress(file.compressed) == file.content for file in files)


def test_no_file_of_the_page_names_another_origin() -> None:
    for path in (*MODULES, *(static_files.FOLDER / name for name in PAGES)):
        links = re.findall(
            r"https?://[^\s\"'`)]+", re.sub(r"^\s*//.*$", "", path.read_text("utf-8"), flags=re.MULTILINE)
        )
        assert [link for link in links if "www.w3.org/2000/svg" not in link] == [], path.name


def test_a_files_address_changes_with_its_content() -> None:
    one, other = static_files.made("app.js", b"1"), static_files.made("app.js", b"2")
    assert one.path == f"/assets/{hashlib.sha256(b'1').hexdigest()[:16]}/app.js"
    assert one.path != other.path


def test_every_package_in_the_page_comes_with_its_licence() -> None:
    packages = json.loads((static_files.FOLDER / "package.json").read_text("utf-8"))["dependencies"]
    licences = {path.stem for path in (static_files.FOLDER / "dist").glob("*.LICENSE")}
    assert licences == {"signals-core"} | {name.removeprefix("@preact/").removesuffix("-dist") for name in packages}
