"""What each route takes and answers, beside what FastAPI knows of it: a route in the API's description is a row here.

A test asks the routes for every status that stands here, and compares.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import api_models as models
from api_samples import (
    BATCH,
    GENERATED,
    GENERATIONS,
    HEALTH,
    IMAGES,
    JOB,
    KEY,
    LINES,
    MANIFEST,
    MODEL,
    OPENAI_BATCH,
    OPENAI_FILE,
    OPENAI_IMAGES,
    OPENAI_MODELS,
    OPENAI_WAITING,
    OWN_BATCHES,
    OWN_JOBS,
    PROVIDER,
    STARTED,
)
from easel.batch import start
from easel.catalog.requests import GenerateBody, UpscaleBody
from easel.errors import (
    AccessDenied,
    AccessRefused,
    AuthExpired,
    AuthInvalid,
    AuthRequired,
    BudgetSpent,
    Cancelled,
    EaselError,
    GenerationFailed,
    GenerationTimeout,
    InternalError,
    InvalidDimensions,
    InvalidModel,
    InvalidParams,
    InvalidPrompt,
    InvalidProvider,
    InvalidRequest,
    KeyRequired,
    KeyReused,
    NotFound,
    NotSupported,
    PayloadTooLarge,
    PromptRejected,
    ProviderError,
    ProviderUnreachable,
    QuotaExceeded,
    RateLimited,
)
from easel.front_door.images_api import ImagesBody
from routes.front_ends import NO_MODELS

Errors = tuple[type[EaselError], ...]

ASKED: Errors = (InvalidRequest, InvalidParams, AuthRequired, KeyRequired, AccessRefused, AccessDenied, PayloadTooLarge)
JUDGED: Errors = (*ASKED, InvalidProvider, InvalidModel, InvalidPrompt, InvalidDimensions)
ENDED: Errors = (
    PromptRejected,
    AuthInvalid,
    AuthExpired,
    Cancelled,
    RateLimited,
    BudgetSpent,
    QuotaExceeded,
    GenerationFailed,
    InternalError,
    ProviderError,
    ProviderUnreachable,
    GenerationTimeout,
)
WORKED: Errors = (*ENDED, KeyReused)
HELD: Errors = (KeyRequired, AccessRefused, InternalError)
SHOWN: Errors = (NotFound, *HELD)
ADMITTED: Errors = (*HELD, AccessDenied)
CACHED = ("ETag", "Cache-Control")
PREFERRED = ("Preference-Applied",)
LIMITED = ("RateLimit", "RateLimit-Policy")


@dataclass(frozen=True)
class Answer:
    """An answer that is no error; without a `schema` it has no body."""

    description: str
    schema: Any = None
    example: Any = None
    headers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Body:
    """What is sent: JSON unless `media` says otherwise; `examples` by name."""

    schema: Mapping[str, Any]
    examples: Mapping[str, Any]
    required: bool = True
    media: tuple[str, ...] = ("application/json",)


@dataclass(frozen=True)
class Operation:
    """A route: its answers by status, the errors it raises, and what it takes."""

    answers: Mapping[int, Answer]
    errors: Errors = ()
    body: Body | None = None
    parameters: tuple[str, ...] = ()
    """Names of `api_docs.PARAMETERS`."""
    tokens: bool = False
    """Takes the providers' tokens, or a key."""
    key: bool = False
    """Wants an Easel key."""
    owner: bool = False
    """Wants the key that the job was started with, where `PicturesNeedKey` says so."""
    headers: tuple[str, ...] = ()
    """Those that any of its answers may have, errors too."""
    openai: bool = False
    """Speaks as OpenAI's API does."""


def _generation(body: Body, errors: Errors, picture: Any, example: Any) -> Operation:
    return Operation(
        {
            200: Answer("The picture", picture, example),
            202: Answer("A job, for `Prefer`", models.Accepted, STARTED["job"],
                        ("Location", "Retry-After")),
            303: Answer("Where to wait on, since the picture takes longer than a call may; or, for `Accept: image/*`, "
                        "where the picture is", headers=("Location", "Cache-Control")),
        },
        (*errors, *WORKED),
        body,
        ("Prefer", "Idempotency-Key"),
        tokens=True,
        headers=(*PREFERRED, *LIMITED),
    )  # fmt: skip


def _batch(answers: Mapping[int, Answer], *errors: type[EaselError], body: Body | None = None) -> Operation:
    return Operation(answers, (*ADMITTED, *errors), body, key=True)


def _openai_batch(answers: Mapping[int, Answer], *errors: type[EaselError], body: Body | None = None) -> Operation:
    return _openai(answers, *ADMITTED, *errors, body=body, key=True)


def _openai(answers: Mapping[int, Answer], *errors: type[EaselError], **more: Any) -> Operation:
    return Operation(answers, errors, headers=("OpenAI-Processing-Ms", *LIMITED), openai=True, **more)


