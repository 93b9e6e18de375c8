"""Edits of installed packages: work that they do at every cold start and that no function needs.

Each edit names its file. A build fails where a new release no longer holds what an edit replaces.
"""

import ast
import sys
from pathlib import Path

REPLACED = {
    # FastAPI builds its models of OpenAPI as they are defined, most of them several times over. Deferred, they are
    # built once, still at import: the file's last lines call `model_rebuild`.
    "fastapi/openapi/models.py": (
        'model_config = {"extra": "allow"}',
        'model_config = {"extra": "allow", "defer_build": True}',
    ),
}
"""A text to replace and its replacement, by file."""
ONLY_FOR_TYPE_CHECKERS = ("pydantic_core/core_schema.py",)
"""Modules whose `TypedDict` classes have keys that only type checkers read. Python compiles each key's annotation."""


def edit(packages: Path) -> None:
    for name, (old, new) in REPLACED.items():
        file = packages / name
        if file.exists():
            file.write_text(replaced(file.read_text("utf-8"), old, new, name), "utf-8")
    for name in ONLY_FOR_TYPE_CHECKERS:
        file = packages / name
        if file.exists():
            file.write_text(without_keys(file.read_text("utf-8")), "utf-8")


def replaced(source: str, old: str, new: str, name: str) -> str:
    if source.count(old) != 1:
        sys.exit(f"{name} does not hold {old!r} once: see {Path(__file__).name}")
    return source.replace(old, new)


def without_keys(source: str) -> str:
    """The source, with every `TypedDict` class left empty."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and "TypedDict" in [ast.unparse(base) for base in node.bases]:
            node.body = [ast.Pass()]
    return ast.unparse(tree)
