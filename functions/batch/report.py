"""Writing a batch's results, in the manifest's order, once none of its jobs runs any more."""

from __future__ import annotations

import json
import math
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import planning
from easel.batch import batches, claims
from easel.batch.batches import Batch
from easel.batch.claims import Claim
from easel.common import aws
from easel.common.telemetry import logger
from easel.errors import InternalError
from easel.front_door import job_responses
from easel.settings import settings
from easel.store import images
from easel.store.records import Job
from s3_writer import S3Writer
from v1_results import NEVER, Outputs, Result

LOOK_SECONDS = 5
"""Pause before a report is tried again because jobs of a stopped batch still run; they end within four minutes."""
STATUSES = ("succeeded", "failed", "cancelled")


class _StillRunning(Exception):
    """A worker may hold a job until `until`, in seconds since the epoch."""

    def __init__(self, until: float) -> None:
        super().__init__()
        self.until = until


def report(batch: Batch) -> tuple[int, int]:
    """Writes `results.jsonl` and `summary.json`, and ends the batch.

    Returns:
        The seconds after which to try again because jobs still run, or 0; and how many jobs never ended although nobody
        stopped the batch.
    """
    tally: Counter[str] = Counter()
    errors: Counter[str] = Counter()
    with S3Writer(batch.key("results.jsonl")) as results, Outputs(batch) as outputs:
        try:
            for line, job in _lines(batch):
                tally[line["status"]] += 1
                if line["status"] == "failed":
                    errors[line["error"]["code"]] += 1
                results.add(line)
                if batch.openai and batch.planned:
                    outputs.add(line, job)
        except _StillRunning as wait:
            return min(LOOK_SECONDS, max(1, math.ceil(wait.until - time.time()))), 0
        results.close()
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
    return 0, (errors[NEVER] if batch.status == "running" else 0)


def _lines(batch: Batch) -> Iterator[Result]:
    if not batch.planned:
        if batch.error:
            yield {"line": 1, "id": "1", "status": "failed", **_error(batch.error)}, None
        return
    for entries in planning.chunks(planning.read_lines(planning.run_key(batch, "plan.jsonl"))):
        ids = [batch.job_id(number) for entry in entries for number in _numbers(entry)]
        claimed = claims.read_all(ids)
        for entry in entries:
            yield from _results(batch, entry, claimed)


def _numbers(entry: Mapping[str, Any]) -> range:
    return range(entry["n"], entry["n"] + entry["count"]) if "n" in entry else range(0)


def _results(batch: Batch, entry: Mapping[str, Any], claimed: Mapping[str, Claim]) -> Iterator[Result]:
    """The results of one line of the manifest, one for each of its pictures."""
    line = {"line": entry["line"], "id": entry.get("id", str(entry["line"]))}
    if "error" in entry:
        yield {**line, "status": "failed", **_error(entry["error"])}, None
    for copy, number in enumerate(_numbers(entry), 1):
        which = {"copy": copy} if entry["count"] > 1 else {}
        job_id = batch.job_id(number)
        outcome, job = _outcome(batch, claimed.get(job_id))
        yield {**line, **which, "jobId": job_id, **outcome}, job


def _outcome(batch: Batch, claim: Claim | None) -> Result:
    if claim and claim.held():
        raise _StillRunning(claim.until)
    if claim and claim.job.status == "running" and (picture := images.stored_result(claim.job)):
        return _succeeded(batch, claims.succeed(claim, picture, claim.job.warnings))
    job = claim.job if claim else None
    if job and job.status == "succeeded":
        return _succeeded(batch, job)
    if claim and job and job.status == "failed" and job.error and claim.run == batch.run:
        return {"status": "failed", **_model_of(job), **_error(job.error)}, job
    if batch.status == "cancelled":
        return {"status": "cancelled"}, None
    lost = {"error": "it was never brought to an end; run the batch again", "code": NEVER}
    return {"status": "failed", **_error(batch.error or lost)}, None


def _succeeded(batch: Batch, job: Job) -> Result:
    assert job.result
    warnings = {"warnings": list(job.warnings)} if job.warnings else {}
    result = {
        "status": "succeeded",
        **_model_of(job),
        "url": f"{batch.endpoint}/api/{job.result.key}",
        "seed": job.result.seed,
        "format": job.result.format,
        "dimensions": job_responses.dimensions(job.result.width, job.result.height),
        "duration": job_responses.duration(job.result.seconds),
        **({"space": job.result.space} if job.result.space else {}),
        **warnings,
    }
    return result, job


def _model_of(job: Job) -> dict[str, str]:
    return {"provider": job.request.provider, "model": job.request.model}


def _error(body: Mapping[str, Any]) -> dict[str, Any]:
    return {"error": {"code": body["code"], "message": body["error"], **(body.get("details") or {})}}


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
    """Tells EventBridge that the batch has ended. A repeated report sends the event again."""
    entry: Any = {"Source": "easel", "DetailType": "Batch Completed", "Detail": json.dumps(summary)}
    if aws.events().put_events(Entries=[entry])["FailedEntryCount"]:
        raise InternalError("EventBridge did not take the event")
