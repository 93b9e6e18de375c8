"""Validate pictures, store them in the bucket under their job's id, and create links to them."""

from __future__ import annotations

import json
import re
from typing import Literal, NamedTuple

from easel import catalog
from easel.common import aws, contents, image_formats
from easel.common.contents import Content
from easel.common.image_formats import Format
from easel.errors import InternalError, NotFound, ProviderError
from easel.errors.base import RETRY_ADVICE
from easel.settings import settings
from easel.store.records import GenerationRequest, Job, Result

LINK_SECONDS = 900
"""Lifetime of a presigned link. It must be shorter than that of the function's credentials, with which links expire."""
CACHE_SECONDS = 600
MAX_SIDE = 16384
MAX_PIXELS = 100_000_000
"""Maximum pixels that browsers can decode, at four bytes each. The upscaler's largest picture is 8192 x 8192."""
_NAME = re.compile(rf"[A-Za-z0-9_-]{{1,64}}\.({image_formats.EXTENSIONS})")


class ImageInfo(NamedTuple):
    """Facts from a picture's header. `format` is a name in `image_formats.FORMATS`; width and height are in pixels."""

    format: str
    width: int
    height: int

    @property
    def kind(self) -> Format:
        """The format's extension and media type."""
        return image_formats.BY_NAME[self.format]


def inspect(data: Content, provider: str) -> ImageInfo:
    """Return format and size from the header, without decoding the picture.

    Raises:
        ProviderError: the bytes are not a picture, or the picture has a format that Easel does not store, is broken
            or truncated, has other data after its end, or is too large for browsers.
    """
    kind, name = image_formats.detect(data), catalog.name_of(provider)
    if kind is None and (other := image_formats.unsupported_name(data)):
        stored = ", ".join(each.name for each in image_formats.FORMATS)
        text = f"{name} sent {other} picture, but Easel stores only {stored}; use another model"
        raise ProviderError(text, provider=provider)
    if kind is None:
        start = data[:300].decode("utf-8", "replace") if data else "nothing"
        text = f"{name} sent something that is not a picture; {RETRY_ADVICE}"
        raise ProviderError(text, provider=provider, upstream=start)
    width, height = image_formats.read_size(data)
    if min(width, height) < 1 or not image_formats.is_whole(data, kind):
        raise ProviderError(f"{name} sent a broken or truncated {kind.name}; {RETRY_ADVICE}", provider=provider)
    if image_formats.has_trailing_data(data, kind):
        text = f"{name} sent a {kind.name} with other data after its end; {RETRY_ADVICE}"
        raise ProviderError(text, provider=provider)
    if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
        text = f"{name} sent a {kind.name} of {width} x {height} pixels, which is too large for browsers"
        limit = f"request at most {MAX_SIDE} pixels a side and {MAX_PIXELS:,} pixels in total"
        raise ProviderError(f"{text}; {limit}", provider=provider)
    return ImageInfo(kind.name, width, height)


def store(job_id: str, data: Content, info: ImageInfo, request: GenerationRequest, *, is_marked: bool = False) -> str:
    """Store the picture in the bucket, with the request as metadata. Return its key. Raise botocore's errors."""
    key = f"images/{job_id}.{info.kind.extension}"
    if not isinstance(data, bytes):
        data.file.seek(0)
    aws.s3().put_object(
        Bucket=settings().images_bucket,
        Key=key,
        Body=data if isinstance(data, bytes) else data.file,
        ContentType=info.kind.media_type,
        CacheControl="private, max-age=31536000, immutable",
        Metadata=_metadata(request, info) | ({"marked": "true"} if is_marked else {}),
    )
    return key


def _metadata(request: GenerationRequest, info: ImageInfo) -> dict[str, str]:
    """Return the object's metadata. S3 allows 2 KB of ASCII, so texts are JSON and truncated."""
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


class StoredImage(NamedTuple):
    """A picture in the bucket. `size` is in bytes, `stored` in epoch seconds. `seed` and `is_marked` are metadata."""

    key: str
    info: ImageInfo
    size: int
    seed: int
    is_marked: bool
    stored: float


def find(job_id: str, provider: str) -> StoredImage | None:
    """Return the picture stored under a job's id, or None. Raise botocore's errors."""
    bucket = settings().images_bucket
    listing = aws.s3().list_objects_v2(Bucket=bucket, Prefix=f"images/{job_id}.", MaxKeys=1)
    for entry in listing.get("Contents", ()):
        response = aws.s3().get_object(Bucket=bucket, Key=entry["Key"])
        data = contents.collected(response["Body"].iter_chunks(contents.PIECE_BYTES))
        metadata, stored = response["Metadata"], entry["LastModified"].timestamp()
        seed, is_marked = int(metadata.get("seed", 0)), "marked" in metadata
        return StoredImage(entry["Key"], inspect(data, provider), len(data), seed, is_marked, stored)
    return None


def stored_key(job_id: str, info: ImageInfo, size: int) -> str:
    """Return the key of a job's picture if the bucket has it with `size` bytes, else ""."""
    from botocore.exceptions import BotoCoreError, ClientError

    key = f"images/{job_id}.{info.kind.extension}"
    try:
        stored = aws.s3().head_object(Bucket=settings().images_bucket, Key=key)
    except (BotoCoreError, ClientError):
        return ""
    return key if stored["ContentLength"] == size else ""


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
        is_marked=image.is_marked,
        seconds=max(0.0, image.stored - (job.started or job.created)),
    )


def load(key: str) -> bytes:
    """Return the stored picture's bytes."""
    return aws.s3().get_object(Bucket=settings().images_bucket, Key=key)["Body"].read()


def link(
    name: str,
    method: Literal["get_object", "head_object"] = "get_object",
    *,
    for_cors: bool = False,
    download: bool = False,
) -> str:
    """Return a presigned URL of a picture, valid for `LINK_SECONDS`.

    Args:
        name: the picture's file name, `{job_id}.{extension}`.
        method: the S3 operation that the URL allows.
        for_cors: True if a page's script fetches the picture. The URL must then differ from that of an `<img>`: S3
            sends neither CORS headers nor `Vary` to a request without `Origin`, and the browser would refuse the
            cached response to the script.
        download: True if a browser should save the picture as a file instead of showing it.

    Raises:
        NotFound: the picture does not exist.
        InternalError: S3 refused the call or could not be reached.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    bucket, days = settings().images_bucket, settings().retention_days
    missing = NotFound(f"there is no picture {name[:80]!r}; pictures are removed after {days} days")
    if not _NAME.fullmatch(name):
        raise missing
    media_type = image_formats.BY_EXTENSION[name.rpartition(".")[2]].media_type
    target = {"Bucket": bucket, "Key": f"images/{name}", "ResponseContentType": media_type}
    try:
        aws.s3().head_object(Bucket=bucket, Key=target["Key"])
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") not in ("404", "NoSuchKey", "NotFound"):
            raise InternalError("Easel could not read its bucket; try again") from error
        raise missing from error
    except BotoCoreError as error:
        raise InternalError("Easel's bucket could not be reached; try again") from error
    if download:
        target["ResponseContentDisposition"] = f'attachment; filename="{name}"'
    return aws.s3().generate_presigned_url(method, Params=target, ExpiresIn=LINK_SECONDS + for_cors)
