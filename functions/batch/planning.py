"""From a manifest to jobs on the providers' queues, slice by slice.

After each slice what was planned is written to `batches/{id}/plan/{slice}.jsonl` and the checkpoint is moved. A planner
that dies in between plans its slice again: same jobs, same file. So nothing is lost, and nothing is there twice.
A job is nothing but a message until a worker takes it: planning writes to the table once a slice.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from easel import aws, batches, leases, manifests, orders, queues, requests, tallies
from easel.batches import Batch, Checkpoint
from easel.deadline import Deadline
from easel.errors import EaselError, InvalidRequest, Unknown
from easel.settings import settings
from manifest import Record, records

SLICE_RECORDS = 2000
SLICE_JOBS = 5000
SLICE_BYTES = 8 * 1024 * 1024
"""A slice, what is planned between two checkpoints, ends when it has so many of any of these."""
MAX_COUNT = 1000
"""Pictures of one line."""
RESERVE_SECONDS = 30.0
"""No further slice is begun when less is left of the function's time."""


def plan(batch: Batch, deadline: Deadline) -> Batch | None:
    """Plans until the manifest's end or shortly before the deadline.

    Returns the batch as far as it got, `running` when all is planned; None when it is somebody else's by now.
    Raises `InvalidRequest` when the manifest cannot be read (on): see `refuse`.
    """
    if not batches.plan_on(batch):
        return None
    at = batch.checkpoint
    for piece in _slices(records(_reader(batch), batch.size, at.offset, at.line), at.offset):
        advanced = batches.advance(batch, _plan_slice(batch, piece))
        if advanced is None:
            return None
        batch = advanced
        if deadline.remaining() < RESERVE_SECONDS:
            return batch
    return batches.get(batch.id) if batches.planned(batch) else None


def refuse(batch: Batch, error: EaselError) -> Batch | None:
    """Ends the planning of a manifest that cannot be read (on), with a line in the results that says why."""
    at = batch.checkpoint
    _write(batch, at.slices, [{"line": at.line + 1, "error": error.body()}])
    one_more = {"slices": at.slices + 1, "requests": at.requests + 1, "invalid": at.invalid + 1}
    ended = batches.advance(batch, replace(at, **one_more))
    return batches.get(batch.id) if ended and batches.planned(ended) else None


def _slices(found: Iterable[Record], start: int) -> Iterator[list[Record]]:
    piece: list[Record] = []
    wanted = 0
    for record in found:
        piece.append(record)
        wanted += _wanted(record)
        full = len(piece) == SLICE_RECORDS or wanted >= SLICE_JOBS
        if full or record.end - start >= SLICE_BYTES:
            yield piece
            piece, wanted, start = [], 0, record.end
    if piece:
        yield piece


def _reader(batch: Batch) -> Any:
    bucket, key = manifests.place(batch.manifest)

    def read(offset: int, length: int) -> bytes:
        from botocore.exceptions import ClientError

        last = min(offset + length, batch.size) - 1
        try:
            reply = aws.s3().get_object(Bucket=bucket, Key=key, Range=f"bytes={offset}-{last}", IfMatch=batch.etag)
            return reply["Body"].read()
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            if code in ("PreconditionFailed", "412", "NoSuchKey", "404"):
                text = "manifest: it was changed or removed while it was read; start it again"
                raise InvalidRequest(text, field="manifest") from error
            raise Unknown(f"S3 refused the manifest ({code})") from error

    return read


def _plan_slice(batch: Batch, piece: list[Record]) -> Checkpoint:
    """Sends the slice's jobs, writes its plan; returns the checkpoint after it."""
    at = batch.checkpoint
    plan: list[dict[str, Any]] = []
    number = at.jobs
    skipped = _succeeded(batch, piece) if batch.run > 1 else frozenset[int]()
    with queues.Sender() as sender:
        for record in piece:
            entry, bodies = _plan_record(batch, record, number)
            for copy, (queue, body) in enumerate(bodies):
                if number + copy not in skipped:
                    sender.add(queue, body)
            number += len(bodies)
            plan.append(entry)
    _write(batch, at.slices, plan)
    return Checkpoint(
        offset=piece[-1].end,
        line=piece[-1].lines,
        slices=at.slices + 1,
        requests=at.requests + len(piece),
        invalid=at.invalid + sum("error" in entry for entry in plan),
        jobs=number,
    )


