"""The webhooks function: calls the webhooks of jobs and batches that have ended.

It takes two shapes of events. Records of the table's stream become messages of the queue (`ended_items.py`). A message
of the queue becomes one attempt at a webhook. The queue repeats an attempt that failed, after the pause that is set
here, and moves the message to the dead-letter queue after the last one. So a function that dies loses no webhook.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Literal

import ended_items
import webhook_events
import webhook_sender
from easel import catalog
from easel.catalog import stored_overlay
from easel.common import aws, startup
from easel.common.telemetry import begin, logger
from easel.front_door import recovery
from easel.settings import settings
from easel.store import jobs, webhooks
from easel.store.webhooks import Delivery
from webhook_events import Event
from webhook_sender import Refusal

if TYPE_CHECKING:
    from easel.handler import Context  # which loads all that a provider's function needs

PAUSES = (2, 10, 60, 300, 1800, 3600, 7200, 14400, 21600, 36000)
"""Seconds between the attempts: 23.6 hours in all. SQS allows 12 hours for one pause."""
GONE = 410
"""Status of a receiver that wants no more calls, as Standard Webhooks define."""


def handler(event: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Return the messages that the queue is to keep, as `ReportBatchItemFailures` expects them."""
    begin(request=context.aws_request_id)
    stored_overlay.refresh()
    records = event["Records"]
    if records[0]["eventSource"] == "aws:dynamodb":
        ended_items.forward(records)
        return {"batchItemFailures": []}
    with ThreadPoolExecutor(len(records)) as pool:  # a silent receiver delays no other
        done = list(pool.map(_handle, records))
    kept = [record["messageId"] for record, is_done in zip(records, done, strict=True) if not is_done]
    return {"batchItemFailures": [{"itemIdentifier": message} for message in kept]}


def _handle(record: Mapping[str, Any]) -> bool:
    """Handle a message. Return False if the queue is to keep it."""
    try:
        message = ended_items.Message.model_validate_json(record["body"])
        attempt = int(record["attributes"]["ApproximateReceiveCount"])
        wait = _look(message.item) if message.kind == "look" else _call(message.item, attempt)
        if wait is not None:
            url, receipt = settings().webhook_queue, record["receiptHandle"]
            aws.sqs().change_message_visibility(QueueUrl=url, ReceiptHandle=receipt, VisibilityTimeout=round(wait))
        return wait is None
    except Exception:  # the queue returns the message after its visibility timeout
        logger.exception("a webhook's message was not handled")
        return False


def _look(job_id: str) -> float | None:
    """Store the end of a job whose function died, which the stream then reports. Return the seconds to wait for it."""
    job = recovery.get(job_id)
    if not job.ended:
        return max(1.0, job.deadline - time.time() + 1)
    jobs.record_end(job)
    return None


def _call(item_id: str, attempt: int) -> float | None:
    """Call the webhook. Return the seconds until the next attempt, 0 after the last one, or None for no further one."""
    event = webhook_events.event_of_item(item_id)
    if not event or event.delivered:
        return None
    refusal = webhook_sender.send(event)
    if not refusal:
        _record(event, attempt, "delivered")
        return None
    if refusal.status == GONE or attempt > len(PAUSES):
        _record(event, attempt, "failed", refusal)
        return None if refusal.status == GONE else 0.0
    pause = PAUSES[attempt - 1]
    _record(event, attempt, "pending", refusal, time.time() + pause)
    return pause


def _record(
    event: Event,
    attempt: int,
    status: Literal["pending", "delivered", "failed"],
    refusal: Refusal | None = None,
    following: float | None = None,
) -> None:
    reason, now = refusal.reason if refusal else "", time.time()
    delivery = Delivery(event=event.id, status=status, attempts=attempt, last=now, next=following, error=reason)
    webhooks.record(event.item, delivery)
    facts = {"event": event.id, "type": event.type, "attempt": attempt, "status": status, "reason": reason}
    logger.info("webhook called", extra=facts)


def _load() -> None:
    catalog.providers()
    webhook_sender.load()


startup.prepare(_load, meanwhile=stored_overlay.reading)
