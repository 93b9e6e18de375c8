"""The output file and the error file of a `/v1` batch, in OpenAI's format.

Each input line with at least one picture has a line in the output file. Every other input line has one in the error
file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Any, Self

from easel import errors
from easel.batch.batches import Batch
from easel.batch.results import NOT_RUN, Result
from easel.front_door import v1_format
from easel.store.records import Job
from s3_writer import S3Writer

WITHOUT_RESPONSE = {
    "cancelled": ("batch_cancelled", "the batch was cancelled before this request started"),
    "failed": ("batch_expired", "this request did not end"),
}
"""OpenAI's codes and texts for jobs without a response, by the status of their results."""


class Outputs:
    """Writes both files line by line. Leaving the context discards them unless `close` was called."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        self._open = ExitStack()
        self._made = self._open.enter_context(S3Writer(batch.output("output")[1]))
        self._failed = self._open.enter_context(S3Writer(batch.output("error")[1]))
        self._line: list[tuple[Result, Job | None]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def add(self, result: Result, job: Job | None) -> None:
        """Add the next result. The results of one line must be consecutive."""
        if self._line and self._line[0][0]["line"] != result["line"]:
            self._flush()
        self._line.append((result, job))

    def close(self) -> None:
        """Upload the files that have lines."""
        self._flush()
        for file in (self._made, self._failed):
            if file.length:
                file.close()

    def _flush(self) -> None:
        if not self._line:
            return
        made = [job for _, job in self._line if job and job.status == "succeeded"]
        failed = [result for result, _ in self._line if result["status"] != "succeeded"]
        line = {
            "id": f"batch_req_{self._batch.id}_{self._line[0][0]['line']}",
            "custom_id": self._line[0][0]["id"],
        }
        if made:
            urls = [result["url"] for result, _ in self._line if result["status"] == "succeeded"]
            answer = _answer(200, made[0].id, _pictures(made, urls, failed))
            self._made.add({**line, "response": answer, "error": None})
        else:
            self._failed.add({**line, **_failure(failed[0])})
        self._line = []


def _pictures(made: Sequence[Job], urls: Sequence[str], failed: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the response body of `POST /v1/images/generations`."""
    warnings = [*dict.fromkeys(text for job in made for text in job.warnings), *v1_format.format_warnings(made)]
    more: dict[str, Any] = {"jobs": [v1_format.image_facts(job) for job in made], "warnings": warnings}
    if failed:
        more["errors"] = [{"jobId": result.get("jobId"), **_error(result)} for result in failed]
    data = [{"url": url} for url in urls]
    return {"created": int(made[0].finished or 0), "data": data, **v1_format.shared_facts(made), "easel": more}


def _failure(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return an error line's fields: the response's status and body, if there was a response, and the reason."""
    error = _error(result)
    short = {"code": error["code"], "message": error["message"]}
    status = error.pop("status", None)
    response = _answer(status, result.get("jobId"), {"error": error}) if status else None
    return {"response": response, "error": short}


def _error(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return OpenAI's `error` for a result without a picture, with its `status` if the job ended with an error."""
    error = dict(result.get("error", {}))
    if result["status"] == "cancelled" or error.get("code") == NOT_RUN:
        code, message = WITHOUT_RESPONSE[result["status"]]
        return {"message": error.get("message", message), "type": "invalid_request_error", "param": None, "code": code}
    body = {"error": error.pop("message"), "code": error.pop("code"), "details": error}
    status = v1_format.status_of(body, errors.from_body(body).status)
    return {**v1_format.error_of(body, status), "status": status}


def _answer(status: int, request_id: str | None, body: Mapping[str, Any]) -> dict[str, Any]:
    return {"status_code": status, "request_id": request_id, "body": body}
