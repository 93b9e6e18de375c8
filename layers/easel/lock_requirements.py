"""Writes the layer's and the functions' requirements.txt from uv.lock, for `make lock`; a test compares them.

An artifact's packages are the dependency group of its name in pyproject.toml. What the layer holds, no function does.
"""

import subprocess
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
RUNTIME = {
    "implementation_name": "cpython",
    "os_name": "posix",
    "platform_machine": "aarch64",  # where x86_64 needs something else, the built artifact's test fails
    "platform_python_implementation": "CPython",
    "platform_system": "Linux",
    "python_full_version": "3.13.0",
    "python_version": "3.13",
    "sys_platform": "linux",
}
# Asked for by a package of the artifact, but imported by none in what Easel does.
NEVER_IMPORTED = {
    "layer": {"anyio"},  # httpx2's for asynchronous calls: httpcore2 imports it where it is there, a fifth of its time
    "huggingface": {"hf-xet"},  # 23 MB that huggingface_hub uses to download models
    "agents": {  # for OAuth, for clients and for servers of its own; `package_edits.py` empties what would load them
        "attrs",
        "cffi",
        "click",
        "cryptography",
        "jsonschema",
        "jsonschema-specifications",
        "pycparser",
        "pyjwt",
        "referencing",
        "rpds-py",
        "uvicorn",
    },
}
HEADER = "# Written by `make lock` from uv.lock.\n"


def main() -> None:
    for path, text in requirements().items():
        path.write_text(text)


def requirements() -> dict[Path, str]:
    """Content of each requirements.txt."""
    layer = locked("layer")
    texts = {ROOT / "layers/easel/requirements.txt": layer}
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
    for function in sorted((ROOT / "functions").iterdir()):
        if function.name in groups:
            texts[function / "requirements.txt"] = [line for line in locked(function.name) if line not in layer]
    return {path: HEADER + "\n".join(lines) + "\n" for path, lines in texts.items()}


def locked(group: str) -> list[str]:
    """Return the group's packages as Lambda needs them, one `name==version` each."""
    options = ["--frozen", "--only-group", group, "--no-hashes", "--no-annotate", "--no-header"]
    listing = subprocess.run(["uv", "export", *options], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    wanted = [Requirement(line) for line in listing.splitlines()]
    return [
        f"{package.name}{package.specifier}"
        for package in wanted
        if package.name not in NEVER_IMPORTED.get(group, ())
        and (not package.marker or package.marker.evaluate(RUNTIME))
    ]


if __name__ == "__main__":
    main()
