"""Start a batch from requests or from a manifest in S3, or run a finished batch again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, ClassVar, Self

from pydantic import ConfigDict, Field, model_validator

from easel.batch import batches, executions, object_keys
from easel.batch import manifest as manifests
from easel.batch.batches import Batch
from easel.catalog.bodies import Body
from easel.catalog.webhooks import Webhook
from easel.common import aws
from easel.common.telemetry import logger
from easel.errors import CallerError, InternalError, InvalidRequest
from easel.front_door import request_body, validation
from easel.settings import key_manifests, settings

INBOX = "batches/inbox/"
"""Folder in which each new object starts a batch. The object is kept."""
MANIFESTS = "manifests/"
"""Folder of the owner's permanent manifests, such as the one that the schedule starts."""
MAX_LISTED = 10
"""Maximum number of entries of the parameter KeyManifests in an error text."""
MAX_SCHEDULED = 100
"""Maximum characters of a `scheduledTime`."""


class BatchRequest(Body):
    """Start a batch from exactly one of `requests`, `manifest` and `retry`."""

    model_config = ConfigDict(extra="forbid")
    usual_error: ClassVar[type[CallerError]] = InvalidRequest

    requests: list[Any] | None = Field(
        None,
        description="bodies of `/api/generate`, with optional `id` and `count`",
        examples=[[{"prompt": "a cute cat", "count": 3}]],
    )
    manifest: str | None = Field(
        None,
        description="`s3://bucket/key` of a file: JSON Lines, or CSV with a header",
        examples=["s3://bucket/batches/uploads/5d41/prompts.csv"],
    )
    retry: str | None = Field(None, description="id of a finished batch, of which the failed pictures run again")
    scheduled_time: str | None = Field(
        None,
        max_length=MAX_SCHEDULED,
        description="any text; a manifest starts a new batch for each new text, and returns the batch for a known one",
    )
    webhook: Webhook | None = None

    @model_validator(mode="after")
    def _has_one_source(self) -> Self:
        if len(self.model_fields_set & {"requests", "manifest", "retry"}) != 1:
            allowed = 'one of "requests": […], "manifest": "s3://bucket/key" and "retry": "batch id"'
            raise InvalidRequest(f"body: must have exactly {allowed}", field="body")
        if self.requests == []:
            raise InvalidRequest("requests: must have at least one request", field="requests")
        return self

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> BatchRequest:
        """Validate a batch request from an event. Raise `InvalidRequest`."""
        request_body.check_depth(body)
        return validation.validated(cls, body)


def start(request: BatchRequest, endpoint: str, key: str | None = None) -> Batch:
    """Start a batch, or return the batch that an equal request has started.

    Two requests are equal if they have the same manifest and the same `scheduledTime`, or without a `scheduledTime` the
    same manifest with the same content. Without a `scheduledTime`, a finished batch runs its failed jobs again.

    Args:
        request: the batch request.
        endpoint: base URL of the links in the results.
        key: id of the Easel key that starts the batch, or None.

    Raises:
        InvalidRequest: the manifest cannot be read.
        NotFound: there is no batch to run again.
    """
    webhook = request.webhook or ""
    if request.retry is not None:
        return retry(batches.get(request.retry), key, webhook)
    if request.requests is not None:
        manifest, etag, size = _store(request.requests, key)
    else:
        manifest = request.manifest or ""
        etag, size = check_manifest(manifest, key)
    scheduled = request.scheduled_time
    new = batches.new(manifest, etag, size, endpoint=endpoint, scheduled=scheduled, started_by=key, webhook=webhook)
    batch = store_and_execute(new)
    return retry(batch, key, webhook) if batch.finished and not scheduled else batch


def find_earlier(manifest: str, key: str) -> Batch | None:
    """Return the batch that a key started from this manifest without a `scheduledTime`, or None."""
    from botocore.exceptions import ClientError

    bucket, name = split_address(manifest)
    try:
        etag = aws.s3().head_object(Bucket=bucket, Key=name)["ETag"]
    except ClientError:  # the manifest was not uploaded or has expired
        return None
    return next(iter(batches.get_all([batches.batch_id(manifest, etag, key)])), None)


def store_and_execute(batch: Batch) -> Batch:
    """Store a new batch and start its execution. Return the batch, or the earlier batch with the same id."""
    if not batches.create(batch):
        batch = batches.get(batch.id)
    if not batch.finished:  # also an earlier batch: its creator may have died before this line
        executions.execute(batch)
    return batch


