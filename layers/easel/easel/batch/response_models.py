"""Response models of `/api/batches`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from easel.batch.results import ResultStatus
from easel.front_door.response_models import (
    HOST,
    ErrorDetails,
    ErrorResponse,
    Number,
    ResponseModel,
    Seconds,
    SomeSeconds,
    SpaceUrl,
    Tried,
    WebhookResponse,
)

BATCH_ID = "b5b96204ef6793c1228267883"
BatchId = Annotated[str, Field(examples=[BATCH_ID])]
BatchStatus = Annotated[Literal["planning", "running", "completed", "cancelled", "failed"], Field(examples=["running"])]
BatchUrl = Annotated[str, Field(examples=[f"{HOST}/api/batches/{BATCH_ID}"])]
Manifest = Annotated[str, Field(examples=["s3://bucket/batches/uploads/5d41/prompts.csv"])]


class PreviewLine(ResponseModel):
    """A line that asks for something has `request`; one that is refused has the fields of an error."""

    line: int = Field(examples=[2])
    id: str | None = Field(None, examples=["cat"])
    count: int | None = Field(None, examples=[3])
    request: dict[str, Any] | None = Field(
        None, examples=[{"provider": "gitee", "model": "z-image-turbo", "prompt": "a cute cat", "steps": 9}]
    )
    family: str | None = Field(
        None,
        description="of a line with the provider `auto`; `request` is for the provider that is asked first",
        examples=["z-image-turbo"],
    )
    warnings: list[str] | None = Field(None, examples=[[]])
    error: str | None = Field(None, examples=["provider: unknown provider 'nobody'"])
    code: str | None = Field(None, examples=["INVALID_PROVIDER"])
    details: ErrorDetails | None = None


class PreviewCounts(ResponseModel):
    lines: int = Field(description="lines that were validated", examples=[40])
    pictures: int = Field(description="what the good ones ask for", examples=[32])
    invalid: int = Field(description="lines that are refused; the others run without them", examples=[8])


class BatchQuota(ResponseModel):
    """Whether the deployment's tokens will do today for what a batch asks of one provider, or a limit of Easel's."""

    provider: str = Field(
        description="a provider; `auto` for lines of families, with what other lines leave at their providers; `key` "
        "and `deployment` for Easel's limits",
        examples=["gitee"],
    )
    name: str = Field(examples=["Gitee AI"])
    pictures: int = Field(description="pictures that are asked for", examples=[1000])
    left: int | None = Field(None, description="pictures that the tokens still draw today, if known", examples=[612])
    more_at: Number | None = Field(
        None, description="when there is about more, in seconds since the epoch, if known", examples=[1767283200]
    )
    text: str = Field(examples=["Gitee AI: 612 of 1,000 today; the rest after about 16:00 UTC"])


class Preview(ResponseModel):
    lines: list[PreviewLine] = Field(description="the first 20 lines")
    invalid: list[PreviewLine] = Field(
        description="the lines that are refused; after 100 of them the rest is not validated"
    )
    counts: PreviewCounts
    complete: bool = Field(description="whether the body was validated to its end", examples=[True])
    quota: list[BatchQuota] | None = Field(None, description="with an Easel key: what will do today")


class Counts(ResponseModel):
    requests: int = Field(description="pictures asked for, and lines that ask for nothing allowed", examples=[1000])
    succeeded: int = Field(examples=[210])
    failed: int = Field(examples=[3])
    invalid: int = Field(description="of the failed ones, lines that were refused", examples=[1])
    running: int = Field(examples=[10])
    pending: int = Field(examples=[777])
    cancelled: int = Field(examples=[0])


class BatchSummary(ResponseModel):
    """A batch in short; `counts` once it has ended."""

    batch_id: BatchId
    status: BatchStatus
    manifest: Manifest
    created_at: Seconds
    finished_at: SomeSeconds = None
    requests: int = Field(examples=[1000])
    counts: Counts | None = None
    status_url: BatchUrl


class ResultError(ErrorDetails):
    """Why a line has no picture: an error's code and text, with its details."""

    code: str = Field(description="stays the same while texts change", examples=["PROMPT_REJECTED"])
    message: str = Field(examples=["the prompt was refused"])


