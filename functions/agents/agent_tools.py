"""The tools of `/mcp`: each tool's schema and its function, which calls the router.

A generation's arguments are the fields of `/api/generate`, taken from the same model, so new fields are included. The
router validates them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from anyio import to_thread
from mcp.types import CallToolResult, Tool, ToolAnnotations
from pydantic import BaseModel, Field

import job_waits
import thumbnails
import tool_results
from easel.batch.response_models import BatchStarted
from easel.batch.results import ResultStatus
from easel.batch.start import BatchRequest
from easel.catalog.bodies import Body, Whole
from easel.catalog.requests import GenerateBody
from easel.common.deadline import Deadline
from easel.front_door import validation
from router_api import RouterApi

MAX_WAIT = 25  # seconds; API Gateway ends a call after 30
MAX_KEY = 255  # characters of an Idempotency-Key


class JobArguments(Body):
    job_id: str = Field(
        min_length=1, description="jobId of an earlier result", examples=["01a2f3c4d5e6f708192a3b4c5d6e"]
    )
    wait: Whole = Field(MAX_WAIT, ge=0, le=MAX_WAIT, description="seconds to wait for the job's end")


class BatchArguments(Body):
    batch_id: str = Field(min_length=1, description="batchId of start_batch")
    wait: Whole = Field(MAX_WAIT, ge=0, le=MAX_WAIT, description="seconds to wait for its end")
    limit: Whole = Field(20, ge=1, le=100, description="maximum number of results on the page")
    cursor: str | None = Field(None, description="cursor of the next page of results")
    status: ResultStatus | None = Field(None, description="only results with this status")


@dataclass(frozen=True)
class ToolCall:
    """A call of a tool: its arguments, the API, the id of its message, and a function that reports progress."""

    arguments: Mapping[str, Any]
    router: RouterApi
    message_id: str | int | None
    report: job_waits.Report

    @property
    def idempotency_key(self) -> str:
        """The idempotency key: the agent's, or the message's id, or the id of the HTTP call.

        A message's id is used only if it is a UUID. Most clients count messages from 1, so their ids repeat.
        """
        given = next((self.arguments[name] for name in KEY_NAMES if self.arguments.get(name)), None)
        if isinstance(given, str):
            return given
        try:
            return str(UUID(str(self.message_id)))
        except ValueError:
            return self.router.request_id

    def waiting(self, seconds: float) -> Deadline:
        return self.router.deadline.within(seconds)


KEY_NAMES = ("idempotencyKey", "idempotency_key")
OMITTED = {*KEY_NAMES, *GenerateBody.spellings("response_format")}
"""Arguments that are not sent to the router. A tool's result is too small for the whole picture."""


async def list_models(call: ToolCall) -> CallToolResult:
    return tool_results.models((await call.router.call("GET", "api", "models")).body)


async def generate_image(call: ToolCall) -> CallToolResult:
    body = {name: value for name, value in call.arguments.items() if name not in OMITTED}
    headers = {"prefer": "respond-async", "idempotency-key": call.idempotency_key}
    started = await call.router.call("POST", "api", "generate", body=body, headers=headers)
    return await _wait_for_job(call, started.body["jobId"], MAX_WAIT)


async def get_job(call: ToolCall) -> CallToolResult:
    arguments = validation.validated(JobArguments, call.arguments)
    return await _wait_for_job(call, arguments.job_id, arguments.wait)


async def _wait_for_job(call: ToolCall, job_id: str, seconds: float) -> CallToolResult:
    job = await job_waits.ended_job(call.router, job_id, call.waiting(seconds), call.report)
    url = (job.get("imageDetails") or {}).get("url", "")
    return tool_results.picture(job, await to_thread.run_sync(thumbnails.thumbnail, url))


async def start_batch(call: ToolCall) -> CallToolResult:
    return tool_results.batch_started((await call.router.call("POST", "api", "batches", body=call.arguments)).body)


async def get_batch(call: ToolCall) -> CallToolResult:
    given = validation.validated(BatchArguments, call.arguments)
    batch = await job_waits.ended_batch(call.router, given.batch_id, call.waiting(given.wait), call.report)
    page = {"limit": given.limit, "cursor": given.cursor, "status": given.status}
    results = await call.router.call("GET", "api", "batches", given.batch_id, "results", query=page)
    return tool_results.batch(batch, results.body)


