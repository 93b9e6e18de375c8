"""Source pictures that callers send: validate them and keep them in the bucket for a day, named by their digest.

A job's record and its event hold a picture's key instead of its bytes. The same picture has the same key, so one copy
serves all jobs of a call and its retries.
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
PIECE = 3 * 64 * 1024
"""Bytes of a picture whose base64 is one piece of a link: a multiple of three, so that only the last has padding."""
PIECE = 3 * 64 * 1024
"""Bytes of a picture that become one piece of a link: a multiple of three, so that only the last one is padded."""
FORMATS = ("PNG", "JPEG", "WebP")
"""Formats that the providers accept."""
MISSING = ("NoSuchKey", "404", "AccessDenied", "403")  # S3 denies a missing key to a caller without permission to list


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
    """A `data:` link. Its base64 is made in pieces while the link is sent, because a whole text takes much memory."""

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
        for at in range(0, len(self._data), PIECE):
            yield base64.b64encode(self._data[at : at + PIECE])


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
        raise _invalid(f"the {kind.name} is broken, or was cut off on the way")
    if max(width, height) > images.MAX_SIDE or width * height > images.MAX_PIXELS:
        limit = f"up to {images.MAX_SIDE} a side and {images.MAX_PIXELS:,} in all are taken"
        raise _invalid(f"has {width} x {height} pixels, which are too many; {limit}")
    if not image_formats.is_intact(data, kind):
        raise _invalid(f"the {kind.name} is broken: its checksums are wrong")
    return SourceImage(data, kind)


def check_size(size: int) -> None:
    """Raise `PayloadTooLarge` for more than `MAX_BYTES` bytes."""
    if size > MAX_BYTES:
        raise PayloadTooLarge(f"image: at most {MAX_BYTES >> 20} MB are taken; make it smaller", field="image")


def _invalid(what: str) -> InvalidParams:
    return InvalidParams(f"image: {what}", field="image")


def store(brought: Mapping[str, bytes]) -> None:
    """Put a call's source pictures into the bucket, by key. Raise `InternalError` if S3 fails."""
    if not brought:
        return
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        for key, data in brought.items():
            kind = image_formats.BY_EXTENSION[key.rpartition(".")[2]]
            aws.s3().put_object(Bucket=settings().images_bucket, Key=key, Body=data, ContentType=kind.media_type)
    except (BotoCoreError, ClientError) as error:
        logger.warning("a picture to start from is not stored", extra={"reason": type(error).__name__})
        raise InternalError(
            "the picture to start from could not be stored; nothing was generated; try again"
        ) from error


def load(key: str) -> SourceImage:
    """Return the picture stored under a key. Raise `InvalidParams` if it has expired, `InternalError` if S3 fails."""
    data = read(key)
    if data is None:
        raise _invalid("was removed from the bucket, since a day is over; send it again")
    return validated(data)


def read(key: str) -> bytes | None:
    """Return the bytes of an object in the bucket, or None if it does not exist. Raise `InternalError` if S3 fails."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return aws.s3().get_object(Bucket=settings().images_bucket, Key=key)["Body"].read()
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in MISSING:
            return None
        raise InternalError("Easel's bucket refused a picture; try again") from error
    except BotoCoreError as error:
        raise InternalError("Easel's bucket could not be reached; try again") from error
