"""Write requirements.txt of the layer and of each function from uv.lock, for `make lock`. A test compares them.

An artifact's packages are the dependency group with its name in pyproject.toml. A function omits the layer's packages.
"""

import subprocess
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
RUNTIME = {
    "implementation_name": "cpython",
    "os_name": "posix",
    "platform_machine": "aarch64",  # a test of the built artifact fails if x86_64 needs other packages
    "platform_python_implementation": "CPython",
    "platform_system": "Linux",
    "python_full_version": "3.13.0",
    "python_version": "3.13",
    "sys_platform": "linux",
}
"""Values of the environment markers in Lambda."""
NEVER_IMPORTED = {
    "layer": {"anyio"},  # for asynchronous calls; if installed, httpcore2 imports it, in a fifth of its import time
    "huggingface": {"hf-xet"},  # 23 MB that huggingface_hub uses to download models
    "agents": {  # for OAuth, clients and servers; `package_edits.py` empties the modules that import them
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
"""Packages that an artifact's package requires but never imports in Easel, by dependency group."""
HEADER = "# Written by `make lock` from uv.lock.\n"


def main() -> None:
    for path, text in requirements().items():
        path.write_text(text)


def requirements() -> dict[Path, str]:
    """Return the content of each requirements.txt, by path."""
    layer = locked("layer")
    texts = {ROOT / "layers/easel/requirements.txt": layer}
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
    for function in sorted((ROOT / "functions").iterdir()):
        if function.name in groups:
            texts[function / "requirements.txt"] = [line for line in locked(function.name) if line not in layer]
    return {path: HEADER + "\n".join(lines) + "\n" for path, lines in texts.items()}


def locked(group: str) -> list[str]:
    """Return the group's packages for Lambda, each as `name==version`."""
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
