"""The JSON body of a call. Pictures to start from, which may be large, are encoded while they are sent."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from typing import Any

from easel.store.source_images import DataLink


def of(fields: Mapping[str, Any]) -> bytes | BodyWithPictures:
    """Return a body with these fields. Pictures are `DataLink`s among the values."""
    body = BodyWithPictures(fields)
    return body if body.links else b"".join(body)


class BodyWithPictures:
    """A body that is encoded in pieces, each time that it is sent."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self.links: list[DataLink] = []
        place = secrets.token_hex(16)  # stands for each link, and is in no text of a request

        def link(value: DataLink) -> str:
            self.links.append(value)
            return place

        self._texts = json.dumps(fields, default=link).encode().split(place.encode())

    def __len__(self) -> int:
        return sum(map(len, self._texts)) + sum(map(len, self.links))

    def __iter__(self) -> Iterator[bytes]:
        for text, link in zip(self._texts, self.links, strict=False):
            yield text
            yield from link.pieces()
        yield self._texts[-1]
