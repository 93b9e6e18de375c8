"""Response models of `/v1`, in OpenAI's format. An unknown field is null, or omitted if it has a default."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from easel.front_door.catalog_response_models import Features, Sizes
from easel.front_door.http_messages import KEEP_WAITING
from easel.front_door.response_models import (
    HOST,
    JOB_ID,
    PICTURE_URL,
    AttemptResponse,
    ErrorDetails,
    Format,
    Number,
    Warnings,
)

WAIT_URL = f"{HOST}/v1/images/generations/{JOB_ID}?hop=1"
FILE_ID = "file-019b77387800d41d8cd98f00b204e980"
Created = Annotated[int, Field(examples=[1767225600])]
Time = Annotated[int | None, Field(examples=[None])]
FileId = Annotated[str, Field(examples=[FILE_ID])]
OpenAiBatchId = Annotated[str, Field(examples=["batch_b5b96204ef6793c12282678837d7d4d5d"])]
TaskId = Annotated[str, Field(description="the same in `id` and `task_id`", examples=[JOB_ID])]
TaskStatus = Annotated[
    Literal["pending", "processing", "completed", "failed", "cancelled"], Field(examples=["completed"])
]
IsList = Annotated[Literal["list"], Field(examples=["list"])]
More = Annotated[bool, Field(examples=[False])]


def _without_titles(schema: dict[str, Any]) -> None:
    """Remove titles and defaults from a schema, because they repeat the names and mean "omitted"."""
    for rules in schema.get("properties", {}).values():
        rules.pop("title", None)
        rules.pop("default", None)


class OpenAiResponseModel(BaseModel):
    """Base of the response models. Fields that were not set are omitted."""

    model_config = ConfigDict(defer_build=True, json_schema_extra=_without_titles)


class OpenAiErrorFacts(OpenAiResponseModel):
    message: str = Field(examples=["steps: must be a whole number from 1 to 20; got 99"])
    type: str = Field(examples=["invalid_request_error"])
    param: str | None = Field(description="the field or header at fault", examples=["steps"])
    code: str = Field(examples=["invalid_params"])


class EaselErrorDetails(OpenAiResponseModel):
    code: str = Field(description="as on `/api`", examples=["INVALID_PARAMS"])
    details: ErrorDetails


class OpenAiError(OpenAiResponseModel):
    """An error in OpenAI's format. `easel` has the code and details of the same error on `/api`."""

    error: OpenAiErrorFacts
    easel: EaselErrorDetails


class OpenAiModelFacts(OpenAiResponseModel):
    name: str = Field(examples=["Z-Image Turbo (Gitee AI)"])
    features: Features
    sizes: Sizes


class OpenAiModel(OpenAiResponseModel):
    id: str = Field(examples=["gitee/z-image-turbo"])
    object: Literal["model"] = Field(examples=["model"])
    created: int = Field(examples=[1764547200])
    owned_by: str = Field(description="the provider", examples=["gitee"])
    easel: OpenAiModelFacts


class OpenAiModels(OpenAiResponseModel):
    object: IsList
    data: list[OpenAiModel]


class OpenAiImage(OpenAiResponseModel):
    """A picture: a link, base64, or both."""

    url: str = Field("", description="valid until the deployment removes the picture", examples=[PICTURE_URL])
    b64_json: str = Field("", examples=["iVBORw0KGgo…"])


class OpenAiJob(OpenAiResponseModel):
    jobId: str = Field(examples=[JOB_ID])
    model: str = Field(description="the model's name in `/v1/models`", examples=["gitee/z-image-turbo"])
    seed: int = Field(examples=[42])
    format: Format
    width: int = Field(examples=[1024])
    height: int = Field(examples=[768])
    seconds: Number = Field(description="duration of the generation", examples=[5.2])
    space: str = Field("", description="the Hugging Face Space that generated it", examples=["https://x.hf.space"])
    tried: list[AttemptResponse] = Field(
        [], description="for a family: the providers that did not accept the call, and the reasons"
    )


