"""Starting a batch: from requests given with the call, from a manifest in S3, or again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from easel import aws, batches, queues, tallies
from easel.batches import Batch
from easel.errors import InvalidRequest, Unknown
from easel.settings import settings

INBOX = "batches/inbox/"
"""An object put here starts a batch."""
UPLOADS = "batches/uploads/"
"""Where manifests go that are too large for a call; they start nothing by themselves."""


class Order(BaseModel):
    """What starts a batch: exactly one of `requests`, `manifest` and `retry`."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    requests: list[Any] | None = Field(None, description="bodies of `/api/generate`, with optional `id` and `count`")
    manifest: str | None = Field(None, description="`s3://bucket/key` of JSON Lines, or CSV with a header")
    retry: str | None = Field(None, description="id of a batch: what failed in it runs again")
    scheduledTime: str | None = Field(
        None,
        max_length=100,
        description="any text; the same manifest with another one is another batch, with the same one the same",
    )

    @classmethod
    def read(cls, fields: Mapping[str, Any]) -> Order:
        """Raises `InvalidRequest`."""
        try:
            order = cls.model_validate(dict(fields))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            name = ".".join(str(part) for part in first["loc"])
            raise InvalidRequest(f"{name}: {first['msg']}"[:300], field=name[:100]) from error
        given = [name for name in ("requests", "manifest", "retry") if getattr(order, name) is not None]
        if len(given) != 1:
            allowed = 'one of "requests": […], "manifest": "s3://bucket/key" and "retry": "batch id"'
            raise InvalidRequest(f"body: must hold exactly {allowed}", field="body")
        if order.requests == []:
            raise InvalidRequest("requests: must hold at least one request", field="requests")
        return order


def start(order: Order, endpoint: str) -> Batch:
    """The batch that the order asks for, new or found.

    The same manifest with the same `scheduledTime` (without one: with the same content) is the same batch. Asked for
    again without a `scheduledTime` after it has ended, what has not succeeded in it runs again.

    Raises:
        InvalidRequest: the manifest cannot be read.
        NotFound: there is no batch to run again.
    """
    if order.retry is not None:
        return retry(batches.get(order.retry))
    if order.requests is not None:
        manifest, etag, size = _store(order.requests)
    else:
        manifest = order.manifest or ""
        etag, size = _look(manifest)
    batch = batches.new(manifest, etag, size, endpoint=endpoint, scheduled=order.scheduledTime)
    if not batches.create(batch):
        batch = batches.get(batch.id)
        if batch.finished and not order.scheduledTime:
            return retry(batch)
    if batch.status == "planning":  # also for one that was found: whoever created it may have died before this
        step("plan", batch)
    return batch


def retry(batch: Batch) -> Batch:
    """Runs what has not succeeded in an ended batch again; any other batch is left as it is."""
    ended = batch.finished or batch.status == "cancelled"
    if not ended or (tallies.tally(batch)[0] == batch.counted.jobs and batch.status == "completed"):
        return batch
    again = batches.rerun(batch)
    if again is None:
        return batches.get(batch.id)
    step("plan", again)
    return again


def cancel(batch_id: str) -> Batch:
    """What has not started does not start; an ended batch is left as it is. Raises `NotFound`."""
    batch = batches.get(batch_id)
    if batches.cancel(batch):
        batch = batches.get(batch_id)
        step("watch", batch)  # planning may have been cut short, and nobody watches then
    return batch


def step(name: str, batch: Batch, delay: float = 0) -> None:
    """Has the batch function do its next step: `plan` or `watch`."""
    queues.send(queues.BATCH, json.dumps({"step": name, "batch": batch.id, "run": batch.run}), delay)


def place(manifest: str) -> tuple[str, str]:
    """Bucket and key of `s3://bucket/key`; raises `InvalidRequest`."""
    parts = urlsplit(manifest)
    key = manifest.removeprefix(f"s3://{parts.netloc}/")  # a key may hold ? and #
    if parts.scheme != "s3" or not parts.netloc or not key or key == manifest:
        raise InvalidRequest("manifest: must be s3://bucket/key", field="manifest")
    return parts.netloc, key


def _store(requests: list[Any]) -> tuple[str, str, int]:
    """Puts requests into the bucket as JSON Lines."""
    body = "".join(json.dumps(request) + "\n" for request in requests).encode()
    digest = hashlib.sha256(body).hexdigest()[:24]
    bucket, key = settings().images_bucket, f"batches/inline/{digest}.jsonl"
    etag = aws.s3().put_object(Bucket=bucket, Key=key, Body=body, ContentType="application/x-ndjson")["ETag"]
    return f"s3://{bucket}/{key}", etag, len(body)


def _look(manifest: str) -> tuple[str, int]:
    """Version and size in bytes of a manifest."""
    from botocore.exceptions import BotoCoreError, ClientError

    bucket, key = place(manifest)
    try:
        found = aws.s3().head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in ("404", "NoSuchKey", "NoSuchBucket", "NotFound"):
            raise InvalidRequest(f"manifest: there is no object {manifest[:200]}", field="manifest") from error
        if code in ("403", "AccessDenied", "Forbidden", "400", "InvalidBucketName"):
            text = f"manifest: Easel may not read {manifest[:200]}; the parameter ManifestBucket names what it may"
            raise InvalidRequest(text, field="manifest") from error
        raise Unknown(f"S3 refused ({code}); try again") from error
    except BotoCoreError as error:
        raise Unknown(f"S3 could not be reached ({type(error).__name__}); try again") from error
    return found["ETag"], found["ContentLength"]