_GENERATE = Body(GenerateBody.model_json_schema(), GENERATIONS)
_UPSCALE = Body(
    UpscaleBody.model_json_schema(), {"Four times as large": {"url": "https://example.com/cat.png", "scale": 4}}
)
_START = Body(
    start.BatchRequest.model_json_schema(),
    {
        "Requests": {"requests": [{"prompt": "a cute cat", "count": 3}]},
        "An uploaded manifest": {"manifest": "s3://bucket/batches/uploads/5d41/prompts.csv"},
        "What failed, again": {"retry": BATCH["batchId"]},
    },
)
_UPLOAD = Body(
    {"type": "object", "properties": {"name": {"type": "string"}, "digest": {"type": "string"}}},
    {"A CSV file": {"name": "prompts.csv", "digest": "5d41402abc4b2a76b9719d911017c592"}},
    required=False,
)
_TEXT = Body({"type": "object"}, {"A prompt": {"prompt": "a cute cat"}}, required=False)
_CUSTOM = Body(
    {"type": "object"}, {"A provider": {"baseUrl": "https://api.example.com/v1", "apiKey": "…"}}, required=False
)
_CHAT = Body({"type": "object"}, {"A chat": {"messages": [{"role": "user", "content": "a cute cat"}]}}, required=False)
_UNSUPPORTED = Operation({}, (NotSupported,))
_PREVIEW = Body({"type": "string"}, {"Two lines": MANIFEST}, media=("text/csv", "application/x-ndjson"))

_NOTHING = Body({"type": "object"}, {"Nothing": {}}, required=False)
_FILE = Body(
    {
        "type": "object",
        "properties": {
            "purpose": {"type": "string", "enum": ["batch"]},
            "file": {"type": "string", "contentMediaType": "application/jsonl"},
            "filename": {"type": "string", "description": "in JSON, in place of a file that is too large for a call"},
        },
        "required": ["purpose"],
    },
    {"A large file": {"purpose": "batch", "filename": "lines.jsonl"}},
    media=("multipart/form-data", "application/json"),
)
_OPENAI_BATCH = Body(
    {
        "type": "object",
        "properties": {
            "input_file_id": {"type": "string", "description": "`id` of a file"},
            "endpoint": {"type": "string", "enum": ["/v1/images/generations"]},
            "completion_window": {"type": "string", "enum": ["24h"]},
            "metadata": {"type": "object", "additionalProperties": {"type": "string"}},
        },
        "required": ["input_file_id", "endpoint", "completion_window"],
    },
    {
        "A batch": {
            "input_file_id": OPENAI_FILE["id"],
            "endpoint": "/v1/images/generations",
            "completion_window": "24h",
        }
    },
)
_IMAGES = Answer("The pictures", models.OpenAiImages, OPENAI_IMAGES)
_WAITING = Answer(
    "Where to wait on, since the pictures take longer than a call may",
    models.OpenAiWaiting,
    OPENAI_WAITING,
    ("Location", "Cache-Control"),
)

