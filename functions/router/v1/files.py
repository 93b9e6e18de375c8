"""`/v1/files`: input files for batches, source pictures, and the output files of batches.

A file is an object in the bucket, in its owner's folder: `batches/uploads/{key}/{file id}/{purpose}/{name}`. Ids sort
by time, newest first. All facts about a file are in its object, so an upload to a presigned URL needs no other record.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

import form_data
import request_examples
import signed_urls
from dependencies import Call, redirect_to_object
from easel.batch import batches, object_keys
from easel.budgets.keys import Key
from easel.catalog.bodies import wrong
from easel.common import aws
from easel.errors import InvalidRequest, NotFound, PayloadTooLarge
from easel.front_door import request_body
from easel.front_door.v1_response_models import OpenAiFile, OpenAiFileDeleted, OpenAiFiles, OpenAiUpload
from easel.settings import settings
from error_responses import BATCH_ERRORS, error_responses
from form_data import UploadedFile
from openapi import described
from v1.credentials import BatchKey

router = APIRouter(prefix="/v1/files", tags=["openai"])

MAX_BYTES = 4_500_000
"""Maximum bytes of a file in a call. Lambda accepts events of 6 MB, with the file in base64."""
UPLOADED = {"batch": "application/jsonl", "vision": "application/octet-stream"}
"""Purposes of uploads, with their media types: lines for `/v1/batches`, pictures for `/v1/images/edits`."""
OUTPUT = "batch_output"
MAX_FILES = 10_000
"""Maximum number of files in a list."""
_ID = re.compile(r"file-[0-9a-f]{32}")


@dataclass(frozen=True)
class StoredFile:
    """A file in the bucket; `created` is in seconds since the epoch."""

    id: str
    purpose: str
    name: str
    place: str
    size: int
    created: float

    def describe(self, upload: OpenAiUpload | None = None) -> OpenAiFile:
        """Return the file in OpenAI's format."""
        announced = {"easel": upload} if upload else {}
        return OpenAiFile.model_validate(
            {
                "id": self.id,
                "object": "file",
                "bytes": self.size,
                "created_at": int(self.created),
                "expires_at": batches.expires(self.created),
                "filename": self.name,
                "purpose": self.purpose,
                "status": "processed",
                "status_details": None,
                **announced,
            }
        )


FileId = Annotated[str, Path(description="`id` of a file")]


@router.post(
    "",
    summary="Upload a file of lines for a batch",
    response_model_exclude_unset=True,
    response_description="The file",
    responses=error_responses(*BATCH_ERRORS, InvalidRequest, PayloadTooLarge, v1=True),
    openapi_extra=request_examples.FILES,
)
async def create_file(key: BatchKey, call: Call, request: Request) -> OpenAiFile:
    """Stores lines for `/v1/batches`, or with `purpose=vision` a picture for `/v1/images/edits`.

    A call can contain up to 4.5 MB. Announce a larger file in JSON:
    `{"purpose": "batch", "filename": "lines.jsonl", "bytes": 9000000}`. Then `PUT` the file to `easel.uploadUrl` of the
    response, with `easel.uploadHeaders`, within an hour. It must have the announced size.
    """
    if call.headers.get("content-type", "").lower().startswith("application/json"):
        return _announce(call.body, key)
    return _store(await form_data.read(request), key)


@router.get(
    "",
    summary="List your files",
    response_model_exclude_unset=True,
    response_description="A page of files",
    responses=error_responses(*BATCH_ERRORS, InvalidRequest, v1=True),
)
async def list_files(
    key: BatchKey,
    limit: Annotated[
        int, Query(ge=1, le=MAX_FILES, description=f"maximum entries on the page, up to {MAX_FILES}")
    ] = MAX_FILES,
    after: Annotated[str, Query(description="`id` of the last entry of the previous page")] = "",
    order: Annotated[Literal["asc", "desc"], Query(description="order by time: `asc` or `desc`")] = "desc",
    purpose: Annotated[
        str, Query(description="only files with this purpose: `batch`, `vision` or `batch_output`")
    ] = "",
) -> OpenAiFiles:
    """Lists the files of the caller's key."""
    if after and not _ID.fullmatch(after):
        raise InvalidRequest("after: must be the id of a file in the previous page", field="after")
    if order == "desc":
        files = _files(key, limit + 1, after=after, purpose=purpose)
    else:
        files = [file for file in reversed(_files(key, MAX_FILES, purpose=purpose)) if file.id < after or not after]
    page = files[:limit]
    return OpenAiFiles(
        data=[file.describe() for file in page], **page_of([file.id for file in page], len(files) > limit)
    )


@router.get(
    "/{file_id}",
    summary="Get a file's name and size",
    response_model_exclude_unset=True,
    response_description="The file",
    responses=error_responses(*BATCH_ERRORS, NotFound, v1=True),
)
async def retrieve_file(file_id: FileId, key: BatchKey) -> OpenAiFile:
    """Returns a file's name, size and purpose."""
    return find(file_id, key).describe()


@router.delete(
    "/{file_id}",
    summary="Remove a file",
    response_description="The file is removed",
    responses=error_responses(*BATCH_ERRORS, NotFound, v1=True),
)
async def delete_file(file_id: FileId, key: BatchKey) -> OpenAiFileDeleted:
    """Removes a file. A planned batch no longer needs its lines."""
    file = find(file_id, key)
    aws.s3().delete_object(Bucket=settings().images_bucket, Key=file.place)
    return OpenAiFileDeleted(id=file.id, object="file", deleted=True)


