"""The files that a browser gets: the page's modules joined into one, and each file compressed, at its own address.

An HTTP API neither compresses nor caches, and starts one function for each call that comes at the same time; a new
account may run ten of them at once. Therefore the page is three files and not thirty, and each has a digest of its
content in its address, so that a browser asks for it once and keeps it for ever.

Joining needs no tool: every module becomes a function that returns what it exports, in the order in which they need
one another. It takes the forms of `import` and `export` that the page's modules and its packages use, and no others.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).with_name("playground")
TYPES = {
    "css": "text/css; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
FILES = {
    "app.css": "style.css",
    "docs.css": "docs.css",
    "docs.js": "docs.js",
    "icon.svg": "icon.svg",
    "swagger-ui.css": "vendor/swagger-ui.css",
    "swagger-ui.js": "vendor/swagger-ui.js",
}
"""What is served as it lies there, beside the joined `app.js`."""
PACKAGES = {
    "preact": "vendor/preact.mjs",
    "preact/hooks": "vendor/preact-hooks.mjs",
    "htm": "vendor/htm.mjs",
    "@preact/signals-core": "vendor/signals-core.mjs",
    "@preact/signals": "vendor/signals.mjs",
}
_IMPORT = re.compile(r'\bimport\s*(\{[^}]*\}|[\w$]+)\s*from\s*"([^"]+)";?')
_REEXPORT = re.compile(r'\bexport\s*\{([^}]*)\}\s*from\s*"([^"]+)";?')
_EXPORT_LIST = re.compile(r"\bexport\s*\{([^}]*)\};?")
_EXPORT_DEFAULT = re.compile(r"\bexport default\b")
_EXPORT_DECLARATION = re.compile(r"^export ((?:async )?function|const|class) ([\w$]+)", re.MULTILINE)
_SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*$|/{2}# sourceMappingURL=\S+\s*$", re.MULTILINE)


@dataclass(frozen=True)
class File:
    """A file as it is served."""

    name: str
    content: bytes = field(repr=False)
    compressed: bytes = field(repr=False)

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()[:16]

    @property
    def path(self) -> str:
        """Its address, which changes with its content."""
        return f"/assets/{self.digest}/{self.name}"

    @property
    def content_type(self) -> str:
        return TYPES[self.name.rpartition(".")[2]]


def file(name: str) -> File | None:
    """The file of that name, None where there is none."""
    if name == "app.js" or name in FILES:
        return _file(name)
    return None


@cache
def _file(name: str) -> File:
    if name == "app.js":
        return made(name, joined("main.js").encode())
    kept = FOLDER / f"{FILES[name]}.gz"
    if kept.is_file():  # a large file, in a built artifact: as it is sent
        return File(name, gzip.decompress(kept.read_bytes()), kept.read_bytes())
    return made(name, (FOLDER / FILES[name]).read_bytes())


def made(name: str, content: bytes) -> File:
    return File(name, content, gzip.compress(content, 9, mtime=0))


@cache
def page(name: str) -> File:
    """A page of the folder, with the addresses of the files it names as `{{app.js}}`."""

    def address(found: re.Match[str]) -> str:
        return _file(found[1]).path

    text = (FOLDER / name).read_text("utf-8")
    return made(name, re.sub(r"\{\{([\w.-]+)\}\}", address, text).encode())


def joined(entry: str) -> str:
    """A module and all that it imports, as one script; raises `ValueError` where that cannot be."""
    parts: dict[str, str] = {}
    _collect(entry, parts, ())
    return '"use strict";\n(() => {\n' + "\n".join(parts.values()) + "\n})();\n"


def _collect(name: str, parts: dict[str, str], above: tuple[str, ...]) -> None:
    """Adds a module after the ones that it needs."""
    if name in above:
        raise ValueError(f"modules import one another in a circle: {' -> '.join((*above, name))}")
    if name in parts:
        return
    text = _SOURCE_MAP.sub("", (FOLDER / name).read_text("utf-8")).strip()
    for pattern in (_IMPORT, _REEXPORT):
        for found in pattern.finditer(text):
            _collect(_resolved(found[2]), parts, (*above, name))
    parts[name] = _as_function(name, text)


def _resolved(specifier: str) -> str:
    return PACKAGES.get(specifier) or specifier.removeprefix("./")


def _as_function(name: str, text: str) -> str:
    """`const $name = (() => { … return { exported }; })();`"""
    exported: list[str] = []

    def reexport(found: re.Match[str]) -> str:
        names = _pairs(found[1])
        exported.extend(outside for _, outside in names)
        taken = ", ".join(f"{inside}: {outside}" for inside, outside in names)
        return f"const {{ {taken} }} = {_variable(_resolved(found[2]))};"

    def export_list(found: re.Match[str]) -> str:
        exported.extend(f"{outside}: {inside}" for inside, outside in _pairs(found[1]))
        return ""

    def export_declaration(found: re.Match[str]) -> str:
        exported.append(found[2])
        return f"{found[1]} {found[2]}"

    text = _IMPORT.sub(_taken, text)
    text = _REEXPORT.sub(reexport, text)
    text = _EXPORT_LIST.sub(export_list, text)
    text = _EXPORT_DECLARATION.sub(export_declaration, text)
    text, defaults = _EXPORT_DEFAULT.subn("const $default =", text)
    exported += ["default: $default"] * defaults
    return f"// {name}\nconst {_variable(name)} = (() => {{\n{text}\nreturn {{ {', '.join(exported)} }};\n}})();"


def _taken(found: re.Match[str]) -> str:
    """An import as a declaration."""
    source = _variable(_resolved(found[2]))
    if not found[1].startswith("{"):
        return f"const {found[1]} = {source}.default;"
    return f"const {{ {', '.join(f'{inside}: {outside}' for inside, outside in _pairs(found[1][1:-1]))} }} = {source};"


def _pairs(names: str) -> list[tuple[str, str]]:
    """`a, b as c` as `[("a", "a"), ("b", "c")]`."""
    split = [part.split(" as ") for part in names.split(",") if part.strip()]
    return [(part[0].strip(), part[-1].strip()) for part in split]


def _variable(name: str) -> str:
    return "$" + re.sub(r"\W", "_", name)
