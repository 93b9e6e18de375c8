"""`/v1/files`: what OpenAI's SDKs upload for a batch, and what its batch writes.

A file is an object in the bucket, under the key that it belongs to: `batches/uploads/{key}/{file id}/{purpose}/{name}`.
Ids sort by time, the newest first. So a file that was put to a signed address needs nothing else to be there.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response

import form_data
from dependencies import answered, read_call, respond
from easel.batch import batches
from easel.budgets.keys import Key
from easel.common import aws
from easel.errors import InvalidRequest, NotFound, PayloadTooLarge
from easel.front_door import answers, validation
from easel.front_door.answers import HttpRequest, HttpResponse
from easel.settings import settings
from easel.store import images
from form_data import Upload
from routes.batches import UPLOAD_SECONDS, admitted, batch_key
from v1.credentials import with_key_alone

router = APIRouter(prefix="/v1/files", tags=["openai"])

MAX_BYTES = 4_500_000
"""Of a file in a call: a call may have 6 MB when Lambda gets it, in base64."""
PURPOSE = "batch"
PURPOSES = (PURPOSE, "batch_output")
MOST = 10_000
"""Files of a list."""
_ID = re.compile(r"file-[0-9a-f]{32}")


@dataclass(frozen=True)
class File:
    """A file in the bucket; `created` is in seconds since the epoch."""

    id: str
    purpose: str
    name: str
    place: str
    size: int
    created: float

    def shown(self) -> dict[str, Any]:
        """The file as OpenAI's clients read it."""
        return {
            "id": self.id,
            "object": "file",
            "bytes": self.size,
            "created_at": int(self.created),
            "expires_at": batches.expires(self.created),
            "filename": self.name,
            "purpose": self.purpose,
            "status": "processed",
            "status_details": None,
        }


async def for_key(request: Request, work: Callable[[HttpRequest, Key], HttpResponse]) -> Response:
    """Answers a call with what is done for its key, which may stand beside tokens as everywhere under `/v1`."""
    call = await read_call(request)
    call = replace(call, headers=with_key_alone(call.headers))
    return await answered(lambda: admitted(call, partial(work, call)))


@router.post("")
async def create(request: Request) -> Response:
    """Stores a file of lines for `/v1/batches`, of up to 4.5 MB: what a call can carry.

    A larger one is announced in JSON, as `{"purpose": "batch", "filename": "lines.jsonl"}`. The answer's
    `easel.uploadUrl` takes it by `PUT`, for an hour.
    """
    call = await read_call(request)
    call = replace(call, headers=with_key_alone(call.headers))
    try:
        key = batch_key(call)
        if call.headers.get("content-type", "").lower().startswith("application/json"):
            return respond(_announce(call.body, key))
        return respond(_store(await form_data.read(request), key))
    except Exception as error:
        return respond(answers.exception_response(error))


@router.get("")
async def listed(
    request: Request, limit: str = "", after: str = "", order: str = "desc", purpose: str = ""
) -> Response:
    """The files of the caller's key."""
    return await for_key(request, lambda call, key: _listed(key, limit, after, order, purpose))


@router.get("/{file_id}")
async def retrieve(file_id: str, request: Request) -> Response:
    """A file: its name, size and purpose."""
    return await for_key(request, lambda call, key: HttpResponse(200, find(file_id, key).shown()))


@router.delete("/{file_id}")
async def delete(file_id: str, request: Request) -> Response:
    """Removes a file. A batch that has been planned does not need its lines any more."""
    return await for_key(request, lambda call, key: _delete(find(file_id, key)))


@router.get("/{file_id}/content")
async def content(file_id: str, request: Request) -> Response:
    """What is in a file: a redirect to a link that lives for minutes, which SDKs follow."""
    return await for_key(request, lambda call, key: _content(find(file_id, key)))


def find(file_id: str, key: Key) -> File:
    """The key's file of that id; raises `NotFound`."""
    found = _files(key, 1, file_id) if _ID.fullmatch(file_id) else []
    if not found:
        raise NotFound(
            f"there is no file {file_id[:60]!r} of the key {key.name!r}; GET /v1/files lists them", field="id"
        )
    return found[0]


def _announce(body: bytes, key: Key) -> HttpResponse:
    """Name a file whose content is put to a signed address later."""
    fields = validation.read_json(body)
    file = _new(key, str(fields.get("purpose")), str(fields.get("filename") or form_data.DEFAULT_NAME), 0)
    return HttpResponse(200, {**file.shown(), "easel": {"uploadUrl": _upload_url(file)}})


