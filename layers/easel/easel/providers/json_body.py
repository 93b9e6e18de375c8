"""Build the JSON body of a call. Source pictures may be large, so they are encoded while they are sent."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from typing import Any

from easel.store.source_images import DataLink


def of(fields: Mapping[str, Any]) -> bytes | BodyWithPictures:
    """Return a JSON body with these fields. Values that are `DataLink`s are source pictures."""
    body = BodyWithPictures(fields)
    return body if body.links else b"".join(body)


class BodyWithPictures:
    """A JSON body that encodes its pictures each time it is iterated. `len` is its size in bytes."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self.links: list[DataLink] = []
        placeholder = secrets.token_hex(16)  # random, so that no text of a request contains it

        def replace_link(value: DataLink) -> str:
            self.links.append(value)
            return placeholder

        self._texts = json.dumps(fields, default=replace_link).encode().split(placeholder.encode())

    def __len__(self) -> int:
        return sum(map(len, self._texts)) + sum(map(len, self.links))

    def __iter__(self) -> Iterator[bytes]:
        for text, link in zip(self._texts, self.links, strict=False):
            yield text
            yield from link.pieces()
        yield self._texts[-1]
