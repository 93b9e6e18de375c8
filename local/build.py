"""Build the template's artifacts like `sam build`, for this machine only, if something has changed.

SAM CLI takes seconds to start and needs its own environment, but does little for this template. It runs
`build_artifact.py` for the layer and for each function, and writes a template with the built folders.
`tests/build/test_local_build.py` compares both builds.
"""

import fcntl
import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from local.processes import ROOT, Processes, environment
from local.tools import Tools

INPUTS = ("template.yaml", "layers", "functions", "local/build.py")
ARTIFACTS = ROOT / ".local/artifacts"
STAMP = ROOT / ".local/build"
LOCK = ROOT / ".local/build.lock"
CODE = {"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::LayerVersion": "ContentUri"}
"""Property with a resource's folder, by resource type."""
AT_ONCE = 3
"""Number of parallel builds, which need mostly processor time."""


def build(processes: Processes, tools: Tools) -> bool:
    """Update `ARTIFACTS`. Return False if it was up to date. Only one build runs in a working tree."""
    LOCK.parent.mkdir(exist_ok=True)
    with LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        before = fingerprint(ROOT)
        if STAMP.exists() and STAMP.read_text() == before:
            return False
        STAMP.unlink(missing_ok=True)
        build_into(ARTIFACTS, processes, tools)
        STAMP.write_text(before)
        return True


def build_into(target: Path, processes: Processes, tools: Tools) -> None:
    """Build each artifact of the template into a folder in `target`, and write `template.json` there."""
    from samtranslator.yaml_helper import yaml_parse  # type: ignore[import-untyped]

    template = yaml_parse((ROOT / "template.yaml").read_text("utf-8"))
    sources = dict(_sources(template))
    shutil.rmtree(target, ignore_errors=True)
    env = environment(PATH=tools.path)
    builder = [str(tools.python), "-P", "layers/easel/build_artifact.py"]

    def make(logical_id: str) -> None:
        command = [*builder, str(sources[logical_id]), str(target / logical_id), "--local"]
        processes.run(f"the build of {logical_id}", command, env)

    # The slowest first: those that install packages.
    order = sorted(sources, key=lambda each: not (ROOT / sources[each] / "requirements.txt").exists())
    with ThreadPoolExecutor(AT_ONCE, "build") as builds:
        list(builds.map(make, order))
    (target / "template.json").write_text(json.dumps(_built(template, target), indent=1))


def _sources(template: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the logical id and the folder of each resource to build."""
    for logical_id, resource in template["Resources"].items():
        if resource["Type"] in CODE:
            yield logical_id, resource["Properties"][CODE[resource["Type"]]]


def _built(template: Mapping[str, Any], target: Path) -> dict[str, Any]:
    """Return the template with the sources replaced by the built folders, as absolute paths."""
    resources = {}
    for logical_id, resource in template["Resources"].items():
        properties = dict(resource.get("Properties", {}))
        if resource["Type"] in CODE:
            properties[CODE[resource["Type"]]] = str(target / logical_id)
        if "DefinitionUri" in properties:
            properties["DefinitionUri"] = str(ROOT / properties["DefinitionUri"])
        resources[logical_id] = {**resource, "Properties": properties} if properties else resource
    return {**template, "Resources": resources}


def fingerprint(root: Path) -> str:
    """Return a digest of all files that a build reads."""
    digest = hashlib.sha256()
    for path in sorted(_files(root)):
        digest.update(f"{path.relative_to(root)}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def _files(root: Path) -> Iterator[Path]:
    for name in INPUTS:
        top = root / name
        for path in [top] if top.is_file() else top.rglob("*"):
            if path.is_file() and not {"__pycache__", "node_modules"} & set(path.parts):
                yield path
