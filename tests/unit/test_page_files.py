"""The page's files: the modules joined into one, and what may be imported and exported in them."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from typing import TYPE_CHECKING

import pytest

import page_files

if TYPE_CHECKING:
    from pathlib import Path

MODULES = sorted(page_files.FOLDER.glob("*.js"))
VENDOR = page_files.FOLDER / "vendor"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of modules of a test's own."""
    monkeypatch.setattr(page_files, "FOLDER", tmp_path)
    return tmp_path


def test_a_module_becomes_a_function_that_returns_what_it_exports(folder: Path) -> None:
    (folder / "sum.js").write_text("const one = 1;\nexport function sum(other) {\n  return one + other;\n}\n")
    (folder / "main.js").write_text('import { sum as add } from "./sum.js";\nadd(2);\n')
    joined = page_files.joined("main.js")
    assert "const $sum_js = (() => {\nconst one = 1;\nfunction sum(other) {" in joined
    assert "return { sum };" in joined
    assert "const { sum: add } = $sum_js;\nadd(2);" in joined
    assert joined.index("$sum_js") < joined.index("$main_js")


def test_packages_export_lists_defaults_and_what_they_take_from_others(folder: Path) -> None:
    (folder / "vendor").mkdir()
    (folder / "vendor/signals-core.mjs").write_text("var a=1;export{a as signal};\n//# sourceMappingURL=x.map")
    (folder / "vendor/signals.mjs").write_text('export{signal}from"@preact/signals-core";var b;export{b as use};')
    (folder / "vendor/htm.mjs").write_text("export default function(n){return n}")
    (folder / "main.js").write_text('import htm from "htm";\nimport { signal, use } from "@preact/signals";\n')
    joined = page_files.joined("main.js")
    assert "return { signal: a };" in joined
    assert "const { signal: signal } = $vendor_signals_core_mjs;" in joined
    assert "return { signal, use: b };" in joined
    assert "const $default = function(n){return n}\nreturn { default: $default };" in joined
    assert "const htm = $vendor_htm_mjs.default;" in joined
    assert "sourceMappingURL" not in joined


def test_a_file_that_the_build_has_compressed_is_served_as_it_is(folder: Path) -> None:
    (folder / "docs.css.gz").write_bytes(gzip.compress(b"body {}", 1, mtime=0))
    page_files._file.cache_clear()
    try:
        file = page_files.file("docs.css")
    finally:
        page_files._file.cache_clear()
    assert file
    assert (file.content, file.compressed) == (b"body {}", gzip.compress(b"body {}", 1, mtime=0))


def test_a_module_that_two_others_need_is_there_once(folder: Path) -> None:
    (folder / "c.js").write_text("export const c = 1;\n")
    (folder / "a.js").write_text('import { c } from "./c.js";\nexport const a = c;\n')
    (folder / "main.js").write_text('import { a } from "./a.js";\nimport { c } from "./c.js";\n')
    assert page_files.joined("main.js").count("const $c_js = ") == 1


def test_modules_that_need_one_another_cannot_be_joined(folder: Path) -> None:
    (folder / "a.js").write_text('import { b } from "./b.js";\nexport const a = b;\n')
    (folder / "b.js").write_text('import { a } from "./a.js";\nexport const b = a;\n')
    with pytest.raises(ValueError, match=r"a\.js -> b\.js -> a\.js"):
        page_files.joined("a.js")


def test_the_page_uses_no_form_of_import_and_export_that_joining_leaves_behind() -> None:
    joined = page_files.joined("main.js")
    left = re.findall(r"^(?:import|export)\b.*|\b(?:import|export)\s*[{*].*", joined, re.MULTILINE)
    assert left == []
    assert "import(" not in joined


def test_every_module_is_part_of_the_page_or_of_the_documentation() -> None:
    joined = page_files.joined("main.js")
    unused = [path.name for path in MODULES if f"\n// {path.name}\n" not in joined and path.name != "docs.js"]
    assert unused == []


def test_every_text_of_the_page_is_there_in_chinese() -> None:
    chinese = (page_files.FOLDER / "chinese.js").read_text("utf-8")
    known = {name or word for name, word in re.findall(r'^  (?:"([^"]+)"|(\w+)):', chinese, re.MULTILINE)}
    sources = "".join(path.read_text("utf-8") for path in MODULES if path.name != "chinese.js")
    used = set(re.findall(r'\bt\("([^"]+)"', sources)) | set(re.findall(r'\? t\("([^"]+)"', sources))
    said = set(
        re.findall(r'^  \w+: "([^"]+)",$', (page_files.FOLDER / "batch_card.js").read_text("utf-8"), re.MULTILINE)
    )
    kept = set(re.findall(r'galleryError\.value = "([^"]+)"', sources))
    assert used | said | kept == known
    placeholders = re.findall(r'^  (?:"([^"]+)"|\w+):\s+"([^"]+)",$', chinese, re.MULTILINE)
    assert all(
        set(re.findall(r"\{\w+\}", said)) == set(re.findall(r"\{\w+\}", text)) for text, said in placeholders if text
    )


def test_the_first_view_stays_under_a_hundred_kilobytes() -> None:
    index = page_files.page("index.html")
    linked = re.findall(r'"/assets/[0-9a-f]{16}/([\w.-]+)"', index.content.decode())
    assert sorted(linked) == ["app.css", "app.js", "icon.svg"]
    files = [index, *(found for name in linked if (found := page_files.file(name)))]
    assert sum(len(file.compressed) for file in files) < 100_000
    assert all(gzip.decompress(file.compressed) == file.content for file in files)


def test_no_file_of_the_page_names_another_origin() -> None:
    own = [path for path in page_files.FOLDER.iterdir() if path.suffix in (".js", ".css", ".html", ".svg")]
    for path in own:
        links = re.findall(
            r"https?://[^\s\"'`)]+", re.sub(r"^\s*//.*$", "", path.read_text("utf-8"), flags=re.MULTILINE)
        )
        assert [link for link in links if "www.w3.org/2000/svg" not in link] == [], path.name


def test_a_files_address_changes_with_its_content() -> None:
    one, other = page_files.made("app.js", b"1"), page_files.made("app.js", b"2")
    assert one.path == f"/assets/{hashlib.sha256(b'1').hexdigest()[:16]}/app.js"
    assert one.path != other.path


def test_every_vendored_file_is_listed_with_its_package_and_comes_with_its_licence() -> None:
    packages = json.loads((VENDOR / "packages.json").read_text("utf-8"))
    listed = {name for package in packages for name in package["files"]}
    assert listed == {path.name for path in VENDOR.iterdir()} - {"packages.json"}
    for package in packages:
        assert re.fullmatch(r"sha512-[A-Za-z0-9+/]{86}==", package["integrity"]), package["package"]
        assert any(name.endswith(".LICENSE") for name in package["files"]), package["package"]
    assert set(page_files.PACKAGES.values()) <= {f"vendor/{name}" for name in listed}
