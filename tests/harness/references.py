"""Find broken references in the repository's texts: to files, Python modules and headings of documents.

Only comments and docstrings of Python files are read. Other files are read completely.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from tests.harness.documents import anchors

FOLDERS = (".ci", ".github", "cli", "docs", "events", "findings", "functions", "layers", "local", "tests")
SUFFIXES = frozenset({"", ".css", ".html", ".js", ".json", ".md", ".mjs", ".py", ".sh", ".toml", ".yaml", ".yml"})
EXCLUDED = frozenset({"__pycache__", "node_modules", "dist", "package-lock.json"})
EXAMPLE = re.compile(r"acme", re.IGNORECASE)
"""The invented provider in docs/inside/adding-a-provider.md."""
_PATH = re.compile(rf"(?<![\w/.@$~*}}-])(?:{'|'.join(map(re.escape, FOLDERS))})/[\w./*{{}}<>…-]*(?:#[\w-]+)?")
_PLACEHOLDER = re.compile(r"\{[^}]*\}|<[^>]*>|…|\*+")
_MODULE = re.compile(r"(?:`|-m )((?:easel|local|cli|tests)(?:\.[a-z_0-9]+)(?:\.\w+)*)(?![\w{])")
_FILE_NAME = re.compile(r"(?<![\w/.*{}<>-])\w[\w-]*\.(?:py|md)\b")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_BLOCKS = ("body", "handlers", "orelse", "finalbody", "cases")
"""The fields of a node that hold statements."""


@dataclass(frozen=True)
class Text:
    """A part of a file that people read. `name` is the file's path in the repository, `line` the part's first line."""

    file: Path
    name: str
    line: int
    content: str

    def place(self, at: int) -> str:
        """Return the file and line of an offset in the part."""
        newlines = self.content.count("\n", 0, at)
        return f"{self.name}:{self.line + newlines}"


class Repository:
    """The files in a folder, and the references in their texts."""

    def __init__(self, root: Path) -> None:
        self.root = root
        folders = [root / name for name in FOLDERS if (root / name).is_dir()]
        paths = [*root.iterdir(), *(file for folder in folders for file in folder.rglob("*"))]
        self.files = sorted(file for file in paths if self._is_text(file))
        self._names = {file.name for file in self.files}

    def _is_text(self, file: Path) -> bool:
        parts = file.relative_to(self.root).parts
        return file.suffix in SUFFIXES and EXCLUDED.isdisjoint(parts) and file.is_file() and file.name != ".git"

    def broken(self) -> list[str]:
        """Return the broken references, as `file:line refers to …`."""
        checks: tuple[Callable[[Text], Iterator[tuple[int, str]]], ...] = (
            self._paths,
            self._modules,
            self._file_names,
            self._links,
        )
        return [
            f"{text.place(at)} refers to {target}, which does not exist"
            for text in self.texts()
            for check in checks
            for at, target in check(text)
            if not EXAMPLE.search(target)
        ]

    def texts(self) -> Iterator[Text]:
        for file in self.files:
            content, name = file.read_text("utf-8"), str(file.relative_to(self.root))
            for line, prose in _prose(content) if file.suffix == ".py" else [(1, content)]:
                yield Text(file, name, line, prose)

    def _paths(self, text: Text) -> Iterator[tuple[int, str]]:
        for match in _PATH.finditer(text.content):
            path, _, heading = match[0].partition("#")
            path = path.rstrip(".…-")
            if not self._exists(path) or (heading and heading not in headings(self.root / path)):
                yield match.start(), match[0]

    def _exists(self, path: str) -> bool:
        pattern = _PLACEHOLDER.sub("*", path).rstrip("/")
        if "*" not in pattern:
            return (self.root / pattern).exists()
        return next(self.root.glob(pattern), None) is not None

    def _modules(self, text: Text) -> Iterator[tuple[int, str]]:
        for match in _MODULE.finditer(text.content):
            if not self._is_module(match[1].split(".")):
                yield match.start(), match[1]

    def _is_module(self, names: list[str]) -> bool:
        """Return whether the dotted names lead to a module, or to a name in a module."""
        path = self.root / ("layers/easel/easel" if names[0] == "easel" else names[0])
        rest = names[1:]
        while rest and (path / rest[0]).is_dir():
            path /= rest.pop(0)
        if rest and (path / f"{rest[0]}.py").is_file():
            path /= f"{rest.pop(0)}.py"
        else:
            path /= "__init__.py"
        return path.is_file() and (not rest or bool(re.search(rf"\b{rest[0]}\b", path.read_text("utf-8"))))

    def _file_names(self, text: Text) -> Iterator[tuple[int, str]]:
        if text.file.suffix not in {".py", ".md", ".toml"}:
            return
        for match in _FILE_NAME.finditer(text.content):
            if match[0] not in self._names:
                yield match.start(), match[0]

    def _links(self, text: Text) -> Iterator[tuple[int, str]]:
        if text.file.suffix != ".md":
            return
        for match in _LINK.finditer(text.content):
            if urlsplit(match[1]).scheme:
                continue
            path, _, heading = match[1].partition("#")
            target = (text.file.parent / path).resolve() if path else text.file
            inside = target.is_relative_to(self.root.resolve())
            if not (inside and target.exists()) or (heading and heading not in headings(target)):
                yield match.start(), match[1]


@cache
def headings(file: Path) -> frozenset[str]:
    """Return the anchors of a document's headings."""
    return frozenset(anchors(file.read_text("utf-8"))) if file.suffix == ".md" and file.is_file() else frozenset()


@cache
def _prose(source: str) -> tuple[tuple[int, str], ...]:
    """Return the comments and docstrings, including those of attributes, with their lines."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline) if "#" in source else ()
    comments = ((token.start[0], token.string) for token in tokens if token.type == tokenize.COMMENT)
    return (*comments, *_docstrings(ast.parse(source)))


def _docstrings(block: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the strings that are statements. Only statements are searched, which are a tenth of the nodes."""
    for name in _BLOCKS:
        for node in getattr(block, name, ()):
            if isinstance(node, ast.Expr):
                if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
                    yield node.lineno, node.value.value
            else:
                yield from _docstrings(node)
