"""Wait for a job or a batch, and report its progress meanwhile."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import anyio

from easel.common.deadline import Deadline
from router_api import RouterApi

Report = Callable[[float, float | None, str], Awaitable[None]]
"""Sends a progress notification: the progress, which must increase; the total, or None; and a text."""

LOOK_SECONDS = 5
"""Maximum seconds between two reports about a job. The router responds at once if the job changes."""
BATCH_SECONDS = 2.0
"""Seconds between two reads of a batch."""
ENDED = ("succeeded", "failed")


async def ended_job(router: RouterApi, job_id: str, deadline: Deadline, report: Report) -> dict[str, Any]:
    """Return the job when it has ended or at the deadline. Report the waiting time at each change."""
    began, job, tag, wait = time.monotonic(), {}, "", 0
    while True:
        query, headers = {"wait": wait}, {"if-none-match": tag} if tag else {}
        response = await router.call("GET", "api", "jobs", job_id, query=query, headers=headers)
        if response.status != 304:
            job, tag = response.body, response.headers.get("etag", "")
        if job["status"] in ENDED or deadline.remaining() < 1:
            return job
        waited, eta = time.monotonic() - began, (job.get("progress") or {}).get("etaSeconds")
        await report(round(waited, 1), None if eta is None else round(waited + eta, 1), state(job))
        wait = min(LOOK_SECONDS, int(deadline.remaining()))


def state(job: Mapping[str, Any]) -> str:
    """Return a job's state as a text such as `running at gitee, 40 %, about 12 s left`."""
    progress = job.get("progress") or {}
    parts = [f"{job['status']} at {job['provider']}"]
    if (place := progress.get("queuePosition")) is not None:
        parts.append(f"place {place} in the queue")
    if (percent := progress.get("percent")) is not None:
        parts.append(f"{percent} %")
    if (seconds := progress.get("etaSeconds")) is not None:
        parts.append(f"about {seconds:.0f} s left")
    return ", ".join(parts)


async def ended_batch(router: RouterApi, batch_id: str, deadline: Deadline, report: Report) -> dict[str, Any]:
    """Return the batch when it has ended or at the deadline. Report each increase of the ended pictures."""
    reported = 0
    while True:
        batch = (await router.call("GET", "api", "batches", batch_id)).body
        if "finishedAt" in batch or deadline.remaining() < BATCH_SECONDS:
            return batch
        done = batch["counts"]["succeeded"] + batch["counts"]["failed"]
        if done > reported:
            reported = done
            await report(done, batch["counts"]["requests"] or None, f"{done} of {batch['counts']['requests']} are done")
        await anyio.sleep(BATCH_SECONDS)
