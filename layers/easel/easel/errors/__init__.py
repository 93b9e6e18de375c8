"""All errors of Easel, as one tree: caused by the caller, by a provider or by Easel itself.

```
EaselError
├── CallerError              the request is invalid; no provider was called
│   ├── InvalidRequest       400 INVALID_REQUEST
│   │   └── KeyReused        422 INVALID_REQUEST      an Idempotency-Key was used again with another body
│   ├── InvalidProvider      400 INVALID_PROVIDER
│   ├── InvalidModel         400 INVALID_MODEL
│   ├── InvalidPrompt        400 INVALID_PROMPT
│   ├── InvalidDimensions    400 INVALID_DIMENSIONS
│   ├── InvalidParams        400 INVALID_PARAMS
│   ├── AuthRequired         401 AUTH_REQUIRED
│   │   └── KeyRequired      401 AUTH_REQUIRED        the call requires an Easel key and has none
│   ├── NotFound             404 NOT_FOUND
│   ├── MethodNotAllowed     405 METHOD_NOT_ALLOWED
│   ├── Cancelled            409 CANCELLED            the job was cancelled before it started
│   ├── PayloadTooLarge      413 PAYLOAD_TOO_LARGE
│   └── NotSupported         501 NOT_SUPPORTED        a feature of other servers that Easel does not have
├── UpstreamError            the provider refused or failed
│   ├── AuthInvalid          401 AUTH_INVALID
│   │   ├── AccessRefused    401 AUTH_INVALID         the Easel key is malformed, unknown, revoked or expired
│   │   ├── AccessDenied     403 AUTH_INVALID         the Easel key is valid, but does not allow this
│   │   └── TokenMissing     401 AUTH_INVALID         the token that started a task is missing; no other may poll it
│   ├── AuthExpired          401 AUTH_EXPIRED
│   ├── RateLimited          429 RATE_LIMITED
│   ├── QuotaExceeded        429 QUOTA_EXCEEDED       the provider's quota is used up, until it is renewed
│   │   ├── BudgetSpent      429 QUOTA_EXCEEDED       a limit of Easel's is reached
│   │   └── NoAllowance      429 QUOTA_EXCEEDED       the account has no quota for this, and waiting does not help
│   ├── PromptRejected       400 PROMPT_REJECTED      moderation refused the prompt or the generated picture
│   ├── ModelRetired         410 MODEL_RETIRED        the provider no longer offers the model
│   ├── GenerationFailed     500 GENERATION_FAILED    the provider accepted the work and failed
│   │   ├── SpaceFailed      500 GENERATION_FAILED    the Space's code raised an error; a retry may succeed
│   │   └── TaskUnknown      500 GENERATION_FAILED    the provider does not know the task that it accepted
│   ├── ProviderError        502 PROVIDER_ERROR       the provider returned an error or an unusable response
│   │   ├── ModelMissing     502 PROVIDER_ERROR       the provider does not find the model; this may pass
│   │   ├── AnswerLost       502 PROVIDER_ERROR       a gateway answered a generating call instead of the provider
│   │   ├── TaskFailed       502 PROVIDER_ERROR       a polled task ended without a picture
│   │   └── LinkRefused      502 PROVIDER_ERROR       the picture's link leads to an address that Easel does not call
│   ├── NoPicture            502 NO_PICTURE           the provider reported success without a readable picture
│   ├── DownloadFailed       502 DOWNLOAD_FAILED      the provider has a picture, but the download failed
│   ├── ProviderUnreachable  502 UPSTREAM_ERROR       the provider could not be reached, or closed the connection
│   └── GenerationTimeout    504 TIMEOUT
└── InternalError            500 UNKNOWN              Easel failed
    ├── InvalidSetting       500 UNKNOWN              a setting of the deployment is invalid
    ├── ConnectionLost       500 UNKNOWN              the connection to one of Easel's functions broke
    └── BatchStalled         500 UNKNOWN              a batch makes no progress for several rounds
```
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from easel.errors.base import EaselError as EaselError
from easel.errors.base import from_body as from_body

WWW_AUTHENTICATE: Mapping[str, str] = MappingProxyType({"WWW-Authenticate": "Bearer"})
"""Header of a 401 response that concerns an Easel key: it says how to send one."""

DEPLOYMENT_TOKEN = "this deployment's token"
"""The first words of an error message about a token that belongs to the deployment and not to the caller."""


class CallerError(EaselError, ValueError):
    """The request is invalid. No provider was called."""

    status = 400


class InvalidRequest(CallerError):
    code = "INVALID_REQUEST"


class InvalidProvider(CallerError):
    code = "INVALID_PROVIDER"


class InvalidModel(CallerError):
    code = "INVALID_MODEL"


class InvalidPrompt(CallerError):
    code = "INVALID_PROMPT"


class InvalidDimensions(CallerError):
    code = "INVALID_DIMENSIONS"


class InvalidParams(CallerError):
    code = "INVALID_PARAMS"


class AuthRequired(CallerError):
    status = 401
    code = "AUTH_REQUIRED"


class KeyRequired(AuthRequired):
    """The call requires an Easel key. A provider's token is not enough."""

    headers = WWW_AUTHENTICATE


