"""Batches over HTTP: `/api/batches`. They use the deployment's own tokens, so every call needs an Easel key."""

from __future__ import annotations

import secrets
import time
from typing import Annotated

from fastapi import APIRouter, Body, Path, Query, Request, Response
from pydantic import Field

import batch_forecast
import batch_preview
import pagination
import request_examples
import signed_urls
from dependencies import BatchKey, Call, LongJsonRoute, check_batches, redirect_to_object
from easel.batch import batches, executions, object_keys, progress, response_models, results, start
from easel.batch.batches import Batch
from easel.batch.start import BatchRequest
from easel.budgets import keys
from easel.budgets.keys import Key
from easel.catalog.bodies import Body as RequestBody
from easel.catalog.bodies import Whole
from easel.errors import EaselError, InvalidParams, InvalidRequest, NotFound, PayloadTooLarge
from easel.front_door.http_messages import HttpRequest
from easel.settings import settings
from error_responses import BATCH_BODY_ERRORS, BATCH_ERRORS, error_responses
from openapi import described
from pagination import EMPTY_AS_NONE, STATUS, Cursor, Limit, Page

router = APIRouter(tags=["batches"], route_class=LongJsonRoute)


LOOK_SECONDS = 2
DEFAULT_LIMIT = 100
"""Default number of results per page."""
LIMIT_DESCRIPTION = f"maximum results on the page, up to {results.MAX_PAGE}; default: {DEFAULT_LIMIT}"
SIZE_TEXT = (
    "size of the whole file in bytes, if the body is its beginning. `quota` is then estimated for the whole file"
)
BatchId = Annotated[str, Path(description="`batchId` of a response")]


class UploadBody(RequestBody):
    """A request to upload a manifest."""

    name: str | None = Field(None, description="name of the file", examples=["prompts.csv"])
    digest: str | None = Field(
        None, description="digest of the file; the same digest gives the same `manifest`", examples=["5d41402abc4b2a76"]
    )
    size: Whole = Field(ge=1, le=signed_urls.MAX_UPLOAD, description="size of the file in bytes", examples=[120000])


@router.post(
    "/api/batches",
    summary="Start a batch",
    status_code=202,
    response_model_exclude_none=True,
    responses={
        202: described("The batch", None, "Location", "Retry-After"),
        **error_responses(*BATCH_BODY_ERRORS, InvalidParams, NotFound),
    },
)
async def create_batch(
    key: BatchKey,
    body: Annotated[BatchRequest, Body(openapi_examples=request_examples.BATCHES)],
    call: Call,
    response: Response,
) -> response_models.BatchStarted:
    """Starts a batch, or returns the earlier batch of the same manifest.

    `startedBefore` is true for an earlier batch. If the earlier batch has ended, its failed lines run again. Another
    `scheduledTime` starts a new batch.
    """
    if body.retry is not None:
        own_batch(body.retry, key)
    called = time.time()
    batch = start.start(body, call.endpoint, key.id)
    url = _url(batch, call)
    response.headers.update({"Location": url, "Retry-After": str(LOOK_SECONDS)})
    return response_models.BatchStarted(
        batch_id=batch.id,
        status=batch.status,
        run=batch.run,
        started_before=batch.created < called,
        status_url=url,
        quota=None if batch.finished else batch_forecast.forecast(_picture_counts(body, batch), key),
    )


def _picture_counts(body: BatchRequest, batch: Batch) -> batch_forecast.PictureCounts:
    if body.requests:
        return batch_forecast.count_requests(body.requests)
    return batch_forecast.count_manifest(batch.manifest, batch.size)


@router.post(
    "/api/batches/uploads",
    summary="Get an address for uploading a large manifest",
    status_code=201,
    response_model_exclude_none=True,
    response_description="The address",
    responses=error_responses(*BATCH_BODY_ERRORS),
)
async def create_upload(
    key: BatchKey, body: Annotated[UploadBody, Body(openapi_examples=request_examples.UPLOADS)], call: Call
) -> response_models.UploadTarget:
    """Returns an address for uploading a large manifest, and the `manifest` to start a batch with afterwards.

    The body has the file's size in bytes. The address accepts a `PUT` of exactly that size, with `uploadHeaders`. The
    body may also have the file's name and a digest: `{"size": 120000, "name": "prompts.csv", "digest": "5d41…"}`. The
    same digest gives the same `manifest`, so uploading the same file again does not start a second batch. `batch` is
    the batch that the file has already started, if any.
    """
    folder = object_keys.upload_folder(key.id) + object_keys.safe_name(body.digest or secrets.token_hex(16))
    place = f"{folder}/{object_keys.safe_name(body.name or 'manifest')}"
    manifest = f"s3://{settings().images_bucket}/{place}"
    before = start.find_earlier(manifest, key.id) if body.digest else None
    return response_models.UploadTarget(
        upload_url=signed_urls.upload_url(place, body.size),
        upload_headers=signed_urls.UPLOAD_HEADERS,
        manifest=manifest,
        batch=_summary(before, call) if before else None,
    )


@router.post(
    "/api/batches/preview",
    summary="Validate a manifest without starting a batch",
    response_model_exclude_none=True,
    response_description="The validated lines",
    responses=error_responses(InvalidRequest, PayloadTooLarge),
    openapi_extra=request_examples.PREVIEW,
)
async def preview_manifest(
    request: Request,
    call: Call,
    size: Annotated[int, Query(ge=0, le=signed_urls.MAX_UPLOAD, description=SIZE_TEXT)] = 0,
) -> response_models.Preview:
    """Validates the manifest in the body, and returns its number of pictures and its invalid lines.

    If the file is larger than 256 KB, send its beginning up to the end of a line. At most 1,000 lines are validated.
    Validation stops after 100 invalid lines. Nothing is stored or generated, so no key is needed. With an Easel key
    that may run batches, lines with the provider `auto` are validated for the providers that the key may use, and
    `quota` estimates how many of the pictures the deployment's tokens and the key's limits allow today.
    """
    key = _batch_key(call)
    body = await request.body()
    preview, validated = batch_preview.validate(body, key.id if key else None)
    whole = preview["complete"] and size <= len(body)
    wanted = validated if whole else batch_forecast.count_beginning(body, size)
    forecast = batch_forecast.forecast(wanted, key) if key else None
    return response_models.Preview.model_validate({**preview, "quota": forecast})


