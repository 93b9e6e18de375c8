"""The page's files: how they are served, and which texts and links its modules may contain."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from typing import TYPE_CHECKING

import pytest

import static_files
from easel import catalog, errors
from easel.batch.start import BatchRequest
from easel.catalog.requests import GenerateBody, UpscaleBody
from routes.batches import UploadBody
from tests.emulators import samples
from tests.harness.template import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PAGES = ("docs.css", "docs.html", "docs.js", "icon.svg", "index.html", "style.css")
SOURCES = static_files.FOLDER / "src"
MODULES = sorted(SOURCES.iterdir())
CODE = {
    path: path.read_text("utf-8")
    for folder in ("layers/easel/easel", "functions")
    for path in (ROOT / folder).rglob("*.py")
}


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{\w+\}", text))


def test_a_file_that_the_build_compressed_is_served_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(static_files, "FOLDER", tmp_path)
    compressed = gzip.compress(b"body {}", 1, mtime=0)
    (tmp_path / "docs.css.gz").write_bytes(compressed)
    static_files._file.cache_clear()
    try:
        file = static_files.file("docs.css")
    finally:
        static_files._file.cache_clear()
    assert file
    assert (file.content, file.compressed) == (b"body {}", compressed)


def test_every_text_of_the_page_has_a_chinese_translation() -> None:
    chinese = (SOURCES / "chinese.js").read_text("utf-8")
    known = {name or word for name, word in re.findall(r'^  (?:"([^"]+)"|(\w+)):', chinese, re.MULTILINE)}
    sources = "".join(path.read_text("utf-8") for path in MODULES if path.name != "chinese.js")
    used = set(re.findall(r'\bt\("([^"]+)"', sources)) | set(re.findall(r'\? t\("([^"]+)"', sources))
    used |= set(re.findall(r'galleryError\.value = "([^"]+)"', sources))
    used |= set(re.findall(r'^  \w+: "([^"]+)",$', (SOURCES / "batch_card.js").read_text("utf-8"), re.MULTILINE))
    assert used == known
    for english, text in re.findall(r'^  (?:"([^"]+)"|\w+):\s+"([^"]+)",$', chinese, re.MULTILINE):
        assert not english or placeholders(english) == placeholders(text)


def test_every_error_has_a_text_in_both_languages() -> None:
    """Each code has a text, and so does each field that an error of `/api` may name."""
    texts = json.loads((SOURCES / "error_texts.json").read_text("utf-8"))
    assert errors.base._kinds_by_code().keys() <= texts["codes"].keys()
    bodies = (GenerateBody, UpscaleBody, BatchRequest, UploadBody)
    fields = {body.rule(name).name for body in bodies for name in body.model_fields}
    of_api = "".join(text for path, text in CODE.items() if "v1" not in str(path))
    named = set(re.findall(r'\bfield="([\w-]+)"', of_api))
    headers = {provider.auth_header for provider in catalog.providers().values()}
    assert (fields | named) - headers - texts["fields"].keys() == set()
    for english, chinese in [*texts["codes"].values(), *texts["fields"].values()]:
        assert re.findall("[a-z]{2}", english)
        assert re.findall("[\u4e00-\u9fff]", chinese), english
        assert placeholders(english) == placeholders(chinese), english


def test_every_translated_warning_exists_in_the_code() -> None:
    """Compare the longest words between the values. The page finds a warning's text by its form."""
    for english, chinese in json.loads((SOURCES / "warning_texts.json").read_text("utf-8")):
        longest = max(re.split(r"\{\w+\}", english), key=len)
        assert any(longest in text for text in CODE.values()), english
        assert re.findall("[\u4e00-\u9fff]", chinese), english
        assert placeholders(chinese) <= placeholders(english), english


def test_the_sample_pictures_match_the_examples() -> None:
    """All samples are one picture, in the order of the examples."""
    source = (SOURCES / "empty_view.js").read_text("utf-8")
    assert re.findall(r'^  t\("(.+)"\),$', source, re.MULTILINE) == [sample.prompt for sample in samples.SAMPLES]


def test_the_first_view_loads_less_than_100_kilobytes() -> None:
    index, style = static_files.page("index.html"), static_files.file("app.css")
    assert style
    linked = re.findall(r'"/assets/[0-9a-f]{16}/([\w.-]+)"', (index.content + style.content).decode())
    assert sorted(linked) == ["app.css", "app.js", "heading.woff2", "icon.svg", "samples.webp"]
    files = [index, *(each for name in linked if (each := static_files.file(name)))]
    assert sum(len(file.compressed) for file in files) < 100_000
    assert all(gzip.decompress(file.compressed) == file.content for file in files)


def test_no_file_of_the_page_names_another_origin() -> None:
    nobodys = {
        "http://www.w3.org/2000/svg",
        "https://example.com/cat.png",
    }  # an XML namespace, and a sample of code to copy
    for path in (*MODULES, *(static_files.FOLDER / name for name in PAGES)):
        code = re.sub(r"^\s*//.*$", "", path.read_text("utf-8"), flags=re.MULTILINE)
        assert set(re.findall(r"https?://[^\s\"'`)]+", code)) <= nobodys, path.name


def test_a_files_url_changes_with_its_content() -> None:
    one, other = static_files.compressed_file("app.js", b"1"), static_files.compressed_file("app.js", b"2")
    assert one.path == f"/assets/{hashlib.sha256(b'1').hexdigest()[:16]}/app.js"
    assert one.path != other.path


def test_every_package_in_the_page_has_its_licence() -> None:
    packages = json.loads((static_files.FOLDER / "package.json").read_text("utf-8"))["dependencies"]
    licences = {path.stem for path in (static_files.FOLDER / "dist").glob("*.LICENSE")}
    assert licences == {"signals-core"} | {name.rpartition("/")[2].removesuffix("-dist") for name in packages}