def _plan_record(batch: Batch, record: Record, number: int) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """The plan's entry for a record, and its jobs as queue and message; none for a bad one."""
    entry: dict[str, Any] = {"line": record.line}
    try:
        if record.error or record.fields is None:
            raise record.error or Unknown("the line could not be read")
        name = _name(record.fields)
        if name is not None:
            entry["id"] = name
        bodies = list(_messages(batch, record.fields, number))
    except EaselError as error:
        return {**entry, "error": error.body()}, []
    return {**entry, "n": number, "count": len(bodies)}, bodies


def _messages(batch: Batch, fields: Mapping[str, Any], number: int) -> Iterator[tuple[str, str]]:
    count = _count(fields)
    asked = {name: value for name, value in fields.items() if name not in ("id", "count")}
    drawn = asked.get("seed") is None
    if drawn:
        asked["seed"] = batch.seed(number)
    parsed = requests.judge(asked, requests.read_provider(asked))
    first = parsed.request.seed
    for copy in range(count):
        # Copies of one line differ, and can be made again: one seed after the other.
        seed = batch.seed(number + copy) if drawn else (first + copy) % (requests.MAX_SEED + 1)
        request = replace(parsed.request, seed=seed, response_format="url")
        yield request.provider, orders.write(batch, number + copy, request, parsed.warnings)


def _count(fields: Mapping[str, Any]) -> int:
    count = fields.get("count")
    if count is None:
        return 1
    if isinstance(count, bool) or not isinstance(count, int | float) or count != int(count):
        raise InvalidRequest(f"count: must be a whole number from 1 to {MAX_COUNT}", field="count")
    if not 1 <= count <= MAX_COUNT:
        raise InvalidRequest(f"count: must be a whole number from 1 to {MAX_COUNT}; got {count}", field="count")
    return int(count)


def _name(fields: Mapping[str, Any]) -> str | None:
    name = fields.get("id")
    if name is None:
        return None
    if isinstance(name, bool) or not isinstance(name, str | int) or len(str(name)) > 200:
        raise InvalidRequest("id: must be a text of at most 200 characters, or a whole number", field="id")
    return str(name)


def _succeeded(batch: Batch, piece: list[Record]) -> frozenset[int]:
    """Numbers of the slice's jobs that need not run again; the failed ones are reopened.

    A few jobs of the next slice may be among them, since bad lines are counted in: they have their turn all the same.
    """
    start = batch.checkpoint.jobs
    total = sum(_wanted(record) for record in piece)
    numbers = {batch.job_id(number): number for number in range(start, start + total)}
    done, failed = set(), {}
    for item in tallies.items(list(numbers), "id", "status"):
        number = numbers[item["id"]["S"]]
        if item["status"]["S"] == "succeeded":
            done.add(number)
        elif item["status"]["S"] == "failed":
            failed[number] = item["id"]["S"]
    tallies.uncount(batch.id, list(failed))
    for job_id in failed.values():
        leases.reopen(job_id)
    return frozenset(done)


def _wanted(record: Record) -> int:
    try:
        return _count(record.fields or {})
    except EaselError:
        return 0


def _write(batch: Batch, number: int, plan: list[dict[str, Any]]) -> None:
    body = "".join(json.dumps(entry, separators=(",", ":")) + "\n" for entry in plan)
    key = batch.key(f"plan/{number:06d}.jsonl")
    aws.s3().put_object(Bucket=settings().images_bucket, Key=key, Body=body.encode())