def _batch_key(call: HttpRequest) -> Key | None:
    """Return the call's Easel key; None without a valid key that may run batches."""
    try:
        return check_batches(keys.get(keys.required(call.headers)))
    except EaselError:
        return None


@router.get(
    "/api/batches",
    summary="List your batches",
    response_model_exclude_none=True,
    response_description="A page of batches",
    responses=error_responses(*BATCH_ERRORS, InvalidRequest),
)
async def list_batches(
    key: BatchKey,
    call: Call,
    limit: Limit = 20,
    cursor: Cursor = "",
    status: Annotated[batches.Status | None, EMPTY_AS_NONE, STATUS] = None,
) -> response_models.BatchList:
    """Lists the batches that the caller's key started, newest first. `next` is the next page's `cursor`, if any."""
    page = Page.read(limit, cursor, status)
    listed, more = pagination.read_page(batches.of_key(key.id), page, batches.get_all)
    return response_models.BatchList(batches=[_summary(batch, call) for batch in listed], **more)


@router.get(
    "/api/batches/{batch_id}",
    summary="Get a batch's progress",
    response_model_exclude_none=True,
    responses={200: described("The batch", None, "Retry-After"), **error_responses(*BATCH_ERRORS, NotFound)},
)
async def get_batch(batch_id: BatchId, key: BatchKey, call: Call, response: Response) -> response_models.BatchResponse:
    """Returns a batch's progress: `status`, `counts`, `rate` in requests a second, `etaSeconds`, `waitingFor`."""
    return _described(own_batch(batch_id, key), call, response)


@router.delete(
    "/api/batches/{batch_id}",
    summary="Cancel a batch",
    response_model_exclude_none=True,
    responses={
        200: described("The batch's current state", None, "Retry-After"),
        **error_responses(*BATCH_ERRORS, NotFound),
    },
)
async def cancel_batch(
    batch_id: BatchId, key: BatchKey, call: Call, response: Response
) -> response_models.BatchResponse:
    """Cancels a batch. Waiting pictures do not start. Pictures in progress are completed and appear in the results."""
    return _described(executions.cancel(own_batch(batch_id, key).id), call, response)


@router.get(
    "/api/batches/{batch_id}/results",
    summary="Get a batch's results, also while it runs",
    response_model_exclude_none=True,
    responses={
        200: described("A page of results", None, "Retry-After"),
        302: described(
            "Redirect to the JSON Lines file. The link is valid for minutes", None, "Location", "Cache-Control"
        ),
        **error_responses(*BATCH_ERRORS, InvalidRequest, NotFound),
    },
)
async def get_results(
    batch_id: BatchId,
    key: BatchKey,
    response: Response,
    limit: Annotated[int | None, Query(ge=1, le=results.MAX_PAGE, description=LIMIT_DESCRIPTION)] = None,
    cursor: Cursor = "",
    status: Annotated[results.ResultStatus | None, EMPTY_AS_NONE, STATUS] = None,
) -> response_models.BatchResults:
    """Returns the lines' results, in the manifest's order, at any time.

    While the batch runs, the response is a page of its current results, including `pending` and `running` ones. After
    it has ended, the response redirects to the JSON Lines file of all results, or is a page if the call has `limit`,
    `cursor` or `status`. A call with `status` examines at most 1,000 pictures, so a page may be empty although `next`
    is set.
    """
    batch = own_batch(batch_id, key)
    if batch.finished and limit is None and not cursor and not status:
        return redirect_to_object(batch.key("results.jsonl"), "application/x-ndjson")  # type: ignore[return-value]
    if not batch.finished:
        response.headers["Retry-After"] = str(LOOK_SECONDS)
    page, after = results.page(batch, results.Cursor.read(cursor, batch.run), limit or DEFAULT_LIMIT, status)
    return response_models.BatchResults.model_validate(
        {"batch_id": batch.id, "status": batch.status, "results": page, "next": after or None}
    )


def own_batch(batch_id: str, key: Key) -> Batch:
    """Return a batch that the key may use: its own, or one of a schedule or an upload. Raise `NotFound`."""
    batch = batches.get(batch_id)
    if batch.started_by not in (None, key.id):
        raise batches.not_found(batch_id)
    return batch


def _summary(batch: Batch, call: HttpRequest) -> response_models.BatchSummary:
    """Return a batch's summary. It leaves out the counts of a running batch, which would need further reads."""
    return response_models.BatchSummary(
        batch_id=batch.id,
        status=batch.status,
        manifest=batch.manifest,
        created_at=batch.created,
        requests=batch.requests,
        finished_at=batch.finished or None,
        counts=response_models.Counts(**progress.counts_of(batch)) if batch.counts else None,
        status_url=_url(batch, call),
    )


def _described(batch: Batch, call: HttpRequest, response: Response) -> response_models.BatchResponse:
    if not batch.finished:
        response.headers["Retry-After"] = str(LOOK_SECONDS)
    return progress.describe(batch, call.endpoint)


def _url(batch: Batch, call: HttpRequest) -> str:
    return progress.url(batch, call.endpoint)
