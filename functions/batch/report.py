"""Report a batch: write its results in the manifest's order, after its last job has ended."""

from __future__ import annotations

import json
import math
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import planning
from easel.batch import batches, claims, results
from easel.batch.batches import Batch
from easel.batch.claims import Claim
from easel.batch.results import NOT_RUN, PlannedPicture, Result
from easel.common import aws
from easel.common.telemetry import logger
from easel.errors import InternalError
from easel.settings import settings
from easel.store import images
from easel.store.records import Job
from s3_writer import S3Writer
from v1_results import Outputs

LOOK_SECONDS = 5
"""Seconds until the report is retried while jobs of a stopped batch still run. They end within four minutes."""
STATUSES = ("succeeded", "failed", "cancelled")


class _StillRunning(Exception):
    """A worker still holds a job, at most until `until`, in seconds since the epoch."""

    def __init__(self, until: float) -> None:
        super().__init__()
        self.until = until


def report(batch: Batch) -> tuple[int, int]:
    """Write `results.jsonl` and `summary.json`, and end the batch.

    Returns:
        A pair: the seconds until the report must be retried because jobs still run, or 0 if it is written; and the
        number of jobs that did not end although the batch was not stopped.
    """
    tally: Counter[str] = Counter()
    errors: Counter[str] = Counter()
    with S3Writer(batch.key("results.jsonl")) as file, Outputs(batch) as outputs:
        try:
            for line, job in _lines(batch):
                tally[line["status"]] += 1
                if line["status"] == "failed":
                    errors[line["error"]["code"]] += 1
                file.add(line)
                if batch.openai and batch.planned:
                    outputs.add(line, job)
        except _StillRunning as wait:
            return min(LOOK_SECONDS, max(1, math.ceil(wait.until - time.time()))), 0
        file.close()
        outputs.close()
    counts = {
        "requests": tally.total(),
        **{status: tally[status] for status in STATUSES},
        "invalid": batch.invalid if batch.planned else int(batch.status == "failed"),
    }
    summary = _summary(batch, counts, errors)
    body = json.dumps(summary, indent=2).encode() + b"\n"
    bucket, key = settings().images_bucket, batch.key("summary.json")
    aws.s3().put_object(Bucket=bucket, Key=key, Body=body, ContentType="application/json")
    _send_event(summary)
    batches.finish(batch, counts)
    logger.info("batch finished", extra={"batch": batch.id, "counts": counts})
    return 0, (errors[NOT_RUN] if batch.status == "running" else 0)


def _lines(batch: Batch) -> Iterator[tuple[Result, Job | None]]:
    """Yield the results. Those of a `/v1` batch have their jobs, if a worker has claimed them."""
    if not batch.planned:
        yield from ((line, None) for line in results.of_unplanned(batch))
        return
    for entries in planning.chunks(planning.read_lines(batch.run_key("plan.jsonl"))):
        pictures = [PlannedPicture.of(batch, entry, copy) for entry in entries for copy in range(entry.get("count", 1))]
        ids = [picture.job_id for picture in pictures if picture.job_id]
        outcomes, claimed = ({}, claims.read_all(ids)) if batch.openai else claims.read_outcomes(ids)
        claimed = {job_id: _settled(claim) for job_id, claim in claimed.items()}
        outcomes |= {job_id: claims.outcome(claim) for job_id, claim in claimed.items()}
        for picture in pictures:
            job_id = picture.job_id or ""
            claim = claimed.get(job_id)
            yield results.result(batch, picture, outcomes.get(job_id), finished=True), claim and claim.job


def _settled(claim: Claim) -> Claim:
    """Return the claim, with the picture that a dead worker stored. Raise `_StillRunning` while a worker holds it."""
    if claim.is_live():
        raise _StillRunning(claim.until)
    if claim.job.status == "running" and (picture := images.stored_result(claim.job)):
        return claim._replace(job=claims.succeed(claim, picture, claim.job.warnings))
    return claim


def _summary(batch: Batch, counts: Mapping[str, int], errors: Mapping[str, int]) -> dict[str, Any]:
    return {
        "batchId": batch.id,
        "status": "completed" if batch.status == "running" else batch.status,
        "manifest": batch.manifest,
        "run": batch.run,
        "createdAt": batch.created,
        "plannedAt": batch.planned,
        "finishedAt": time.time(),
        "counts": counts,
        "errors": errors,
        "results": f"s3://{settings().images_bucket}/{batch.key('results.jsonl')}",
    }


def _send_event(summary: Mapping[str, Any]) -> None:
    """Send EventBridge an event that the batch has ended. A repeated report sends it again."""
    entry: Any = {"Source": "easel", "DetailType": "Batch Completed", "Detail": json.dumps(summary)}
    if aws.events().put_events(Entries=[entry])["FailedEntryCount"]:
        raise InternalError("EventBridge did not accept the event")
