"""Edit installed packages, to remove work that they do at each cold start and that no function needs.

Each edit names its file. The build fails if a new release of a package lacks the text that an edit replaces.
"""

import ast
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

REPLACED = (
    # FastAPI builds its models of OpenAPI when they are defined, most of them several times. With `defer_build`, and
    # without `model_rebuild` in the file's last lines, each is built at its first use.
    (
        "fastapi/openapi/models.py",
        'model_config = {"extra": "allow"}',
        'model_config = {"extra": "allow", "defer_build": True}',
    ),
    ("fastapi/openapi/models.py", "Schema.model_rebuild()\nOperation.model_rebuild()\nEncoding.model_rebuild()\n", ""),
    # botocore imports its generator of documentation. No function needs it.
    ("botocore/docs/__init__.py", "from botocore.docs.service import ServiceDocumenter", ""),
    (
        "botocore/docs/docstring.py",
        """from botocore.docs.bcdoc.restdoc import DocumentStructure
from botocore.docs.method import document_model_driven_method
from botocore.docs.paginator import document_paginate_method
from botocore.docs.waiter import document_wait_method""",
        "",
    ),
    # Importing `importlib.metadata` takes long. pydantic needs it for plugins, which `easel/__init__.py` disables, and
    # for e-mail addresses, which Easel does not use. urllib3 needs it for HTTP/2, which botocore does not use. So each
    # imports it when it needs it.
    ("pydantic/networks.py", "from importlib.metadata import version", ""),
    (
        "pydantic/networks.py",
        "    try:\n        import email_validator\n",
        "    from importlib.metadata import version\n\n    try:\n        import email_validator\n",
    ),
    ("pydantic/plugin/_loader.py", "import importlib.metadata as importlib_metadata", ""),
    (
        "pydantic/plugin/_loader.py",
        "            for dist in importlib_metadata.distributions():",
        """            import importlib.metadata as importlib_metadata

            for dist in importlib_metadata.distributions():""",
    ),
    ("urllib3/http2/__init__.py", "from importlib.metadata import version", ""),
    (
        "urllib3/http2/__init__.py",
        '    h2_version = version("h2")',
        """    from importlib.metadata import version

    h2_version = version("h2")""",
    ),
)
"""Files, each with a text to replace and its replacement."""
VERSIONS = {"httpcore2": "__init__.py", "httpx2": "__version__.py"}
"""Packages that look up their version in their metadata at import, and the file that does so."""
ONLY_FOR_TYPE_CHECKERS = ("pydantic_core/core_schema.py",)
"""Modules with `TypedDict` classes whose keys only type checkers read. Their annotations take time at import."""

UNUSED_PARTS = (("httpcore2/__init__.py", "_async", ()), ("httpx2/__init__.py", "_alias", ("alias_httpx",)))
"""Files, each with a module that it imports and no function needs, and the names of a `*` import.

The asynchronous half of httpcore2 takes as long to import as the other half, and Easel's clients block in threads. The
module that makes `httpx` an alias of httpx2 imports `importlib.resources`."""

EMPTIED = ("mcp/__init__.py", "mcp/server/__init__.py")
"""Files that only import names from other modules: the client, a second kind of server, and cryptography."""


def edit(packages: Path) -> None:
    """Apply all edits to the installed packages in a folder."""
    for name, old, new in REPLACED:
        rewrite(packages / name, partial(replaced, old=old, new=new, name=name))
    for package, file in VERSIONS.items():
        rewrite(packages / package / file, partial(with_version, packages=packages, package=package))
    for name in ONLY_FOR_TYPE_CHECKERS:
        rewrite(packages / name, without_keys)
    for name, part, starred in UNUSED_PARTS:
        rewrite(packages / name, partial(without_part, part=part, starred=starred, name=name))
    for name in EMPTIED:
        rewrite(packages / name, lambda source: "")


def rewrite(file: Path, change: Callable[[str], str]) -> None:
    """Change a file if its package is installed."""
    if file.exists():
        file.write_text(change(file.read_text("utf-8")), "utf-8")


def with_version(source: str, packages: Path, package: str) -> str:
    """Return the source with the package's version in place of the look-up."""
    (metadata,) = packages.glob(f"{package}-*.dist-info")
    number = metadata.name.removeprefix(f"{package}-").removesuffix(".dist-info")
    source = replaced(source, "from importlib.metadata import version", "", package)
    return replaced(source, f'version("{package}")', repr(number), package)


def replaced(source: str, old: str, new: str, name: str) -> str:
    """Replace a text that must occur exactly once. Exit with the file's name otherwise."""
    if source.count(old) != 1:
        sys.exit(f"{name} must contain {old!r} exactly once; change the edit in {Path(__file__).name}")
    return source.replace(old, new)


def without_part(source: str, part: str, starred: tuple[str, ...], name: str) -> str:
    """Return the source without the import from `.{part}`, and without the imported names in `__all__`."""
    tree = ast.parse(source)
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module == part]
    if len(imports) != 1:
        sys.exit(f"{name} must import {part} exactly once; change the edit in {Path(__file__).name}")
    tree.body.remove(imports[0])
    names = {*starred, *(alias.name for alias in imports[0].names)}
    for node in ast.walk(tree):
        if isinstance(node, ast.List):
            node.elts = [each for each in node.elts if not (isinstance(each, ast.Constant) and each.value in names)]
    return ast.unparse(tree)


def without_keys(source: str) -> str:
    """Return the source with empty `TypedDict` classes."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and "TypedDict" in [ast.unparse(base) for base in node.bases]:
            node.body = [ast.Pass()]
    return ast.unparse(tree)
