"""Results of a batch, one for each picture, in the manifest's order.

The report writes all of them, and a call gets a page. A page takes the same time in a batch of any size: it reads a
range of the run's `plan.jsonl` and the items of its jobs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Self

from easel.batch import claims
from easel.batch.batches import Batch
from easel.batch.claims import Outcome
from easel.common import aws
from easel.errors import InvalidRequest
from easel.front_door import job_responses
from easel.settings import settings

ResultStatus = Literal["succeeded", "failed", "cancelled", "running", "pending"]
Result = dict[str, Any]
"""The content of a line in `results.jsonl`."""

NOT_RUN = "NOT_RUN"
"""Error code of jobs that have neither a picture nor an error at the end of the batch, after `MAX_DAYS` or a fault."""
MAX_PAGE = 1000
"""Maximum number of pictures that one page examines."""
PLAN_RANGE_BYTES = 128 * 1024
"""Bytes of the plan per read. An entry has about 50 bytes; an entry with an error has at most a few thousand."""
_CURSOR = re.compile(r"([0-9]{1,6})-([0-9]{1,12})-([0-9]{1,4})")


class PlannedPicture(NamedTuple):
    """One picture of a line, or the only result of an invalid line."""

    entry: Mapping[str, Any]
    """The entry of the line in the plan."""
    copy: int
    """Index among the line's pictures, from 0."""
    job_id: str | None
    """Id of the picture's job; None for an invalid line."""

    @classmethod
    def of(cls, batch: Batch, entry: Mapping[str, Any], copy: int) -> Self:
        """Return the picture with the index `copy` of an entry in the batch's plan."""
        return cls(entry, copy, batch.job_id(entry["n"] + copy) if "n" in entry else None)


@dataclass(frozen=True)
class Cursor:
    """Start of a page: the run, the byte offset of an entry in the plan, and the entry's pictures to skip."""

    run: int
    offset: int = 0
    skip: int = 0

    @classmethod
    def read(cls, text: str, run: int) -> Cursor:
        """Parse the cursor in a request; "" means the beginning. Raise `InvalidRequest` for a cursor of another run."""
        if not text:
            return cls(run)
        match = _CURSOR.fullmatch(text)
        if not match or int(match[1]) != run:
            raise _invalid_cursor()
        return cls(*map(int, match.groups()))

    def __str__(self) -> str:
        return f"{self.run}-{self.offset}-{self.skip}"


def page(batch: Batch, cursor: Cursor, limit: int, status: ResultStatus | None) -> tuple[list[Result], str]:
    """Return a page of the present results, and the cursor of the next page or "".

    With a `status`, a page examines at most `MAX_PAGE` pictures, so it may have fewer than `limit` results.
    """
    if not batch.planned:
        return [line for line in of_unplanned(batch) if status in (None, line["status"])], ""
    pictures = _Plan(batch, cursor).pictures(MAX_PAGE if status else limit)
    claimed = claims.read_all([each.job_id for each, _ in pictures if each.job_id])
    results: list[Result] = []
    for picture, after in pictures:
        claim = claimed.get(picture.job_id or "")
        line = result(batch, picture, claim and claims.outcome(claim), finished=bool(batch.finished))
        if status in (None, line["status"]):
            results.append(line)
        if len(results) == limit:
            return results, after
    return results, pictures[-1][1] if pictures else ""


