"""Find the programs that a local stack needs: a CPython 3.13, uv, and for some tests SAM CLI."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from local.errors import LocalError
from local.processes import ROOT

RUNTIME = (3, 13)  # of the functions; `Runtime` in template.yaml


@dataclass(frozen=True)
class Tools:
    """The programs. `python` is a bare CPython 3.13 without packages, so that functions use only their own packages."""

    python: Path

    @property
    def path(self) -> str:
        """A PATH with the runtime's Python first, and the uv that `make` has installed."""
        return os.pathsep.join([str(self.python.parent), os.environ.get("PATH", os.defpath), str(ROOT / ".uv/bin")])

    @property
    def sam(self) -> Path:
        """Path of SAM CLI, which `make run` does not need. Raise `LocalError` if it is missing."""
        return _find_sam()


def find_tools() -> Tools:
    """Find the runtime's Python. If it is missing, raise `LocalError` with instructions."""
    return Tools(_find_python())


def _find_sam() -> Path:
    own = ROOT / ".venv-sam/bin/sam"
    sam = own if own.exists() else shutil.which("sam")
    if not sam:
        raise LocalError("SAM CLI is missing (.venv-sam/bin/sam, or `sam` on the PATH). `make build` installs it.")
    return Path(sam)


def _find_python() -> Path:
    wanted = "python{}.{}".format(*RUNTIME)
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    uv = Path(os.environ.get("UV_PYTHON_INSTALL_DIR", Path.home() / ".local/share/uv/python"))
    candidates = [
        Path(sys.base_prefix) / "bin" / wanted,
        *pyenv.glob(f"versions/{wanted[6:]}*/bin/{wanted}"),
        *uv.glob(f"cpython-{wanted[6:]}*/bin/{wanted}"),
        *(Path(folder) / wanted for folder in os.environ.get("PATH", "").split(os.pathsep)),
    ]
    for candidate in candidates:
        if candidate.exists() and (python := _bare(candidate)):
            return python
    raise LocalError(
        f"CPython {wanted[6:]}, the functions' runtime, is missing. Install it "
        f"(`uv python install {wanted[6:]}`, `pyenv install {wanted[6:]}`, or your system's package) "
        "and put it on the PATH."
    )


def _bare(python: Path) -> Path | None:
    """Return the interpreter behind a virtual environment or a shim, or None if it fails or has another version."""
    script = "import sys; print(*sys.version_info[:2], sys.base_prefix, sep='\\n')"
    result = subprocess.run([python, "-c", script], capture_output=True, text=True, check=False)
    if result.returncode != 0:
        return None
    major, minor, prefix = result.stdout.splitlines()
    bare = Path(prefix) / "bin" / python.name
    return bare if (int(major), int(minor)) == RUNTIME and bare.exists() else None
