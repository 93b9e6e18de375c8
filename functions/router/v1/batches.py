"""`/v1/batches` for OpenAI's SDKs: the batches of `/api/batches`, started from a file of `/v1/files`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal

from fastapi import APIRouter, Body, Path, Query
from pydantic import AliasGenerator, ConfigDict, Field

import pagination
import request_examples
from dependencies import LongJsonRoute
from easel.batch import batches, executions, progress, start
from easel.batch.batches import Batch
from easel.budgets.keys import Key
from easel.catalog import webhooks
from easel.catalog.bodies import Body as RequestBody
from easel.catalog.bodies import Refusal
from easel.catalog.webhooks import Webhook
from easel.errors import CallerError, InvalidParams, InvalidRequest, NotFound
from easel.front_door import v1_format
from easel.front_door.v1_response_models import OpenAiBatch, OpenAiBatches
from easel.settings import settings
from easel.store.listing import ListingEntry
from error_responses import BATCH_BODY_ERRORS, BATCH_ERRORS, error_responses
from pagination import Limit
from routes.batches import own_batch
from v1 import files
from v1.credentials import BatchKey, KeyCall

router = APIRouter(prefix="/v1/batches", tags=["openai"], route_class=LongJsonRoute)

ENDPOINT = "/v1/images/generations"
WINDOW = "24h"
"""OpenAI's only `completion_window`. Easel does not end a batch after it: a batch may run for 14 days."""
PREFIX = "batch_"
"""Prefix before the id that `/api/batches` uses."""
MAX_METADATA, MAX_NAME, MAX_VALUE = 16, 64, 512
"""Maximum entries of `metadata`, and maximum characters of a name and of a value."""
METADATA = (
    f"an object of at most {MAX_METADATA} texts, with names of at most {MAX_NAME} characters and values of at most "
    f"{MAX_VALUE}"
)
BatchId = Annotated[str, Path(description="`id` of a batch")]


class BatchBody(RequestBody):
    """A request to start a batch, in OpenAI's format."""

    model_config = ConfigDict(extra="forbid", alias_generator=AliasGenerator(validation_alias=str))
    usual_error: ClassVar[type[CallerError]] = InvalidRequest

    endpoint: Annotated[Literal["/v1/images/generations"], Refusal(InvalidRequest, ENDPOINT)]
    completion_window: Annotated[Literal["24h"], Refusal(InvalidRequest, WINDOW)]
    input_file_id: Annotated[str, Refusal(InvalidRequest, "the id of a file of /v1/files")] = Field(
        description="`id` of a file", examples=[request_examples.FILE]
    )
    metadata: Annotated[
        dict[Annotated[str, Field(max_length=MAX_NAME)], Annotated[str, Field(max_length=MAX_VALUE)]] | None,
        Refusal(InvalidRequest, METADATA),
    ] = Field(None, max_length=MAX_METADATA, examples=[{"run": "nightly"}])
    webhook: Webhook | None = Field(
        None, description="as in `/api/batches`; clients that cannot send it may put it into `metadata`"
    )
    output_expires_after: Any = Field(None, description="accepted and ignored: files have the deployment's lifetime")

    @property
    def chosen_webhook(self) -> str:
        """The webhook of the field or of `metadata`. Raise `InvalidParams` if the one in `metadata` is not allowed."""
        named = (self.metadata or {}).get("webhook", "")
        return self.webhook or (webhooks.allowed(named) if named else "")


@router.post(
    "",
    summary="Start a batch from a file",
    response_description="The batch",
    responses=error_responses(*BATCH_BODY_ERRORS, InvalidParams, NotFound, v1=True),
)
async def create_batch(
    key: BatchKey, body: Annotated[BatchBody, Body(openapi_examples=request_examples.OPENAI_BATCHES)], call: KeyCall
) -> OpenAiBatch:
    """Starts a batch of the lines in a file. A file has one batch; to run its lines again, upload it again."""
    file = files.find(body.input_file_id, key)
    if not file.size:
        raise InvalidRequest(
            f"input_file_id: the file {file.id} is empty; upload its lines again", field="input_file_id"
        )
    manifest = f"s3://{settings().images_bucket}/{file.place}"
    etag, size = start.check_manifest(manifest, key.id, json_only=True)
    origin = {"file": file.id, "metadata": body.metadata}
    new = batches.new(
        manifest,
        etag,
        size,
        endpoint=call.endpoint,
        scheduled=None,
        started_by=key.id,
        openai=origin,
        webhook=body.chosen_webhook,
    )
    return describe(start.store_and_execute(new), key)


