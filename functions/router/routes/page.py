"""`/`, the playground page; `/docs`; and `/assets`, their files."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response

import static_files
from easel.common import aws
from easel.errors import NotFound
from easel.front_door import http_messages
from easel.settings import settings
from static_files import StaticFile

router = APIRouter(include_in_schema=False)

IMMUTABLE = "public, max-age=31536000, immutable"


@router.get("/")
async def playground(request: Request) -> Response:
    """Returns the page. Browsers revalidate it each time; the response is 304 if it has not changed."""
    return file_response(static_files.page("index.html"), request, "no-cache", policy())


@router.get("/docs")
async def docs(request: Request) -> Response:
    """Shows the API's description in Swagger UI, served from this deployment."""
    return file_response(static_files.page("docs.html"), request, "no-cache", policy())


@router.get("/assets/{digest}/{name}")
async def asset(digest: str, name: str, request: Request) -> Response:
    """Returns a file by its digest. The content at such an address never changes."""
    file = static_files.file(name)
    if file is None or file.digest != digest:
        response = http_messages.error_response(NotFound("this version has no such file; reload the page"))
        return Response(response.text(), response.status, {"Cache-Control": "no-store"}, "application/json")
    return file_response(file, request, IMMUTABLE)


def file_response(file: StaticFile, request: Request, caching: str, policy: str = "default-src 'none'") -> Response:
    """Return the file, compressed if the caller accepts that, or 304 if the caller has it."""
    headers = {
        "ETag": f'"{file.digest}"',
        "Cache-Control": caching,
        "Vary": "Accept-Encoding",
        "Content-Security-Policy": policy,
    }
    if headers["ETag"] in http_messages.known_tags(request.headers):
        return Response(status_code=304, headers=headers)
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(file.content, 200, {**headers, "Content-Type": file.content_type})
    headers |= {"Content-Type": file.content_type, "Content-Encoding": "gzip"}
    return Response(file.compressed, 200, headers)


def policy() -> str:
    """Return the page's Content-Security-Policy: it may use this deployment and the bucket with its pictures."""
    bucket = _bucket_origin()
    rules = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "font-src": "'self'",
        "connect-src": f"'self' {bucket}",
        "img-src": f"'self' blob: data: {bucket}",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _bucket_origin() -> str:
    """Return the origin of presigned links. Signing a link makes no call."""
    if not settings().images_bucket:
        return ""
    target = {"Bucket": settings().images_bucket, "Key": "images/0"}
    parts = urlsplit(aws.s3().generate_presigned_url("get_object", Params=target))
    return f"{parts.scheme}://{parts.netloc}"
