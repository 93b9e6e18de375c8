"""Build the layer or one function. `sam build` calls this through the Makefile in each folder.

    python3.13 build_artifact.py SOURCE ARTIFACT [--local]      (needs pip, or uv, and nothing else)

Three things set these artifacts apart from what SAM would make by itself:
- One artifact for arm64 and x86_64, since SAM tells a Makefile no architecture, and `make run` and `sam local` run on
  the builder's own what is deployed on the other. Every package is installed for both, and native modules, which bear
  the architecture in their name, lie side by side: pydantic's in the router, 4.6 MB more than one architecture's.
  Libraries of a wheel's own have a digest in their name instead.
- Bytecode. Lambda's code folders are read-only, so without it every cold start would compile every module again.
  It is "unchecked": Python trusts it whatever the files' times, which packing and unpacking change. Packages come
  without their sources, which only tracebacks would show.
- Nothing that no one reads at run time: `UNREAD_NAMES` and what follows it. `package_edits.py` takes work away.

Installed packages are kept in `.aws-sam/dependencies`, so building again only copies them.
`--local` is for `make run`: the same files for this machine alone, out of uv's cache. They are kept apart.
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
OWN = "own"  # this machine's architecture
GLIBC = (34, 28, 17)  # of Amazon Linux 2023, where Lambda's Python 3.13 runs, and the older ones that wheels name

LAYER = Path(__file__).resolve().parent
DEPENDENCIES = LAYER.parents[1] / ".aws-sam" / "dependencies"

# What is dropped: by name, wherever it is, or by path from the top.
UNREAD_NAMES = (
    "__pycache__", "tests", "*.dist-info", "*.pyi", "py.typed", "*.md", "*.rst", "*.c", "*.pyx", ".agents", ".lock",
)  # fmt: skip
UNREAD_PATHS = (
    "bin",
    "aws_lambda_powertools/event_handler",  # another web framework
    "aws_lambda_powertools/utilities/[!_j]*",  # all but jmespath_utils, which logging uses
    "anyio/_backends/_trio.py",  # another event loop
    "anyio/pytest_plugin.py",
    "botocore/cacert.pem",  # certifi's is taken
    *(f"botocore/data/*/*/{name}-[12]*.json" for name in ("examples", "paginators", "waiters")),
    "botocore/data/dynamodb/*/endpoint-rule-set-1.json.gz",  # `easel.common.aws` does without the rules of these two
    "botocore/data/lambda/*/endpoint-rule-set-1.json.gz",
    *(f"PIL/_{name}.*.so" for name in ("avif", "imagingcms", "imagingft", "imagingmath", "imagingmorph", "imagingtk")),
    *(f"pillow.libs/lib{name}-*" for name in ("avif", "brotlicommon", "brotlidec", "freetype", "harfbuzz")),
    *(f"pillow.libs/lib{name}-*" for name in ("lcms2", "png16")),  # of the modules above
    "dateutil/rrule.py",
    "dateutil/zoneinfo/*.tar.gz",
    "pydantic/mypy.py",
    "pydantic/v1",  # FastAPI would look for old models with it, at 80 ms per start
    "yaml/_yaml.*.so",  # 5 MB of optional speed, for packages that parse no YAML here
)
METADATA_READ = ("opentelemetry_api-*.dist-info/entry_points.txt",)  # of plugins
SOURCES_READ = ("anyio/__init__.py", "anyio/*/__init__.py")  # they learn from their source what to import later
# The AWS services Easel talks to; botocore describes four hundred, and reads its list of endpoints at every start.
AWS_SERVICES = ("dynamodb", "events", "lambda", "s3", "sqs", "ssm", "stepfunctions", "sts")

UNNAMED_SERVICES = ("sts",)  # called by botocore, if at all

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
"""Run with the built layer, whose pydantic validates the catalog. The builder's own Python may have none."""

# What `make page` makes the playground's dist/ from.
PAGE_SOURCES = ("src", "build.mjs", "package.json", "package-lock.json", "node_modules")


def main() -> None:
    source, artifact = (Path(argument).resolve() for argument in sys.argv[1:3])
    local = sys.argv[3:] == ["--local"]
    is_layer = source == LAYER
    # Bytecode names its source as Lambda sees it: right in tracebacks, and nothing to correct at import.
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
    keep_compressed(target)
    if is_layer:
        build_catalog(target)
        beside("certificates").spread(target / "certifi/cacert.pem", target / "easel/common/certificates")
        keep_used_operations(target / "botocore/data")


def beside(name: str) -> Any:
    """Return a module of this folder, which `-P` keeps off the path."""
    if str(LAYER) not in sys.path:
        sys.path.append(str(LAYER))
    return importlib.import_module(name)


def own_files(source: Path) -> Iterator[Path]:
    build_files = {"Makefile", "requirements.txt", "__pycache__", "batch.asl.json"}
    return (path for path in source.iterdir() if path.name not in build_files and not path.name.startswith("."))


