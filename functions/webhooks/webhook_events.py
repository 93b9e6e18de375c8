"""Events that webhooks report: the end of a job or a batch.

A body has the fields of Standard Webhooks (`type`, `timestamp`, `data`) and those of OpenAI's events (`id`, `object`,
`created_at`). Batches have OpenAI's event types. The types of jobs are modelled on OpenAI's `response.completed`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from easel.batch import batches, progress
from easel.batch.batches import Batch
from easel.errors import NotFound
from easel.front_door import job_responses
from easel.settings import settings
from easel.store import jobs
from easel.store.records import Job
from easel.store.webhooks import Delivery

JOB_TYPES = {"succeeded": "image.completed", "failed": "image.failed"}
V1_PREFIX = "batch_"
"""Prefix of a batch's id under `/v1`."""


@dataclass(frozen=True)
class Event:
    """An event. It is the same in every attempt."""

    item: str
    """Id of the job's or batch's item in the table."""
    url: str = field(repr=False)
    id: str
    type: str
    time: float
    """Time when the job or batch ended, in seconds since the epoch."""
    data: Mapping[str, Any]
    delivery: Delivery | None = None

    @property
    def delivered(self) -> bool:
        """True if this event is delivered already, through another message."""
        return bool(self.delivery and self.delivery.event == self.id and self.delivery.status == "delivered")

    @property
    def body(self) -> bytes:
        """The request's body, as JSON."""
        fields = {
            "id": self.id,
            "object": "event",
            "type": self.type,
            "created_at": int(self.time),
            "timestamp": datetime.fromtimestamp(self.time, UTC).isoformat(),
            "data": self.data,
        }
        return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()


def event_of_item(item_id: str) -> Event | None:
    """Return the event of a job or a batch, or None if it has no webhook, has expired, or runs again."""
    try:
        if item_id.startswith(batches.PREFIX):
            return _of_batch(item_id, batches.get(item_id.removeprefix(batches.PREFIX)))
        return _of_job(jobs.get(item_id))
    except NotFound:
        return None


def _of_job(job: Job) -> Event | None:
    if not (job.webhook and job.ended):
        return None
    # Without a response format, the body has only a link to the picture.
    described = job_responses.describe(
        job.replace(request=job.request.replace(response_format=None)), settings().public_url
    )
    return Event(
        item=job.id,
        url=job.webhook,
        id=f"evt_{job.id}_{job.status}",
        type=JOB_TYPES[job.status],
        time=job.finished or job.deadline,
        data=_data(job.id, described),
        delivery=job.delivery,
    )


def _of_batch(item_id: str, batch: Batch) -> Event | None:
    if not (batch.webhook and batch.finished):
        return None
    data: dict[str, Any] = {"id": f"{V1_PREFIX}{batch.id}"}  # OpenAI's events have only the id
    if not batch.openai:
        described = progress.describe(batch, settings().public_url)
        data = _data(batch.id, described.model_dump(mode="json", by_alias=True, exclude_none=True))
    return Event(
        item=item_id,
        url=batch.webhook,
        id=f"evt_{batch.id}_{batch.run}",
        type=f"batch.{batch.status}",
        time=batch.finished,
        data=data,
        delivery=batch.delivery,
    )


def _data(id: str, described: Mapping[str, Any]) -> dict[str, Any]:
    """Return the API's response about a job or batch, with its `id` and without the webhook's state."""
    return {"id": id, **{name: value for name, value in described.items() if name != "webhook"}}