def _store(upload: Upload, key: Key) -> HttpResponse:
    file = _new(key, upload.purpose, upload.filename, len(upload.content))
    if file.size > MAX_BYTES:
        raise PayloadTooLarge(
            f"file: a call can carry {MAX_BYTES} bytes, and this file has {file.size}; PUT it within an hour to "
            f"{_upload_url(file)} and use it as {file.id}",
            field="file",
        )
    kind = "application/jsonl"
    aws.s3().put_object(Bucket=settings().images_bucket, Key=file.place, Body=upload.content, ContentType=kind)
    return HttpResponse(200, file.shown())


def _new(key: Key, purpose: str, name: str, size: int) -> File:
    """A file that is not stored yet; raises `InvalidRequest`."""
    if purpose != PURPOSE:
        raise InvalidRequest(f"purpose: must be {PURPOSE}, for a file of lines for /v1/batches", field="purpose")
    file_id = batches.file_id(time.time(), secrets.token_hex(10))
    safe = re.sub(r"[^A-Za-z0-9._-]", "-", name)[-100:]
    place = batches.file_place(key.id, file_id, purpose, safe)
    return File(file_id, purpose, safe, place, size, batches.file_created(file_id))


def _upload_url(file: File) -> str:
    target = {"Bucket": settings().images_bucket, "Key": file.place}
    return aws.s3().generate_presigned_url("put_object", Params=target, ExpiresIn=UPLOAD_SECONDS)


def _files(key: Key, most: int, beginning: str = "file-", after: str = "", purpose: str = "") -> list[File]:
    """The key's newest files, of those whose ids begin so and come after one; "" is any purpose."""
    folder = f"{batches.UPLOADS}{key.id[:24]}/"
    found: list[File] = []
    wanted: dict[str, Any] = {"Prefix": f"{folder}{beginning}"}
    if after:
        wanted["StartAfter"] = f"{folder}{after}~"  # which sorts behind all that lies in the file's folder
    for _ in range(MOST // 1000 + 1):  # the layer has none of botocore's paginators
        page = aws.s3().list_objects_v2(Bucket=settings().images_bucket, **wanted)
        files = (_file(entry, folder) for entry in page.get("Contents", ()))
        found += [file for file in files if file and purpose in ("", file.purpose)]
        if len(found) >= most or not page["IsTruncated"]:
            break
        wanted["ContinuationToken"] = page["NextContinuationToken"]
    return found[:most]


def _file(entry: Mapping[str, Any], folder: str) -> File | None:
    parts = entry["Key"].removeprefix(folder).split("/")
    if len(parts) != 3 or not _ID.fullmatch(parts[0]) or parts[1] not in PURPOSES:
        return None
    file_id, purpose, name = parts
    created = batches.file_created(file_id) if purpose == PURPOSE else entry["LastModified"].timestamp()
    return File(file_id, purpose, name, entry["Key"], entry["Size"], created)


def _listed(key: Key, limit: str, after: str, order: str, purpose: str) -> HttpResponse:
    most = _limit(limit)
    if order not in ("asc", "desc"):
        raise InvalidRequest("order: must be asc or desc", field="order")
    if after and not _ID.fullmatch(after):
        raise InvalidRequest("after: must be the id of a file of an earlier page", field="after")
    if order == "desc":
        found = _files(key, most + 1, after=after, purpose=purpose)
    else:
        found = [file for file in reversed(_files(key, MOST, purpose=purpose)) if file.id < after or not after]
    return HttpResponse(200, page_of([file.shown() for file in found[:most]], len(found) > most))


def page_of(entries: list[dict[str, Any]], more: bool) -> dict[str, Any]:
    """A page of a list, as OpenAI has it."""
    ends = {"first_id": entries[0]["id"], "last_id": entries[-1]["id"]} if entries else {}
    return {"object": "list", "data": entries, "has_more": more, **ends}


def _limit(text: str) -> int:
    if not text:
        return MOST
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= MOST):
        raise InvalidRequest(f"limit: must be a whole number from 1 to {MOST}", field="limit")
    return int(text)


def _delete(file: File) -> HttpResponse:
    aws.s3().delete_object(Bucket=settings().images_bucket, Key=file.place)
    return HttpResponse(200, {"id": file.id, "object": "file", "deleted": True})


def _content(file: File) -> HttpResponse:
    target = {"Bucket": settings().images_bucket, "Key": file.place}
    url = aws.s3().generate_presigned_url("get_object", Params=target, ExpiresIn=images.LINK_SECONDS)
    return HttpResponse(302, None, {"Location": url, "Cache-Control": "no-store"})
