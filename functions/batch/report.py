"""Watching a batch until its jobs have ended, then writing what became of each line.

The results are put together from the plan and the jobs, slice by slice, as an upload in parts: millions of lines never
lie in memory, and an invocation that runs out of time leaves the rest to the next.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from easel import answers, aws, batches, jobs, manifests, tallies
from easel.batches import Batch
from easel.deadline import Deadline
from easel.errors import GenerationTimeout, Unknown
from easel.jobs import Job
from easel.settings import settings
from easel.telemetry import logger

PART = 8 * 1024 * 1024
"""Bytes of results uploaded at once; S3 wants 5 MB at least, and 10,000 parts at most."""
RESERVE_SECONDS = 60.0
LONGEST_LOOK = 300.0
"""At most so many seconds between two looks at a batch."""
LOOK_AGAIN = 10.0
"""Until a cancelled batch is looked at again, of which some jobs still run."""


class Written(BaseModel):
    """How far the results are written: everything before `slice` lies in the upload's parts."""

    slice: int = 0
    upload: str = ""
    parts: list[str] = []
    succeeded: int = 0
    failed: int = 0
    cancelled: int = 0
    errors: dict[str, int] = {}


class _StillRunning(Exception):
    """A cancelled batch has jobs that had started and have not ended."""


def watch(batch: Batch, deadline: Deadline) -> None:
    """Writes the results if all jobs have ended, else looks again later."""
    succeeded, failed = tallies.tally(batch)
    ended = succeeded + failed
    overdue = time.time() - (batch.planned or batch.created) > batches.LASTS_DAYS * batches.DAY
    if ended >= batch.counted.jobs or batch.status == "cancelled" or overdue:
        _finish(batch, deadline)
        return
    delay = _next_look(batch, ended)
    batches.note(batch, seen=json.dumps([time.time(), ended]))
    manifests.step("watch", batch, delay)


def _next_look(batch: Batch, ended: int) -> float:
    """Half of the time that the rest will take, or twice as long as nothing has happened."""
    before, then = batch.seen or (batch.planned or time.time(), 0)
    passed = max(0.1, time.time() - before)
    if ended == then:
        return min(LONGEST_LOOK, max(2.0, 2 * passed))
    left = (batch.counted.jobs - ended) * passed / (ended - then)
    return min(LONGEST_LOOK, max(1.0, left / 2))


def _finish(batch: Batch, deadline: Deadline) -> None:
    try:
        written = _write_results(batch, deadline)
    except _StillRunning:
        manifests.step("watch", batch, LOOK_AGAIN)
        return
    if written is None:
        manifests.step("watch", batch)  # goes on where this invocation stopped
        return
    summary = _summary(batch, written)
    _put(batch.key("summary.json"), json.dumps(summary, indent=2).encode() + b"\n", "application/json")
    _announce(summary)
    batches.finish(batch)
    logger.info("batch finished", extra={"batch": batch.id, "counts": summary["counts"]})


def _write_results(batch: Batch, deadline: Deadline) -> Written | None:
    """Writes `results.jsonl`; None when the time was over before."""
    state = Written.model_validate(dict(batch.report or {}))
    key, buffer = batch.key("results.jsonl"), bytearray()
    for number in range(state.slice, batch.counted.slices):
        if deadline.remaining() < RESERVE_SECONDS:
            return None
        for line in _lines(batch, number, state):
            buffer += json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        state.slice = number + 1
        if len(buffer) >= PART:
            _upload(key, bytes(buffer), state)
            buffer.clear()
            batches.note(batch, report=state.model_dump_json())
    if not state.upload:
        _put(key, bytes(buffer), "application/x-ndjson")
        return state
    if buffer:
        _upload(key, bytes(buffer), state)
    parts = [{"PartNumber": number, "ETag": etag} for number, etag in enumerate(state.parts, 1)]
    upload: Any = {"Parts": parts}
    aws.s3().complete_multipart_upload(
        Bucket=settings().images_bucket, Key=key, UploadId=state.upload, MultipartUpload=upload
    )
    return state


def _upload(key: str, body: bytes, state: Written) -> None:
    bucket = settings().images_bucket
    if not state.upload:
        begun = aws.s3().create_multipart_upload(Bucket=bucket, Key=key, ContentType="application/x-ndjson")
        state.upload = begun["UploadId"]
    number = len(state.parts) + 1
    reply = aws.s3().upload_part(Bucket=bucket, Key=key, UploadId=state.upload, PartNumber=number, Body=body)
    state.parts.append(reply["ETag"])


