"""Fetches the packages that the playground and `/docs` are built on, byte for byte as npm has them. Needs npm.

    .venv/bin/python -m local.vendor

`functions/router/playground/vendor/packages.json` names package, version and files. To take a newer version, write it
there, empty its `integrity`, run this, and look at the change. A version whose `integrity` is known is held to it.
"""

import base64
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from local.errors import LocalError

VENDOR = Path("functions/router/playground/vendor")


def fetch(entry: dict[str, Any], folder: Path) -> None:
    """Writes a package's files into the folder, and the archive's digest into the entry."""
    name, version = entry["package"], entry["version"]
    with tempfile.TemporaryDirectory() as scratch:
        command = ["npm", "pack", f"{name}@{version}", "--silent", "--pack-destination", scratch]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        (archive,) = Path(scratch).iterdir()
        found = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if entry["integrity"] not in ("", found):
            raise LocalError(f"{name} {version} is not what it was: {found} instead of {entry['integrity']}")
        entry["integrity"] = found
        with tarfile.open(archive) as package:
            for target, source in entry["files"].items():
                file = package.extractfile(f"package/{source}")
                if file is None:
                    raise LocalError(f"{name} {version} has no file {source}")
                (folder / target).write_bytes(file.read())


def main() -> None:
    listed = VENDOR / "packages.json"
    packages = json.loads(listed.read_text("utf-8"))
    for entry in packages:
        fetch(entry, VENDOR)
        print(f"{entry['package']} {entry['version']}")
    listed.write_text(json.dumps(packages, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    try:
        main()
    except (LocalError, OSError, KeyError, subprocess.CalledProcessError) as error:
        sys.exit(f"vendor: {error}")
