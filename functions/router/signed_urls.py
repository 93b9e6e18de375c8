"""Presigned URLs for uploading files to the bucket and downloading them. The bucket has its own origin.

S3 checks an upload against the signed headers, and takes a download's headers from the signed query
(https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html).
"""

from __future__ import annotations

from easel.common import aws
from easel.settings import settings
from easel.store import images

UPLOAD_SECONDS = 3600
MAX_UPLOAD = 10**9
"""Maximum bytes of an uploaded file."""
UPLOAD_HEADERS = {"Content-Type": "application/octet-stream"}
"""Required headers of an upload, besides its length. Browsers do not display a file of this type."""


def upload_url(place: str, size: int) -> str:
    """Return a URL for one `PUT` of exactly `size` bytes with `UPLOAD_HEADERS`. It expires after an hour."""
    target = {
        "Bucket": settings().images_bucket,
        "Key": place,
        "ContentLength": size,
        "ContentType": UPLOAD_HEADERS["Content-Type"],
    }
    return aws.s3().generate_presigned_url("put_object", Params=target, ExpiresIn=UPLOAD_SECONDS)


def download_url(place: str, media_type: str) -> str:
    """Return a URL that serves the file as an attachment of this type, regardless of its stored type."""
    target = {
        "Bucket": settings().images_bucket,
        "Key": place,
        "ResponseContentType": media_type,
        "ResponseContentDisposition": "attachment",
        "ResponseCacheControl": "private, no-store",
    }
    return aws.s3().generate_presigned_url("get_object", Params=target, ExpiresIn=images.LINK_SECONDS)
