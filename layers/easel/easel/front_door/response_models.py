"""Response models of `/api`: the name, type, description and example of each field.

Routes return them or declare them as their `response_model`. Provider functions do not import this module.
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
"""A number. Whole numbers are written without a decimal point."""
Seconds = Annotated[Number, Field(description="seconds since the epoch", examples=[1767225600.0])]
OptionalSeconds = Annotated[Number | None, Field(description="seconds since the epoch", examples=[1767225605.2])]
JobId = Annotated[str, Field(examples=[JOB_ID])]
JobUrl = Annotated[str, Field(examples=[f"{HOST}/api/jobs/{JOB_ID}"])]
ProviderId = Annotated[str, Field(examples=["gitee"])]
ModelId = Annotated[str, Field(examples=["z-image-turbo"])]
Prompt = Annotated[str, Field(examples=["a cute cat"])]
Url = Annotated[str, Field(examples=[PICTURE_URL])]
Format = Annotated[
    str, Field(description="the file's format: " + ", ".join(f"`{name}`" for name in BY_NAME), examples=["PNG"])
]
SpaceUrl = Annotated[
    str | None,
    Field(
        description="the Hugging Face Space that generated it", examples=["https://mrfakename-z-image-turbo.hf.space"]
    ),
]
Warnings = Annotated[list[str], Field(description="values that were dropped or changed", examples=[[]])]


def _without_null(schema: dict[str, Any]) -> None:
    """Remove `null` from optional fields, because responses omit unknown fields."""
    for rules in schema.get("properties", {}).values():
        rules.pop("title", None)
        kinds = [kind for kind in rules.pop("anyOf", ()) if kind != {"type": "null"}]
        rules.update(kinds[0] if len(kinds) == 1 else {"anyOf": kinds} if kinds else {})
        if rules.get("default", ...) is None:
            del rules["default"]


class ResponseModel(BaseModel):
    """Base of the response models. Names are camelCase, and unknown fields are omitted."""

    model_config = ConfigDict(
        alias_generator=to_camel, validate_by_name=True, defer_build=True, json_schema_extra=_without_null
    )


class ModelElsewhere(ResponseModel):
    provider: str = Field(examples=["modelscope"])
    model: str = Field(examples=["Tongyi-MAI/Z-Image-Turbo"])


class AttemptResponse(ResponseModel):
    """A provider of the family that did not accept the call, and the reason."""

    provider: ProviderId
    model: ModelId
    code: str = Field(examples=["QUOTA_EXCEEDED"])
    message: str = Field(examples=["the Gitee AI quota of this token is used up; try tomorrow, or buy a package"])
    until: Number | None = Field(
        None,
        description="only in a batch: when it may accept calls again, in seconds since the epoch",
        examples=[1767283200],
    )


Tried = Annotated[
    list[AttemptResponse] | None,
    Field(description="with the provider `auto`: the providers that did not accept the call, and the reasons"),
]


class ErrorDetails(ResponseModel):
    provider: str | None = Field(None, examples=["gitee"])
    field: str | None = Field(None, description="the field or header at fault", examples=["steps"])
    upstream: str | None = Field(None, description="the provider's message", examples=["internal error"])
    retry_after: int | None = Field(None, description="seconds after which a retry may succeed", examples=[7])
    elsewhere: list[ModelElsewhere] | None = Field(
        None, description="for a retired model: models with the same weights at other providers"
    )
    tried: Tried = None


class ErrorResponse(ResponseModel):
    """What was wrong, what is allowed, what to do next."""

    error: str = Field(examples=["steps: must be a whole number from 1 to 20; got 99"])
    code: str = Field(description="for programs: stable, while texts may change", examples=["INVALID_PARAMS"])
    details: ErrorDetails


class GatewayError(ResponseModel):
    """A response that API Gateway itself creates."""

    message: str = Field(examples=["Service Unavailable"])


class ImageDetails(ResponseModel):
    url: str = Field(description="valid until the deployment removes the picture", examples=[PICTURE_URL])
    provider: str = Field(description="the provider's display name", examples=["Gitee AI"])
    model: str = Field(description="the model's display name", examples=["Z-Image Turbo"])
    dimensions: str = Field(description="`1024 x 768 (4:3)`", examples=["1024 x 1024 (1:1)"])
    duration: str = Field(description="`5.2s`, or `850ms`", examples=["5.2s"])
    seed: int = Field(examples=[1234567])
    steps: int = Field(examples=[9])
    prompt: Prompt
    negative_prompt: str = Field(examples=["low quality, blurry"])
    b64_json: str | None = Field(
        None, description="the picture itself, if it was requested and is small enough", examples=["iVBORw0KGgo…"]
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
    """The job continues. `statusUrl` returns its status."""

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
        description="the same as `Location`: GET it with the same `Authorization`, until the status is not 303",
        examples=[f"{HOST}/api/generate/{JOB_ID}?hop=1"],
    )
    job_id: JobId
    status_url: JobUrl


class ProgressResponse(ResponseModel):
    """The progress that the provider reports."""

    queue_position: int | None = Field(None, examples=[2])
    eta_seconds: Number | None = Field(None, description="expected seconds until the end", examples=[12.5])
    percent: int | None = Field(None, examples=[40])


JobStatus = Annotated[Literal["queued", "running", "succeeded", "failed"], Field(examples=["succeeded"])]


class WebhookResponse(ResponseModel):
    """The outcome of the webhook so far."""

    status: Literal["pending", "delivered", "failed"] = Field(
        description="`pending` until it is delivered; `failed` after the last attempt", examples=["delivered"]
    )
    attempts: int = Field(examples=[1])
    last_attempt_at: OptionalSeconds = None
    next_attempt_at: OptionalSeconds = None
    error: str | None = Field(None, description="why the last attempt failed", examples=["HTTP 500"])


class JobResponse(ResponseModel):
    """A job. A succeeded job also has the fields of its picture, and a failed job those of its error."""

    job_id: JobId
    status: JobStatus
    provider: ProviderId
    model: ModelId
    request: dict[str, Any] = Field(
        description="the request, with all defaults",
        examples=[{"prompt": "a cute cat", "width": 1024, "height": 1024, "steps": 9, "seed": 1234567}],
    )
    progress: ProgressResponse | None = None
    created_at: Seconds
    started_at: OptionalSeconds = None
    finished_at: OptionalSeconds = None
    attempts: int | None = Field(None, description="the number of attempts, in a batch or with `auto`", examples=[1])
    family: str | None = Field(None, description="with the provider `auto`: its `model`", examples=["z-image-turbo"])
    webhook: WebhookResponse | None = None
    tried: Tried = None
    image_details: ImageDetails | None = None
    format: Format | None = None
    space: SpaceUrl = None
    warnings: Warnings | None = None
    url: str | None = Field(None, description="only for an upscaled picture", examples=[PICTURE_URL])
    error: str | None = Field(None, examples=["Gitee AI answered HTTP 500"])
    code: str | None = Field(None, examples=["PROVIDER_ERROR"])
    details: ErrorDetails | None = None


class CancelledJobResponse(JobResponse):
    cancelled: bool = Field(description="whether it is cancelled; a running job continues", examples=[False])


class JobSummary(ResponseModel):
    """The main facts about a job."""

    job_id: JobId
    status: JobStatus
    provider: ProviderId
    model: ModelId
    prompt: Prompt
    created_at: Seconds
    finished_at: OptionalSeconds = None
    url: Url | None = None
    code: str | None = Field(None, description="the error's code", examples=["TIMEOUT"])
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
    access: Literal["tokens", "keys"] = Field(
        description="`keys` if a call that generates requires an Easel key", examples=["tokens"]
    )
    anonymous_pictures: int = Field(
        description="pictures a day for each IP address without token and key, at providers that need no token; "
        "0 if such calls are refused",
        examples=[0],
    )
    pictures_need_key: bool = Field(
        description="whether a picture and its job can be read only with the key that created them", examples=[False]
    )
    docs: str = Field(examples=["/docs"])


class UsageResponse(ResponseModel):
    """Use within a period. `limit` and `left` are omitted if there is no limit."""

    used: int = Field(examples=[3])
    limit: int | None = Field(None, examples=[50])
    left: int | None = Field(None, examples=[47])
    resets_at: OptionalSeconds = None
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
    expires_at: OptionalSeconds = None


class UsageLineResponse(ResponseModel):
    """Ended jobs of one day, provider, model and outcome."""

    day: str = Field(description="when they ended", examples=["2026-11-30"])
    provider: ProviderId
    model: ModelId
    outcome: str = Field(description="`succeeded`, or the code of the error", examples=["succeeded"])
    pictures: int = Field(examples=[12])
    seconds: Number = Field(description="time of generation", examples=[61.4])
    aws_usd: Number = Field(description="estimated cost at AWS in US dollars", examples=[0.000492])
    price: Number | None = Field(
        None, description="the cost that the provider reports, without pictures of unknown price", examples=[12]
    )
    price_unit: str | None = Field(None, examples=["magicubes"])


class UsageReport(ResponseModel):
    key: str = Field(description="the key's name", examples=["alice"])
    first: str = Field(alias="from", examples=["2026-11-01"])
    last: str = Field(alias="to", examples=["2026-11-30"])
    time_zone: str = Field(description="the time zone of the days", examples=["UTC"])
    usage: list[UsageLineResponse]


class RestingModelResponse(ResponseModel):
    model: ModelId
    until: Seconds
    reason: str = Field(examples=["the token was refused"])


class AllowanceResponse(ResponseModel):
    """What is left of a token's allowance, as the provider reports it."""

    left: Number = Field(examples=[37.5])
    unit: Literal["magicubes", "seconds", "CNY"] = Field(
        description="`seconds` are GPU time of ZeroGPU", examples=["magicubes"]
    )
    total: Number | None = Field(None, description="the whole allowance", examples=[250])
    resets_at: OptionalSeconds = None
    read_at: Seconds


