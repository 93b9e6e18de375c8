"""Batches: starts them, plans them, watches them, reports them.

The function takes an order by direct invoke or from the schedule (see `manifests.Order`), and messages of the batches'
own queue: S3's note of an object under `batches/inbox/`, and the steps `plan` and `watch`. Each step that does not
end in one invocation sends the message for the next. A message whose invocation died comes back within a minute.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_plus

import planning
import report
from easel import batches, manifests, queues
from easel.deadline import Deadline
from easel.errors import EaselError, InvalidRequest, NotFound
from easel.manifests import Order
from easel.provider import Context
from easel.queues import Message
from easel.settings import settings
from easel.telemetry import logger


def handler(event: Mapping[str, Any], context: Context) -> Any:
    """An order is answered with `batchId` and `status`, or the error's body; messages with which are to stay."""
    if "Records" in event:
        return _messages(event, context)
    try:
        batch = manifests.start(Order.read(event), settings().public_url)
    except EaselError as error:
        logger.error("batch not started", extra={"code": error.code, "reason": error.message})
        return error.body()
    return {"batchId": batch.id, "status": batch.status, "manifest": batch.manifest}


def _messages(event: Mapping[str, Any], context: Context) -> Any:
    from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

    return process_partial_response(
        event=dict(event),
        record_handler=lambda record: _deliver(Message.read(record.raw_event, queues.BATCH), context),
        processor=BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False),
    )


def _deliver(message: Message, context: Context) -> None:
    """Returns when the message is done with; raises when it is to stay in the queue."""
    try:
        body = json.loads(message.body)
        with queues.kept(message):
            if "step" in body:
                _step(body, Deadline(context.get_remaining_time_in_millis() / 1000))
            else:
                _uploaded(body)
    except Exception:
        logger.exception("message not worked on")
        message.hide(30 * 2 ** (message.receives - 1))
        raise


def _uploaded(note: Mapping[str, Any]) -> None:
    """S3 tells of new objects; when the notification was set up, with an event that has no records."""
    for record in note.get("Records", ()):
        bucket, entry = record["s3"]["bucket"]["name"], record["s3"]["object"]
        key = unquote_plus(entry["key"])
        if key.endswith("/"):
            continue
        try:
            batch = manifests.start(Order.read({"manifest": f"s3://{bucket}/{key}"}), settings().public_url)
            logger.info("batch started by an upload", extra={"batch": batch.id, "key": key})
        except InvalidRequest as error:
            logger.error("upload is no manifest", extra={"key": key, "reason": error.message})


def _step(step: Mapping[str, Any], deadline: Deadline) -> None:
    try:
        batch = batches.get(step["batch"])
    except NotFound:
        logger.warning("batch is gone", extra={"batch": step["batch"]})
        return
    if batch.run != step["run"] or batch.finished:
        return
    if step["step"] == "plan" and batch.status == "planning":
        _plan(batch, deadline)
    elif step["step"] == "watch" and batch.status in ("running", "cancelled"):
        report.watch(batch, deadline)


def _plan(batch: batches.Batch, deadline: Deadline) -> None:
    try:
        reached = planning.plan(batch, deadline)
    except InvalidRequest as error:
        logger.warning("manifest not read to its end", extra={"batch": batch.id, "reason": error.message})
        reached = planning.refuse(batches.get(batch.id), error)
    if reached is None:
        logger.info("planning stopped: cancelled, or taken over", extra={"batch": batch.id})
    elif reached.status == "planning":
        manifests.step("plan", reached)
    else:
        manifests.step("watch", reached, 1)
