"""Write S3 objects of any size: lines go to a temporary file, which is uploaded at the end."""

from __future__ import annotations

import tempfile
from typing import Any, Self

from pydantic_core import to_json

from easel.common import aws
from easel.settings import settings


def compact(value: Any) -> bytes:
    """Return a value as JSON in UTF-8, without whitespace."""
    return to_json(value)


class S3Writer:
    """Writes an object of JSON Lines, or a JSON array with one element per line.

    `close` uploads the lines. Leaving the context discards lines that were not uploaded.
    """

    def __init__(self, key: str, *, array: bool = False) -> None:
        self.key = key
        self.length = 0
        """Number of lines so far."""
        self._array = array
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  closed by `__exit__`

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, line: Any) -> None:
        """Write a line. `line` is any JSON value."""
        self.add_json(compact(line))

    def add_json(self, line: bytes) -> None:
        """Write a line that is JSON already."""
        start = (b",\n" if self.length else b"[\n") if self._array else b""
        end = b"" if self._array else b"\n"
        self._file.write(start + line + end)
        self.length += 1

    def close(self) -> None:
        if self._array:
            self._file.write(b"\n]\n" if self.length else b"[]\n")
        self._file.seek(0)
        kind = "application/json" if self._array else "application/x-ndjson"
        aws.s3().put_object(Bucket=settings().images_bucket, Key=self.key, Body=self._file, ContentType=kind)
