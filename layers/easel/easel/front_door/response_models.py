"""What `/api` answers, as models: names, types, descriptions and examples of each field.

The routes return them or name them as their `response_model`. Provider functions do not import this module.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema
from pydantic.alias_generators import to_camel

from easel.common.image_formats import BY_NAME
from easel.front_door.http_messages import KEEP_WAITING

HOST = "https://api.example.com"
JOB_ID = "01a2f3c4d5e6f708192a3b4c5d6e7f80"
PICTURE_URL = f"{HOST}/api/images/{JOB_ID}.png"

Number = Annotated[int | float, WithJsonSchema({"type": "number"})]
"""A number that stays whole where it is whole."""
Seconds = Annotated[Number, Field(description="seconds since the epoch", examples=[1767225600.0])]
SomeSeconds = Annotated[Number | None, Field(description="seconds since the epoch", examples=[1767225605.2])]
"""The same where it may be unknown."""
JobId = Annotated[str, Field(examples=[JOB_ID])]
JobUrl = Annotated[str, Field(examples=[f"{HOST}/api/jobs/{JOB_ID}"])]
ProviderId = Annotated[str, Field(examples=["gitee"])]
ModelId = Annotated[str, Field(examples=["z-image-turbo"])]
Prompt = Annotated[str, Field(examples=["a cute cat"])]
Url = Annotated[str, Field(examples=[PICTURE_URL])]
Format = Annotated[
    str, Field(description="what the bytes are: " + ", ".join(f"`{name}`" for name in BY_NAME), examples=["PNG"])
]
SpaceUrl = Annotated[
    str | None,
    Field(description="the Hugging Face Space that drew it", examples=["https://mrfakename-z-image-turbo.hf.space"]),
]
Warnings = Annotated[list[str], Field(description="what was dropped or done otherwise than asked for", examples=[[]])]


def _without_null(schema: dict[str, Any]) -> None:
    """Remove `null` from optional fields: an answer leaves out what is unknown."""
    for rules in schema.get("properties", {}).values():
        rules.pop("title", None)
        kinds = [kind for kind in rules.pop("anyOf", ()) if kind != {"type": "null"}]
        rules.update(kinds[0] if len(kinds) == 1 else {"anyOf": kinds} if kinds else {})
        if rules.get("default", ...) is None:
            del rules["default"]


class ResponseModel(BaseModel):
    """Base of the answers: names are camelCase, and what is unknown is left out."""

    model_config = ConfigDict(
        alias_generator=to_camel, validate_by_name=True, defer_build=True, json_schema_extra=_without_null
    )


class ModelElsewhere(ResponseModel):
    provider: str = Field(examples=["modelscope"])
    model: str = Field(examples=["Tongyi-MAI/Z-Image-Turbo"])


class AttemptResponse(ResponseModel):
    """A provider of the family that was asked, has not accepted the call, and why."""

    provider: ProviderId
    model: ModelId
    code: str = Field(examples=["QUOTA_EXCEEDED"])
    message: str = Field(examples=["the Gitee AI quota of this token is used up; try tomorrow, or buy a package"])
    until: Number | None = Field(
        None, description="in a batch: when it may accept again, in seconds since the epoch", examples=[1767283200]
    )


Tried = Annotated[
    list[AttemptResponse] | None,
    Field(description="with the provider `auto`: the providers that were asked before, and why each was left"),
]


class ErrorDetails(ResponseModel):
    provider: str | None = Field(None, examples=["gitee"])
    field: str | None = Field(None, description="the field or header at fault", examples=["steps"])
    upstream: str | None = Field(None, description="what the provider said", examples=["internal error"])
    retry_after: int | None = Field(None, description="seconds after which a new try makes sense", examples=[7])
    elsewhere: list[ModelElsewhere] | None = Field(
        None, description="of a retired model: the same weights at other providers"
    )
    tried: Tried = None


class ErrorResponse(ResponseModel):
    """What was wrong, what is allowed, what to do next."""

    error: str = Field(examples=["steps: must be a whole number from 1 to 20; got 99"])
    code: str = Field(description="stays the same while texts change", examples=["INVALID_PARAMS"])
    details: ErrorDetails


class GatewayError(ResponseModel):
    """An answer of API Gateway's own."""

    message: str = Field(examples=["Service Unavailable"])


