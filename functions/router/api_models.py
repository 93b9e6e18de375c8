"""What the routes answer, as types: `/openapi.json` is made of them. What is unknown is left out, never null."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

Seconds = Annotated[float, Field(description="seconds since the epoch")]


class ErrorDetails(TypedDict):
    provider: NotRequired[str]
    field: NotRequired[Annotated[str, Field(description="the field or header at fault")]]
    upstream: NotRequired[Annotated[str, Field(description="what the provider said")]]
    retryAfter: NotRequired[Annotated[int, Field(description="seconds after which a new try makes sense")]]


class Error(TypedDict):
    """What was wrong, what is allowed, what to do next."""

    error: str
    code: Annotated[str, Field(description="stays the same while texts change")]
    details: ErrorDetails


class GatewayError(TypedDict):
    """An answer of API Gateway's own."""

    message: str


class ImageDetails(TypedDict):
    url: Annotated[str, Field(description="lasts until the deployment removes the picture")]
    provider: Annotated[str, Field(description="the provider's display name")]
    model: Annotated[str, Field(description="the model's display name")]
    dimensions: Annotated[str, Field(description="`1024 x 768 (4:3)`")]
    duration: Annotated[str, Field(description="`5.2s`, or `850ms`")]
    seed: int
    steps: int
    prompt: str
    negativePrompt: str
    b64Json: NotRequired[Annotated[str, Field(description="the picture itself, where it was asked for and fits")]]


class Picture(TypedDict):
    imageDetails: ImageDetails
    jobId: str
    format: Annotated[str, Field(description="what the bytes are: `PNG`, `WebP`, `JPEG`")]
    warnings: Annotated[list[str], Field(description="what was dropped or done otherwise than asked for")]


class UpscaledPicture(Picture):
    url: Annotated[str, Field(description="the same as `imageDetails.url`")]


class Accepted(TypedDict):
    """The job goes on; ask `statusUrl` for its end."""

    jobId: str
    status: Literal["queued", "running"]
    statusUrl: str


class Progress(TypedDict):
    """What the provider tells of it."""

    queuePosition: NotRequired[int]
    etaSeconds: NotRequired[float]
    percent: NotRequired[int]


class Job(TypedDict):
    """Beside these facts, a job that succeeded has the fields of its picture, one that failed those of its error."""

    jobId: str
    status: Literal["queued", "running", "succeeded", "failed"]
    provider: str
    model: str
    request: Annotated[dict[str, Any], Field(description="what was asked for, with the defaults filled in")]
    progress: NotRequired[Progress]
    createdAt: Seconds
    startedAt: NotRequired[Seconds]
    finishedAt: NotRequired[Seconds]
    attempts: NotRequired[Annotated[int, Field(description="how often a batch tried it")]]
    imageDetails: NotRequired[ImageDetails]
    format: NotRequired[str]
    warnings: NotRequired[list[str]]
    url: NotRequired[Annotated[str, Field(description="of an upscaled picture")]]
    error: NotRequired[str]
    code: NotRequired[str]
    details: NotRequired[ErrorDetails]


class CancelledJob(Job):
    cancelled: Annotated[bool, Field(description="whether it is cancelled; one that has begun goes on")]


class Health(TypedDict):
    name: str
    version: str
    status: Literal["ok"]
    providers: list[str]
    features: list[str]
    access: Annotated[Literal["tokens", "keys"], Field(description="what a call that generates needs")]
    picturesNeedKey: Annotated[bool, Field(description="whether a picture and its job are shown to who made it alone")]
    docs: str


class Provider(TypedDict):
    id: str
    name: str
    authHeader: Annotated[str, Field(description="the header that its token goes in")]
    requiresAuth: bool
    imageFormat: str
    tokenUrl: Annotated[str, Field(description="where to get a token")]
    models: Annotated[list[str], Field(description="ids; the first is the default")]


class Providers(TypedDict):
    providers: list[Provider]


class Range(TypedDict):
    min: float
    max: float
    default: float


class Features(TypedDict):
    negativePrompt: bool
    steps: Range
    guidanceScale: NotRequired[Range]
    seed: bool


class Size(TypedDict):
    name: str
    width: int
    height: int


class Sizes(TypedDict):
    """Sides in pixels."""

    min: int
    max: int
    step: NotRequired[Annotated[int, Field(description="sides are multiples of it")]]
    only: NotRequired[Annotated[list[Size], Field(description="the sizes that it makes, where there are no others")]]


