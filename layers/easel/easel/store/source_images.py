"""Pictures to start from, as callers send them: checked, and kept in the bucket for a day under their digest.

A job's record and its event have a picture's key instead of its bytes. The same picture has the same key, so that one
copy serves all jobs of a call, and a repeat finds it.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import NamedTuple

from easel.common import aws, image_formats
from easel.common.image_formats import Format
from easel.common.telemetry import logger
from easel.errors import InternalError, InvalidParams, PayloadTooLarge
from easel.settings import settings
from easel.store import images

FOLDER = "sources/"
"""The bucket's rule `sources` removes what is in it after a day: the longest time in which a repeat starts a job."""
MAX_BYTES = 10 * 1024 * 1024
"""Of a picture. A call can carry less."""
FORMATS = ("PNG", "JPEG", "WebP")
"""What the providers take."""
MISSING = ("NoSuchKey", "404", "AccessDenied", "403")  # without the right to list, a missing key reads as denied


class SourceImage(NamedTuple):
    """A picture to start from."""

    data: bytes
    format: Format

    @property
    def key(self) -> str:
        """Where it lies in the bucket."""
        return f"{FOLDER}{hashlib.sha256(self.data).hexdigest()}.{self.format.extension}"

    @property
    def data_link(self) -> str:
        """The picture as a `data:` link."""
        return f"data:{self.format.media_type};base64,{base64.b64encode(self.data).decode()}"


def checked(data: bytes) -> SourceImage:
    """Return the picture in these bytes, whose header alone is read.

    Raises:
        InvalidParams: they are no picture, one in another format, or one that is broken or too large for a provider.
        PayloadTooLarge: they are too many.
    """
    check_size(len(data))
    kind = image_formats.of(data)
    if kind is None or kind.name not in FORMATS:
        other = f"{kind.name} picture" if kind else f"{image_formats.foreign(data) or 'no'} picture"
        raise _invalid(f"must be a picture in {', '.join(FORMATS)}; the bytes are {other.removeprefix('a ')}")
    width, height = image_formats.sides(data)
    # A JPEG may go on behind its end: phones append a film or a second picture.
    if min(width, height) < 1 or (kind.name != "JPEG" and not image_formats.is_whole(data, kind)):
        raise _invalid(f"the {kind.name} is broken, or was cut off on the way")
    if max(width, height) > images.MAX_SIDE or width * height > images.MAX_PIXELS:
        limit = f"up to {images.MAX_SIDE} a side and {images.MAX_PIXELS:,} in all are taken"
        raise _invalid(f"has {width} x {height} pixels, which are too many; {limit}")
    return SourceImage(data, kind)


def check_size(size: int) -> None:
    """Raise `PayloadTooLarge` for more bytes than a picture to start from may have."""
    if size > MAX_BYTES:
        raise PayloadTooLarge(f"image: at most {MAX_BYTES >> 20} MB are taken; make it smaller", field="image")


def _invalid(what: str) -> InvalidParams:
    return InvalidParams(f"image: {what}", field="image")


def store(brought: Mapping[str, bytes]) -> None:
    """Put the pictures of a call into the bucket, by key. Raises `InternalError`: nothing was generated."""
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
    return checked(data)


def read(key: str) -> bytes | None:
    """Return the bytes of an object of the bucket, or None without one. Raise `InternalError`."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return aws.s3().get_object(Bucket=settings().images_bucket, Key=key)["Body"].read()
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in MISSING:
            return None
        raise InternalError("Easel's bucket refused a picture; try again") from error
    except BotoCoreError as error:
        raise InternalError("Easel's bucket could not be reached; try again") from error
