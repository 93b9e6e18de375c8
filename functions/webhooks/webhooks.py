"""The webhooks function: calls the webhooks of jobs and batches that have ended.

The function takes two shapes of events. For records of the table's stream, it sends messages to the queue
(`ended_items.py`). For a message of the queue, it attempts to call a webhook. If the attempt fails, the queue delivers
the message again after the pause that is set here. After the last attempt, it moves the message to the dead-letter
queue. So no webhook is lost if the function dies.
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
    from easel.handler import Context  # not at run time: it imports everything that a provider's function needs

PAUSES = (2, 10, 60, 300, 1800, 3600, 7200, 14400, 21600, 36000)
"""Seconds between the attempts, 23.6 hours in total. SQS allows at most 12 hours for one pause."""
GONE = 410
"""Status of a receiver that wants no further calls, as defined by Standard Webhooks."""


def handler(event: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Return the messages that the queue must keep, in the format of `ReportBatchItemFailures`."""
    begin(request=context.aws_request_id)
    stored_overlay.refresh()
    records = event["Records"]
    if records[0]["eventSource"] == "aws:dynamodb":
        ended_items.forward(records)
        return {"batchItemFailures": []}
    with ThreadPoolExecutor(len(records)) as pool:  # a silent receiver must not delay others
        done = list(pool.map(_handle, records))
    kept = [record["messageId"] for record, is_done in zip(records, done, strict=True) if not is_done]
    return {"batchItemFailures": [{"itemIdentifier": message} for message in kept]}


def _handle(record: Mapping[str, Any]) -> bool:
    """Handle a message. Return False if the queue must keep it."""
    try:
        message = ended_items.Message.model_validate_json(record["body"])
        attempt = int(record["attributes"]["ApproximateReceiveCount"])
        wait = _check(message.item) if message.kind == "look" else _call(message.item, attempt)
        if wait is not None:
            url, receipt = settings().webhook_queue, record["receiptHandle"]
            aws.sqs().change_message_visibility(QueueUrl=url, ReceiptHandle=receipt, VisibilityTimeout=round(wait))
        return wait is None
    except Exception:  # the queue returns the message after its visibility timeout
        logger.exception("a message of the webhook queue was not handled")
        return False


def _check(job_id: str) -> float | None:
    """Store the failure of a job with a dead function. Return None, or the seconds until the job's next check."""
    job = recovery.get(job_id)
    if not job.ended:
        return max(1.0, job.deadline - time.time() + 1)
    jobs.record_end(job)
    return None


def _call(item_id: str, attempt: int) -> float | None:
    """Call the webhook. Return the seconds until the next attempt, 0 after the last one, or None if none is needed."""
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
