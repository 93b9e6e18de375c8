"""Source pictures that callers send: validate them, and store them in the bucket for a day.

A job's record and its event contain a picture's key instead of its bytes. The key is a digest of the picture, so all
jobs of a call and its retries use one copy.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from easel.common import aws, image_formats
from easel.common.image_formats import Format
from easel.common.telemetry import logger
from easel.errors import InternalError, InvalidParams, PayloadTooLarge
from easel.settings import settings
from easel.store import images

FOLDER = "sources/"
"""The bucket's lifecycle rule `sources` empties this folder after a day, the longest time in which a retry runs."""
MAX_BYTES = 10 * 1024 * 1024
"""Maximum size of one picture. The limit of a whole call is lower."""
PIECE_BYTES = 3 * 64 * 1024
"""Bytes of a picture that are encoded at once. A multiple of three, so that only the last piece has padding."""
FORMATS = ("PNG", "JPEG", "WebP")
"""Formats that the providers accept."""
MISSING = ("NoSuchKey", "404", "AccessDenied", "403")  # S3 returns 403 for a missing key without permission to list


class SourceImage(NamedTuple):
    """A source picture."""

    data: bytes
    format: Format

    @property
    def key(self) -> str:
        """Its key in the bucket."""
        return f"{FOLDER}{hashlib.sha256(self.data).hexdigest()}.{self.format.extension}"

    @property
    def data_link(self) -> DataLink:
        """The picture as a `data:` link."""
        return DataLink(self)


class DataLink:
    """A `data:` link. Its base64 is encoded in pieces while it is sent, which saves memory."""

    def __init__(self, image: SourceImage) -> None:
        self._data = image.data
        self._start = f"data:{image.format.media_type};base64,"

    def __len__(self) -> int:
        return len(self._start) + (len(self._data) + 2) // 3 * 4

    def __str__(self) -> str:
        return b"".join(self.pieces()).decode()

    def pieces(self) -> Iterator[bytes]:
        """Yield the link in pieces."""
        yield self._start.encode()
        for at in range(0, len(self._data), PIECE_BYTES):
            yield base64.b64encode(self._data[at : at + PIECE_BYTES])


def validated(data: bytes) -> SourceImage:
    """Validate a source picture by its header.

    Raises:
        InvalidParams: the bytes are not a picture in one of `FORMATS`, or it is broken or has too many pixels.
        PayloadTooLarge: there are more than `MAX_BYTES` bytes.
    """
    check_size(len(data))
    kind = image_formats.detect(data)
    if kind is None or kind.name not in FORMATS:
        other = f"{kind.name} picture" if kind else f"{image_formats.unsupported_name(data) or 'no'} picture"
        raise _invalid(f"must be a picture in {', '.join(FORMATS)}; the bytes are {other.removeprefix('a ')}")
    width, height = image_formats.read_size(data)
    # Data after a JPEG's end is allowed: phones append a film or a second picture.
    if min(width, height) < 1 or (kind.name != "JPEG" and not image_formats.is_whole(data, kind)):
        raise _invalid(f"the {kind.name} is broken or truncated; send it again")
    if max(width, height) > images.MAX_SIDE or width * height > images.MAX_PIXELS:
        limit = f"at most {images.MAX_SIDE} pixels a side and {images.MAX_PIXELS:,} in all"
        raise _invalid(f"must have {limit}; it has {width} x {height}")
    if not image_formats.is_intact(data, kind):
        raise _invalid(f"the {kind.name} is broken: its checksums are wrong; send it again")
    return SourceImage(data, kind)


def check_size(size: int) -> None:
    """Raise `PayloadTooLarge` for more than `MAX_BYTES` bytes."""
    if size > MAX_BYTES:
        raise PayloadTooLarge(f"image: must have at most {MAX_BYTES >> 20} MB; make it smaller", field="image")


def _invalid(what: str) -> InvalidParams:
    return InvalidParams(f"image: {what}", field="image")


def store(pictures: Mapping[str, bytes]) -> None:
    """Put a call's source pictures into the bucket, by key. Raise `InternalError` if S3 fails."""
    if not pictures:
        return
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        for key, data in pictures.items():
            kind = image_formats.BY_EXTENSION[key.rpartition(".")[2]]
            aws.s3().put_object(Bucket=settings().images_bucket, Key=key, Body=data, ContentType=kind.media_type)
    except (BotoCoreError, ClientError) as error:
        logger.warning("source picture not stored", extra={"reason": type(error).__name__})
        raise InternalError("the source picture could not be stored; nothing was generated; try again") from error


def load(key: str) -> SourceImage:
    """Return the picture stored under a key. Raise `InvalidParams` if it has expired, `InternalError` if S3 fails."""
    data = read(key)
    if data is None:
        raise _invalid("was removed from the bucket after a day; send it again")
    return validated(data)


def read(key: str) -> bytes | None:
    """Return the bytes of an object in the bucket, or None if it does not exist. Raise `InternalError` if S3 fails."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return aws.s3().get_object(Bucket=settings().images_bucket, Key=key)["Body"].read()
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in MISSING:
            return None
        raise InternalError("Easel could not read a picture from its bucket; try again") from error
    except BotoCoreError as error:
        raise InternalError("Easel's bucket could not be reached; try again") from error