class Model(TypedDict):
    id: str
    name: str
    provider: str
    family: Annotated[str, Field(description="the same weights have the same one at every provider")]
    features: Features
    typicalSeconds: float
    sizes: Sizes


class Models(TypedDict):
    models: list[Model]


class ProviderModels(Models):
    provider: str


class NoModel(TypedDict):
    id: str
    name: str


class NoModels(TypedDict):
    models: list[NoModel]


class Use(TypedDict):
    """`limit` and `left` only where there is a limit."""

    used: int
    limit: NotRequired[int]
    left: NotRequired[int]
    resetsAt: NotRequired[Seconds]
    resetsIn: NotRequired[Annotated[int, Field(description="seconds")]]


class KeyUse(TypedDict):
    callsThisMinute: Use
    callsAtOnce: Use
    picturesToday: Use
    picturesThisMonth: Use


class Key(TypedDict):
    name: str
    use: KeyUse
    models: Annotated[list[str], Field(description="patterns of `provider/model`, or of the model alone")]
    batches: Annotated[bool, Field(description="whether it may run batches")]
    createdAt: Seconds
    expiresAt: NotRequired[Seconds]


class OwnJob(TypedDict):
    """A job in short."""

    jobId: str
    status: Literal["queued", "running", "succeeded", "failed"]
    provider: str
    model: str
    prompt: str
    createdAt: Seconds
    finishedAt: NotRequired[Seconds]
    url: NotRequired[str]
    code: NotRequired[Annotated[str, Field(description="of its error")]]
    statusUrl: str


class OwnJobs(TypedDict):
    jobs: list[OwnJob]
    next: NotRequired[Annotated[str, Field(description="the `cursor` of the next page")]]


class BatchStarted(TypedDict):
    batchId: str
    status: Literal["planning", "running", "completed", "cancelled", "failed"]
    statusUrl: str


class UploadPlace(TypedDict):
    uploadUrl: Annotated[str, Field(description="PUT the file here, within an hour")]
    manifest: Annotated[str, Field(description="start the batch with this")]


class PreviewLine(TypedDict):
    """A line that asks for something has `request`; one that is refused has the fields of an error."""

    line: int
    id: NotRequired[str]
    count: NotRequired[int]
    request: NotRequired[dict[str, Any]]
    warnings: NotRequired[list[str]]
    error: NotRequired[str]
    code: NotRequired[str]
    details: NotRequired[ErrorDetails]


class Preview(TypedDict):
    lines: list[PreviewLine]


class Counts(TypedDict):
    requests: Annotated[int, Field(description="pictures asked for, and lines that ask for nothing allowed")]
    succeeded: int
    failed: int
    invalid: Annotated[int, Field(description="of the failed ones, lines that were refused")]
    running: int
    pending: int
    cancelled: int


class OwnBatch(TypedDict):
    """A batch in short; `counts` once it has ended."""

    batchId: str
    status: Literal["planning", "running", "completed", "cancelled", "failed"]
    manifest: str
    createdAt: Seconds
    finishedAt: NotRequired[Seconds]
    requests: int
    counts: NotRequired[Counts]
    statusUrl: str


class OwnBatches(TypedDict):
    batches: list[OwnBatch]
    next: NotRequired[Annotated[str, Field(description="the `cursor` of the next page")]]


class Wait(TypedDict):
    provider: str
    reason: str
    until: NotRequired[Seconds]


class Batch(TypedDict):
    batchId: str
    status: Literal["planning", "running", "completed", "cancelled", "failed"]
    manifest: str
    scheduledTime: NotRequired[str]
    run: NotRequired[Annotated[int, Field(description="from the second run on")]]
    createdAt: Seconds
    startedAt: Annotated[float, Field(description="when this run began, in seconds since the epoch")]
    plannedAt: NotRequired[Seconds]
    finishedAt: NotRequired[Annotated[float, Field(description="when the results were there")]]
    counts: Counts
    rate: Annotated[float, Field(description="requests that ended in this run, a second")]
    etaSeconds: NotRequired[float]
    waitingFor: NotRequired[list[Wait]]
    error: NotRequired[Annotated[Error, Field(description="why the batch failed as a whole")]]
    resultsUrl: NotRequired[str]


