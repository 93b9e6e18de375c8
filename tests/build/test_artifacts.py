"""The artifacts of a plain `sam build`: small, for both architectures, with bytecode, and each package once."""

from __future__ import annotations

import os
import re
import shutil
import struct
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Barrier

import pytest

import build_artifact
import lock_requirements
import static_files
from easel import catalog
from tests.build.conftest import Artifacts
from tests.harness.patience import HANGS_SECONDS
from tests.harness.template import ROOT, functions

FUNCTIONS = [function.logical_id for function in functions()]
UNZIPPED_MB = {"HuggingFaceFunction": 32, "AgentsFunction": 45}  # 20 for all others
BUNDLED = "pillow.libs"  # libraries of a wheel, with a digest of their content in the name
ARCHITECTURES = ("aarch64", "x86_64")
UNCHECKED_HASH = 0b01  # flags of a .pyc that Python uses without checking its source (PEP 552)


def test_artifacts_are_small_and_have_each_package_once(artifacts: Artifacts) -> None:
    layer = size(artifacts.layer)
    for name in FUNCTIONS:
        folder = artifacts.function(name)
        assert layer + size(folder) <= UNZIPPED_MB.get(name, 20) * 1_000_000, name
        assert not names(artifacts.layer) & names(folder), name


def test_native_modules_exist_for_both_architectures(artifacts: Artifacts) -> None:
    native = {str(path.relative_to(artifacts.folder)) for path in artifacts.folder.rglob("*.so*")}
    assert native, "pydantic_core at least"
    for name in [name for name in native if BUNDLED not in name]:
        named = [architecture for architecture in ARCHITECTURES if f"-{architecture}-" in name]
        assert named, f"{name} does not name its architecture"
        assert {name.replace(named[0], architecture) for architecture in ARCHITECTURES} <= native
    libraries = Counter(re.split(r"[/-]", name)[2] for name in native if BUNDLED in name)
    assert set(libraries.values()) == {len(ARCHITECTURES)}


def test_every_module_has_bytecode_that_needs_no_check(artifacts: Artifacts) -> None:
    compiled = set(artifacts.folder.rglob("*.pyc"))
    assert len(compiled) > 500
    for file in compiled:
        magic, flags = struct.unpack("<4sL8x", file.read_bytes()[:16])
        assert flags == UNCHECKED_HASH, file
        assert magic == b"\xf3\r\r\n", f"{file} is not compiled for CPython 3.13"
    assert {bytecode(source) for source in artifacts.folder.rglob("*.py")} <= compiled


def test_packages_have_no_sources_but_our_code_does(artifacts: Artifacts) -> None:
    assert (artifacts.layer / "easel/store/jobs.py").is_file()
    assert (artifacts.function("GiteeFunction") / "gitee.py").is_file()
    assert not list((artifacts.layer / "botocore").rglob("*.py"))


def test_artifacts_ship_no_unread_files(artifacts: Artifacts) -> None:
    unread = ["**/tests/", "**/*.pyi", "**/*.md", "**/Makefile", "**/requirements.txt", "**/bin/"]
    assert not [path for pattern in unread for path in artifacts.folder.glob(pattern)]


def test_the_router_has_the_pages_files_without_sources(artifacts: Artifacts) -> None:
    folder = artifacts.function("RouterFunction") / "playground"
    shipped = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    served = set(static_files.FILES.values()) | {"docs.html", "index.html"}
    assert {name.removesuffix(".gz") for name in shipped if "LICENSE" not in name and "NOTICE" not in name} == served


def test_the_built_catalog_equals_the_source(artifacts: Artifacts) -> None:
    print_catalog = """
import json
from easel import catalog
print(json.dumps({name: provider.model_dump(mode="json") for name, provider in catalog.providers().items()}))
"""
    expected = {name: provider.model_dump(mode="json") for name, provider in catalog.providers().items()}
    assert artifacts.run("GiteeFunction", print_catalog) == expected
    assert not list(artifacts.layer.glob("easel/catalog/*.toml"))


