"""Pictures in the bucket: their bytes are checked, stored under the job's id, and linked to."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Literal

from easel import catalog
from easel.common import aws
from easel.errors import InternalError, NotFound, ProviderError
from easel.settings import settings
from easel.store.records import GenerationRequest, Job, Result

LINK_SECONDS = 900
"""Lifetime of a presigned link; shorter than that of the function's credentials, with which the link ends."""
CACHE_SECONDS = 600
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}\.(png|jpg|webp|gif)")
_TYPES = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp", "gif": "image/gif"}


@dataclass(frozen=True)
class ImageInfo:
    """The contents of a picture's header: `format` is `PNG`, `JPEG`, `WebP` or `GIF`; sides are in pixels."""

    format: str
    width: int
    height: int

    @property
    def extension(self) -> str:
        return {"JPEG": "jpg"}.get(self.format, self.format.lower())


def inspect(data: bytes, provider: str) -> ImageInfo:
    """Reads format and size from the header, without decoding; raises `ProviderError` for a broken file."""
    info = _png(data) or _jpeg(data) or _webp(data) or _gif(data)
    if info is None:
        start = data[:300].decode("utf-8", "replace") if data else "nothing"
        raise ProviderError(
            f"{catalog.name_of(provider)} sent something that is not a picture", provider=provider, upstream=start
        )
    if not (info.width and info.height and _has_end(data, info)):
        raise ProviderError(f"{catalog.name_of(provider)} sent a broken or truncated {info.format}", provider=provider)
    return info


def _png(data: bytes) -> ImageInfo | None:
    if data[:8] != b"\x89PNG\r\n\x1a\n" or data[12:16] != b"IHDR":
        return None
    return ImageInfo("PNG", int.from_bytes(data[16:20]), int.from_bytes(data[20:24]))


def _gif(data: bytes) -> ImageInfo | None:
    if data[:6] not in (b"GIF87a", b"GIF89a"):
        return None
    return ImageInfo("GIF", int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little"))


def _webp(data: bytes) -> ImageInfo | None:
    """Lossy, lossless and extended files hold their size in three different places (RFC 9649)."""
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        return None
    kind = data[12:16]
    if kind == b"VP8 ":
        sides = [int.from_bytes(data[at : at + 2], "little") & 0x3FFF for at in (26, 28)]
    elif kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        sides = [(bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1]
    elif kind == b"VP8X":
        sides = [int.from_bytes(data[at : at + 3], "little") + 1 for at in (24, 27)]
    else:
        sides = [0, 0]
    return ImageInfo("WebP", *sides)


def _jpeg(data: bytes) -> ImageInfo | None:
    """Skips segments up to the frame header (SOF), which may follow long application data."""
    if data[:3] != b"\xff\xd8\xff":
        return None
    at = 2
    while at + 9 < len(data):
        if data[at] != 0xFF:
            break
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
        elif 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return ImageInfo("JPEG", int.from_bytes(data[at + 7 : at + 9]), int.from_bytes(data[at + 5 : at + 7]))
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4])
    return ImageInfo("JPEG", 0, 0)


def _has_end(data: bytes, info: ImageInfo) -> bool:
    """True if the file's end marker is there; a truncated picture still has a good header."""
    if info.format == "PNG":
        return b"IEND" in data[-64:]
    if info.format == "JPEG":
        return b"\xff\xd9" in data[-1024:]
    if info.format == "WebP":
        return len(data) >= int.from_bytes(data[4:8], "little") + 8
    return data.rstrip(b"\x00")[-1:] == b";"


def store(job_id: str, data: bytes, info: ImageInfo, request: GenerationRequest) -> str:
    """Puts the picture into the bucket, with the request as metadata; returns its key. Raises botocore's errors."""
    key = f"images/{job_id}.{info.extension}"
    aws.s3().put_object(
        Bucket=settings().images_bucket,
        Key=key,
        Body=data,
        ContentType=_TYPES[info.extension],
        CacheControl="private, max-age=31536000, immutable",
        Metadata=_metadata(request, info),
    )
    return key


def _metadata(request: GenerationRequest, info: ImageInfo) -> dict[str, str]:
    """The object's metadata. S3 takes 2 KB of ASCII, so texts are JSON and cut short."""
    fields = {
        "provider": request.provider,
        "model": request.model,
        "seed": str(request.seed),
        "steps": str(request.steps),
        "dimensions": f"{info.width}x{info.height}",
        "prompt": json.dumps(request.prompt)[:1000],
        "negative-prompt": json.dumps(request.negative_prompt)[:300],
    }
    return {name: value for name, value in fields.items() if value not in ("", '""')}


@dataclass(frozen=True)
class StoredImage:
    """A picture in the bucket. `seed` is from its metadata; `stored` is in seconds since the epoch."""

    key: str
    info: ImageInfo
    size: int
    seed: int
    stored: float


def find(job_id: str, provider: str) -> StoredImage | None:
    """Reads the picture stored under a job's id; None if there is none. Raises botocore's errors."""
    bucket = settings().images_bucket
    listing = aws.s3().list_objects_v2(Bucket=bucket, Prefix=f"images/{job_id}.", MaxKeys=1)
    for entry in listing.get("Contents", ()):
        response = aws.s3().get_object(Bucket=bucket, Key=entry["Key"])
        data, seed = response["Body"].read(), int(response["Metadata"].get("seed", 0))
        return StoredImage(entry["Key"], inspect(data, provider), len(data), seed, entry["LastModified"].timestamp())
    return None


def stored_result(job: Job) -> Result | None:
    """Return the result of a job whose function died after storing the picture; None if there is no picture."""
    image = find(job.id, job.request.provider)
    if not image:
        return None
    return Result(
        key=image.key,
        format=image.info.format,
        width=image.info.width,
        height=image.info.height,
        size=image.size,
        seed=image.seed,
        seconds=max(0.0, image.stored - (job.started or job.created)),
    )


def load(key: str) -> bytes:
    """The stored picture's bytes."""
    return aws.s3().get_object(Bucket=settings().images_bucket, Key=key)["Body"].read()


def link(
    name: str,
    method: Literal["get_object", "head_object"] = "get_object",
    *,
    for_cors: bool = False,
    download: bool = False,
) -> str:
    """A presigned URL of the picture `{job_id}.{ext}`, valid for `LINK_SECONDS`.

    Args:
        name: the picture's name.
        method: what the URL allows.
        for_cors: whether a page reads the picture by CORS. Such a URL differs from that of an `<img>`: S3 answers a
            call without an `Origin` with no CORS headers and no `Vary`, and a browser would give the page that answer
            out of its cache.
        download: whether a browser is to save the picture under its name, instead of showing it.

    Raises:
        NotFound: there is no such picture.
        InternalError: S3 refused, or could not be reached.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    bucket, days = settings().images_bucket, settings().retention_days
    missing = NotFound(f"there is no picture {name[:80]!r}; pictures are removed after {days} days")
    if not _NAME.fullmatch(name):
        raise missing
    target = {"Bucket": bucket, "Key": f"images/{name}"}
    try:
        aws.s3().head_object(Bucket=bucket, Key=target["Key"])
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") not in ("404", "NoSuchKey", "NotFound"):
            raise InternalError("Easel's bucket refused; try again") from error
        raise missing from error
    except BotoCoreError as error:
        raise InternalError("Easel's bucket could not be reached; try again") from error
    if download:
        target["ResponseContentDisposition"] = f'attachment; filename="{name}"'
    return aws.s3().generate_presigned_url(method, Params=target, ExpiresIn=LINK_SECONDS + for_cors)
