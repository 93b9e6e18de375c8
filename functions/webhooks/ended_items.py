"""Convert records of the table's stream to messages of the queue. A message has a job's or batch's id, and no token."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel

from easel.common import aws
from easel.settings import settings
from easel.store import webhooks

MAX_MESSAGES = 10
"""Messages per call to SQS, which allows no more."""
MAX_DELAY = 900
"""Maximum delay of a message in seconds, as SQS allows."""
CHECK_AFTER_SECONDS = 5
"""Seconds from a job's deadline until the function checks the job."""
WITHOUT_KEY = "without-key"
"""Message group of jobs and batches that were started without an Easel key."""


class Message(BaseModel):
    """A message of the queue.

    Attributes:
        kind: `end` for a webhook that is due. `look` for a new job: the webhooks function checks it after its deadline,
            because the job's function may have died.
        item: the id of the job's or batch's item.
    """

    kind: Literal["end", "look"]
    item: str


def forward(records: Sequence[Mapping[str, Any]]) -> None:
    """Send a message for each record. Raise `RuntimeError` if SQS refuses any, so that Lambda retries all of them."""
    entries = [_entry(number, record["dynamodb"]["NewImage"]) for number, record in enumerate(records)]
    for start in range(0, len(entries), MAX_MESSAGES):
        answer = aws.sqs().send_message_batch(
            QueueUrl=settings().webhook_queue,
            Entries=entries[start : start + MAX_MESSAGES],  # type: ignore[arg-type]
        )
        if refused := answer.get("Failed"):
            raise RuntimeError(f"SQS refused {len(refused)} messages: {refused[0]['Code']}")


def _entry(number: int, item: Mapping[str, Any]) -> dict[str, Any]:
    due = item["webhook"]["S"] == webhooks.DUE
    message, delay = Message(kind="end" if due else "look", item=item["id"]["S"]), 0
    if not due:
        left = float(item["deadline"]["N"]) - time.time()
        delay = min(MAX_DELAY, max(0, math.ceil(left)) + CHECK_AFTER_SECONDS)
    return {
        "Id": str(number),
        "MessageBody": message.model_dump_json(),
        "DelaySeconds": delay,
        "MessageGroupId": _group(item),
    }


def _group(item: Mapping[str, Any]) -> str:
    """Return the message group. With groups, slow receivers of one key do not delay the webhooks of another key.

    Each Easel key has a group. Callers without a key share one group, because anyone may call with any token.
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
    """
    return str(item["owner"]["S"]).partition("#")[2] if "owner" in item else WITHOUT_KEY
