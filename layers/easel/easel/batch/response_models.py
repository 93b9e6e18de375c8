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
    OptionalSeconds,
    ResponseModel,
    Seconds,
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
    """A validated line. A valid line has `request`, an invalid line has the fields of an error."""

    line: int = Field(examples=[2])
    id: str | None = Field(None, examples=["cat"])
    count: int | None = Field(None, examples=[3])
    request: dict[str, Any] | None = Field(
        None, examples=[{"provider": "gitee", "model": "z-image-turbo", "prompt": "a cute cat", "steps": 9}]
    )
    family: str | None = Field(
        None,
        description="the family of a line with the provider `auto`; `request` is for the provider that is asked first",
        examples=["z-image-turbo"],
    )
    warnings: list[str] | None = Field(None, examples=[[]])
    error: str | None = Field(None, examples=["provider: unknown provider 'nobody'"])
    code: str | None = Field(None, examples=["INVALID_PROVIDER"])
    details: ErrorDetails | None = None


class PreviewCounts(ResponseModel):
    lines: int = Field(description="lines that were validated", examples=[40])
    pictures: int = Field(description="pictures of the valid lines", examples=[32])
    invalid: int = Field(description="invalid lines; a batch runs the other lines", examples=[8])


class BatchQuota(ResponseModel):
    """Whether a batch fits today's quota: of the deployment's tokens at one provider, or of one of Easel's limits."""

    provider: str = Field(
        description="a provider; `auto` for lines of families, which get what other lines leave at their providers; "
        "`key` or `deployment` for Easel's limits",
        examples=["gitee"],
    )
    name: str = Field(examples=["Gitee AI"])
    pictures: int = Field(description="pictures of the batch", examples=[1000])
    left: int | None = Field(None, description="pictures that are left of today's quota, if known", examples=[612])
    more_at: Number | None = Field(
        None, description="about when the quota is renewed, in seconds since the epoch, if known", examples=[1767283200]
    )
    text: str = Field(examples=["Gitee AI: 612 of 1,000 today; the rest after about 16:00 UTC"])


class Preview(ResponseModel):
    lines: list[PreviewLine] = Field(description="the first 20 lines")
    invalid: list[PreviewLine] = Field(description="the first 100 invalid lines; lines after them are not validated")
    counts: PreviewCounts
    complete: bool = Field(description="whether the body was validated to its end", examples=[True])
    quota: list[BatchQuota] | None = Field(None, description="with an Easel key: whether the batch fits today's quotas")


class Counts(ResponseModel):
    requests: int = Field(description="number of pictures and invalid lines", examples=[1000])
    succeeded: int = Field(examples=[210])
    failed: int = Field(examples=[3])
    invalid: int = Field(description="invalid lines, which `failed` includes", examples=[1])
    running: int = Field(examples=[10])
    pending: int = Field(examples=[777])
    cancelled: int = Field(examples=[0])


class BatchSummary(ResponseModel):
    """A batch in a list. `counts` is present after the batch's end."""

    batch_id: BatchId
    status: BatchStatus
    manifest: Manifest
    created_at: Seconds
    finished_at: OptionalSeconds = None
    requests: int = Field(examples=[1000])
    counts: Counts | None = None
    status_url: BatchUrl


class ResultError(ErrorDetails):
    """Why a line has no picture: the error's code, text and details."""

    code: str = Field(description="stable code; texts may change", examples=["PROMPT_REJECTED"])
    message: str = Field(examples=["the prompt was refused"])


class BatchResult(ResponseModel):
    """One picture of a line, or an invalid line. The fields of the picture are present after its success."""

    line: int = Field(description="the line's number in the manifest, from 1", examples=[2])
    id: str = Field(description="the `id` in the line, or else its number", examples=["boat"])
    copy_number: int | None = Field(
        None, alias="copy", description="number of the picture in a line with several pictures, from 1", examples=[1]
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
    warnings: list[str] | None = Field(None, description="what was ignored or changed in the request", examples=[[]])
    error: ResultError | None = None


class BatchResults(ResponseModel):
    """A page of results and the batch's present `status`."""

    batch_id: BatchId
    status: BatchStatus
    results: list[BatchResult]
    next: str | None = Field(None, description="the `cursor` of the next page", examples=["1-4520-0"])


class BatchStarted(ResponseModel):
    batch_id: BatchId
    status: BatchStatus
    run: int = Field(
        description="number of the run, from 1; a later run repeats what failed in the earlier one", examples=[1]
    )
    started_before: bool = Field(
        description="true if the same manifest was started before; this is its batch, and finished pictures are kept",
        examples=[False],
    )
    status_url: BatchUrl
    quota: list[BatchQuota] | None = Field(
        None,
        description="whether the batch fits today's quotas; of a large `manifest` only the beginning is counted",
    )


class UploadTarget(ResponseModel):
    upload_url: str = Field(
        description="URL to PUT the file to, within an hour",
        examples=["https://bucket.s3.amazonaws.com/batches/uploads/5d41/prompts.csv?X-Amz-Signature=…"],
    )
    upload_headers: dict[str, str] = Field(
        description="headers that the PUT must send", examples=[{"Content-Type": "application/octet-stream"}]
    )
    manifest: str = Field(
        description="the `manifest` to start the batch with", examples=["s3://bucket/batches/uploads/5d41/prompts.csv"]
    )
    batch: BatchSummary | None = Field(
        None, description="the batch that was started before with the same `name` and `digest`, if any"
    )


class BatchList(ResponseModel):
    batches: list[BatchSummary]
    next: str | None = Field(None, description="the `cursor` of the next page", examples=[f"1767225600.000-{BATCH_ID}"])


class Wait(ResponseModel):
    provider: str = Field(examples=["modelscope"])
    cause: Literal["turn", "quota", "rest", "budget"] = Field(
        "rest",
        description="`turn`: another batch uses the provider; `quota`: the provider's quota is used up; "
        "`rest`: the provider refuses calls at present; `budget`: a limit of Easel's is reached",
        examples=["quota"],
    )
    reason: str = Field(examples=["today's quota is used up"])
    until: OptionalSeconds = None


class BatchResponse(ResponseModel):
    batch_id: BatchId
    status: BatchStatus
    manifest: Manifest
    scheduled_time: str | None = Field(None, examples=["2026-01-01"])
    run: int | None = Field(None, description="number of the run, if it is not the first", examples=[2])
    created_at: Seconds
    started_at: Number = Field(description="when this run began, in seconds since the epoch", examples=[1767225600.0])
    planned_at: OptionalSeconds = None
    finished_at: Number | None = Field(
        None, description="when the results were written, in seconds since the epoch", examples=[1767226020.5]
    )
    counts: Counts
    rate: Number = Field(description="finished requests per second in this run", examples=[1.9])
    eta_seconds: Number | None = Field(None, examples=[414])
    waiting_for: list[Wait] | None = None
    error: ErrorResponse | None = Field(None, description="why the batch failed as a whole")
    webhook: WebhookResponse | None = None
    results_url: str | None = Field(None, examples=[f"{HOST}/api/batches/{BATCH_ID}/results"])
