"""Webhooks of jobs and batches, as their items keep them.

An item's attribute `webhook` is `waiting` when the job is created, and `due` when it has ended. The table's stream
passes on each change of an item in these two states (see `WebhookEnds` in the template), so a heartbeat removes
`waiting`. The sender stores each attempt in the attribute `delivery`.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from easel.store import table
from easel.store.table import Attribute, Item

WAITING, DUE = "waiting", "due"
NOT_NEW = "REMOVE webhook"
"""Part of the update expressions of unfinished jobs: the stream's filter sees the item, not the kind of change."""
PARAMETER = "webhook-secret"
"""Name of the SSM parameter with the secrets that sign webhooks."""
UNTIL = "until "
"""Before the time, in seconds since the epoch, in the name of an earlier secret."""
GIVEN_UP_SECONDS = 26 * 3600
"""Age of an end at which a webhook without a last attempt reads as failed: the sender died in its last attempts."""


class Delivery(BaseModel):
    """The attempts at one webhook so far. Times are seconds since the epoch."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    event: str
    """The event's id, which is the same in every attempt."""
    status: Literal["pending", "delivered", "failed"]
    attempts: int
    last: float
    next: float | None = None
    error: str = ""
    """Why the last attempt failed."""


def secret_expires(name: str) -> float:
    """Return when a secret stops being valid, by its name in the parameter. Only an earlier one's has a time."""
    end = name.removeprefix(UNTIL)
    return float(end) if end != name and end.isdecimal() else math.inf


def attributes(url: str, ended: bool) -> dict[str, Attribute]:
    """Return the attributes that only an item with a webhook has."""
    return {"webhook": {"S": DUE if ended else WAITING}} if url else {}


def delivery_of(item: Item) -> Delivery | None:
    """Return the attempts that an item of the table keeps."""
    return Delivery.model_validate_json(item["delivery"]["S"]) if "delivery" in item else None


def record(item_id: str, delivery: Delivery) -> None:
    """Store the attempts in the item. An item that has expired is not created again."""
    table.update(
        item_id,
        "SET webhook = :status, delivery = :delivery",
        condition="attribute_exists(id)",
        values={":status": {"S": delivery.status}, ":delivery": {"S": json.dumps(delivery.model_dump())}},
    )


def describe(url: str, delivery: Delivery | None, ended: float | None) -> Mapping[str, Any] | None:
    """Return the field `webhook` of a response about a job or a batch; None without a webhook.

    The address is left out, because it may hold a secret. `ended` is when the job or batch ended.
    """
    if not url:
        return None
    silent = bool(ended) and time.time() - (ended or 0) > GIVEN_UP_SECONDS
    if not delivery:
        return {"status": "failed" if silent else "pending", "attempts": 0}
    status = "failed" if silent and delivery.status == "pending" else delivery.status
    values = {
        "status": status,
        "attempts": delivery.attempts,
        "lastAttemptAt": delivery.last,
        "nextAttemptAt": delivery.next if status == "pending" else None,
        "error": delivery.error or None,
    }
    return {name: value for name, value in values.items() if value is not None}
