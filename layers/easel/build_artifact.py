"""Build the layer or one function. `sam build` calls this through the Makefile in each folder.

    python3.13 build_artifact.py SOURCE ARTIFACT [--local]      (needs pip or uv)

The artifacts differ from SAM's own in three ways:

- One artifact serves arm64 and x86_64. SAM does not tell a Makefile the architecture, and `make run` and `sam local`
  run the deployed artifact on the builder's architecture. So each package is installed for both. Native modules have
  the architecture in their name, and a wheel's libraries have a digest, so both fit in one folder. This adds 4.6 MB to
  the router, for pydantic.
- Modules are compiled to bytecode. Lambda's code folders are read-only, so otherwise each cold start would compile all
  modules. The bytecode is "unchecked": Python does not compare the files' times, which packing changes. Packages'
  sources are removed, since only tracebacks would show them.
- Files that are not read at run time are removed (`UNREAD_NAMES` and the constants after it). `package_edits.py`
  removes work that packages do at import.

Installed packages are cached in `.aws-sam/dependencies`, so a second build only copies them. `--local`, for `make run`,
installs for this machine only, with uv's cache, into a separate folder.
"""

import compileall
import contextlib
import gzip
import hashlib
import importlib
import importlib.util
import json
import py_compile
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

ARCHITECTURES = ("aarch64", "x86_64")
THIS_MACHINE = "own"
"""Stands for this machine's architecture."""
GLIBC_MINORS = (34, 28, 17)
"""Minor versions of glibc 2 that wheels may require. Lambda's Python 3.13 runs on Amazon Linux 2023 with 2.34."""

LAYER = Path(__file__).resolve().parent
DEPENDENCIES = LAYER.parents[1] / ".aws-sam" / "dependencies"

UNREAD_NAMES = (
    "__pycache__", "tests", "*.dist-info", "*.pyi", "py.typed", "*.md", "*.rst", "*.c", "*.pyx", ".agents", ".lock",
)  # fmt: skip
"""Names of files and folders that are removed wherever they are."""
UNREAD_PATHS = (
    "bin",
    "aws_lambda_powertools/event_handler",  # another web framework
    "aws_lambda_powertools/utilities/[!_j]*",  # all but jmespath_utils, which logging uses
    "anyio/_backends/_trio.py",  # another event loop
    "anyio/pytest_plugin.py",
    "botocore/cacert.pem",  # Easel uses certifi's
    *(f"botocore/data/*/*/{name}-[12]*.json" for name in ("examples", "paginators", "waiters")),
    "botocore/data/dynamodb/*/endpoint-rule-set-1.json.gz",  # `easel.common.aws` does not use their rules
    "botocore/data/lambda/*/endpoint-rule-set-1.json.gz",
    *(f"PIL/_{name}.*.so" for name in ("avif", "imagingcms", "imagingft", "imagingmath", "imagingmorph", "imagingtk")),
    *(f"pillow.libs/lib{name}-*" for name in ("avif", "brotlicommon", "brotlidec", "freetype", "harfbuzz")),
    *(f"pillow.libs/lib{name}-*" for name in ("lcms2", "png16")),  # libraries of the modules above
    "dateutil/rrule.py",
    "dateutil/zoneinfo/*.tar.gz",
    "pydantic/mypy.py",
    "pydantic/v1",  # FastAPI would import it to support old models, in 80 ms at each start
    "yaml/_yaml.*.so",  # optional and 5 MB; no function parses YAML
)
"""Paths that are removed, from the top of the packages."""
METADATA_READ = ("opentelemetry_api-*.dist-info/entry_points.txt",)
"""Metadata that is cached, because a package finds its plugins with it."""
SOURCES_READ = ("anyio/__init__.py", "anyio/*/__init__.py")
"""Sources that are cached, because these modules read them to import names lazily."""
AWS_SERVICES = ("dynamodb", "events", "lambda", "s3", "sqs", "ssm", "stepfunctions", "sts")
"""AWS services that Easel or botocore calls. botocore has data of 400, and reads their endpoints at each start."""
UNNAMED_SERVICES = ("sts",)
"""Services that only botocore calls, so Easel's code does not name their operations."""

READ_CATALOG = """
import pathlib, pickle, sys
sys.path.insert(0, sys.argv[1])
from pydantic import ValidationError
from easel.catalog import lookup
text = pathlib.Path(sys.argv[2]).read_text("utf-8")
try:
    sys.stdout.buffer.write(pickle.dumps(lookup.read(text)))
except ValidationError as error:
    sys.exit(str(error))
"""
"""Script that validates the catalog with the built layer's pydantic. The builder's Python may not have pydantic."""

PAGE_SOURCES = ("src", "build.mjs", "package.json", "package-lock.json", "node_modules")
"""Sources of the playground, from which `make page` builds dist/."""


