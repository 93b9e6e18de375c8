"""`/v1/batches`, as OpenAI's SDKs call it: the same batches as those of `/api/batches`, from a file of `/v1/files`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request, Response

import own_lists
from easel.batch import batches, start
from easel.batch.batches import Batch
from easel.budgets.keys import Key
from easel.errors import InvalidRequest, NotFound
from easel.front_door import images_api, validation
from easel.front_door.answers import HttpRequest, HttpResponse
from easel.settings import settings
from easel.store.listing import Entry
from routes.batches import counts_of, own_batch
from v1 import files
from v1.files import for_key

router = APIRouter(prefix="/v1/batches", tags=["openai"])

ENDPOINT = "/v1/images/generations"
WINDOW = "24h"
"""The only `completion_window` that OpenAI knows. Here a batch is not cut off then: it may run for 14 days."""
PREFIX = "batch_"
"""What ids have here before the id that `/api/batches` has."""
MAX_METADATA, MAX_NAME, MAX_VALUE = 16, 64, 512
"""Of `metadata`: how many, and characters of a name and of a value."""
FIELDS = ("input_file_id", "endpoint", "completion_window", "metadata", "output_expires_after")


@router.post("")
async def create(request: Request) -> Response:
    """Starts a batch of the lines in a file. The same file is the same batch: upload it again to run it again."""
    return await for_key(request, _create)


@router.get("")
async def listed(request: Request, limit: str = "20", after: str = "") -> Response:
    """The batches that the caller's key started here, newest first."""
    return await for_key(request, lambda call, key: _listed(limit, after, key))


@router.get("/{batch_id}")
async def retrieve(batch_id: str, request: Request) -> Response:
    """How far a batch is; `output_file_id` and `error_file_id` once it has ended."""
    return await for_key(request, lambda call, key: HttpResponse(200, shown(_own(batch_id, key), key)))


@router.post("/{batch_id}/cancel")
async def cancel(batch_id: str, request: Request) -> Response:
    """Cancels a batch: what has not started does not start. What has, ends, and is in the output file."""
    return await for_key(request, lambda call, key: _cancel(batch_id, key))


def _own(batch_id: str, key: Key) -> Batch:
    """The batch, where the key started it here; raises `NotFound`."""
    batch = own_batch(batch_id.removeprefix(PREFIX), key)
    if not batch.openai:
        raise NotFound(f"the batch {batch.id} was not started here; see /api/batches/{batch.id}", field="id")
    return batch


def _create(call: HttpRequest, key: Key) -> HttpResponse:
    asked = _checked(validation.read_json(call.body))
    file = files.find(asked["input_file_id"], key)
    if not file.size:
        raise InvalidRequest(f"input_file_id: the file {file.id} is empty", field="input_file_id")
    manifest = f"s3://{settings().images_bucket}/{file.place}"
    etag, size = start.look(manifest, json_only=True)
    told = {"file": file.id, "metadata": asked.get("metadata")}
    new = batches.new(manifest, etag, size, endpoint=call.endpoint, scheduled=None, started_by=key.id, openai=told)
    return HttpResponse(200, shown(start.begin(new), key))


def _checked(body: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that are there; raises `InvalidRequest`."""
    given = {name: value for name, value in body.items() if value is not None}
    for name, wanted in (("endpoint", ENDPOINT), ("completion_window", WINDOW)):
        if given.get(name) != wanted:
            raise InvalidRequest(f"{name}: must be {wanted}", field=name)
    if not isinstance(given.get("input_file_id"), str):
        raise InvalidRequest("input_file_id: must be the id of a file of /v1/files", field="input_file_id")
    for name in given:
        if name not in FIELDS:
            told = f"{name[:100]}: is no field of a batch; it has: {', '.join(FIELDS)}"
            raise InvalidRequest(told, field=name[:100])
    if not _is_metadata(given.get("metadata", {})):
        told = f"metadata: must be an object of at most {MAX_METADATA} texts, with names of at most {MAX_NAME} "
        raise InvalidRequest(f"{told}characters and values of at most {MAX_VALUE}", field="metadata")
    return given


def _is_metadata(value: Any) -> bool:
    return isinstance(value, dict) and len(value) <= MAX_METADATA and all(
        len(name) <= MAX_NAME and isinstance(text, str) and len(text) <= MAX_VALUE for name, text in value.items()
    )  # fmt: skip


def _listed(limit: str, after: str, key: Key) -> HttpResponse:
    page = own_lists.Page.read(limit, "")
    if after:
        last = _own(after, key)
        page = own_lists.Page(page.limit, Entry(f"{last.created:.3f}", last.id))
    found: list[Batch] = []
    more: Mapping[str, str] = {}
    for _ in range(own_lists.LOOKS):  # those of another door are passed over
        batches_here, more = own_lists.listed(batches.of_key(key.id), page, _started_here)
        found += batches_here
        if len(found) >= page.limit or not more:
            break
        page = own_lists.Page.read(limit, more["next"])
    entries = [shown(batch, key) for batch in found[: page.limit]]
    return HttpResponse(200, files.page_of(entries, bool(more) or len(found) > page.limit))


def _started_here(ids: Sequence[str]) -> list[Batch]:
    return [batch for batch in batches.get_all(ids) if batch.openai]


def _cancel(batch_id: str, key: Key) -> HttpResponse:
    return HttpResponse(200, shown(start.cancel(_own(batch_id, key).id), key))


def shown(batch: Batch, key: Key) -> dict[str, Any]:
    """The batch as OpenAI's clients read it."""
    told, counts, status = batch.openai or {}, counts_of(batch), _status(batch)
    ended = int(batch.finished) if batch.finished else None
    unmade = counts["failed"] + counts["cancelled"]
    return {
        "id": f"{PREFIX}{batch.id}",
        "object": "batch",
        "endpoint": ENDPOINT,
        "errors": {"object": "list", "data": [_error(batch.error)]} if batch.error else None,
        "input_file_id": told["file"],
        "completion_window": WINDOW,
        "status": status,
        "output_file_id": batch.output("output")[0] if ended and counts["succeeded"] else None,
        "error_file_id": _error_file(batch, key) if ended and unmade else None,
        "created_at": int(batch.created),
        "in_progress_at": int(batch.planned) if batch.planned else None,
        "expires_at": int(batch.began) + batches.LASTS_DAYS * batches.DAY,
        "finalizing_at": None,
        "completed_at": ended if status == "completed" else None,
        "failed_at": ended if status == "failed" else None,
        "expired_at": None,
        "cancelling_at": None,
        "cancelled_at": ended if status == "cancelled" else None,
        "request_counts": {"total": counts["requests"], "completed": counts["succeeded"], "failed": unmade},
        "metadata": told.get("metadata"),
    }


def _status(batch: Batch) -> str:
    """OpenAI's word for the batch's status."""
    if batch.status == "cancelled" and not batch.finished:
        return "cancelling"
    return {"planning": "validating", "running": "in_progress"}.get(batch.status, batch.status)


def _error(body: Mapping[str, Any]) -> dict[str, Any]:
    """Why a batch failed as a whole."""
    told = images_api.described(body, 400)
    return {"code": told["code"], "message": told["message"], "param": told["param"], "line": None}


def _error_file(batch: Batch, key: Key) -> str | None:
    """The id of the error file, where there is one: a line that has some of its pictures is not in it."""
    file_id = batch.output("error")[0]
    try:
        return files.find(file_id, key).id
    except NotFound:
        return None
