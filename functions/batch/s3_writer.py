"""Objects of any size, written line by line to a temporary file, which is then uploaded."""

from __future__ import annotations

import json
import tempfile
from typing import Any, Self

from easel.common import aws
from easel.settings import settings


class S3Writer:
    """An object of JSON Lines, or a JSON array with one element a line.

    A context manager that discards the lines at its end; `close` uploads them.
    """

    def __init__(self, key: str, *, array: bool = False) -> None:
        self.key = key
        self.length = 0
        """Lines written so far."""
        self._array = array
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  closed by `__exit__`

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, line: Any) -> None:
        """Write a line; `line` is what `json.dumps` takes."""
        start = (b",\n" if self.length else b"[\n") if self._array else b""
        end = b"" if self._array else b"\n"
        self._file.write(start + json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + end)
        self.length += 1

    def close(self) -> None:
        if self._array:
            self._file.write(b"\n]\n" if self.length else b"[]\n")
        self._file.seek(0)
        kind = "application/json" if self._array else "application/x-ndjson"
        aws.s3().put_object(Bucket=settings().images_bucket, Key=self.key, Body=self._file, ContentType=kind)