class BatchResult(ResponseModel):
    """One picture of a line, or a line that was refused; a picture's fields are there once it has succeeded."""

    line: int = Field(description="the line's number in the manifest, from 1", examples=[2])
    id: str = Field(description="the line's own `id`, or its number", examples=["boat"])
    copy_number: int | None = Field(
        None, alias="copy", description="of a line that asks for several pictures, from 1", examples=[1]
    )
    job_id: str | None = Field(None, examples=["b01a2f3c4d5e6f708192a3b4c5d6e7f80"])
    status: ResultStatus = Field(examples=["succeeded"])
    provider: str | None = Field(None, examples=["gitee"])
    model: str | None = Field(None, examples=["z-image-turbo"])
    url: str | None = Field(None, examples=[f"{HOST}/api/images/b01a2f3c4d5e6f708192a3b4c5d6e7f80.png"])
    seed: int | None = Field(None, examples=[746500264])
    format: str | None = Field(None, examples=["PNG"])
    dimensions: str | None = Field(None, examples=["1024 x 768 (4:3)"])
    duration: str | None = Field(None, examples=["5.2s"])
    space: SpaceUrl = None
    tried: Tried = None
    warnings: list[str] | None = Field(None, description="what was dropped or done otherwise", examples=[[]])
    error: ResultError | None = None


class BatchResults(ResponseModel):
    """A page of results, with the batch's present `status`."""

    batch_id: BatchId
    status: BatchStatus
    results: list[BatchResult]
    next: str | None = Field(None, description="the `cursor` of the next page", examples=["1-4520-0"])


class BatchStarted(ResponseModel):
    batch_id: BatchId
    status: BatchStatus
    run: int = Field(description="from 2 on, what failed in the run before runs again", examples=[1])
    started_before: bool = Field(
        description="the same manifest was started before: this is its batch, and what has succeeded is not made again",
        examples=[False],
    )
    status_url: BatchUrl
    quota: list[BatchQuota] | None = Field(
        None, description="what will do today; for a large `manifest` by the number of pictures at its beginning"
    )


class UploadPlace(ResponseModel):
    upload_url: str = Field(
        description="PUT the file here, within an hour",
        examples=["https://bucket.s3.amazonaws.com/batches/uploads/5d41/prompts.csv?X-Amz-Signature=…"],
    )
    upload_headers: dict[str, str] = Field(
        description="headers that the PUT must have", examples=[{"Content-Type": "application/octet-stream"}]
    )
    manifest: str = Field(
        description="start the batch with this", examples=["s3://bucket/batches/uploads/5d41/prompts.csv"]
    )
    batch: BatchSummary | None = Field(
        None, description="the batch that the same file, with the same `name` and `digest`, started before"
    )


class BatchList(ResponseModel):
    batches: list[BatchSummary]
    next: str | None = Field(None, description="the `cursor` of the next page", examples=[f"1767225600.000-{BATCH_ID}"])


class Wait(ResponseModel):
    provider: str = Field(examples=["modelscope"])
    cause: Literal["turn", "quota", "rest", "budget"] = Field(
        "rest",
        description="`turn`: another batch is at work at the provider; `quota`: what the provider allows is used up; "
        "`rest`: the provider takes no calls for now; `budget`: what Easel's limits allow is used up",
        examples=["quota"],
    )
    reason: str = Field(examples=["today's quota is used up"])
    until: SomeSeconds = None


class BatchResponse(ResponseModel):
    batch_id: BatchId
    status: BatchStatus
    manifest: Manifest
    scheduled_time: str | None = Field(None, examples=["2026-01-01"])
    run: int | None = Field(None, description="from the second run on", examples=[2])
    created_at: Seconds
    started_at: Number = Field(description="when this run began, in seconds since the epoch", examples=[1767225600.0])
    planned_at: SomeSeconds = None
    finished_at: Number | None = Field(None, description="when the results were there", examples=[1767226020.5])
    counts: Counts
    rate: Number = Field(description="requests that ended in this run, a second", examples=[1.9])
    eta_seconds: Number | None = Field(None, examples=[414])
    waiting_for: list[Wait] | None = None
    error: ErrorResponse | None = Field(None, description="why the batch failed as a whole")
    webhook: WebhookResponse | None = None
    results_url: str | None = Field(None, examples=[f"{HOST}/api/batches/{BATCH_ID}/results"])
