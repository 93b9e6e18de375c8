"""Records of the table's stream, as messages of the queue. A message has the id of a job or a batch, and no token."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel

from easel.common import aws
from easel.settings import settings
from easel.store import webhooks

AT_ONCE = 10
"""Messages of one call to SQS, its maximum."""
LONGEST_DELAY = 900
"""Seconds, SQS's maximum."""
LOOK_AFTER_SECONDS = 5
"""Seconds after a job's deadline until it is looked at."""
WITHOUT_KEY = "without-key"
"""Group of the messages about jobs and batches that no Easel key started."""


class Message(BaseModel):
    """A message of the queue.

    Attributes:
        kind: `end` for a webhook that is due; `look` for a new job, at which the function looks after its deadline,
            because the function that works on it may have died.
        item: the id of the job's or batch's item.
    """

    kind: Literal["end", "look"]
    item: str


def forward(records: Sequence[Mapping[str, Any]]) -> None:
    """Send a message for each record. Raise `RuntimeError` if SQS refuses any: Lambda then repeats all of them."""
    entries = [_entry(number, record["dynamodb"]["NewImage"]) for number, record in enumerate(records)]
    for start in range(0, len(entries), AT_ONCE):
        answer = aws.sqs().send_message_batch(
            QueueUrl=settings().webhook_queue,
            Entries=entries[start : start + AT_ONCE],  # type: ignore[arg-type]
        )
        if refused := answer.get("Failed"):
            raise RuntimeError(f"SQS refused {len(refused)} messages: {refused[0]['Code']}")


def _entry(number: int, item: Mapping[str, Any]) -> dict[str, Any]:
    due = item["webhook"]["S"] == webhooks.DUE
    message, delay = Message(kind="end" if due else "look", item=item["id"]["S"]), 0
    if not due:
        left = float(item["deadline"]["N"]) - time.time()
        delay = min(LONGEST_DELAY, max(0, math.ceil(left)) + LOOK_AFTER_SECONDS)
    return {
        "Id": str(number),
        "MessageBody": message.model_dump_json(),
        "DelaySeconds": delay,
        "MessageGroupId": _group(item),
    }


def _group(item: Mapping[str, Any]) -> str:
    """Return the message group, which makes the queue fair: silent receivers of one group delay no other's webhooks.

    Each Easel key has a group. Callers without a key share one, because a stranger may call with any token.
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
    """
    return str(item["owner"]["S"]).partition("#")[2] if "owner" in item else WITHOUT_KEY