def main() -> None:
    """Build the artifact that the command line names."""
    source, artifact = (Path(argument).resolve() for argument in sys.argv[1:3])
    local = sys.argv[3:] == ["--local"]
    is_layer = source == LAYER
    # Bytecode contains the path of its source. With Lambda's path, tracebacks are right and imports need no correction.
    runtime_folder = "/opt/python" if is_layer else "/var/task"
    target = artifact / "python" if is_layer else artifact
    target.mkdir(parents=True, exist_ok=True)
    requirements = source / "requirements.txt"
    if requirements.exists():
        shutil.copytree(dependencies(source.name, requirements, runtime_folder, local), target, dirs_exist_ok=True)
    for own in [source / "easel"] if is_layer else own_files(source):
        copy = target / own.name
        if own.is_dir():
            shutil.copytree(own, copy, ignore=shutil.ignore_patterns("__pycache__", *PAGE_SOURCES))
        else:
            shutil.copy(own, copy)
        compile_python(copy, target, runtime_folder)
    compress_page(target)
    if is_layer:
        build_catalog(target)
        sibling_module("certificates").write_folder(target / "certifi/cacert.pem", target / "easel/common/certificates")
        keep_used_operations(target / "botocore/data")


def sibling_module(name: str) -> Any:
    """Import a module of this folder. Python's option `-P`, with which `build` runs this, omits the folder."""
    if str(LAYER) not in sys.path:
        sys.path.append(str(LAYER))
    return importlib.import_module(name)


def own_files(source: Path) -> Iterator[Path]:
    """Return a function's files and folders that belong in its artifact."""
    build_files = {"Makefile", "requirements.txt", "__pycache__", "batch.asl.json"}
    return (path for path in source.iterdir() if path.name not in build_files and not path.name.startswith("."))


def compress_page(target: Path) -> None:
    """Compress the page's large files, which the router sends compressed. This saves two thirds of their size."""
    for file in target.glob("playground/dist/*.*s"):
        file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(file.read_bytes(), mtime=0))
        file.unlink()


def dependencies(name: str, requirements: Path, runtime_folder: str, local: bool) -> Path:
    """Return the folder of installed, pruned and compiled packages. Build it if its inputs have changed."""
    builders = b"".join(file.read_bytes() for file in (requirements, Path(__file__), LAYER / "package_edits.py"))
    key = hashlib.sha256(builders + sys.version.encode()).hexdigest()
    folder = DEPENDENCIES / "local" if local else DEPENDENCIES
    cached = folder / f"{name}-{key[:16]}"
    if not cached.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            merged = install_for_all(requirements, Path(scratch), (THIS_MACHINE,) if local else ARCHITECTURES)
            sibling_module("package_edits").edit(merged)
            prune(merged)
            compile_python(merged, merged, runtime_folder)
            keep_bytecode_only(merged)
            with contextlib.suppress(OSError):  # a parallel build has made the same folder
                merged.rename(cached)
        for outdated in folder.glob(f"{name}-*"):
            if outdated != cached:
                shutil.rmtree(outdated, ignore_errors=True)  # another build may remove it too
    return cached


def install_for_all(requirements: Path, scratch: Path, architectures: Sequence[str]) -> Path:
    """Install for each architecture, and merge the folders. Exit if a file differs between architectures."""
    merged, *others = (install(requirements, architecture, scratch / architecture) for architecture in architectures)
    for other in others:
        for file in [path for path in other.rglob("*") if path.is_file()]:
            merged_file = merged / file.relative_to(other)
            if not merged_file.exists():
                merged_file.parent.mkdir(parents=True, exist_ok=True)
                file.rename(merged_file)
            elif merged_file.read_bytes() != file.read_bytes() and not any(
                part.endswith(".dist-info") for part in merged_file.parts
            ):
                sys.exit(
                    f"{merged_file.relative_to(merged)} differs between architectures: one artifact cannot hold both"
                )
    return merged


def install(requirements: Path, architecture: str, target: Path) -> Path:
    """Install the requirements for an architecture. Return the target folder."""
    common = ["--target", str(target), "--requirement", str(requirements), "--no-deps", "--only-binary", ":all:"]
    if shutil.which("uv"):  # takes a sixth of pip's time
        command = ["uv", "pip", "install", "--quiet", "--python", sys.executable, "--link-mode", "copy", *common]
        if architecture != THIS_MACHINE:
            # A cache of its own. Other environments share the files of uv's; a file changed there would be deployed.
            command += ["--cache-dir", str(DEPENDENCIES / "uv")]
            command += ["--python-platform", f"{architecture}-manylinux_2_{GLIBC_MINORS[0]}"]
    else:
        platforms = [f"manylinux_2_{minor}_{architecture}" for minor in GLIBC_MINORS] + [
            f"manylinux2014_{architecture}"
        ]
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
        command += ["--root-user-action", "ignore", "--python-version", "3.13", "--implementation", "cp", *common]
        command += [f"--platform={platform}" for platform in platforms if architecture != THIS_MACHINE]
    subprocess.run(command, check=True)
    return target