OPERATIONS: Mapping[str, Operation] = {
    "POST /api/generate": _generation(_GENERATE, JUDGED, models.Picture, GENERATED),
    "GET /api/generate/{job_id}": Operation(
        {
            200: Answer("The picture", models.Picture, GENERATED),
            303: Answer("Where to wait on, or where the picture is", headers=("Location", "Cache-Control")),
        },
        (InvalidRequest, *SHOWN, *ENDED),
        owner=True,
    ),
    "POST /api/providers/{provider_id}/generate": _generation(
        _GENERATE, (*JUDGED, NotFound), models.Picture, GENERATED
    ),
    "POST /api/upscale": _generation(
        _UPSCALE, ASKED, models.UpscaledPicture, {**GENERATED, "url": GENERATED["imageDetails"]["url"]}
    ),
    "GET /api": Operation({200: Answer("Easel runs", models.Health, HEALTH)}),
    "GET /api/providers": Operation({200: Answer("The providers", models.Providers, {"providers": [PROVIDER]})}),
    "GET /api/providers/{provider_id}/models": Operation(
        {200: Answer("Its models", models.ProviderModels, {"provider": PROVIDER["id"], "models": [MODEL]})}, (NotFound,)
    ),
    "GET /api/models": Operation({200: Answer("The models", models.Models, {"models": [MODEL]})}),
    "GET /api/key": Operation(
        {200: Answer("The key", models.Key, KEY, ("Cache-Control",))}, HELD, key=True, headers=LIMITED
    ),
    "GET /api/jobs": Operation(
        {200: Answer("A page of jobs", models.OwnJobs, OWN_JOBS, ("Cache-Control",))}, (*HELD, InvalidRequest), key=True
    ),
    "GET /api/jobs/{job_id}": Operation(
        {
            200: Answer("The job", models.Job, JOB, ("Retry-After",)),
            304: Answer("Nothing has changed", headers=("Retry-After",)),
        },
        (InvalidRequest, *SHOWN),
        parameters=("If-None-Match",),
        owner=True,
        headers=CACHED,
    ),
    "DELETE /api/jobs/{job_id}": Operation(
        {200: Answer("The job as it is now", models.CancelledJob, {**JOB, "cancelled": False}, ("Cache-Control",))},
        SHOWN, owner=True,
    ),
    "GET /api/images/{name}": Operation(
        {302: Answer("Where the picture is, for minutes", headers=("Location", "Cache-Control"))}, SHOWN, owner=True
    ),
    "GET /api/proxy-image": Operation(
        {302: Answer("Where the picture is, for minutes", headers=("Location", "Cache-Control"))},
        (InvalidRequest, *SHOWN), owner=True,
    ),
    "POST /api/custom-models": Operation(
        {200: Answer("One entry, which says that there are none", models.NoModels, NO_MODELS)}, body=_CUSTOM
    ),
    "GET /api/llm-providers": _UNSUPPORTED,
    "POST /api/optimize": Operation({}, (NotSupported,), _TEXT),
    "POST /api/translate": Operation({}, (NotSupported,), _TEXT),
    "GET /api/video/{task}": _UNSUPPORTED,
    "POST /api/video/{task}": Operation({}, (NotSupported,), _TEXT),
    "POST /api/batches": _batch(
        {202: Answer("The batch", models.BatchStarted, STARTED["batch"], ("Location", "Retry-After"))},
        InvalidRequest, NotFound, body=_START,
    ),
    "POST /api/batches/uploads": _batch(
        {201: Answer("Where to upload it", models.UploadPlace, STARTED["upload"])}, InvalidRequest, body=_UPLOAD
    ),
    "POST /api/batches/preview": Operation(
        {200: Answer("Each of the first lines, judged", models.Preview, {"lines": LINES})},
        (InvalidRequest, PayloadTooLarge), _PREVIEW,
    ),
    "GET /api/batches": _batch({200: Answer("A page of batches", models.OwnBatches, OWN_BATCHES)}, InvalidRequest),
    "GET /api/batches/{batch_id}": _batch({200: Answer("The batch", models.Batch, BATCH, ("Retry-After",))}, NotFound),
    "DELETE /api/batches/{batch_id}": _batch(
        {200: Answer("The batch as it is now", models.Batch, BATCH, ("Retry-After",))}, NotFound
    ),
    "GET /api/batches/{batch_id}/results": _batch(
        {302: Answer("Where the JSON Lines file is, for minutes", headers=("Location", "Cache-Control"))}, NotFound
    ),
    "POST /v1/images/generations": _openai(
        {200: _IMAGES, 303: _WAITING}, InvalidModel, InvalidPrompt, InvalidDimensions, *ASKED, *WORKED,
        body=Body(ImagesBody.model_json_schema(), IMAGES), parameters=("Idempotency-Key",), tokens=True,
    ),
    "GET /v1/images/generations/{job_ids}": _openai(
        {200: _IMAGES, 303: _WAITING}, InvalidRequest, *SHOWN, *ENDED, owner=True
    ),
    "GET /v1/models": _openai({200: Answer("The models", models.OpenAiModels, OPENAI_MODELS)}),
    "GET /v1/models/{model_id}": _openai(
        {200: Answer("The model", models.OpenAiModel, OPENAI_MODELS["data"][0])}, InvalidModel
    ),
    "POST /v1/chat/completions": _openai({}, NotSupported, body=_CHAT),
    "POST /v1/files": _openai_batch(
        {200: Answer("The file", models.OpenAiFile, OPENAI_FILE)}, InvalidRequest, PayloadTooLarge, body=_FILE
    ),
    "GET /v1/files": _openai_batch(
        {200: Answer("A page of files", models.OpenAiFiles,
                     {"object": "list", "data": [OPENAI_FILE], "has_more": False})}, InvalidRequest,
    ),
    "GET /v1/files/{file_id}": _openai_batch({200: Answer("The file", models.OpenAiFile, OPENAI_FILE)}, NotFound),
    "DELETE /v1/files/{file_id}": _openai_batch(
        {200: Answer("That it is gone", models.OpenAiFileDeleted,
                     {"id": OPENAI_FILE["id"], "object": "file", "deleted": True})}, NotFound,
    ),
    "GET /v1/files/{file_id}/content": _openai_batch(
        {302: Answer("Where its bytes are, for minutes", headers=("Location", "Cache-Control"))}, NotFound
    ),
    "POST /v1/batches": _openai_batch(
        {200: Answer("The batch", models.OpenAiBatch, OPENAI_BATCH)}, InvalidRequest, NotFound, body=_OPENAI_BATCH
    ),
    "GET /v1/batches": _openai_batch(
        {200: Answer("A page of batches", models.OpenAiBatches,
                     {"object": "list", "data": [OPENAI_BATCH], "has_more": False})}, InvalidRequest, NotFound,
    ),
    "GET /v1/batches/{batch_id}": _openai_batch({200: Answer("The batch", models.OpenAiBatch, OPENAI_BATCH)}, NotFound),
    "POST /v1/batches/{batch_id}/cancel": _openai_batch(
        {200: Answer("The batch as it is now", models.OpenAiBatch, OPENAI_BATCH)}, NotFound, body=_NOTHING
    ),
}  # fmt: skip
