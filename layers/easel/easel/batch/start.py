"""Start a batch from given requests or a manifest in S3, or run it again."""

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
from easel.common import aws
from easel.common.telemetry import logger
from easel.errors import CallerError, InternalError, InvalidRequest
from easel.front_door import request_body, validation
from easel.settings import key_manifests, settings

INBOX = "batches/inbox/"
"""An object in this folder starts a batch, and is not removed."""
MANIFESTS = "manifests/"
"""Where an owner's manifests stay, such as the one that the schedule runs."""
MAX_LISTED = 10
"""Entries of the parameter KeyManifests that a refusal names."""
MAX_SCHEDULED = 100
"""Characters of a `scheduledTime`."""


class BatchRequest(Body):
    """What starts a batch: exactly one of `requests`, `manifest` and `retry`."""

    model_config = ConfigDict(extra="forbid")
    usual_error: ClassVar[type[CallerError]] = InvalidRequest

    requests: list[Any] | None = Field(
        None,
        description="bodies of `/api/generate`, with optional `id` and `count`",
        examples=[[{"prompt": "a cute cat", "count": 3}]],
    )
    manifest: str | None = Field(
        None,
        description="`s3://bucket/key` of JSON Lines, or CSV with a header",
        examples=["s3://bucket/batches/uploads/5d41/prompts.csv"],
    )
    retry: str | None = Field(None, description="id of a batch: what failed in it runs again")
    scheduled_time: str | None = Field(
        None,
        max_length=MAX_SCHEDULED,
        description="any text; the same manifest with another one is another batch, with the same one the same",
    )

    @model_validator(mode="after")
    def _asks_for_one_thing(self) -> Self:
        if len(self.model_fields_set & {"requests", "manifest", "retry"}) != 1:
            allowed = 'one of "requests": […], "manifest": "s3://bucket/key" and "retry": "batch id"'
            raise InvalidRequest(f"body: must hold exactly {allowed}", field="body")
        if self.requests == []:
            raise InvalidRequest("requests: must hold at least one request", field="requests")
        return self

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> BatchRequest:
        """Return the request in an event that was not read from an HTTP body. Raise `InvalidRequest`."""
        request_body.check_depth(body)
        return validation.validated(cls, body)


def start(request: BatchRequest, endpoint: str, key: str | None = None) -> Batch:
    """Start a batch, or find the one that was started before.

    The same manifest with the same `scheduledTime` is the same batch; without a `scheduledTime`, the same manifest with
    the same content is. If that one has finished and there is no `scheduledTime`, its failed jobs run again.

    Args:
        request: what to run.
        endpoint: the address that the links in the results begin with.
        key: id of the Easel key that starts the batch.

    Raises:
        InvalidRequest: the manifest cannot be read.
        NotFound: there is no batch to run again.
    """
    if request.retry is not None:
        return retry(batches.get(request.retry), key)
    if request.requests is not None:
        manifest, etag, size = _store(request.requests, key)
    else:
        manifest = request.manifest or ""
        etag, size = look(manifest, key)
    batch = batches.new(manifest, etag, size, endpoint=endpoint, scheduled=request.scheduled_time, started_by=key)
    batch = begin(batch)
    return retry(batch, key) if batch.finished and not request.scheduled_time else batch


def earlier(manifest: str, key: str) -> Batch | None:
    """Return the batch that the object at this address has started with an Easel key, without a `scheduledTime`."""
    from botocore.exceptions import ClientError

    bucket, name = place(manifest)
    try:
        etag = aws.s3().head_object(Bucket=bucket, Key=name)["ETag"]
    except ClientError:  # it was not uploaded, or has expired
        return None
    return next(iter(batches.get_all([batches.batch_id(manifest, etag, key)])), None)


def begin(batch: Batch) -> Batch:
    """Store a new batch and start its execution; return the batch of that id as it is stored."""
    if not batches.create(batch):
        batch = batches.get(batch.id)
    if not batch.finished:  # also for an earlier one, whose creator may have died before this
        executions.execute(batch)
    return batch


def retry(batch: Batch, key: str | None = None) -> Batch:
    """Run the jobs of a finished batch again that have not succeeded. Return any other batch as it is.

    `key` is the id of the Easel key that asks for it.
    """
    complete = batch.status == "completed" and (batch.counts or {}).get("succeeded") == batch.requests - batch.invalid
    if not batch.finished or complete:
        return batch
    batches.rerun(batch, key)
    again = batches.get(batch.id)
    executions.execute(again)
    return again