@router.get(
    "",
    summary="List the batches started here",
    response_model_exclude_unset=True,
    response_description="A page of batches",
    responses=error_responses(*BATCH_ERRORS, InvalidRequest, NotFound, v1=True),
)
async def list_batches(
    key: BatchKey,
    limit: Limit = 20,
    after: Annotated[str, Query(description="`id` of the last entry of the previous page")] = "",
) -> OpenAiBatches:
    """Lists the batches that the caller's key started through `/v1/batches`, newest first."""
    page = pagination.Page.read(limit, "")
    if after:
        last = _own(after, key)
        page = pagination.Page(page.limit, ListingEntry(f"{last.created:.3f}", last.id))
    started: list[Batch] = []
    more: Mapping[str, str] = {}
    for _ in range(pagination.MAX_QUERIES):  # skips batches that were started through /api/batches
        batches_here, more = pagination.read_page(batches.of_key(key.id), page, _started_here)
        started += batches_here
        if len(started) >= page.limit or not more:
            break
        page = pagination.Page.read(limit, more["next"])
    entries = [describe(batch, key) for batch in started[: page.limit]]
    has_more = bool(more) or len(started) > page.limit
    return OpenAiBatches(data=entries, **files.page_of([entry.id for entry in entries], has_more))


@router.get(
    "/{batch_id}",
    summary="Get a batch's progress",
    response_description="The batch",
    responses=error_responses(*BATCH_ERRORS, NotFound, v1=True),
)
async def retrieve_batch(batch_id: BatchId, key: BatchKey) -> OpenAiBatch:
    """Returns a batch's progress, and `output_file_id` and `error_file_id` after it has ended."""
    return describe(_own(batch_id, key), key)


@router.post(
    "/{batch_id}/cancel",
    summary="Cancel a batch",
    response_description="The batch's current state",
    responses=error_responses(*BATCH_ERRORS, NotFound, v1=True),
    openapi_extra=request_examples.unread_body("Nothing", {}),
)
async def cancel_batch(batch_id: BatchId, key: BatchKey) -> OpenAiBatch:
    """Cancels a batch. Waiting pictures do not start. Pictures in progress are completed and are in the output file."""
    return describe(executions.cancel(_own(batch_id, key).id), key)


def _own(batch_id: str, key: Key) -> Batch:
    """Return a batch that the key started through `/v1/batches`. Raise `NotFound` for any other batch."""
    batch = own_batch(batch_id.removeprefix(PREFIX), key)
    if not batch.openai:
        raise NotFound(
            f"the batch {batch.id} was not started through /v1/batches; see /api/batches/{batch.id}", field="id"
        )
    return batch


def _started_here(ids: Sequence[str]) -> list[Batch]:
    return [batch for batch in batches.get_all(ids) if batch.openai]


def describe(batch: Batch, key: Key) -> OpenAiBatch:
    """Return the batch in OpenAI's format."""
    origin, counts, status = batch.openai or {}, progress.counts_of(batch), _status(batch)
    ended = int(batch.finished) if batch.finished else None
    without_pictures = counts["failed"] + counts["cancelled"]
    facts = {
        "id": f"{PREFIX}{batch.id}",
        "object": "batch",
        "endpoint": ENDPOINT,
        "errors": {"object": "list", "data": [_error(batch.error)]} if batch.error else None,
        "input_file_id": origin["file"],
        "completion_window": WINDOW,
        "status": status,
        "output_file_id": batch.output("output")[0] if ended and counts["succeeded"] else None,
        "error_file_id": _error_file(batch, key) if ended and without_pictures else None,
        "created_at": int(batch.created),
        "in_progress_at": int(batch.planned) if batch.planned else None,
        "expires_at": int(batch.began) + batches.MAX_DAYS * batches.DAY,
        "finalizing_at": None,
        "completed_at": ended if status == "completed" else None,
        "failed_at": ended if status == "failed" else None,
        "expired_at": None,
        "cancelling_at": None,
        "cancelled_at": ended if status == "cancelled" else None,
        "request_counts": {"total": counts["requests"], "completed": counts["succeeded"], "failed": without_pictures},
        "metadata": origin.get("metadata"),
    }
    return OpenAiBatch.model_validate(facts)


def _status(batch: Batch) -> str:
    """Return OpenAI's name of the batch's status."""
    if batch.status == "cancelled" and not batch.finished:
        return "cancelling"
    return {"planning": "validating", "running": "in_progress"}.get(batch.status, batch.status)


def _error(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return OpenAI's `errors` of a batch that failed as a whole."""
    error = v1_format.error_of(body, 400)
    return {"code": error["code"], "message": error["message"], "param": error["param"], "line": None}


def _error_file(batch: Batch, key: Key) -> str | None:
    """Return the error file's id, or None. A line with at least one picture is not in the error file."""
    file_id = batch.output("error")[0]
    try:
        return files.find(file_id, key).id
    except NotFound:
        return None
