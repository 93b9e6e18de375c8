"""The artifacts of a plain `sam build`: lean, for both architectures, with bytecode, each package once."""

from __future__ import annotations

import os
import shutil
import struct
from pathlib import Path

import pytest

import lock_requirements
from tests.build.conftest import Artifacts
from tests.harness.template import ROOT, functions

FUNCTIONS = [function.logical_id for function in functions()]
UNZIPPED_MB = {"RouterFunction": 40, "HuggingFaceFunction": 55}  # 30 for all others
ARCHITECTURES = ("aarch64", "x86_64")
UNCHECKED_HASH = 0b01  # flags of a .pyc that Python trusts without a look at its source (PEP 552)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_layer_and_function_stay_small(artifacts: Artifacts, function: str) -> None:
    parts = {part.name: size(part) for part in (artifacts.layer, artifacts.function(function))}
    assert sum(parts.values()) <= UNZIPPED_MB.get(function, 30) * 1_000_000, parts


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_package_is_in_layer_and_function(artifacts: Artifacts, function: str) -> None:
    twice = names(artifacts.layer) & names(artifacts.function(function))
    assert not twice


def test_native_modules_are_there_for_both_architectures(artifacts: Artifacts) -> None:
    native = {str(path.relative_to(artifacts.folder)) for path in artifacts.folder.rglob("*.so*")}
    assert native, "pydantic_core at least"
    for name in native:
        said = [architecture for architecture in ARCHITECTURES if f"-{architecture}-" in name]
        assert said, f"{name} does not say its architecture"
        assert {name.replace(said[0], architecture) for architecture in ARCHITECTURES} <= native


def test_every_module_has_bytecode_that_needs_no_check(artifacts: Artifacts) -> None:
    sources = list(artifacts.folder.rglob("*.py"))
    assert len(sources) > 500
    for source in sources:
        header = bytecode(source).read_bytes()[:16]
        magic, flags = struct.unpack("<4sL8x", header)
        assert flags == UNCHECKED_HASH, source
        assert magic == b"\xf3\r\r\n", f"{source} is not compiled for CPython 3.13"


def test_nothing_is_shipped_that_no_one_reads(artifacts: Artifacts) -> None:
    unread = ["**/tests/", "**/*.pyi", "**/*.md", "**/Makefile", "**/requirements.txt", "**/bin/"]
    assert not [path for pattern in unread for path in artifacts.folder.glob(pattern)]


@pytest.mark.skipif(not shutil.which("uv") and os.environ.get("CI") != "true", reason="uv is not on the PATH")
def test_requirements_are_what_the_lock_says() -> None:
    for path, text in lock_requirements.requirements().items():
        assert path.read_text() == text, f"{path.relative_to(ROOT)} is outdated: run `make lock`"


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {"__pycache__"}


def bytecode(source: Path) -> Path:
    return source.parent / "__pycache__" / f"{source.stem}.cpython-313.pyc"