class NotFound(CallerError):
    status = 404
    code = "NOT_FOUND"


class MethodNotAllowed(CallerError):
    status = 405
    code = "METHOD_NOT_ALLOWED"


class Cancelled(CallerError):
    """The caller cancelled the job before it started."""

    status = 409
    code = "CANCELLED"


class PayloadTooLarge(CallerError):
    status = 413
    code = "PAYLOAD_TOO_LARGE"


class NotSupported(CallerError):
    """The call requests a feature of other servers that Easel does not have, such as chat."""

    status = 501
    code = "NOT_SUPPORTED"


class KeyReused(InvalidRequest):
    """An `Idempotency-Key` was used again with another body. The status is that of the header's IETF draft."""

    status = 422


class UpstreamError(EaselError):
    """The provider refused or failed."""

    status = 502


class AuthInvalid(UpstreamError):
    status = 401
    code = "AUTH_INVALID"
    dead_token = True


class AccessRefused(AuthInvalid):
    """The Easel key is malformed, unknown, revoked or expired."""

    headers = WWW_AUTHENTICATE


class AccessDenied(AuthInvalid):
    """The Easel key is valid, but does not allow this model or batches."""

    status = 403


class TokenMissing(AuthInvalid):
    """The provider reports a task only to the token that started it, and this token is missing."""


class AuthExpired(UpstreamError):
    status = 401
    code = "AUTH_EXPIRED"
    dead_token = True


class RateLimited(UpstreamError):
    status = 429
    code = "RATE_LIMITED"


class QuotaExceeded(UpstreamError):
    status = 429
    code = "QUOTA_EXCEEDED"


class BudgetSpent(QuotaExceeded):
    """A limit of Easel's for the day or the month is reached. No provider was called."""


class NoAllowance(QuotaExceeded):
    """The account has no package, balance or access for this model. Only the account's owner can change that."""

    dead_token = True


class PromptRejected(UpstreamError):
    """Moderation refused the prompt or the picture. Another prompt may pass; the same one will not."""

    status = 400
    code = "PROMPT_REJECTED"


class ModelRetired(UpstreamError):
    """The provider no longer offers the model. The log line of this error triggers an alarm."""

    status = 410
    code = "MODEL_RETIRED"


class GenerationFailed(UpstreamError):
    status = 500
    code = "GENERATION_FAILED"


class SpaceFailed(GenerationFailed):
    """The code of a Space raised an error, such as a bug or a lack of memory."""

    max_attempts = 2


class TaskUnknown(GenerationFailed):
    """The provider does not know the task that it accepted. The task may have expired."""


class ProviderError(UpstreamError):
    code = "PROVIDER_ERROR"
    max_attempts = 4  # an HTTP 5xx usually passes


class ModelMissing(ProviderError):
    """The provider returned 404 for the model or its path; see `easel.providers.retired_models`."""


class NoPicture(UpstreamError):
    """The provider reported success without a picture that Easel can read. It may have drawn and charged one."""

    code = "NO_PICTURE"
    drawn = True


class AnswerLost(ProviderError):
    """A gateway answered a generating call instead of the provider.

    The provider may have drawn a picture, so the call is not repeated. The model rests, so that an outage fails only a
    few lines of a batch.
    """

    max_attempts = 1
    drawn = True
    concerns_model = True


class TaskFailed(ProviderError):
    """A polled task ended without a picture. Another poll would return the same."""


class LinkRefused(ProviderError):
    """The link to a drawn picture leads to an address that Easel does not call. A retry would not help."""

    max_attempts = 1


class DownloadFailed(UpstreamError):
    """The provider has drawn a picture, but the download failed. A retry downloads it without drawing another."""

    status = 502
    code = "DOWNLOAD_FAILED"
    max_attempts = 8
    drawn = True


class ProviderUnreachable(UpstreamError):
    code = "UPSTREAM_ERROR"
    max_attempts = 8  # about ten minutes, with the pauses between them


class GenerationTimeout(UpstreamError):
    status = 504
    code = "TIMEOUT"
    max_attempts = 3
    drawn = True


class InternalError(EaselError):
    """Easel failed. The caller can only try again or ask the owner of the deployment."""

    status = 500
    code = "UNKNOWN"
    max_attempts = 4
    drawn = True


class InvalidSetting(InternalError):
    """A setting of the deployment is invalid. The message names the variable and its valid values."""


class ConnectionLost(InternalError):
    """The connection to Lambda broke. The function may have been invoked."""


class BatchStalled(InternalError):
    """A batch makes no progress. The state machine knows this class by its name and does not retry the step."""
