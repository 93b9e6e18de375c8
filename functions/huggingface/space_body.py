"""Bodies that a Space sends, counted as they are read: gradio_client keeps whole answers, however large."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import httpx

from easel.providers.http import MAX_PARTS, PARTS

MAX_BYTES = 8 * 2**20
"""Bytes of one answer after decoding; an event stream is one answer. Pictures come as links."""
PIECE = 64 * 1024
"""Bytes that are decoded at once."""
PACKED = ("gzip", "x-gzip", "deflate")
PLAIN = ("", "identity")


class TooMuch(httpx.DecodingError):
    """A Space sent more than Easel takes."""


class LimitedBody(httpx.SyncByteStream):
    """A response's body without its packing, which ends with `TooMuch` where it passes a limit.

    httpx unpacks each piece whole, and gzip makes a thousand bytes of one: here it is unpacked piece by piece.
    """

    def __init__(self, stream: httpx.SyncByteStream, packed: bool) -> None:
        self._stream = stream
        self._packed = packed
        self.read = self.parts = 0
        """Bytes read so far, and members and elements of JSON among them."""
        self.passed = False
        """Whether a limit was passed."""

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
    """Make a response end at the limits, before its body is read. Return the body.

    Raises:
        httpx.DecodingError: the Space packed it in a way that Easel did not ask for.
    """
    encoding = response.headers.pop("content-encoding", "").strip().lower()
    if encoding not in (*PACKED, *PLAIN):
        raise httpx.DecodingError(f"the Space packed its answer as {encoding[:40]}")
    stream = response.stream
    assert isinstance(stream, httpx.SyncByteStream)
    response.stream = body = LimitedBody(stream, encoding in PACKED)
    return body


def _unpacked(stream: httpx.SyncByteStream) -> Iterator[bytes]:
    """Unpack gzip, whatever number of members, or zlib, in pieces of at most `PIECE` bytes."""
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
