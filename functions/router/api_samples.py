"""Examples of what is sent and answered, for the API's description."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from easel import errors
from easel.errors import EaselError

GENERATIONS: Mapping[str, Mapping[str, Any]] = {
    "Gitee AI with Z-Image Turbo": {
        "provider": "gitee",
        "model": "z-image-turbo",
        "prompt": "a cute cat",
        "negative_prompt": "low quality, blurry",
        "steps": 9,
    },
    "HuggingFace with FLUX.1 Schnell": {
        "provider": "huggingface",
        "model": "flux-1-schnell",
        "prompt": "a cute cat",
        "steps": 8,
    },
    "ModelScope with FLUX.2": {
        "provider": "modelscope",
        "model": "black-forest-labs/FLUX.2-dev",
        "prompt": "a cute cat",
        "steps": 24,
        "guidanceScale": 3.5,
    },
}
_HOST = "https://api.example.com"
_JOB = "01a2f3c4d5e6f708192a3b4c5d6e7f80"
GENERATED: Mapping[str, Any] = {
    "imageDetails": {
        "url": f"{_HOST}/api/images/{_JOB}.png",
        "provider": "Gitee AI",
        "model": "Z-Image Turbo",
        "dimensions": "1024 x 1024 (1:1)",
        "duration": "5.2s",
        "seed": 1234567,
        "steps": 9,
        "prompt": "a cute cat",
        "negativePrompt": "low quality, blurry",
    },
    "jobId": _JOB,
    "format": "PNG",
    "warnings": [],
}
JOB: Mapping[str, Any] = {
    "jobId": _JOB,
    "status": "running",
    "provider": "gitee",
    "model": "z-image-turbo",
    "request": {"prompt": "a cute cat", "width": 1024, "height": 1024, "steps": 9, "seed": 1234567},
    "progress": {"queuePosition": 2, "etaSeconds": 12.5},
    "createdAt": 1767225600.0,
    "startedAt": 1767225600.4,
}
HEALTH: Mapping[str, Any] = {
    "name": "Easel",
    "version": "1.0.0",
    "status": "ok",
    "providers": ["gitee", "huggingface", "modelscope"],
    "features": ["batches", "keys", "openai"],
    "access": "tokens",
    "picturesNeedKey": False,
    "docs": "/docs",
}
PROVIDER: Mapping[str, Any] = {
    "id": "gitee",
    "name": "Gitee AI",
    "authHeader": "X-API-Key",
    "requiresAuth": True,
    "imageFormat": "PNG",
    "tokenUrl": "https://ai.gitee.com",
    "models": ["z-image-turbo", "Qwen-Image"],
}
MODEL: Mapping[str, Any] = {
    "id": "z-image-turbo",
    "name": "Z-Image Turbo",
    "provider": "gitee",
    "family": "z-image-turbo",
    "features": {"negativePrompt": True, "steps": {"min": 1, "max": 20, "default": 9}, "seed": True},
    "typicalSeconds": 5,
    "sizes": {"min": 256, "max": 2048},
}
OPENAI_MODELS: Mapping[str, Any] = {
    "object": "list",
    "data": [
        {
            "id": "gitee/z-image-turbo",
            "object": "model",
            "created": 1764547200,
            "owned_by": "gitee",
            "easel": {"name": "Z-Image Turbo (Gitee AI)", "features": MODEL["features"]},
        }
    ],
}
IMAGES: Mapping[str, Mapping[str, Any]] = {
    "A picture": {"model": "gitee/z-image-turbo", "prompt": "a cute cat"},
    "Three, with Easel's fields": {
        "model": "ms/flux-2",
        "prompt": "a cute cat",
        "n": 3,
        "size": "1024x768",
        "seed": 42,
        "steps": 24,
        "guidance_scale": 3.5,
        "negative_prompt": "low quality, blurry",
    },
}
OPENAI_IMAGES: Mapping[str, Any] = {
    "created": 1767225600,
    "data": [{"url": f"{_HOST}/api/images/{_JOB}.png"}],
    "easel": {
        "jobs": [{"jobId": _JOB, "seed": 42, "format": "PNG", "width": 1024, "height": 768, "seconds": 5.2}],
        "warnings": [],
    },
}
OPENAI_FILE: Mapping[str, Any] = {
    "id": "file-019b77387800d41d8cd98f00b204e980",
    "object": "file",
    "bytes": 120000,
    "created_at": 1767225600,
    "expires_at": 1771113600,
    "filename": "lines.jsonl",
    "purpose": "batch",
    "status": "processed",
    "status_details": None,
}
OPENAI_BATCH: Mapping[str, Any] = {
    "id": "batch_b5b96204ef6793c12282678837d7d4d5d",
    "object": "batch",
    "endpoint": "/v1/images/generations",
    "errors": None,
    "input_file_id": OPENAI_FILE["id"],
    "completion_window": "24h",
    "status": "completed",
    "output_file_id": "file-019b77387800a61d8cd98f00b204e981",
    "error_file_id": None,
    "created_at": 1767225600,
    "in_progress_at": 1767225602,
    "expires_at": 1768435200,
    "finalizing_at": None,
    "completed_at": 1767225900,
    "failed_at": None,
    "expired_at": None,
    "cancelling_at": None,
    "cancelled_at": None,
    "request_counts": {"total": 200, "completed": 200, "failed": 0},
    "metadata": {"run": "nightly"},
}
OPENAI_WAITING: Mapping[str, Any] = {
    "status": "running",
    "message": "the pictures take longer than one call may: GET the address in Location, which waits on for them",
    "jobIds": [_JOB],
}
_BATCH = "b5b96204ef6793c1228267883"
MANIFEST = "prompt,provider,count\na cute cat,gitee,3\na dog,nobody,\n"
LINES: list[Mapping[str, Any]] = [
    {
        "line": 2,
        "count": 3,
        "request": {"provider": "gitee", "model": "z-image-turbo", "prompt": "a cute cat", "steps": 9},
        "warnings": [],
    },
    {"line": 3, **errors.InvalidProvider("provider: unknown provider 'nobody'", field="provider").body()},
]
BATCH: Mapping[str, Any] = {
    "batchId": _BATCH,
    "status": "running",
    "manifest": "s3://bucket/batches/uploads/5d41/prompts.csv",
    "createdAt": 1767225600.0,
    "startedAt": 1767225600.0,
    "plannedAt": 1767225602.5,
    "counts": {
        "requests": 1000,
        "succeeded": 210,
        "failed": 3,
        "invalid": 1,
        "running": 10,
        "pending": 777,
        "cancelled": 0,
    },
    "rate": 1.9,
    "etaSeconds": 414,
    "waitingFor": [{"provider": "modelscope", "reason": "today's quota is used up", "until": 1767283200.0}],
}
KEY: Mapping[str, Any] = {
    "name": "alice",
    "use": {
        "callsThisMinute": {"used": 1, "limit": 10, "left": 9, "resetsAt": 1767225660.0, "resetsIn": 60},
        "callsAtOnce": {"used": 1},
        "picturesToday": {"used": 3, "limit": 50, "left": 47, "resetsAt": 1767312000.0, "resetsIn": 86400},
        "picturesThisMonth": {"used": 3, "resetsAt": 1769904000.0, "resetsIn": 2678400},
    },
    "models": ["gitee/*"],
    "batches": False,
    "createdAt": 1767139200.0,
}
OWN_JOBS: Mapping[str, Any] = {
    "jobs": [
        {
            "jobId": _JOB,
            "status": "succeeded",
            "provider": "gitee",
            "model": "z-image-turbo",
            "prompt": "a cute cat",
            "createdAt": 1767225600.0,
            "finishedAt": 1767225605.2,
            "url": f"{_HOST}/api/images/{_JOB}.png",
            "statusUrl": f"{_HOST}/api/jobs/{_JOB}",
        }
    ],
    "next": f"1767225600.000-{_JOB}",
}
OWN_BATCHES: Mapping[str, Any] = {
    "batches": [
        {
            "batchId": _BATCH,
            "status": "running",
            "manifest": "s3://bucket/batches/uploads/5d41/prompts.csv",
            "createdAt": 1767225600.0,
            "requests": 1000,
            "statusUrl": f"{_HOST}/api/batches/{_BATCH}",
        }
    ]
}
STARTED: Mapping[str, Mapping[str, Any]] = {
    "job": {"jobId": _JOB, "status": "running", "statusUrl": f"{_HOST}/api/jobs/{_JOB}"},
    "batch": {"batchId": _BATCH, "status": "planning", "statusUrl": f"{_HOST}/api/batches/{_BATCH}"},
    "upload": {
        "uploadUrl": "https://bucket.s3.amazonaws.com/batches/uploads/5d41/prompts.csv?X-Amz-Signature=…",
        "manifest": "s3://bucket/batches/uploads/5d41/prompts.csv",
    },
}
ERRORS: tuple[EaselError, ...] = (
    errors.InvalidRequest("body: must be a JSON object", field="body"),
    errors.KeyReused("Idempotency-Key: was used with another body; take a new one", field="Idempotency-Key"),
    errors.InvalidProvider(
        "provider: unknown provider 'openai'; Easel has: gitee, huggingface, modelscope", field="provider"
    ),
    errors.InvalidModel("model: unknown model 'flux'; Gitee AI has: z-image-turbo, Qwen-Image", field="model"),
    errors.InvalidPrompt("prompt: must have 1 to 4000 characters", field="prompt"),
    errors.InvalidDimensions("width: must be a whole number from 256 to 2048; got 1", field="width"),
    errors.InvalidParams("steps: must be a whole number from 1 to 20; got 99", provider="gitee", field="steps"),
    errors.AuthRequired("Gitee AI needs a token in the header X-API-Key", provider="gitee", field="X-API-Key"),
    errors.KeyRequired("this call needs an Easel key: send it as Authorization: Bearer ek_…", field="Authorization"),
    errors.AccessDenied("the key 'alice' may not use gitee/Qwen-Image; it may use: gitee/z-image-*", field="model"),
    errors.AccessRefused("this deployment does not know that Easel key"),
    errors.NotFound("there is no such job; jobs are kept for 30 days", field="id"),
    errors.Cancelled("the job was cancelled before it began; nothing was generated"),
    errors.PayloadTooLarge("body: at most 51200 bytes are taken", field="body"),
    errors.NotSupported("Easel does not translate prompts: it makes pictures only. Send the prompt as it is"),
    errors.AuthInvalid("Gitee AI refused the token", provider="gitee", upstream="invalid token"),
    errors.AuthExpired("the Gitee AI token has expired", provider="gitee"),
    errors.RateLimited("Gitee AI takes no more calls for now", provider="gitee", retry_after=7),
    errors.BudgetSpent("the key 'alice' may have 50 pictures a day, and has had them", retry_after=3600),
    errors.QuotaExceeded("the Gitee AI quota of this token is used up", provider="gitee", retry_after=3600),
    errors.PromptRejected("Gitee AI's moderation refused the prompt; change the prompt", provider="gitee"),
    errors.GenerationFailed("ModelScope could not make the picture", provider="modelscope"),
    errors.ProviderError("Gitee AI answered HTTP 500", provider="gitee", upstream="internal error"),
    errors.ProviderUnreachable("Gitee AI could not be reached", provider="gitee"),
    errors.GenerationTimeout("Gitee AI did not finish in time", provider="gitee"),
    errors.InternalError("Easel failed; the log has the reason under this answer's X-Request-ID"),
)
"""One of each class that a route answers with."""
