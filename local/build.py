"""`sam build`, only when something it reads has changed."""

import fcntl
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

from local.processes import ROOT, Processes, environment
from local.tools import Tools

INPUTS = ("template.yaml", "samconfig.toml", "layers", "functions")
BUILT = ROOT / ".aws-sam/build/template.yaml"
STAMP = ROOT / ".local/build"
LOCK = ROOT / ".local/build.lock"


def build(processes: Processes, tools: Tools, on_line: Callable[[str], None]) -> bool:
    """Bring `.aws-sam/build` up to date; False when it was. One at a time in a working tree."""
    LOCK.parent.mkdir(exist_ok=True)
    with LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        before = fingerprint(ROOT)
        if BUILT.exists() and STAMP.exists() and STAMP.read_text() == _stamp(before):
            return False
        env = environment(PATH=tools.path, SAM_CLI_TELEMETRY="0")
        processes.run("sam build", [str(tools.sam), "build"], env, on_line)
        STAMP.write_text(_stamp(before))
        return True


def _stamp(inputs: str) -> str:
    """What was built from what: a build by someone else, even of the same inputs, has another time."""
    return f"{inputs} {BUILT.stat().st_mtime_ns}\n"


def fingerprint(root: Path) -> str:
    """A digest of everything that `sam build` reads."""
    digest = hashlib.sha256()
    for path in sorted(_files(root)):
        digest.update(f"{path.relative_to(root)}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def _files(root: Path) -> Iterator[Path]:
    for name in INPUTS:
        top = root / name
        for path in [top] if top.is_file() else top.rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path