class OpenAiErrorFacts(TypedDict):
    message: str
    type: str
    param: Annotated[str | None, Field(description="the field or header at fault")]
    code: str


class EaselError(TypedDict):
    code: Annotated[str, Field(description="as on `/api`")]
    details: ErrorDetails


class OpenAiError(TypedDict):
    """What was wrong, in OpenAI's shape; `easel` has what `/api` would say."""

    error: OpenAiErrorFacts
    easel: EaselError


class OpenAiModelFacts(TypedDict):
    name: str
    features: Features


class OpenAiModel(TypedDict):
    id: str
    object: Literal["model"]
    created: int
    owned_by: Annotated[str, Field(description="the provider")]
    easel: OpenAiModelFacts


class OpenAiModels(TypedDict):
    object: Literal["list"]
    data: list[OpenAiModel]


class OpenAiImage(TypedDict):
    """One of them."""

    url: NotRequired[Annotated[str, Field(description="lasts until the deployment removes the picture")]]
    b64_json: NotRequired[str]


class OpenAiJob(TypedDict):
    jobId: str
    seed: int
    format: Annotated[str, Field(description="what the bytes are: `PNG`, `WebP`, `JPEG`")]
    width: int
    height: int
    seconds: Annotated[float, Field(description="that the picture took")]


class OpenAiJobError(OpenAiErrorFacts):
    jobId: str


class OpenAiImagesFacts(TypedDict):
    jobs: Annotated[list[OpenAiJob], Field(description="one for each entry of `data`")]
    warnings: Annotated[list[str], Field(description="what was dropped or done otherwise than asked for")]
    errors: NotRequired[Annotated[list[OpenAiJobError], Field(description="why a part of the pictures is missing")]]


class OpenAiImages(TypedDict):
    created: Annotated[int, Field(description="seconds since the epoch")]
    data: list[OpenAiImage]
    easel: OpenAiImagesFacts


class OpenAiUpload(TypedDict):
    uploadUrl: Annotated[str, Field(description="PUT the file here, within an hour")]


class OpenAiFile(TypedDict):
    id: str
    object: Literal["file"]
    bytes: int
    created_at: int
    expires_at: Annotated[int, Field(description="when the deployment removes it at the latest")]
    filename: str
    purpose: Literal["batch", "batch_output"]
    status: Literal["processed"]
    status_details: None
    easel: NotRequired[Annotated[OpenAiUpload, Field(description="of a file that was announced")]]


class OpenAiFiles(TypedDict):
    object: Literal["list"]
    data: list[OpenAiFile]
    has_more: bool
    first_id: NotRequired[str]
    last_id: NotRequired[str]


class OpenAiFileDeleted(TypedDict):
    id: str
    object: Literal["file"]
    deleted: Literal[True]


class OpenAiBatchError(TypedDict):
    code: str
    message: str
    param: str | None
    line: None


class OpenAiBatchErrors(TypedDict):
    """Why the batch failed as a whole."""

    object: Literal["list"]
    data: list[OpenAiBatchError]


class OpenAiCounts(TypedDict):
    """Pictures, and lines that ask for nothing allowed."""

    total: int
    completed: int
    failed: int


class OpenAiBatch(TypedDict):
    """Times are seconds since the epoch."""

    id: str
    object: Literal["batch"]
    endpoint: str
    errors: OpenAiBatchErrors | None
    input_file_id: str
    completion_window: str
    status: Literal["validating", "in_progress", "completed", "cancelling", "cancelled", "failed"]
    output_file_id: Annotated[str | None, Field(description="lines with pictures, once the batch has ended")]
    error_file_id: Annotated[str | None, Field(description="lines without, once the batch has ended")]
    created_at: int
    in_progress_at: int | None
    expires_at: Annotated[int, Field(description="when what is left of it fails")]
    finalizing_at: None
    completed_at: int | None
    failed_at: int | None
    expired_at: None
    cancelling_at: None
    cancelled_at: int | None
    request_counts: OpenAiCounts
    metadata: dict[str, str] | None


class OpenAiBatches(TypedDict):
    object: Literal["list"]
    data: list[OpenAiBatch]
    has_more: bool
    first_id: NotRequired[str]
    last_id: NotRequired[str]


class OpenAiWaiting(TypedDict):
    """For a client that does not follow `Location`."""

    status: Literal["running"]
    message: str
    jobIds: list[str]