class OpenAiJobError(OpenAiErrorFacts):
    jobId: str = Field(examples=[JOB_ID])


class OpenAiImagesFacts(OpenAiResponseModel):
    jobs: list[OpenAiJob] = Field(description="one for each entry of `data`")
    warnings: Warnings
    errors: list[OpenAiJobError] = Field([], description="the errors of missing pictures")


class OpenAiImages(OpenAiResponseModel):
    created: int = Field(description="seconds since the epoch", examples=[1767225600])
    data: list[OpenAiImage]
    size: str | None = Field(description="the size, if all pictures have the same", examples=["1024x768"])
    output_format: str | None = Field(description="the format, if all pictures have the same", examples=["png"])
    background: Literal["opaque"] | None = Field(description="`opaque` for JPEG, else unknown", examples=[None])
    quality: None = Field(description="the models do not have this setting", examples=[None])
    usage: None = Field(description="the providers count no tokens", examples=[None])
    easel: OpenAiImagesFacts


class OpenAiImageEvent(OpenAiResponseModel):
    """The event `image_generation.completed` or `image_edit.completed`, one for each picture."""

    type: Literal["image_generation.completed", "image_edit.completed"] = Field(examples=["image_generation.completed"])
    url: str = Field(examples=[PICTURE_URL])
    b64_json: str = Field("", description="omitted for a large picture, with a warning", examples=["iVBORw0KGgo…"])
    created_at: int = Field(description="seconds since the epoch", examples=[1767225600])
    size: str = Field(examples=["1024x768"])
    output_format: str = Field(examples=["png"])
    background: Literal["auto"] = Field(examples=["auto"])
    quality: Literal["auto"] = Field(examples=["auto"])
    usage: None = Field(description="the providers count no tokens", examples=[None])
    easel: OpenAiImagesFacts


class OpenAiTaskImage(OpenAiResponseModel):
    url: list[str] = Field(examples=[[PICTURE_URL]])
    expires_at: int = Field(description="when the deployment removes the picture", examples=[1769817600])


class OpenAiTaskResult(OpenAiImages):
    """The response to the same call without `async`, and `images`."""

    images: list[OpenAiTaskImage]


class OpenAiTaskDetails(OpenAiResponseModel):
    id: TaskId
    task_id: TaskId
    status: TaskStatus
    progress: int = Field(description="percent, as the provider reports it", examples=[100])
    created: Created
    estimated_time: int = Field(description="seconds that a picture of the model usually takes", examples=[15])
    completed: int = Field(0, examples=[1767225606])
    actual_time: int = Field(0, description="seconds", examples=[6])
    result: OpenAiTaskResult | None = Field(None, description="only if `status` is `completed`")
    error: OpenAiErrorFacts | None = Field(None, description="only if the task ended without a picture")


class OpenAiTaskStarted(OpenAiResponseModel):
    id: TaskId
    task_id: TaskId
    status: Literal["submitted"] = Field(examples=["submitted"])


class OpenAiTask(OpenAiResponseModel):
    """A task, in the shape that clients of new-api and APIMart read."""

    code: Literal[200] = Field(examples=[200])
    id: TaskId
    task_id: TaskId
    object: Literal["image.generation.task"] = Field(examples=["image.generation.task"])
    status: Annotated[str, Field(description="`submitted`, later the status in `data`", examples=["completed"])]
    created: Created
    data: OpenAiTaskDetails | list[OpenAiTaskStarted] = Field(
        description="a list in the response to the call that started the task, later an object"
    )


class OpenAiWaiting(OpenAiResponseModel):
    """For a client that does not follow `Location`."""

    status: Literal["running"] = Field(examples=["running"])
    message: str = Field(description="what to do", examples=[KEEP_WAITING.format(WAIT_URL)])
    waitUrl: str = Field(
        description="the same as `Location`: GET it with the same `Authorization`, until the status is not 303",
        examples=[WAIT_URL],
    )
    jobIds: list[str] = Field(examples=[[JOB_ID]])