class TokenStateResponse(ResponseModel):
    name: str = Field(
        description="the name that its owner gave it, its place in the list, or `no token`", examples=["token 1"]
    )
    state: Literal["usable", "resting", "used up"] = Field(examples=["used up"])
    until: OptionalSeconds = None
    reason: str | None = Field(
        None, description="why it is not used until `until`", examples=["the quota of the day is used up"]
    )
    refused: list[RestingModelResponse] = Field(description="models that refuse it; tried again after `until`")
    drawn_today: int = Field(description="pictures that this deployment generated with it today", examples=[88])
    full_after: int | None = Field(
        None, description="pictures after which the quota of a recent day was used up", examples=[100]
    )
    allowance: AllowanceResponse | None = None


class ProviderQuotaResponse(ResponseModel):
    provider: ProviderId
    tokens: list[TokenStateResponse] = Field(description="empty if the deployment has no token of the provider")
    models: list[RestingModelResponse] = Field(
        description="models that are not used with any token until `until`, such as a Space with a full queue"
    )
    renews_at: Number | None = Field(
        None, description="when daily quotas are renewed, if the provider names no other time", examples=[1767283200]
    )
    unknown: str | None = Field(
        None,
        description="why the tokens' states are unknown",
        examples=["the function did not respond; try again"],
    )


class QuotaResponse(ResponseModel):
    providers: list[ProviderQuotaResponse]