class ImageDetails(ResponseModel):
    url: str = Field(description="lasts until the deployment removes the picture", examples=[PICTURE_URL])
    provider: str = Field(description="the provider's display name", examples=["Gitee AI"])
    model: str = Field(description="the model's display name", examples=["Z-Image Turbo"])
    dimensions: str = Field(description="`1024 x 768 (4:3)`", examples=["1024 x 1024 (1:1)"])
    duration: str = Field(description="`5.2s`, or `850ms`", examples=["5.2s"])
    seed: int = Field(examples=[1234567])
    steps: int = Field(examples=[9])
    prompt: Prompt
    negative_prompt: str = Field(examples=["low quality, blurry"])
    b64_json: str | None = Field(
        None, description="the picture itself, where it was asked for and fits", examples=["iVBORw0KGgo…"]
    )


class PictureResponse(ResponseModel):
    image_details: ImageDetails
    job_id: JobId
    format: Format
    space: SpaceUrl = None
    tried: Tried = None
    warnings: Warnings


class UpscaledPictureResponse(PictureResponse):
    url: str = Field(description="the same as `imageDetails.url`", examples=[PICTURE_URL])


class AcceptedResponse(ResponseModel):
    """The job continues. `statusUrl` tells when it has ended."""

    job_id: JobId
    status: Literal["queued", "running"] = Field(examples=["running"])
    status_url: JobUrl


class WaitingResponse(ResponseModel):
    """For a client that does not follow `Location`."""

    status: Literal["running"] = Field(examples=["running"])
    message: str = Field(
        description="what to do",
        examples=[KEEP_WAITING.format(f"{HOST}/api/generate/{JOB_ID}?hop=1")],
    )
    wait_url: str = Field(
        description="the same as `Location`: GET it with the same `Authorization`, and so on until there is no 303",
        examples=[f"{HOST}/api/generate/{JOB_ID}?hop=1"],
    )
    job_id: JobId
    status_url: JobUrl


class ProgressResponse(ResponseModel):
    """What the provider tells of it."""

    queue_position: int | None = Field(None, examples=[2])
    eta_seconds: Number | None = Field(None, examples=[12.5])
    percent: int | None = Field(None, examples=[40])


JobStatus = Annotated[Literal["queued", "running", "succeeded", "failed"], Field(examples=["succeeded"])]


class WebhookResponse(ResponseModel):
    """The outcome of the webhook so far."""

    status: Literal["pending", "delivered", "failed"] = Field(
        description="`pending` until it is delivered; `failed` when nothing more is tried", examples=["delivered"]
    )
    attempts: int = Field(examples=[1])
    last_attempt_at: SomeSeconds = None
    next_attempt_at: SomeSeconds = None
    error: str | None = Field(None, description="why the last attempt failed", examples=["HTTP 500"])


class JobResponse(ResponseModel):
    """A job. If it succeeded, it also has the fields of its picture; if it failed, those of its error."""

    job_id: JobId
    status: JobStatus
    provider: ProviderId
    model: ModelId
    request: dict[str, Any] = Field(
        description="what was asked for, with the defaults filled in",
        examples=[{"prompt": "a cute cat", "width": 1024, "height": 1024, "steps": 9, "seed": 1234567}],
    )
    progress: ProgressResponse | None = None
    created_at: Seconds
    started_at: SomeSeconds = None
    finished_at: SomeSeconds = None
    attempts: int | None = Field(None, description="how often a batch, or `auto`, tried it", examples=[1])
    family: str | None = Field(None, description="with the provider `auto`: its `model`", examples=["z-image-turbo"])
    webhook: WebhookResponse | None = None
    tried: Tried = None
    image_details: ImageDetails | None = None
    format: Format | None = None
    space: SpaceUrl = None
    warnings: Warnings | None = None
    url: str | None = Field(None, description="of an upscaled picture", examples=[PICTURE_URL])
    error: str | None = Field(None, examples=["Gitee AI answered HTTP 500"])
    code: str | None = Field(None, examples=["PROVIDER_ERROR"])
    details: ErrorDetails | None = None


class CancelledJobResponse(JobResponse):
    cancelled: bool = Field(description="whether it is cancelled; one that has begun goes on", examples=[False])


class JobSummary(ResponseModel):
    """A job in short."""

    job_id: JobId
    status: JobStatus
    provider: ProviderId
    model: ModelId
    prompt: Prompt
    created_at: Seconds
    finished_at: SomeSeconds = None
    url: Url | None = None
    code: str | None = Field(None, description="of its error", examples=["TIMEOUT"])
    status_url: JobUrl


class JobList(ResponseModel):
    jobs: list[JobSummary]
    next: str | None = Field(None, description="the `cursor` of the next page", examples=[f"1767225600.000-{JOB_ID}"])


