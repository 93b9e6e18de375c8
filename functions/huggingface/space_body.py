"""Size limits for the bodies that a Space sends. gradio_client itself reads a body of any size into memory."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import httpx

from easel.providers.http import MAX_PARTS, PARTS

MAX_BYTES = 8 * 2**20
"""Maximum bytes of a body after decompression. An event stream is one body. Pictures come as links."""
CHUNK_BYTES = 64 * 1024
"""Maximum bytes of a decompressed chunk."""
COMPRESSED = ("gzip", "x-gzip", "deflate")
UNCOMPRESSED = ("", "identity")


class BodyTooLarge(httpx.DecodingError):
    """A Space sent a body that exceeds the limits."""


class LimitedBody(httpx.SyncByteStream):
    """A response's decompressed body. It raises `BodyTooLarge` at a limit.

    httpx decompresses each received chunk as a whole, and one byte of gzip may become a thousand. This class
    decompresses in small chunks.
    """

    def __init__(self, stream: httpx.SyncByteStream, compressed: bool) -> None:
        self._stream = stream
        self._compressed = compressed
        self.read = self.parts = 0
        """Bytes read so far, and the JSON members and elements in them."""
        self.exceeded = False
        """True if a limit was exceeded."""

    def __iter__(self) -> Iterator[bytes]:
        for chunk in _decompressed(self._stream) if self._compressed else self._stream:
            self.read += len(chunk)
            self.parts += sum(chunk.count(part) for part in PARTS)
            if self.read > MAX_BYTES or self.parts > MAX_PARTS:
                self.exceeded = True
                text = f"the Space sent more than {MAX_BYTES >> 20} MB, or JSON of more than {MAX_PARTS} parts"
                raise BodyTooLarge(text)
            yield chunk

    def close(self) -> None:
        self._stream.close()


def limited(response: httpx.Response) -> LimitedBody:
    """Limit a response's body before it is read. Return the body.

    Raises:
        httpx.DecodingError: the Space used an encoding that Easel does not support.
    """
    encoding = response.headers.pop("content-encoding", "").strip().lower()
    if encoding not in (*COMPRESSED, *UNCOMPRESSED):
        raise httpx.DecodingError(f"the Space encoded its response as {encoding[:40]}")
    stream = response.stream
    assert isinstance(stream, httpx.SyncByteStream)
    response.stream = body = LimitedBody(stream, encoding in COMPRESSED)
    return body


def _decompressed(stream: httpx.SyncByteStream) -> Iterator[bytes]:
    """Decompress zlib, or gzip with any number of members. Yield chunks of at most `CHUNK_BYTES` bytes."""
    decompressor = zlib.decompressobj(zlib.MAX_WBITS | 32)
    try:
        for compressed in stream:
            while compressed:
                if decompressor.eof:
                    decompressor = zlib.decompressobj(zlib.MAX_WBITS | 32)
                yield decompressor.decompress(compressed, CHUNK_BYTES)
                compressed = decompressor.unconsumed_tail or decompressor.unused_data
        while not decompressor.eof and (rest := decompressor.decompress(b"", CHUNK_BYTES)):
            yield rest
    except zlib.error as error:
        raise httpx.DecodingError(str(error)) from error
