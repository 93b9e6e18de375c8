"""Contents that may be large, such as pictures: bytes up to `MAX_IN_MEMORY`, otherwise a temporary file."""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import IO, overload

MAX_IN_MEMORY = 4 * 1024 * 1024
"""Maximum size in bytes of a content in memory."""
PIECE_BYTES = 256 * 1024
"""Maximum bytes of a piece that is read from a content."""
BUFFER_BYTES = 64 * 1024
"""Bytes of a file that are buffered, so that reads of a few bytes each are fast."""


class FileContent:
    """The content of a temporary file. Like bytes, it has a length, slices and single bytes."""

    def __init__(self) -> None:
        import tempfile  # only for large contents

        self.file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  the finalizer closes it
        weakref.finalize(self, self.file.close)
        self._size = 0
        self._buffer = b""
        self._at = 0

    def append(self, piece: bytes | memoryview) -> None:
        """Add a piece at the end. Call this only before the first read."""
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
        if (size := end - start) > BUFFER_BYTES:
            self.file.seek(start)
            return self.file.read(size)
        if not self._at <= start <= end <= self._at + len(self._buffer):
            self.file.seek(start)
            self._at, self._buffer = start, self.file.read(BUFFER_BYTES)
        return self._buffer[start - self._at : end - self._at]


Content = bytes | FileContent


class Collector:
    """Collects the pieces of a content of unknown length."""

    def __init__(self) -> None:
        self._small = BytesIO()
        self._large: FileContent | None = None
        self.length = 0

    def add(self, piece: bytes | memoryview) -> None:
        """Add a piece at the end."""
        self.length += len(piece)
        if self._large is None and self.length > MAX_IN_MEMORY:
            self._large = FileContent()
            self._large.append(self._small.getvalue())
            self._small.close()
        if self._large is None:
            self._small.write(piece)
        else:
            self._large.append(piece)

    def content(self) -> Content:
        """Return the collected content."""
        return self._small.getvalue() if self._large is None else self._large


def collected(pieces: Iterable[bytes | memoryview]) -> Content:
    """Return the pieces as one content."""
    collector = Collector()
    for piece in pieces:
        collector.add(piece)
    return collector.content()


def view(content: Content) -> memoryview:
    """Return a view of a content. The view of a file reads only the parts that are used."""
    if isinstance(content, bytes):
        return memoryview(content)
    import mmap  # only for large contents

    content.file.flush()
    return memoryview(mmap.mmap(content.file.fileno(), 0, access=mmap.ACCESS_READ))


def rfind(content: Content, text: bytes) -> int:
    """Return the offset of the last occurrence of `text` in a content, or -1."""
    for at in range((len(content) - 1) // PIECE_BYTES * PIECE_BYTES, -1, -PIECE_BYTES):
        if (place := content[at : at + PIECE_BYTES + len(text) - 1].rfind(text)) >= 0:
            return at + place
    return -1


def pieces(content: Content, start: int = 0, end: int | None = None) -> Iterator[bytes]:
    """Yield the content from `start` to `end` in pieces of at most `PIECE_BYTES` bytes."""
    end = len(content) if end is None else end
    for at in range(start, end, PIECE_BYTES):
        yield content[at : min(at + PIECE_BYTES, end)]