class _Plan:
    """Reads the pictures in the run's `plan.jsonl`, starting at a cursor."""

    def __init__(self, batch: Batch, cursor: Cursor) -> None:
        self._batch = batch
        self._key = batch.run_key("plan.jsonl")
        self._cursor = cursor
        self._size = 0

    def pictures(self, limit: int) -> list[tuple[PlannedPicture, str]]:
        """Return up to `limit` pictures, each with the cursor of the next one. The last cursor of the plan is ""."""
        pictures: list[tuple[PlannedPicture, str]] = []
        run, offset, skip = self._cursor.run, self._cursor.offset, self._cursor.skip
        while True:
            lines = self._read(offset)
            for line in lines:
                entry = _entry(line)
                end = offset + len(line)
                for copy in range(skip, entry.get("count", 1)):
                    last = copy + 1 >= entry.get("count", 1)
                    after = Cursor(run, end) if last else Cursor(run, offset, copy + 1)
                    picture = PlannedPicture.of(self._batch, entry, copy)
                    pictures.append((picture, str(after) if after.offset < self._size else ""))
                    if len(pictures) == limit:
                        return pictures
                offset, skip = end, 0
            if not lines or offset >= self._size:
                return pictures

    def _read(self, offset: int) -> list[bytes]:
        """Return the complete lines in the plan's next `PLAN_RANGE_BYTES` bytes."""
        client = aws.s3()
        end = offset + PLAN_RANGE_BYTES - 1
        try:
            response = client.get_object(Bucket=settings().images_bucket, Key=self._key, Range=f"bytes={offset}-{end}")
        except client.exceptions.ClientError as error:
            if error.response.get("Error", {}).get("Code") in ("InvalidRange", "416"):
                return []  # an empty plan, or a cursor after its end
            raise
        self._size = int(response["ContentRange"].rpartition("/")[2])
        return [line for line in response["Body"].read().splitlines(keepends=True) if line.endswith(b"\n")]


def _entry(line: bytes) -> dict[str, Any]:
    """Parse an entry of the plan. Raise `InvalidRequest` if the cursor does not point to the start of an entry."""
    try:
        entry: dict[str, Any] = json.loads(line)
    except ValueError as error:
        raise _invalid_cursor() from error
    return entry


def _invalid_cursor() -> InvalidRequest:
    return InvalidRequest("cursor: must be the `next` of an earlier page of this run", field="cursor")


def of_unplanned(batch: Batch) -> Iterator[Result]:
    """Yield the one result of a batch without a plan: its error, if the batch failed as a whole."""
    if batch.error:
        yield {"line": 1, "id": "1", "status": "failed", **_error(batch.error)}


def result(batch: Batch, picture: PlannedPicture, outcome: Outcome | None, *, finished: bool) -> Result:
    """Return a picture's present result.

    `outcome` is None for a job without a claim. `finished` is True after the batch's end, when no job runs or waits.
    """
    entry, job_id = picture.entry, picture.job_id
    line = {"line": entry["line"], "id": entry.get("id", str(entry["line"]))}
    if job_id is None:
        return {**line, "status": "failed", **_error(entry["error"])}
    which = {"copy": picture.copy + 1} if entry["count"] > 1 else {}
    return {**line, **which, "jobId": job_id, **_of_job(batch, outcome, finished)}


def _of_job(batch: Batch, outcome: Outcome | None, finished: bool) -> Result:
    if outcome and outcome["status"] == "succeeded":
        return _succeeded(batch, outcome)
    if outcome and outcome["run"] == batch.run:
        if outcome["status"] == "failed" and outcome.get("error"):
            return {"status": "failed", **_model_of(outcome), **_tried(outcome), **_error(outcome["error"])}
        if outcome["status"] == "running" and not finished:
            return {"status": "running", **_model_of(outcome)}
    if batch.status == "cancelled":
        return {"status": "cancelled"}
    if batch.status == "running" and not finished:
        return {"status": "pending"}
    unfinished = {"error": "the job was not finished; run the batch again", "code": NOT_RUN}
    return {"status": "failed", **_error(batch.error or unfinished)}


def _succeeded(batch: Batch, outcome: Outcome) -> Result:
    picture = outcome["result"]
    line = {
        "status": "succeeded",
        **_model_of(outcome),
        "url": f"{batch.endpoint}/api/{picture.get('key', '')}",
        "seed": picture["seed"],
        "format": picture["format"],
        "dimensions": job_responses.dimensions(picture["width"], picture["height"]),
        "duration": job_responses.duration(picture["seconds"]),
    }
    if "space" in picture:
        line["space"] = picture["space"]
    line |= _tried(outcome)
    if "warnings" in outcome:
        line["warnings"] = outcome["warnings"]
    return line


def _model_of(outcome: Outcome) -> dict[str, str]:
    return {"provider": outcome["provider"], "model": outcome["model"]}


def _tried(outcome: Outcome) -> dict[str, Any]:
    return {"tried": outcome["tried"]} if "tried" in outcome else {}


def _error(body: Mapping[str, Any]) -> dict[str, Any]:
    return {"error": {"code": body["code"], "message": body["error"], **(body.get("details") or {})}}