@router.get(
    "/{file_id}/content",
    summary="Download a file",
    status_code=302,
    response_class=RedirectResponse,
    responses={
        302: described("Redirect to the content. The link is valid for minutes", None, "Location", "Cache-Control"),
        **error_responses(*BATCH_ERRORS, NotFound, v1=True),
    },
)
async def download_file(file_id: FileId, key: BatchKey) -> Response:
    """Redirects to a file's content. The link is valid for minutes. SDKs follow the redirect."""
    file = find(file_id, key)
    return redirect_to_object(file.place, UPLOADED.get(file.purpose, "application/jsonl"))


def find(file_id: str, key: Key) -> StoredFile:
    """Return the key's file with that id. Raise `NotFound` if the key has no such file."""
    files = _files(key, 1, file_id) if _ID.fullmatch(file_id) else []
    if not files:
        raise NotFound(f"the key {key.name!r} has no file {file_id[:60]!r}; GET /v1/files lists its files", field="id")
    return files[0]


def _announce(body: bytes, key: Key) -> OpenAiFile:
    """Create a file whose content is uploaded to a presigned URL later."""
    fields = request_body.read_json(body)
    size = fields.get("bytes")
    file = _new(key, str(fields.get("purpose")), str(fields.get("filename") or form_data.DEFAULT_NAME), size)
    url = signed_urls.upload_url(file.place, file.size)
    return file.describe(OpenAiUpload(uploadUrl=url, uploadHeaders=signed_urls.UPLOAD_HEADERS))


def _store(upload: UploadedFile, key: Key) -> OpenAiFile:
    file = _new(key, upload.purpose, upload.filename, len(upload.content))
    if file.size > MAX_BYTES:
        raise PayloadTooLarge(
            f"file: must have at most {MAX_BYTES} bytes in a call; got {file.size}. Upload it within an hour: PUT it "
            f"with Content-Type: {signed_urls.UPLOAD_HEADERS['Content-Type']} to "
            f"{signed_urls.upload_url(file.place, file.size)} and use it as {file.id}",
            field="file",
        )
    kind = UPLOADED[file.purpose]
    aws.s3().put_object(Bucket=settings().images_bucket, Key=file.place, Body=upload.content, ContentType=kind)
    return file.describe()


def _new(key: Key, purpose: str, name: str, size: Any) -> StoredFile:
    """Return a new file without storing it. Raise `InvalidRequest` for an invalid field."""
    if purpose not in UPLOADED:
        expected = "batch, for a file of lines for /v1/batches, or vision, for a picture for /v1/images/edits"
        raise InvalidRequest(f"purpose: must be {expected}", field="purpose")
    if isinstance(size, bool) or not isinstance(size, int) or not 1 <= size <= signed_urls.MAX_UPLOAD:
        raise wrong(
            "bytes", size, InvalidRequest, f"the file's size, a whole number from 1 to {signed_urls.MAX_UPLOAD}"
        )
    file_id = object_keys.file_id(time.time(), secrets.token_hex(10))
    safe = object_keys.safe_name(name)
    place = object_keys.file_key(key.id, file_id, purpose, safe)
    return StoredFile(file_id, purpose, safe, place, size, object_keys.file_created(file_id))


def _files(key: Key, most: int, beginning: str = "file-", after: str = "", purpose: str = "") -> list[StoredFile]:
    """List a key's files, newest first.

    Args:
        key: the key.
        most: the number of files to return.
        beginning: the prefix of the files' ids.
        after: the id after which the list starts.
        purpose: the files' purpose; "" means any.
    """
    folder = object_keys.upload_folder(key.id)
    files: list[StoredFile] = []
    query: dict[str, Any] = {"Prefix": f"{folder}{beginning}"}
    if after:
        query["StartAfter"] = f"{folder}{after}~"  # sorts after every object in the file's folder
    for _ in range(MAX_FILES // 1000 + 1):  # the built layer has no botocore paginators
        page = aws.s3().list_objects_v2(Bucket=settings().images_bucket, **query)
        entries = (_file(entry, folder) for entry in page.get("Contents", ()))
        files += [file for file in entries if file and purpose in ("", file.purpose)]
        if len(files) >= most or not page["IsTruncated"]:
            break
        query["ContinuationToken"] = page["NextContinuationToken"]
    return files[:most]


def _file(entry: Mapping[str, Any], folder: str) -> StoredFile | None:
    parts = entry["Key"].removeprefix(folder).split("/")
    if len(parts) != 3 or not _ID.fullmatch(parts[0]) or parts[1] not in (*UPLOADED, OUTPUT):
        return None
    file_id, purpose, name = parts
    created = object_keys.file_created(file_id) if purpose in UPLOADED else entry["LastModified"].timestamp()
    return StoredFile(file_id, purpose, name, entry["Key"], entry["Size"], created)


def page_of(ids: Sequence[str], has_more: bool) -> dict[str, Any]:
    """Return the fields of OpenAI's list format, except its entries."""
    ends = {"first_id": ids[0], "last_id": ids[-1]} if ids else {}
    return {"object": "list", "has_more": has_more, **ends}
