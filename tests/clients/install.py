"""Install the clients side by side, and read their versions."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from local.errors import LocalError
from tests.clients.clients import DEBIAN, SOURCES, Client

HERE = Path(__file__).resolve().parent
FOLDER = Path(".local/clients").resolve()
VENV = FOLDER / "venv/bin/python"
N8N = "@n8n/n8n-nodes-langchain"
N8N_VERSION = "2.41.1"


def install() -> None:
    """Install the clients of all registries in parallel. This is quick if they are installed already."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(each) for each in (_pypi, _npm, _debian, _github)]:
            done.result()


def installed(client: Client) -> bool:
    """Return whether a client can be called. Two of them need access to GitHub."""
    return client.package not in SOURCES or (FOLDER / "sources/complete").exists()


def versions(clients: tuple[Client, ...]) -> Mapping[str, str]:
    """Return the version of each installed client, by the client's package."""
    pinned = re.findall(r"^([\w-]+)(?:\[.*\])?==(.+)$", (HERE / "requirements.txt").read_text(), re.M)
    node = json.loads((HERE / "package.json").read_text())["dependencies"]
    by_program = {"python_clients.py": dict(pinned), "node_clients.mjs": {**node, N8N: N8N_VERSION}}
    tagged = {name: tag.removeprefix("v") for name, tag in SOURCES.items()}
    return {
        each.name: {**tagged, **by_program[each.program]}.get(each.package) or _asked(each.package) for each in clients
    }


def _asked(package: str) -> str:
    """Return the version of one of Debian's packages, or the version that a command prints."""
    command = package.split() if " " in package else ["dpkg-query", "-W", "-f=${Version}", package]
    match = re.search(r"\d+(\.\d+)+", subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return match[0] if match else ""


def _pypi() -> None:
    uv = os.environ.get("UV") or "uv"
    if not VENV.exists():
        _run([uv, "venv", "--quiet", "--python", sys.executable, str(VENV.parent.parent)])
    _run([uv, "pip", "install", "--quiet", "--python", str(VENV), "-r", str(HERE / "requirements.txt")])
    print("  the clients of PyPI are there", flush=True)


def _npm() -> None:
    """Install what `package.json` lists, and unpack n8n's nodes without the packages of the other 90 vendors."""
    shutil.copy(HERE / "package.json", FOLDER)
    _run(["npm", "install", "--silent", "--ignore-scripts", "--no-audit", "--no-fund"])
    packed = FOLDER / f"n8n-{N8N_VERSION}"
    if not packed.exists():
        _run(["npm", "pack", "--silent", f"{N8N}@{N8N_VERSION}"])
        (FOLDER / "n8n").mkdir(exist_ok=True)
        _run(["tar", "-xzf", f"n8n-n8n-nodes-langchain-{N8N_VERSION}.tgz", "-C", "n8n"])
        packed.touch()
    print("  the clients of npm are there", flush=True)


def _debian() -> None:
    missing = [*([] if shutil.which("java") else ["default-jre-headless"]), *filter(_absent, DEBIAN.split())]
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        _run(["apt-get", "update", "-qq"])
        _run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing])
    elif missing:
        raise LocalError(f"clients are missing; on Debian: apt-get install {' '.join(missing)}")
    print("  the clients of Debian are there", flush=True)


def _absent(package: str) -> bool:
    return not shutil.which("dpkg") or subprocess.run(["dpkg", "-s", package], capture_output=True).returncode != 0


def _github() -> None:
    """Clone the packages that only registries of other languages have."""
    folder = FOLDER / "sources"
    folder.mkdir(exist_ok=True)
    clone = ["git", "clone", "--quiet", "--depth", "1", "--config", "advice.detachedHead=false"]
    try:
        for name, tag in SOURCES.items():
            if not (folder / name.partition("/")[2]).exists():
                _run([*clone, "--branch", tag, f"https://github.com/{name}"], folder)
    except LocalError as error:
        print(f"  openai-php and ruby-openai are left out, and their rows stay: {error}", flush=True)
        return
    (folder / "complete").touch()
    print("  the clients of GitHub are there", flush=True)


def _run(command: list[str], folder: Path = FOLDER) -> None:
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder)
    if done.returncode:
        raise LocalError(f"{' '.join(command)} failed: {(done.stderr or done.stdout)[-500:]}")
