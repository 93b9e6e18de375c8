"""Size limits for the bodies that a Space sends. gradio_client itself reads a body of any size into memory."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import httpx

from easel.providers.http import MAX_PARTS, PARTS

MAX_BYTES = 8 * 2**20
"""Maximum bytes of a body after decompression. An event stream is one body. Pictures come as links."""
PIECE = 64 * 1024
"""Maximum bytes of a decompressed piece."""
PACKED = ("gzip", "x-gzip", "deflate")
PLAIN = ("", "identity")


class TooMuch(httpx.DecodingError):
    """A Space sent a body above the limits."""


class LimitedBody(httpx.SyncByteStream):
    """A response's decompressed body. It raises `TooMuch` at a limit.

    httpx decompresses each received piece as a whole, and one byte of gzip may become a thousand. This class
    decompresses in small pieces.
    """

    def __init__(self, stream: httpx.SyncByteStream, packed: bool) -> None:
        self._stream = stream
        self._packed = packed
        self.read = self.parts = 0
        """Bytes read so far, and the JSON members and elements in them."""
        self.passed = False
        """True if a limit was exceeded."""

    def __iter__(self) -> Iterator[bytes]:
        for piece in _unpacked(self._stream) if self._packed else self._stream:
            self.read += len(piece)
            self.parts += sum(piece.count(part) for part in PARTS)
            if self.read > MAX_BYTES or self.parts > MAX_PARTS:
                self.passed = True
                raise TooMuch(f"the Space sent more than {MAX_BYTES >> 20} MB, or JSON of more than {MAX_PARTS} parts")
            yield piece

    def close(self) -> None:
        self._stream.close()


def limited(response: httpx.Response) -> LimitedBody:
    """Limit a response's body before it is read. Return the body.

    Raises:
        httpx.DecodingError: the Space used an encoding that Easel did not ask for.
    """
    encoding = response.headers.pop("content-encoding", "").strip().lower()
    if encoding not in (*PACKED, *PLAIN):
        raise httpx.DecodingError(f"the Space packed its answer as {encoding[:40]}")
    stream = response.stream
    assert isinstance(stream, httpx.SyncByteStream)
    response.stream = body = LimitedBody(stream, encoding in PACKED)
    return body


def _unpacked(stream: httpx.SyncByteStream) -> Iterator[bytes]:
    """Decompress zlib, or gzip with any number of members. Yield pieces of at most `PIECE` bytes."""
    unpack = zlib.decompressobj(zlib.MAX_WBITS | 32)
    try:
        for packed in stream:
            while packed:
                if unpack.eof:
                    unpack = zlib.decompressobj(zlib.MAX_WBITS | 32)
                yield unpack.decompress(packed, PIECE)
                packed = unpack.unconsumed_tail or unpack.unused_data
        while not unpack.eof and (rest := unpack.decompress(b"", PIECE)):
            yield rest
    except zlib.error as error:
        raise httpx.DecodingError(str(error)) from error