def _lines(batch: Batch, number: int, state: Written) -> Iterator[dict[str, Any]]:
    """The results of one slice, in the manifest's order; counts them in `state`."""
    key = batch.key(f"plan/{number:06d}.jsonl")
    stored = aws.s3().get_object(Bucket=settings().images_bucket, Key=key)["Body"].read()
    plan = [json.loads(line) for line in stored.splitlines()]
    ids = [batch.job_id(n) for entry in plan for n in _numbers(entry)]
    found = {item["id"]["S"]: item for item in tallies.items(ids)}
    for entry in plan:
        told = {"line": entry["line"], "id": entry.get("id", str(entry["line"]))}
        if "error" in entry:
            yield _counted(state, {**told, "status": "failed", **_error(entry["error"])})
            continue
        for copy, n in enumerate(_numbers(entry), 1):
            which = {"copy": copy} if entry["count"] > 1 else {}
            job_id = batch.job_id(n)
            yield _counted(state, {**told, **which, "jobId": job_id, **_outcome(batch, found.get(job_id))})


def _numbers(entry: Mapping[str, Any]) -> range:
    return range(entry["n"], entry["n"] + entry["count"]) if "n" in entry else range(0)


def _counted(state: Written, line: dict[str, Any]) -> dict[str, Any]:
    status = line["status"]
    setattr(state, status, getattr(state, status) + 1)
    if status == "failed":
        code = line["error"]["code"]
        state.errors[code] = state.errors.get(code, 0) + 1
    return line


def _outcome(batch: Batch, item: Mapping[str, Any] | None) -> dict[str, Any]:
    job = jobs.from_item(item) if item else None
    if job and job.status == "succeeded" and job.result:
        return _succeeded(batch, job)
    if job and job.status == "failed" and job.error:
        return {"status": "failed", **_whose(job), **_error(job.error)}
    if batch.status == "cancelled":
        if item and job and job.status == "running" and float(item["lease"]["N"]) > time.time():
            raise _StillRunning
        return {"status": "cancelled"}
    lost = GenerationTimeout(f"it did not run within {batches.LASTS_DAYS} days; run the batch again")
    return {"status": "failed", **_error(lost.body())}


def _succeeded(batch: Batch, job: Job) -> dict[str, Any]:
    assert job.result
    url = f"{batch.endpoint}/api/{job.result.key}"
    warnings = {"warnings": list(job.warnings)} if job.warnings else {}
    return {
        "status": "succeeded",
        **_whose(job),
        "url": url,
        "seed": job.result.seed,
        "format": job.result.format,
        "dimensions": answers.dimensions(job.result.width, job.result.height),
        "duration": answers.duration(job.result.seconds),
        **warnings,
    }


def _whose(job: Job) -> dict[str, str]:
    return {"provider": job.request.provider, "model": job.request.model}


def _error(body: Mapping[str, Any]) -> dict[str, Any]:
    return {"error": {"code": body["code"], "message": body["error"], **(body.get("details") or {})}}


def _summary(batch: Batch, written: Written) -> dict[str, Any]:
    now = time.time()
    total = written.succeeded + written.failed + written.cancelled
    done = {"succeeded": written.succeeded, "failed": written.failed, "invalid": batch.counted.invalid}
    return {
        "batchId": batch.id,
        "status": "cancelled" if batch.status == "cancelled" else "completed",
        "manifest": batch.manifest,
        "run": batch.run,
        "createdAt": batch.created,
        "plannedAt": batch.planned,
        "finishedAt": now,
        "counts": {"requests": total, **done, "cancelled": written.cancelled},
        "errors": written.errors,
        "results": f"s3://{settings().images_bucket}/{batch.key('results.jsonl')}",
    }


def _put(key: str, body: bytes, kind: str) -> None:
    aws.s3().put_object(Bucket=settings().images_bucket, Key=key, Body=body, ContentType=kind)


def _announce(summary: Mapping[str, Any]) -> None:
    """Tells EventBridge; at least once, as everything there."""
    entry: Any = {"Source": "easel", "DetailType": "Batch Completed", "Detail": json.dumps(summary)}
    if aws.events().put_events(Entries=[entry])["FailedEntryCount"]:
        raise Unknown("EventBridge did not take the event")
