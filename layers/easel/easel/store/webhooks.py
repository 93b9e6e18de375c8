"""Webhooks of jobs and batches in their items.

The attribute `webhook` is `waiting` when the job is created, and `due` when it has ended. The table's stream reports
each change of an item with one of these values (see `WebhookEnds` in the template), so a heartbeat removes `waiting`.
The sender stores each attempt in the attribute `delivery`.
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
"""Part of the update expressions of running jobs, so that the table's stream does not report them again."""
PARAMETER = "webhook-secret"
"""Name of the SSM parameter with the secrets that sign webhooks."""
UNTIL = "until "
"""Prefix of the name of an earlier secret. The time of its expiry follows, in seconds since the epoch."""
GIVEN_UP_SECONDS = 26 * 3600
"""Seconds after a job's end at which an undelivered webhook is presented as failed, even if its sender died."""


class Delivery(BaseModel):
    """The attempts to deliver one webhook. Times are seconds since the epoch."""

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
    """Return when a secret expires, from its name in the parameter. The present secret never expires."""
    end = name.removeprefix(UNTIL)
    return float(end) if end != name and end.isdecimal() else math.inf


def attributes(url: str, ended: bool) -> dict[str, Attribute]:
    """Return the attribute of an item with a webhook, or {} if `url` is ""."""
    return {"webhook": {"S": DUE if ended else WAITING}} if url else {}


def delivery_of(item: Item) -> Delivery | None:
    """Return the attempts in an item of the table, or None."""
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
    """Return the field `webhook` in the response of a job or a batch, or None without a webhook.

    It omits the address, which may contain a secret. `ended` is the time of the job's or batch's end, or None.
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
