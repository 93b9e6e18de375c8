"""The JSON body of a call. Pictures to start from, which may be large, are encoded while they are sent."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

LARGE = 1024 * 1024
"""Characters of a text that make a body large."""


def of(fields: Mapping[str, Any]) -> bytes | LargeBody:
    """Return a body with these fields."""
    values = (each for value in fields.values() for each in (value if isinstance(value, list) else (value,)))
    if any(isinstance(value, str) and len(value) > LARGE for value in values):
        return LargeBody(fields)
    return json.dumps(fields).encode()


class LargeBody:
    """A body that is encoded text by text, each time that it is sent."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._fields = fields
        self._length = sum(map(len, self))

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[bytes]:
        for piece in json.JSONEncoder().iterencode(self._fields):
            yield piece.encode()