def retry(batch: Batch, key: str | None = None, webhook: str = "") -> Batch:
    """Run a finished batch's unsuccessful jobs again. Return an unfinished batch unchanged.

    `key` is the id of the calling Easel key, or None. `webhook` replaces the batch's own.
    """
    complete = batch.status == "completed" and (batch.counts or {}).get("succeeded") == batch.requests - batch.invalid
    if not batch.finished or complete:
        return batch
    batches.rerun(batch, key, webhook)
    again = batches.get(batch.id)
    executions.execute(again)
    return again


def split_address(manifest: str) -> tuple[str, str]:
    """Split `s3://bucket/key` into bucket and object key. Raise `InvalidRequest` for any other text."""
    bucket, _, name = manifest.removeprefix("s3://").partition("/")  # an object key may contain ? and #
    if not manifest.startswith("s3://") or not bucket or not name:
        raise InvalidRequest("manifest: must have the form s3://bucket/key", field="manifest")
    return bucket, name


def check_access(manifest: str, key: str | None) -> tuple[str, str]:
    """Return a manifest's bucket and object key. Raise `InvalidRequest` if the caller may not use it.

    Args:
        manifest: `s3://bucket/key`.
        key: id of the calling Easel key; None for the schedule, the inbox and a direct invocation.
    """
    bucket, name = split_address(manifest)
    own, other = settings().images_bucket, settings().manifest_bucket
    owners = name.startswith((MANIFESTS, INBOX, object_keys.UPLOADS)) if bucket == own else bucket == other
    if {".", ".."} & set(name.split("/")) or not (_key_may_use(bucket, name, key) if key else owners):
        places = ["an upload of this key (see POST /api/batches/uploads)", *key_manifests()[:MAX_LISTED]]
        if not key:
            places = [f"under s3://{own}/{MANIFESTS}", f"s3://{own}/{INBOX}", *([f"s3://{other}/"] if other else [])]
        raise InvalidRequest(f"manifest: must be {' or '.join(places)}", field="manifest")
    return bucket, name


def _key_may_use(bucket: str, name: str, key: str) -> bool:
    """Return True if the manifest is an upload of this Easel key, or is in the parameter KeyManifests."""
    own, other = settings().images_bucket, settings().manifest_bucket
    if bucket == own and name.startswith(object_keys.upload_folder(key)):
        return True
    if not (name.startswith(MANIFESTS) if bucket == own else bucket == other):
        return False
    address = f"s3://{bucket}/{name}"
    listed = [entry if "://" in entry else f"s3://{own}/{entry}" for entry in key_manifests()]
    return any(address.startswith(entry) if entry.endswith("/") else address == entry for entry in listed)


def _store(requests: list[Any], key: str | None) -> tuple[str, str, int]:
    """Store requests in the bucket as JSON Lines. Return the manifest's address, ETag and size in bytes."""
    body = "".join(json.dumps(request) + "\n" for request in requests).encode()
    folder = object_keys.upload_folder(key) if key else object_keys.UPLOADS
    place = f"{folder}{hashlib.sha256(body).hexdigest()[:32]}/requests.jsonl"
    bucket = settings().images_bucket
    etag = aws.s3().put_object(Bucket=bucket, Key=place, Body=body, ContentType="application/x-ndjson")["ETag"]
    return f"s3://{bucket}/{place}", etag, len(body)


def check_manifest(manifest: str, key: str | None, *, json_only: bool = False) -> tuple[str, int]:
    """Validate the beginning of a manifest. Return its ETag and its size in bytes.

    CSV is accepted unless `json_only` is set. Raise `InvalidRequest` if the file is not a manifest, or if the Easel key
    with the id `key` may not use it.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    bucket, name = check_access(manifest, key)
    try:
        head = aws.s3().head_object(Bucket=bucket, Key=name)
        if head["ContentLength"]:
            part = aws.s3().get_object(Bucket=bucket, Key=name, Range=f"bytes=0-{manifests.DETECTION_BYTES - 1}")
            manifests.check_beginning(part["Body"].read(), json_only=json_only)
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in ("404", "NoSuchKey", "NoSuchBucket", "NotFound"):
            raise InvalidRequest(
                f"manifest: the object {manifest[:200]} does not exist; upload it or correct the address",
                field="manifest",
            ) from error
        if code in ("403", "AccessDenied", "Forbidden", "400", "InvalidBucketName"):
            text = f"manifest: Easel may not read {manifest[:200]}; if it is encrypted, see the parameter ManifestKey"
            raise InvalidRequest(text, field="manifest") from error
        raise InternalError(f"S3 could not read the manifest ({code}); try again") from error
    except BotoCoreError as error:
        logger.warning("S3 could not be reached", extra={"reason": type(error).__name__})
        raise InternalError("S3 could not be reached; try again") from error
    return head["ETag"], head["ContentLength"]