def prune(packages: Path) -> None:
    """Remove files that are not read at run time."""
    read = {path: path.read_bytes() for pattern in METADATA_READ for path in packages.glob(pattern)}
    for pattern in [*UNREAD_PATHS, *(f"**/{name}" for name in UNREAD_NAMES)]:
        for path in list(packages.glob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for path, content in read.items():
        path.parent.mkdir()
        path.write_bytes(content)
    for service in (packages / "botocore" / "data").glob("*/"):
        if service.name not in AWS_SERVICES:
            shutil.rmtree(service)
    if (packages / "botocore").exists():
        shorten_descriptions(packages / "botocore" / "data")


def shorten_descriptions(data: Path) -> None:
    """Remove the endpoints of unused services and all documentation from botocore's data."""
    endpoints = json.loads((data / "endpoints.json").read_text())
    for partition in endpoints["partitions"]:
        partition["services"] = {
            name: endpoint for name, endpoint in partition["services"].items() if name in AWS_SERVICES
        }
    (data / "endpoints.json").write_text(json.dumps(endpoints, separators=(",", ":")))
    for path in data.rglob("*.json.gz"):
        description = without_prose(json.loads(gzip.decompress(path.read_bytes())))
        path.write_bytes(gzip.compress(json.dumps(description, separators=(",", ":")).encode(), mtime=0))


def build_catalog(layer: Path) -> None:
    """Validate the built layer's catalog. Store its objects for `lookup.py`, or exit with the errors."""
    source = layer / "easel/catalog/catalog.toml"
    command = [sys.executable, "-I", "-S", "-B", "-c", READ_CATALOG, str(layer), str(source)]
    read = subprocess.run(command, check=False, capture_output=True)
    if read.returncode:
        sys.exit(f"{source.name} is invalid:\n{read.stderr.decode()}")
    source.with_suffix(".pickle").write_bytes(read.stdout)
    source.unlink()


def keep_used_operations(data: Path) -> None:
    """Keep only the operations that Easel's code names, since botocore reads the services' data at each start."""
    sources = [*(LAYER / "easel").rglob("*.py"), *(LAYER.parents[1] / "functions").rglob("*.py")]
    words = {word.replace("_", "") for file in sources for word in re.findall(r"[a-z_0-9]+", file.read_text("utf-8"))}
    for path in data.glob("*/*/service-2.json.gz"):
        if path.parents[1].name not in UNNAMED_SERVICES:
            description = json.loads(gzip.decompress(path.read_bytes()))
            shorten(description, words)
            path.write_bytes(gzip.compress(json.dumps(description, separators=(",", ":")).encode(), mtime=0))


def shorten(description: dict[str, Any], words: set[str]) -> None:
    """Remove the operations that are not among `words`, and the shapes that no remaining operation uses."""
    operations = {name: entry for name, entry in description["operations"].items() if name.lower() in words}
    shapes = description["shapes"]
    used = {name for name, shape in shapes.items() if shape.get("exception")}
    waiting = [operations, *(shapes[name] for name in used)]
    while waiting:
        for name in set(shape_names(waiting.pop())) - used:
            used.add(name)
            waiting.append(shapes[name])
    description["operations"] = operations
    description["shapes"] = {name: shape for name, shape in shapes.items() if name in used}


def shape_names(value: Any) -> Iterator[str]:
    """Yield the shapes that a part of a description refers to."""
    if isinstance(value, dict):
        if isinstance(value.get("shape"), str):
            yield value["shape"]
        value = list(value.values())
    for item in value if isinstance(value, list) else []:
        yield from shape_names(item)


def without_prose(value: Any) -> Any:
    """Return the data with empty documentation. botocore needs the keys of some texts."""
    if isinstance(value, dict):
        return {
            key: "" if key == "documentation" and isinstance(item, str) else without_prose(item)
            for key, item in value.items()
        }
    return [without_prose(item) for item in value] if isinstance(value, list) else value


def compile_python(path: Path, root: Path, runtime_folder: str) -> None:
    """Compile a file or folder below `root`, which is `runtime_folder` in Lambda. Exit on a syntax error."""
    options: dict[str, Any] = {
        "quiet": 1,
        "invalidation_mode": py_compile.PycInvalidationMode.UNCHECKED_HASH,
        "stripdir": str(root),
        "prependdir": runtime_folder,
    }
    if path.is_dir():
        compiled = compileall.compile_dir(path, maxlevels=99, **options)
    else:
        compiled = path.suffix != ".py" or compileall.compile_file(path, **options)
    if not compiled:
        sys.exit(f"{path} does not compile")


def keep_bytecode_only(packages: Path) -> None:
    """Replace the packages' sources with their bytecode. This halves their size and the files read for each import."""
    for source in packages.rglob("*.py"):
        if not any(source.relative_to(packages).match(each) for each in SOURCES_READ):
            Path(importlib.util.cache_from_source(str(source))).rename(source.with_suffix(".pyc"))
            source.unlink()
    for emptied in [path for path in packages.rglob("__pycache__") if not any(path.iterdir())]:
        emptied.rmdir()


if __name__ == "__main__":
    main()
