"""Results of tools: a text that is sufficient by itself, structured data, and for a picture a thumbnail.

The text has only the important facts of the data. Both leave out the prompt, which the agent knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mcp.types import CallToolResult, ImageContent, TextContent
from pydantic import Field

from easel.batch.response_models import BatchResponse, BatchResult
from easel.front_door.catalog_response_models import FamilyResponse, ModelResponse
from easel.front_door.response_models import AttemptResponse, ProgressResponse, ResponseModel
from job_waits import state

CREDENTIALS = ("AUTH_REQUIRED", "AUTH_INVALID", "AUTH_EXPIRED")


class Models(ResponseModel):
    """The result of `list_models`."""

    models: list[ModelResponse]
    families: list[FamilyResponse]


class PictureJob(ResponseModel):
    """A job, with its picture when it has succeeded. A failed job is returned as a tool's error."""

    job_id: str = Field(description="id of the job, for get_job")
    status: str = Field(description="queued, running or succeeded")
    provider: str
    model: str
    url: str | None = Field(None, description="link to the picture")
    dimensions: str | None = Field(None, description="width and height in pixels, with their ratio")
    duration: str | None = None
    seed: int | None = Field(None, description="the same seed and prompt give a similar picture")
    steps: int | None = None
    format: str | None = None
    warnings: list[str] | None = Field(None, description="fields that were dropped or changed")
    progress: ProgressResponse | None = None
    tried: list[AttemptResponse] | None = Field(
        None, description="for the provider auto: the providers that did not accept it"
    )


class BatchView(BatchResponse):
    """A batch with a page of its results."""

    results: list[BatchResult] | None = None
    next: str | None = Field(None, description="cursor of the next page of results")


def result(text: str, data: Mapping[str, Any], *pictures: ImageContent | None, failed: bool = False) -> CallToolResult:
    """Return a tool's result. An error has no structured data, because its text has everything."""
    images = [picture for picture in pictures if picture]
    return CallToolResult(
        content=[TextContent(text=text), *images], structured_content=None if failed else dict(data), is_error=failed
    )


def error_result(body: Mapping[str, Any]) -> CallToolResult:
    """Convert an error body of Easel's to a tool's error."""
    return result(error_text(body), {}, failed=True)


def error_text(body: Mapping[str, Any]) -> str:
    """Return an error's code and text, with the next step if the text lacks it."""
    code, seconds = str(body.get("code", "UNKNOWN")), (body.get("details") or {}).get("retryAfter")
    text = f"{code}: {body.get('error', 'Easel failed')}"
    if seconds is not None:
        text += f". Wait at least {seconds} seconds before you call again"
    if code in CREDENTIALS:
        text += (
            ". Keys and tokens are headers in the client's configuration of this MCP server, not arguments: ask the "
            "user to set them there"
        )
    return f"{text}."


def models(body: Mapping[str, Any]) -> CallToolResult:
    """Return the models, one per line."""
    lines = [f"{entry['provider']}/{entry['id']}: {_abilities(entry)}" for entry in body["models"]]
    families = ", ".join(family["id"] for family in body["families"])
    lines.append(
        f"With the provider auto, the model is a family, and the first provider that accepts generates: {families}"
    )
    return result("\n".join(lines), {name: body[name] for name in ("models", "families")})


def _abilities(entry: Mapping[str, Any]) -> str:
    features, sizes = entry["features"], entry["sizes"]
    parts = [f"about {entry['typicalSeconds']} s", f"sides {sizes['min']} to {sizes['max']}"]
    parts.append(f"steps {features['steps']['min']} to {features['steps']['max']}")
    if features["edits"]:
        most = features.get("maxImages", 1)
        parts.append(f"edits up to {most} pictures" if most > 1 else "edits a picture")
    if features.get("needsImage"):
        parts.append("needs a picture in addition to the prompt")
    return ", ".join(parts)


def picture(job: Mapping[str, Any], thumbnail: ImageContent | None = None) -> CallToolResult:
    """Return a job's result: its picture, its error, or its progress and how to wait for it."""
    if job["status"] == "failed":
        return error_result(job)
    details = job.get("imageDetails") or {}
    facts = PictureJob.model_validate({**details, **job}).model_dump(by_alias=True, exclude_none=True)
    return result(_finished(job, details) if details else _unfinished(job), facts, thumbnail)


def _finished(job: Mapping[str, Any], details: Mapping[str, Any]) -> str:
    text = (
        f"{details['model']} of {details['provider']} generated {details['dimensions']} in {details['duration']}, seed "
        f"{details['seed']}: {details['url']} (job {job['jobId']})"
    )
    return "\n".join([text, *(f"Warning: {warning}" for warning in job.get("warnings") or ())])


def _unfinished(job: Mapping[str, Any]) -> str:
    return (
        f"The picture is not done yet: {state(job)}. Call get_job with jobId {job['jobId']} to keep waiting. Do not "
        "request the picture again: that would generate and charge a second one."
    )


def batch_started(body: Mapping[str, Any]) -> CallToolResult:
    before = "had been started before and " if body["startedBefore"] else ""
    text = f"Batch {body['batchId']} {before}is {body['status']}. Call get_batch with batchId {body['batchId']}."
    return result(text, body)


def batch(body: Mapping[str, Any], results: Mapping[str, Any]) -> CallToolResult:
    """Return a batch and a page of its results, one per line."""
    counts, batch_id = body["counts"], body["batchId"]
    text = (
        f"Batch {batch_id} is {body['status']}: {counts['succeeded']} of {counts['requests']} pictures are done, "
        f"{counts['failed']} failed, {counts['running']} are running, {counts['pending']} are waiting"
    )
    lines = [text, *(f"It waits for {each['provider']}: {each['reason']}" for each in body.get("waitingFor") or ())]
    if body.get("error"):
        lines.append(error_text(body["error"]))
    lines += [_result_line(each) for each in results.get("results") or ()]
    if "finishedAt" not in body:
        lines.append(f"Call get_batch with batchId {batch_id} to keep waiting.")
    if following := results.get("next"):
        lines.append(f"There are more results: call get_batch with cursor {following}.")
    page = {name: results[name] for name in ("results", "next") if name in results}
    return result("\n".join(lines), {**body, **page})


def _result_line(entry: Mapping[str, Any]) -> str:
    name = entry["id"] if entry.get("copy") is None else f"{entry['id']}, copy {entry['copy']}"
    error = entry.get("error")
    return f"{name}: {entry['status']}" + (
        f", {entry['url']}" if entry.get("url") else f", {error['code']}: {error['message']}" if error else ""
    )