class OpenAiUpload(OpenAiResponseModel):
    uploadUrl: str = Field(
        description="PUT the file here, within an hour",
        examples=["https://bucket.s3.amazonaws.com/batches/uploads/5d41/lines.jsonl?X-Amz-Signature=…"],
    )
    uploadHeaders: dict[str, str] = Field(
        description="headers that the PUT must have", examples=[{"Content-Type": "application/octet-stream"}]
    )


class OpenAiFile(OpenAiResponseModel):
    id: FileId
    object: Literal["file"] = Field(examples=["file"])
    bytes: int = Field(examples=[120000])
    created_at: Created
    expires_at: int = Field(description="the latest time at which the deployment removes it", examples=[1771113600])
    filename: str = Field(examples=["lines.jsonl"])
    purpose: Literal["batch", "vision", "batch_output"] = Field(examples=["batch"])
    status: Literal["processed"] = Field(examples=["processed"])
    status_details: None = Field(examples=[None])
    easel: OpenAiUpload | None = Field(None, description="only for a file whose bytes are uploaded separately")


class OpenAiFiles(OpenAiResponseModel):
    object: IsList
    data: list[OpenAiFile]
    has_more: More
    first_id: str = Field("", examples=[FILE_ID])
    last_id: str = Field("", examples=[FILE_ID])


class OpenAiFileDeleted(OpenAiResponseModel):
    id: FileId
    object: Literal["file"] = Field(examples=["file"])
    deleted: Literal[True] = Field(examples=[True])


class OpenAiBatchError(OpenAiResponseModel):
    code: str = Field(examples=["invalid_request"])
    message: str = Field(
        examples=["manifest: the object s3://bucket/lines.jsonl does not exist; upload it or correct the address"]
    )
    param: str | None = Field(examples=["manifest"])
    line: None = Field(examples=[None])


class OpenAiBatchErrors(OpenAiResponseModel):
    """Why the batch failed as a whole."""

    object: IsList
    data: list[OpenAiBatchError]


class OpenAiCounts(OpenAiResponseModel):
    """Numbers of pictures. Each invalid line counts as one failed picture."""

    total: int = Field(examples=[200])
    completed: int = Field(examples=[200])
    failed: int = Field(examples=[0])


class OpenAiBatch(OpenAiResponseModel):
    """Times are seconds since the epoch."""

    id: OpenAiBatchId
    object: Literal["batch"] = Field(examples=["batch"])
    endpoint: str = Field(examples=["/v1/images/generations"])
    errors: OpenAiBatchErrors | None = Field(examples=[None])
    input_file_id: FileId
    completion_window: str = Field(examples=["24h"])
    status: Literal["validating", "in_progress", "completed", "cancelling", "cancelled", "failed"] = Field(
        examples=["completed"]
    )
    output_file_id: str | None = Field(
        description="the file of succeeded lines, once the batch has ended",
        examples=["file-019b77387800a61d8cd98f00b204e981"],
    )
    error_file_id: str | None = Field(description="the file of failed lines, once the batch has ended", examples=[None])
    created_at: Created
    in_progress_at: int | None = Field(examples=[1767225602])
    expires_at: int = Field(description="when unfinished pictures fail", examples=[1768435200])
    finalizing_at: None = Field(examples=[None])
    completed_at: int | None = Field(examples=[1767225900])
    failed_at: Time
    expired_at: None = Field(examples=[None])
    cancelling_at: None = Field(examples=[None])
    cancelled_at: Time
    request_counts: OpenAiCounts
    metadata: dict[str, str] | None = Field(examples=[{"run": "nightly"}])


class OpenAiBatches(OpenAiResponseModel):
    object: IsList
    data: list[OpenAiBatch]
    has_more: More
    first_id: str = Field("", examples=["batch_b5b96204ef6793c12282678837d7d4d5d"])
    last_id: str = Field("", examples=["batch_b5b96204ef6793c12282678837d7d4d5d"])