def place(manifest: str) -> tuple[str, str]:
    """Return bucket and object key of `s3://bucket/key`; raise `InvalidRequest` for another text."""
    bucket, _, name = manifest.removeprefix("s3://").partition("/")  # a name may hold ? and #
    if not manifest.startswith("s3://") or not bucket or not name:
        raise InvalidRequest("manifest: must be s3://bucket/key", field="manifest")
    return bucket, name


def check_place(manifest: str, key: str | None) -> tuple[str, str]:
    """Return bucket and object key of a manifest. Raise `InvalidRequest` unless it may be named.

    Args:
        manifest: `s3://bucket/key`.
        key: id of the Easel key that names it; None for the schedule, the inbox and a direct invoke.
    """
    bucket, name = place(manifest)
    own, other = settings().images_bucket, settings().manifest_bucket
    owners = name.startswith((MANIFESTS, INBOX, object_keys.UPLOADS)) if bucket == own else bucket == other
    if {".", ".."} & set(name.split("/")) or not (_is_keys(bucket, name, key) if key else owners):
        places = ["an upload of this key (see POST /api/batches/uploads)", *key_manifests()[:MAX_LISTED]]
        if not key:
            places = [f"under s3://{own}/{MANIFESTS}", f"s3://{own}/{INBOX}", *([f"s3://{other}/"] if other else [])]
        raise InvalidRequest(f"manifest: must be {' or '.join(places)}", field="manifest")
    return bucket, name


def _is_keys(bucket: str, name: str, key: str) -> bool:
    """Return whether an Easel key may start the object: an upload of its own, or what the setting lists."""
    own, other = settings().images_bucket, settings().manifest_bucket
    if bucket == own and name.startswith(object_keys.upload_folder(key)):
        return True
    if not (name.startswith(MANIFESTS) if bucket == own else bucket == other):
        return False
    address = f"s3://{bucket}/{name}"
    listed = [entry if "://" in entry else f"s3://{own}/{entry}" for entry in key_manifests()]
    return any(address.startswith(entry) if entry.endswith("/") else address == entry for entry in listed)


def _store(requests: list[Any], key: str | None) -> tuple[str, str, int]:
    """Put requests into the bucket as JSON Lines; return the manifest's address, version and size in bytes."""
    body = "".join(json.dumps(request) + "\n" for request in requests).encode()
    folder = object_keys.upload_folder(key) if key else object_keys.UPLOADS
    place = f"{folder}{hashlib.sha256(body).hexdigest()[:32]}/requests.jsonl"
    bucket = settings().images_bucket
    etag = aws.s3().put_object(Bucket=bucket, Key=place, Body=body, ContentType="application/x-ndjson")["ETag"]
    return f"s3://{bucket}/{place}", etag, len(body)


def look(manifest: str, key: str | None, *, json_only: bool = False) -> tuple[str, int]:
    """Validate the beginning of a manifest, which may be CSV unless `json_only`; return its version and size.

    Raises `InvalidRequest` if it is no manifest, or one that the Easel key of this id may not name.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    bucket, name = check_place(manifest, key)
    try:
        head = aws.s3().head_object(Bucket=bucket, Key=name)
        if head["ContentLength"]:
            part = aws.s3().get_object(Bucket=bucket, Key=name, Range=f"bytes=0-{manifests.BEGINNING - 1}")
            manifests.check(part["Body"].read(), json_only=json_only)
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in ("404", "NoSuchKey", "NoSuchBucket", "NotFound"):
            raise InvalidRequest(f"manifest: there is no object {manifest[:200]}", field="manifest") from error
        if code in ("403", "AccessDenied", "Forbidden", "400", "InvalidBucketName"):
            text = f"manifest: Easel may not read {manifest[:200]}; if it is encrypted, see the parameter ManifestKey"
            raise InvalidRequest(text, field="manifest") from error
        raise InternalError(f"S3 refused ({code}); try again") from error
    except BotoCoreError as error:
        logger.warning("S3 could not be reached", extra={"reason": type(error).__name__})
        raise InternalError("S3 could not be reached; try again") from error
    return head["ETag"], head["ContentLength"]
