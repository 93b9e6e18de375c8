"""Static files for browsers: compressed, at addresses that contain a digest of their content.

An HTTP API neither compresses nor caches. Each concurrent call needs its own function environment, and a new account
may run ten. Therefore `make page` bundles the page's modules into one script with esbuild
(docs/decisions/page-modules.md), and a browser requests each file once and caches it.
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
    "webp": "image/webp",
    "woff2": "font/woff2",
}
FILES = {
    "app.css": "style.css",
    "app.js": "dist/app.js",
    "docs.css": "docs.css",
    "docs.js": "docs.js",
    "heading.woff2": "dist/heading.woff2",
    "icon.svg": "icon.svg",
    "samples.webp": "samples.webp",
    "swagger-ui.css": "dist/swagger-ui.css",
    "swagger-ui.js": "dist/swagger-ui.js",
}
"""Served names, with each file's path in the folder."""


@dataclass(frozen=True)
class StaticFile:
    """A file to serve."""

    name: str
    content: bytes = field(repr=False)
    compressed: bytes = field(repr=False)

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()[:16]

    @property
    def path(self) -> str:
        """The file's address. It changes with the content."""
        return f"/assets/{self.digest}/{self.name}"

    @property
    def content_type(self) -> str:
        return TYPES[self.name.rpartition(".")[2]]


def file(name: str) -> StaticFile | None:
    """Return the file of that name, or None."""
    return _file(name) if name in FILES else None


@cache
def _file(name: str) -> StaticFile:
    path = FOLDER / FILES[name]
    compressed = path.with_name(f"{path.name}.gz")
    if compressed.is_file():  # a built artifact has large files only in compressed form
        return StaticFile(name, gzip.decompress(compressed.read_bytes()), compressed.read_bytes())
    return compressed_file(name, _linked(path) if path.name == "style.css" else path.read_bytes())


def compressed_file(name: str, content: bytes) -> StaticFile:
    return StaticFile(name, content, gzip.compress(content, 9, mtime=0))


@cache
def page(name: str) -> StaticFile:
    """Return an HTML page."""
    return compressed_file(name, _linked(FOLDER / name))


def _linked(path: Path) -> bytes:
    """Return a page or style sheet with placeholders such as `{{app.js}}` replaced by the files' addresses."""
    return re.sub(r"\{\{([\w.-]+)\}\}", lambda match: _file(match[1]).path, path.read_text("utf-8")).encode()
