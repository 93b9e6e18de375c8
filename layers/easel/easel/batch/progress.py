"""The progress of a batch, as `GET /api/batches/{id}` returns it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from typing import Any

from easel.batch import claims, response_models
from easel.batch.batches import Batch
from easel.store import webhooks


def describe(batch: Batch, endpoint: str) -> response_models.BatchResponse:
    """Return the batch's response. Times are seconds since the epoch. Unknown values are None.

    `endpoint` is the base URL of the links in the response.
    """
    counts, waiting_for = counts_of(batch), _waiting_for(batch)
    return response_models.BatchResponse.model_validate(
        {
            "batch_id": batch.id,
            "status": batch.status,
            "manifest": batch.manifest,
            "scheduled_time": batch.scheduled,
            "run": batch.run if batch.run > 1 else None,
            "created_at": batch.created,
            "started_at": batch.began,
            "planned_at": batch.planned,
            "finished_at": batch.finished,
            "counts": counts,
            **_speed(batch, counts, steady=bool(counts["running"] or not waiting_for)),
            "waiting_for": waiting_for or None,
            "error": batch.error,
            "webhook": webhooks.describe(batch.webhook, batch.delivery, batch.finished),
            "results_url": f"{url(batch, endpoint)}/results" if batch.finished else None,
        }
    )


def counts_of(batch: Batch) -> dict[str, int]:
    """Return the numbers of `requests` by outcome: `succeeded`, `failed`, `running`, `pending` or `cancelled`.

    `failed` includes the `invalid` lines. Pictures of an earlier run count as succeeded.
    """
    if batch.counts:
        return {**batch.counts, "running": 0, "pending": 0}
    now: Counter[str] = sum(claims.counts(batch).values(), Counter())
    jobs = sum(batch.jobs.values())
    earlier = batch.requests - batch.invalid - jobs
    not_started = jobs - now["succeeded"] - now["failed"] - now["running"]
    rest = {"cancelled": "cancelled", "failed": "failed"}.get(batch.status, "pending")
    counts = {
        "requests": batch.requests,
        "succeeded": earlier + now["succeeded"],
        "failed": now["failed"] + batch.invalid,
        "invalid": batch.invalid,
        "running": now["running"],
        "pending": 0,
        "cancelled": 0,
    }
    return {**counts, rest: counts[rest] + not_started}


def _waiting_for(batch: Batch) -> list[dict[str, Any]]:
    """Return the waits of a running batch: for each provider the wait that ends first."""
    waits: dict[str, dict[str, Any]] = {}
    for scope, wait in batch.waiting.items():
        provider, until = scope.split("/")[0], wait.get("until")
        if batch.status != "running" or (until and until <= time.time()):
            continue
        if provider not in waits or (until or 0) < waits[provider].get("until", 0):
            waits[provider] = {"provider": provider, **wait}
    return list(waits.values())


def _speed(batch: Batch, counts: Mapping[str, int], steady: bool) -> dict[str, Any]:
    """Return this run's `rate` in requests per second, and the `eta_seconds` that the remaining jobs take at that rate.

    `steady` is False if all remaining jobs wait. `eta_seconds` is None then.
    """
    ended = counts["succeeded"] + counts["failed"] - counts["invalid"]
    rate = ended / max(0.1, (batch.finished or time.time()) - batch.began)
    left = counts["pending"] + counts["running"]
    eta = round(left / rate) if rate and steady and batch.status == "running" else None
    return {"rate": round(rate, 3), "eta_seconds": eta}


def url(batch: Batch, endpoint: str) -> str:
    """Return the batch's URL."""
    return f"{endpoint}/api/batches/{batch.id}"