def keep_compressed(target: Path) -> None:
    """Keep the large files that browsers read as they are sent: a third of the size, and no work later."""
    for file in target.glob("playground/dist/*.*s"):
        file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(file.read_bytes(), mtime=0))
        file.unlink()


def dependencies(name: str, requirements: Path, runtime_folder: str, local: bool) -> Path:
    """Return the folder of installed, pruned and compiled packages. It is rebuilt if its inputs have changed."""
    builders = b"".join(file.read_bytes() for file in (requirements, Path(__file__), LAYER / "package_edits.py"))
    key = hashlib.sha256(builders + sys.version.encode()).hexdigest()
    folder = DEPENDENCIES / "local" if local else DEPENDENCIES
    kept = folder / f"{name}-{key[:16]}"
    if not kept.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            merged = install_for_all(requirements, Path(scratch), (OWN,) if local else ARCHITECTURES)
            beside("package_edits").edit(merged)
            prune(merged)
            compile_python(merged, merged, runtime_folder)
            leave_bytecode_alone(merged)
            with contextlib.suppress(OSError):  # a parallel build was faster; the files are the same
                merged.rename(kept)
        for outdated in folder.glob(f"{name}-*"):
            if outdated != kept:
                shutil.rmtree(outdated, ignore_errors=True)  # the other build may be removing it as well
    return kept


def install_for_all(requirements: Path, scratch: Path, architectures: Sequence[str]) -> Path:
    """Install for each architecture, then lay the folders over one another."""
    merged, *others = (install(requirements, architecture, scratch / architecture) for architecture in architectures)
    for other in others:
        for file in [path for path in other.rglob("*") if path.is_file()]:
            twin = merged / file.relative_to(other)
            if not twin.exists():
                twin.parent.mkdir(parents=True, exist_ok=True)
                file.rename(twin)
            elif twin.read_bytes() != file.read_bytes() and not any(part.endswith(".dist-info") for part in twin.parts):
                sys.exit(f"{twin.relative_to(merged)} differs between architectures: one artifact cannot hold both")
    return merged


def install(requirements: Path, architecture: str, target: Path) -> Path:
    common = ["--target", str(target), "--requirement", str(requirements), "--no-deps", "--only-binary", ":all:"]
    uv = ["uv", "pip", "install", "--quiet", "--python", sys.executable]
    if architecture == OWN and shutil.which("uv"):
        command = [*uv, "--link-mode", "copy", *common]
    elif importlib.util.find_spec("pip"):
        platforms = [f"manylinux_2_{minor}_{architecture}" for minor in GLIBC] + [f"manylinux2014_{architecture}"]
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
        command += ["--root-user-action", "ignore", "--python-version", "3.13", "--implementation", "cp", *common]
        command += [f"--platform={platform}" for platform in platforms if architecture != OWN]
    else:
        # Not uv's cache: environments on this machine share its files, so whatever changed one there would be shipped.
        command = [*uv, "--no-cache", "--python-platform", f"{architecture}-manylinux_2_{GLIBC[0]}", *common]
    subprocess.run(command, check=True)
    return target


def prune(packages: Path) -> None:
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
    """Leaves out what no call needs of the AWS services' descriptions: other services' endpoints, and all prose."""
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
    """Validate the built layer's catalog, and keep its objects for `lookup.py`; fail with what is wrong, by name."""
    source = layer / "easel/catalog/catalog.toml"
    command = [sys.executable, "-I", "-S", "-B", "-c", READ_CATALOG, str(layer), str(source)]
    read = subprocess.run(command, check=False, capture_output=True)
    if read.returncode:
        sys.exit(f"{source.name} is refused:\n{read.stderr.decode()}")
    source.with_suffix(".pickle").write_bytes(read.stdout)
    source.unlink()


def keep_used_operations(data: Path) -> None:
    """Keep only the operations that Easel's code names. botocore reads the services' descriptions at every start."""
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
    """With empty texts: some of them botocore asks for by name."""
    if isinstance(value, dict):
        return {
            key: "" if key == "documentation" and isinstance(item, str) else without_prose(item)
            for key, item in value.items()
        }
    return [without_prose(item) for item in value] if isinstance(value, list) else value


def compile_python(path: Path, root: Path, runtime_folder: str) -> None:
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


def leave_bytecode_alone(packages: Path) -> None:
    """Drop the packages' sources: half of their size, and a look at two files for each import."""
    for source in packages.rglob("*.py"):
        if not any(source.relative_to(packages).match(each) for each in SOURCES_READ):
            Path(importlib.util.cache_from_source(str(source))).rename(source.with_suffix(".pyc"))
            source.unlink()
    for emptied in [path for path in packages.rglob("__pycache__") if not any(path.iterdir())]:
        emptied.rmdir()


if __name__ == "__main__":
    main()
