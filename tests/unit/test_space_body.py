"""A Space's response body: limited by its unpacked size, and never unpacked as a whole."""

from __future__ import annotations

import gzip
import json
import tracemalloc
import zlib
from collections.abc import Callable, Iterator

import httpx
import pytest

import space_body

BOMB = gzip.compress(bytes(2**20), 9) * 100
"""100 MB in 100 KB."""


class Sent(httpx.SyncByteStream):
    """A body that counts how many of its bytes were read."""

    def __init__(self, data: bytes, piece: int = 1000) -> None:
        self._data, self._piece = data, piece
        self.read = 0

    def __iter__(self) -> Iterator[bytes]:
        for at in range(0, len(self._data), self._piece):
            piece = self._data[at : at + self._piece]
            self.read += len(piece)
            yield piece


def answer(sent: Sent, encoding: str = "") -> tuple[httpx.Response, space_body.LimitedBody]:
    response = httpx.Response(200, headers={"content-encoding": encoding} if encoding else {}, stream=sent)
    return response, space_body.limited(response)


TEXT = json.dumps({"data": [{"url": "https://x.hf.space/file=1.webp"}, 7]}).encode()
ENCODINGS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes, "identity": bytes, "gzip": gzip.compress, "x-gzip": gzip.compress, "deflate": zlib.compress,
}  # fmt: skip


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_packed_answer_is_unpacked(encoding: str) -> None:
    for data, piece in ((TEXT, 1), (b"", 1), (TEXT * 5000, 10_000)):
        response, body = answer(Sent(ENCODINGS[encoding](data), piece), encoding)
        assert response.read() == data
        assert (body.read, body.exceeded) == (len(data), False)


def test_every_member_of_a_gzip_is_unpacked() -> None:
    response, _ = answer(Sent(gzip.compress(b"one ") + gzip.compress(b"two"), 5), "gzip")
    assert response.read() == b"one two"


def test_a_packed_answer_ends_at_the_limit() -> None:
    sent = Sent(BOMB)
    response, body = answer(sent, "gzip")
    tracemalloc.start()
    try:
        with pytest.raises(space_body.BodyTooLarge):
            response.read()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert body.exceeded
    assert body.read <= space_body.MAX_BYTES + space_body.CHUNK_BYTES
    assert sent.read < 20_000
    assert peak < 3 * space_body.MAX_BYTES


def test_an_unpacked_answer_ends_at_the_limit() -> None:
    sent = Sent(bytes(3 * space_body.MAX_BYTES), 64 * 1024)
    with pytest.raises(space_body.BodyTooLarge):
        answer(sent)[0].read()
    assert sent.read <= space_body.MAX_BYTES + 64 * 1024


def test_json_with_too_many_parts_is_not_parsed() -> None:
    with pytest.raises(space_body.BodyTooLarge):
        answer(Sent(b"[" + b"[]," * 400_000 + b"[]]"))[0].read()


def test_broken_or_unrequested_compression_is_refused() -> None:
    for encoding in ("br", "zstd", "gzip, gzip", "nonsense"):
        with pytest.raises(httpx.DecodingError):
            answer(Sent(TEXT), encoding)
    with pytest.raises(httpx.DecodingError):
        answer(Sent(b"no gzip at all"), "gzip")[0].read()