def schema(model: type[BaseModel], *without: str, required: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    """Return a tool's input schema: the model's fields, by their documented names."""
    made = model.model_json_schema()
    properties = {name: _plain(rules) for name, rules in made.get("properties", {}).items() if name not in without}
    needed = [*made.get("required", ()), *required]
    return {"type": "object", "properties": {**properties, **more}, **({"required": needed} if needed else {})}


def _plain(rules: dict[str, Any]) -> dict[str, Any]:
    """Return a field's schema without null, which tools have no use for."""
    kinds = [kind for kind in rules.get("anyOf", ()) if kind != {"type": "null"}]
    rest = {name: value for name, value in rules.items() if name != "anyOf" and value is not None}
    if not kinds:
        return rest
    return {**(kinds[0] if len(kinds) == 1 else {"anyOf": kinds}), **rest}


@dataclass(frozen=True)
class ToolEntry:
    """A tool's definition for clients, and the function that runs it."""

    definition: Tool
    run: Callable[[ToolCall], Awaitable[CallToolResult]]


def _entry(
    run: Callable[[ToolCall], Awaitable[CallToolResult]],
    title: str,
    description: str,
    arguments: dict[str, Any],
    output: type[BaseModel],
    *,
    reads: bool = False,
    repeatable: bool = False,
) -> ToolEntry:
    hints = ToolAnnotations(
        read_only_hint=reads, destructive_hint=False, idempotent_hint=reads or repeatable, open_world_hint=not reads
    )
    definition = Tool(
        name=run.__name__,
        title=title,
        description=description,
        input_schema=arguments,
        output_schema=output.model_json_schema(),
        annotations=hints,
    )
    return ToolEntry(definition, run)


KEY_FIELD = {
    "type": "string",
    "minLength": 1,
    "maxLength": MAX_KEY,
    "description": "any text that identifies this picture. Send the same text when you retry the call, so that no "
    "second picture is generated",
}
WAIT_HINT = (
    "Waits up to 25 seconds, and returns a link and a thumbnail. If the picture takes longer, returns its jobId for "
    "get_job."
)


async def edit_image(call: ToolCall) -> CallToolResult:
    return await generate_image(call)


ENTRIES = (
    _entry(
        list_models,
        "List models",
        "Lists the models that generate and edit pictures, with their limits. A model's name is provider/id.",
        {"type": "object", "properties": {}},
        tool_results.Models,
        reads=True,
    ),
    _entry(
        generate_image,
        "Generate a picture",
        f"Generates a picture from a prompt. {WAIT_HINT}",
        schema(GenerateBody, "responseFormat", "image", idempotencyKey=KEY_FIELD),
        tool_results.PictureJob,
    ),
    _entry(
        edit_image,
        "Edit a picture",
        "Generates a picture from one or several pictures and a prompt that says what to change, with a model that "
        f"edits (see list_models). Give pictures as links: of earlier results, or public ones. {WAIT_HINT}",
        schema(GenerateBody, "responseFormat", required=("image", "model"), idempotencyKey=KEY_FIELD),
        tool_results.PictureJob,
    ),
    _entry(
        get_job,
        "Get a picture's job",
        "Waits for a picture that was not done when its tool returned. Returns its link and a thumbnail, or its "
        "progress.",
        schema(JobArguments),
        tool_results.PictureJob,
        reads=True,
    ),
    _entry(
        start_batch,
        "Start a batch",
        "Generates many pictures in the background. Each entry of requests has the arguments of generate_image, and "
        "optionally an id and a count. Equal requests are one batch: starting it again retries its failed pictures. "
        "Needs an Easel key that may run batches.",
        schema(BatchRequest, requests={"type": "array", "items": {"type": "object"}, "description": "see above"}),
        BatchStarted,
        repeatable=True,
    ),
    _entry(
        get_batch,
        "Get a batch's progress and results",
        "Waits up to 25 seconds for a batch to end, and returns its counts and a page of results with links.",
        schema(BatchArguments),
        tool_results.BatchView,
        reads=True,
    ),
)
TOOLS = {entry.definition.name: entry for entry in ENTRIES}