class HealthResponse(ResponseModel):
    name: str = Field(examples=["Easel"])
    version: str = Field(examples=["1.0.0"])
    status: Literal["ok"] = Field(examples=["ok"])
    providers: list[str] = Field(examples=[["gitee", "huggingface", "modelscope"]])
    features: list[str] = Field(examples=[["batches", "keys", "openai"]])
    access: Literal["tokens", "keys"] = Field(description="what a call that generates needs", examples=["tokens"])
    anonymous_pictures: int = Field(
        description="pictures a day for each address without a token or key, at providers that need none; 0: none",
        examples=[0],
    )
    pictures_need_key: bool = Field(
        description="whether a picture and its job are shown to who made it alone", examples=[False]
    )
    docs: str = Field(examples=["/docs"])


class UsageResponse(ResponseModel):
    """`limit` and `left` only where there is a limit."""

    used: int = Field(examples=[3])
    limit: int | None = Field(None, examples=[50])
    left: int | None = Field(None, examples=[47])
    resets_at: SomeSeconds = None
    resets_in: int | None = Field(None, description="seconds", examples=[86400])


class KeyUsageResponse(ResponseModel):
    calls_this_minute: UsageResponse
    calls_at_once: UsageResponse
    pictures_today: UsageResponse
    pictures_this_month: UsageResponse


class KeyResponse(ResponseModel):
    name: str = Field(examples=["alice"])
    use: KeyUsageResponse
    models: list[str] = Field(description="patterns of `provider/model`, or of the model alone", examples=[["gitee/*"]])
    batches: bool = Field(description="whether it may run batches", examples=[False])
    created_at: Seconds
    expires_at: SomeSeconds = None


class UsageLineResponse(ResponseModel):
    """Ended jobs of one day, provider, model and outcome."""

    day: str = Field(description="when they ended", examples=["2026-11-30"])
    provider: ProviderId
    model: ModelId
    outcome: str = Field(description="`succeeded`, or the code of the error", examples=["succeeded"])
    pictures: int = Field(examples=[12])
    seconds: Number = Field(description="of work", examples=[61.4])
    aws_usd: Number = Field(description="US dollars at AWS, an estimate", examples=[0.000492])
    price: Number | None = Field(
        None, description="what the provider says they cost, without those of unknown price", examples=[12]
    )
    price_unit: str | None = Field(None, examples=["magicubes"])


class UsageReport(ResponseModel):
    key: str = Field(description="the key's name", examples=["alice"])
    first: str = Field(alias="from", examples=["2026-11-01"])
    last: str = Field(alias="to", examples=["2026-11-30"])
    time_zone: str = Field(description="whose days are counted", examples=["UTC"])
    usage: list[UsageLineResponse]


class RestingModelResponse(ResponseModel):
    model: ModelId
    until: Seconds
    reason: str = Field(examples=["the token was refused"])


class AllowanceResponse(ResponseModel):
    """The provider's own figure."""

    left: Number = Field(examples=[37.5])
    unit: Literal["magicubes", "seconds", "CNY"] = Field(
        description="`seconds` are those of ZeroGPU", examples=["magicubes"]
    )
    total: Number | None = Field(None, description="what there was at the beginning", examples=[250])
    resets_at: SomeSeconds = None
    read_at: Seconds


class TokenStateResponse(ResponseModel):
    name: str = Field(description="its owner's name for it, its place, or `no token`", examples=["token 1"])
    state: Literal["usable", "resting", "used up"] = Field(examples=["used up"])
    until: SomeSeconds = None
    reason: str | None = Field(None, description="why it rests", examples=["the quota of the day is used up"])
    refused: list[RestingModelResponse] = Field(description="models that refuse it; tried again after `until`")
    drawn_today: int = Field(description="pictures that it has drawn today, as counted here", examples=[88])
    full_after: int | None = Field(
        None, description="pictures after which a day's quota was used up lately", examples=[100]
    )
    allowance: AllowanceResponse | None = None


class ProviderQuotaResponse(ResponseModel):
    provider: ProviderId
    tokens: list[TokenStateResponse] = Field(description="none if the deployment has no token of the provider")
    models: list[RestingModelResponse] = Field(description="models that rest for every token, such as a full Space")
    renews_at: Number | None = Field(
        None, description="when quotas of a day come back, if the provider names no other time", examples=[1767283200]
    )
    unknown: str | None = Field(
        None, description="why nothing is known of the tokens now", examples=["the function did not answer; try again"]
    )


class QuotaResponse(ResponseModel):
    providers: list[ProviderQuotaResponse]
