"""Build FastAPI's `responses=` from Easel's error classes: each status with its codes and an example of each."""

from __future__ import annotations

from typing import Any

from easel import errors
from easel.errors import (
    AccessDenied,
    AccessRefused,
    AuthExpired,
    AuthInvalid,
    AuthRequired,
    BudgetSpent,
    Cancelled,
    DownloadFailed,
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
    ModelRetired,
    NoPicture,
    NotFound,
    PayloadTooLarge,
    PromptRejected,
    ProviderError,
    ProviderUnreachable,
    QuotaExceeded,
    RateLimited,
)
from easel.front_door import http_messages
from easel.front_door.response_models import ErrorResponse
from easel.front_door.v1_response_models import OpenAiError
from openapi import component
from v1.errors import translated

Responses = dict[int | str, dict[str, Any]]
Errors = tuple[type[EaselError], ...]

REQUEST_ERRORS: Errors = (
    InvalidRequest,
    InvalidParams,
    AuthRequired,
    KeyRequired,
    AccessRefused,
    AccessDenied,
    PayloadTooLarge,
)
"""Errors of a call that requests a picture."""
GENERATION_ERRORS: Errors = (*REQUEST_ERRORS, InvalidProvider, InvalidModel, InvalidPrompt, InvalidDimensions)
JOB_ERRORS: Errors = (
    PromptRejected,
    AuthInvalid,
    AuthExpired,
    Cancelled,
    RateLimited,
    BudgetSpent,
    QuotaExceeded,
    ModelRetired,
    GenerationFailed,
    InternalError,
    ProviderError,
    NoPicture,
    DownloadFailed,
    ProviderUnreachable,
    GenerationTimeout,
)
"""Errors of a failed job."""
WORK_ERRORS: Errors = (*JOB_ERRORS, KeyReused)
KEY_ERRORS: Errors = (KeyRequired, AccessRefused, InternalError)
"""Errors of a call that needs an Easel key."""
JOB_ACCESS_ERRORS: Errors = (NotFound, *KEY_ERRORS)
"""Errors of a call for a job or its picture."""
BATCH_ERRORS: Errors = (*KEY_ERRORS, AccessDenied)
BATCH_BODY_ERRORS: Errors = (*BATCH_ERRORS, InvalidRequest, PayloadTooLarge)

EXAMPLES: tuple[EaselError, ...] = (
    errors.InvalidRequest("body: must be a JSON object", field="body"),
    errors.KeyReused("Idempotency-Key: was used with another body; use a new key", field="Idempotency-Key"),
    errors.InvalidProvider(
        "provider: unknown provider 'openai'; Easel has: gitee, huggingface, modelscope", field="provider"
    ),
    errors.InvalidModel("model: unknown model 'flux'; Gitee AI has: z-image-turbo, Qwen-Image", field="model"),
    errors.InvalidPrompt('prompt: must be a text of 1 to 4000 characters, not blank; got ""', field="prompt"),
    errors.InvalidDimensions("width: must be a whole number from 256 to 2048; got 1", field="width"),
    errors.InvalidParams("steps: must be a whole number from 1 to 20 for z-image-turbo; got 99", field="steps"),
    errors.AuthRequired("Gitee AI needs a token in the header X-API-Key", provider="gitee", field="X-API-Key"),
    errors.KeyRequired("this call requires an Easel key: send it as Authorization: Bearer ek_…", field="Authorization"),
    errors.AccessDenied("the key 'alice' may not use gitee/Qwen-Image; it may use: gitee/z-image-*", field="model"),
    errors.AccessRefused("this deployment does not know the Easel key"),
    errors.NotFound("there is no such job; jobs are kept for 30 days", field="id"),
    errors.Cancelled("the job was cancelled before it started; no picture was generated"),
    errors.PayloadTooLarge("body: 60000 bytes are too many; at most 51200 are allowed", field="body"),
    errors.NotSupported("Easel does not translate prompts: it generates pictures only. Send the prompt untranslated"),
    errors.AuthInvalid("Gitee AI refused the token", provider="gitee", upstream="invalid token"),
    errors.AuthExpired("the Gitee AI token has expired", provider="gitee"),
    errors.RateLimited("Gitee AI accepts no more calls now", provider="gitee", retry_after=7),
    errors.BudgetSpent("the key 'alice' has reached its limit of 50 pictures a day", retry_after=3600),
    errors.QuotaExceeded("the Gitee AI quota of this token is used up", provider="gitee", retry_after=3600),
    errors.PromptRejected("Gitee AI's moderation refused the prompt; change the prompt", provider="gitee"),
    errors.ModelRetired("Gitee AI no longer offers this model; choose another model", provider="gitee"),
    errors.GenerationFailed("ModelScope could not generate the picture", provider="modelscope"),
    errors.ProviderError("Gitee AI answered HTTP 500", provider="gitee", upstream="internal error"),
    errors.NoPicture("Gitee AI reported success, but sent no picture that Easel can read", provider="gitee"),
    errors.DownloadFailed(
        "Gitee AI generated a picture, but Easel could not download it: the server answered HTTP 404", provider="gitee"
    ),
    errors.ProviderUnreachable("Gitee AI could not be reached", provider="gitee"),
    errors.GenerationTimeout("Gitee AI did not finish in time", provider="gitee"),
    errors.InternalError("Easel failed; the log has the reason under this response's X-Request-ID"),
)
"""An example of each error class. If two classes share a code and a status, the later one is shown."""


def error_responses(*classes: type[EaselError], v1: bool = False) -> Responses:
    """Return the `responses=` of a route that raises these errors. With `v1` they have OpenAI's format."""
    by_status: dict[int, dict[str, Any]] = {}
    for error in EXAMPLES:
        if type(error) in classes:
            answer = http_messages.error_response(error)
            answer = translated(answer) if v1 else answer
            by_status.setdefault(answer.status, {})[error.code] = {"value": answer.body}
    # For a `model`, FastAPI would build a validator for each route and status, a tenth of the router's init.
    schema = component(OpenAiError if v1 else ErrorResponse)
    return {
        status: {
            "description": ", ".join(f"`{code}`" for code in examples),
            "content": {"application/json": {"schema": schema, "examples": examples}},
        }
        for status, examples in sorted(by_status.items())
    }
