"""README and the pages under `docs/`: their texts, tables and blocks of code."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tests.harness.template import ROOT

Row = dict[str, str]

FILES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
TEXTS: Mapping[str, str] = {str(file.relative_to(ROOT)): file.read_text("utf-8") for file in FILES}
"""The documents' texts, by path."""
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def tables(text: str) -> list[tuple[str, list[Row]]]:
    """Return every table as (the heading above it, its rows by column)."""
    result: list[tuple[str, list[Row]]] = []
    heading, columns = "", list[str]()
    for line in text.splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip())[1:-1]]
        if line.startswith("#"):
            heading = line.lstrip("# ")
        if not cells:
            columns = []
        elif not columns:
            columns = cells
            result.append((heading, []))
        elif not all(re.fullmatch(r":?-+:?", cell) for cell in cells):
            result[-1][1].append(dict(zip(columns, cells, strict=True)))
    return result


def blocks(language: str, path: str | None = None) -> list[tuple[str, str]]:
    """Return the blocks of code in that language, as (path, text), in their order."""
    chosen = TEXTS if path is None else {path: TEXTS[path]}
    return [
        (where, text) for where, content in chosen.items() for kind, text in _BLOCK.findall(content) if kind == language
    ]


def linked(path: str) -> set[str]:
    """Return the paths of the repository's files that a document links to."""
    targets = re.findall(r"\]\(([^)#\s]+)", TEXTS[path])
    files = [((ROOT / path).parent / target).resolve() for target in targets if "://" not in target]
    return {str(file.relative_to(ROOT)) for file in files if file.is_relative_to(ROOT)}


def anchors(text: str) -> set[str]:
    """Return the anchors of the text's headings, as GitHub derives them."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
