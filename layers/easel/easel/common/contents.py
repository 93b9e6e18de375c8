"""Contents that may be large, such as pictures. Up to `IN_MEMORY` they are bytes, beyond that a temporary file."""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import IO, overload

IN_MEMORY = 4 * 1024 * 1024
PIECE = 256 * 1024
"""Bytes of a large content that are read at once."""
WINDOW = 64 * 1024
"""Bytes that are kept for reads of a few bytes each."""


class FileContent:
    """The content of a temporary file, which is read like bytes: its length, slices and single bytes."""

    def __init__(self) -> None:
        import tempfile  # needed by large contents only

        self.file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  the finalizer closes it
        weakref.finalize(self, self.file.close)
        self._size = 0
        self._window = b""
        self._at = 0

    def append(self, piece: bytes | memoryview) -> None:
        """Add a piece at the end, before anything is read."""
        self.file.write(piece)
        self._size += len(piece)

    def __len__(self) -> int:
        return self._size

    @overload
    def __getitem__(self, index: int) -> int: ...
    @overload
    def __getitem__(self, index: slice) -> bytes: ...
    def __getitem__(self, index: int | slice) -> int | bytes:
        if isinstance(index, int):
            return self._read(*slice(index, index + 1).indices(self._size)[:2])[0]
        return self._read(*index.indices(self._size)[:2])

    def _read(self, start: int, end: int) -> bytes:
        end = max(start, end)
        if (size := end - start) > WINDOW:
            self.file.seek(start)
            return self.file.read(size)
        if not self._at <= start <= end <= self._at + len(self._window):
            self.file.seek(start)
            self._at, self._window = start, self.file.read(WINDOW)
        return self._window[start - self._at : end - self._at]


Content = bytes | FileContent


class Collector:
    """Collects the pieces of a content whose length is not known."""

    def __init__(self) -> None:
        self._small = BytesIO()
        self._large: FileContent | None = None
        self.length = 0

    def add(self, piece: bytes | memoryview) -> None:
        self.length += len(piece)
        if self._large is None and self.length > IN_MEMORY:
            self._large = FileContent()
            self._large.append(self._small.getvalue())
            self._small.close()
        if self._large is None:
            self._small.write(piece)
        else:
            self._large.append(piece)

    def content(self) -> Content:
        """Return what was collected."""
        return self._small.getvalue() if self._large is None else self._large


def collected(pieces: Iterable[bytes | memoryview]) -> Content:
    """Return pieces as one content."""
    collector = Collector()
    for piece in pieces:
        collector.add(piece)
    return collector.content()


def view(content: Content) -> memoryview:
    """Return a view of a content. The view of a file reads what is used of it."""
    if isinstance(content, bytes):
        return memoryview(content)
    import mmap  # needed by large contents only

    content.file.flush()
    return memoryview(mmap.mmap(content.file.fileno(), 0, access=mmap.ACCESS_READ))


def rfind(content: Content, text: bytes) -> int:
    """Return where a text is last in a content, or -1."""
    for at in range((len(content) - 1) // PIECE * PIECE, -1, -PIECE):
        if (place := content[at : at + PIECE + len(text) - 1].rfind(text)) >= 0:
            return at + place
    return -1


def pieces(content: Content, start: int = 0, end: int | None = None) -> Iterator[bytes]:
    """Yield a part of a content in pieces of at most `PIECE` bytes."""
    end = len(content) if end is None else end
    for at in range(start, end, PIECE):
        yield content[at : min(at + PIECE, end)]