def test_a_build_refuses_an_invalid_catalog_by_name(artifacts: Artifacts, tmp_path: Path) -> None:
    for entry in artifacts.layer.iterdir():
        if entry.name != "easel":
            (tmp_path / entry.name).symlink_to(entry)
    shutil.copytree(ROOT / "layers/easel/easel", tmp_path / "easel")
    source = tmp_path / "easel/catalog/catalog.toml"
    source.write_text(source.read_text("utf-8").replace("concurrency", "colour", 1), "utf-8")
    with pytest.raises(SystemExit, match=r"catalog\.toml is invalid(.|\n)*gitee\.colour"):
        build_artifact.build_catalog(tmp_path)


@pytest.mark.skipif(not shutil.which("uv") and os.environ.get("CI") != "true", reason="uv is not on the PATH")
def test_requirements_match_the_lock_file() -> None:
    for path, text in lock_requirements.requirements().items():
        assert path.read_text() == text, f"{path.relative_to(ROOT)} is outdated: run `make lock`"


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {"__pycache__"}


def bytecode(source: Path) -> Path:
    return source.parent / "__pycache__" / f"{source.stem}.cpython-313.pyc"


CLIENTS = """
import json, os
os.environ["AWS_DEFAULT_REGION"] = "us-east-1"
from easel.common import aws
made = {name: getattr(aws, name)() for name in ("dynamodb", "s3", "lambda_", "stepfunctions", "ssm", "events")}
print(json.dumps({name: sorted(dir(client)) for name, client in made.items()}))
"""
CALLS = re.compile(r"\baws\.(\w+)\(\)\.(\w+)|\bclient\.(\w+)\(")


def test_clients_have_the_operations_that_easel_calls(artifacts: Artifacts) -> None:
    offers = artifacts.run("RouterFunction", CLIENTS)
    files = [*(ROOT / "layers/easel/easel").rglob("*.py"), *(ROOT / "functions/batch").rglob("*.py")]
    texts = [text for file in files if " aws\n" in (text := file.read_text("utf-8"))]  # it imports `aws`
    called = [call for text in texts for call in CALLS.findall(text)]
    assert len(called) > 20
    for service, method, of_client in called:
        offered = offers[service] if service else [name for names in offers.values() for name in names]
        assert method in offered or of_client in offered, (service, method, of_client)
    assert "create_table" not in offers["dynamodb"]
    assert "delete_bucket" not in offers["s3"]


def test_a_shortened_description_keeps_what_operations_need() -> None:
    description = {
        "operations": {
            "GetCat": {"input": {"shape": "Ask"}, "errors": [{"shape": "Gone"}]},
            "DropTable": {"input": {"shape": "Drop"}},
        },
        "shapes": {
            "Ask": {"type": "structure", "members": {"shape": {"shape": "Name"}}},
            "Name": {"type": "string"},
            "Gone": {"type": "structure", "members": {"why": {"shape": "Text"}}, "exception": True},
            "Text": {"type": "string"},
            "Drop": {"type": "structure", "members": {}},
        },
    }
    build_artifact.shorten(description, {"getcat"})
    assert list(description["operations"]) == ["GetCat"]
    assert set(description["shapes"]) == {"Ask", "Name", "Gone", "Text"}


def test_concurrent_builds_replace_outdated_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    builds = 4
    requirements, kept = tmp_path / "requirements.txt", tmp_path / "kept"
    requirements.write_text("")
    for number in range(50):
        (kept / "gitee-outdated" / str(number)).mkdir(parents=True)
    installed = Barrier(builds)

    def install(_requirements: Path, scratch: Path, _architectures: object) -> Path:
        """An installation that cannot finish before all builds have started."""
        (scratch / "merged").mkdir()
        (scratch / "merged/package.py").write_text("")
        installed.wait(HANGS_SECONDS)
        return scratch / "merged"

    monkeypatch.setattr(build_artifact, "DEPENDENCIES", kept)
    monkeypatch.setattr(build_artifact, "install_for_all", install)
    with ThreadPoolExecutor(builds) as pool:
        dependencies = partial(build_artifact.dependencies, "gitee", requirements, "/var/task", local=False)
        made = [pool.submit(dependencies) for _ in range(builds)]
        (packages,) = {each.result() for each in made}
    assert [path.name for path in kept.iterdir()] == [packages.name]
    assert any(packages.rglob("package*"))
