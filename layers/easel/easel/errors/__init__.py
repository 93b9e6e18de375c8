"""Every error of Easel's, as one tree: what a caller did, what a provider did, what Easel did.

```
EaselError
├── CallerError              the request is at fault; nothing reached a provider
│   ├── InvalidRequest       400 INVALID_REQUEST
│   │   └── KeyReused        422 INVALID_REQUEST      an Idempotency-Key came back with another body
│   ├── InvalidProvider      400 INVALID_PROVIDER
│   ├── InvalidModel         400 INVALID_MODEL
│   ├── InvalidPrompt        400 INVALID_PROMPT
│   ├── InvalidDimensions    400 INVALID_DIMENSIONS
│   ├── InvalidParams        400 INVALID_PARAMS
│   ├── AuthRequired         401 AUTH_REQUIRED
│   │   └── KeyRequired      401 AUTH_REQUIRED        the call has no Easel key and needs one
│   ├── NotFound             404 NOT_FOUND
│   ├── MethodNotAllowed     405 METHOD_NOT_ALLOWED
│   ├── Cancelled            409 CANCELLED            the job was cancelled before it began
│   ├── PayloadTooLarge      413 PAYLOAD_TOO_LARGE
│   └── NotSupported         501 NOT_SUPPORTED        front ends ask other servers for it; Easel makes pictures only
├── UpstreamError            the provider refused or failed
│   ├── AuthInvalid          401 AUTH_INVALID
│   │   ├── AccessRefused    401 AUTH_INVALID         the Easel key is unknown, revoked or expired
│   │   ├── AccessDenied     403 AUTH_INVALID         the Easel key is good, but not for this
│   │   └── TokenGone        401 AUTH_INVALID         the token that began a task is not there to ask for it
│   ├── AuthExpired          401 AUTH_EXPIRED
│   ├── RateLimited          429 RATE_LIMITED
│   ├── QuotaExceeded        429 QUOTA_EXCEEDED       what may be used is used up, until it comes back
│   │   ├── BudgetSpent      429 QUOTA_EXCEEDED       what Easel itself allows is used up
│   │   └── NoAllowance      429 QUOTA_EXCEEDED       the account has nothing to use at all, and no day will change that
│   ├── PromptRejected       400 PROMPT_REJECTED      its moderation refused the prompt, or the picture that came of it
│   ├── ModelRetired         410 MODEL_RETIRED        it no longer offers the model
│   ├── GenerationFailed     500 GENERATION_FAILED    it took the work and could not do it
│   │   ├── SpaceBroke       500 GENERATION_FAILED    its own code failed, which a second try may not
│   │   └── TaskGone         500 GENERATION_FAILED    it does not know the task that it accepted
│   ├── ProviderError        502 PROVIDER_ERROR       it answered with an error, or with an unusable response
│   │   ├── ModelMissing     502 PROVIDER_ERROR       it does not find the model: a passing fault, until it lasts
│   │   ├── AnswerLost       502 PROVIDER_ERROR       a gateway answered the drawing call in its place
│   │   ├── TaskFailed       502 PROVIDER_ERROR       a task that was polled has ended without a picture
│   │   └── LinkRefused      502 PROVIDER_ERROR       the link to its picture leads where Easel does not go
│   ├── NoPicture            502 NO_PICTURE           it reported success, and sent nothing that is a picture
│   ├── DownloadFailed       502 DOWNLOAD_FAILED      it drew a picture, which cannot be fetched now
│   ├── ProviderUnreachable  502 UPSTREAM_ERROR       it could not be reached, or hung up
│   └── GenerationTimeout    504 TIMEOUT
└── InternalError            500 UNKNOWN              Easel's own fault
    ├── InvalidSetting       500 UNKNOWN              the deployment is configured wrongly
    ├── ContactLost          500 UNKNOWN              the connection to one of Easel's functions broke
    └── Stalled              500 UNKNOWN              round after round, no job of a batch comes to an end
```
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from easel.errors.base import EaselError as EaselError
from easel.errors.base import from_body as from_body

BEARER: Mapping[str, str] = MappingProxyType({"WWW-Authenticate": "Bearer"})
"""What an answer with 401 tells of how to send an Easel key."""


OWN_TOKEN = "this deployment's token"
"""The first words of an error about a provider's token that the caller did not send."""


class CallerError(EaselError, ValueError):
    """The request is at fault; nothing reached a provider."""

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
    """The call needs an Easel key; a provider's token does not do."""

    headers = BEARER


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
    """Something that front ends know from other servers and that Easel does not do, such as writing texts."""

    status = 501
    code = "NOT_SUPPORTED"


class KeyReused(InvalidRequest):
    """An `Idempotency-Key` came back with another body (status as in the IETF draft of that header)."""

    status = 422


class UpstreamError(EaselError):
    """The provider refused or failed."""

    status = 502


class AuthInvalid(UpstreamError):
    status = 401
    code = "AUTH_INVALID"
    dead_token = True


class AccessRefused(AuthInvalid):
    """The Easel key cannot be one, or is unknown, revoked or expired."""

    headers = BEARER


class AccessDenied(AuthInvalid):
    """The Easel key is valid, but does not allow this model, or batches."""

    status = 403


class TokenGone(AuthInvalid):
    """The provider reports a task only to the token that started it, and this token is gone."""


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
    """What Easel itself allows for a day or a month is used up; no provider was asked."""


class NoAllowance(QuotaExceeded):
    """The account has no package, no balance or no access for this model. Only its owner can change that."""

    dead_token = True


class PromptRejected(UpstreamError):
    """Moderation refused the prompt or the picture; another prompt may pass, the same one will not."""

    status = 400
    code = "PROMPT_REJECTED"


class ModelRetired(UpstreamError):
    """The provider no longer offers the model. The log's entry for it raises an alarm."""

    status = 410
    code = "MODEL_RETIRED"


class GenerationFailed(UpstreamError):
    status = 500
    code = "GENERATION_FAILED"


class SpaceBroke(GenerationFailed):
    """The code of a Space raised an error: a bug, or bad luck with its memory."""

    tries = 2


class TaskGone(GenerationFailed):
    """The provider does not know the task that it accepted: it never was, or has expired."""


class ProviderError(UpstreamError):
    code = "PROVIDER_ERROR"
    tries = 4  # a 5xx passes; a refusal that no adapter knows does not get better


class ModelMissing(ProviderError):
    """The provider answered 404 for the model, or for its path; see `easel.providers.retired_models`."""


class NoPicture(UpstreamError):
    """The provider reported success and sent no picture that Easel can read; it may have drawn and charged one."""

    code = "NO_PICTURE"
    drawn = True


class AnswerLost(ProviderError):
    """A gateway answered a call that draws, in the provider's place: it may have drawn, so the call is not repeated.

    The model rests, so that an outage costs a batch few of its lines.
    """

    tries = 1
    drawn = True
    of_model = True


class TaskFailed(ProviderError):
    """A task that was polled has ended without a picture: another poll would say the same."""


class LinkRefused(ProviderError):
    """The link to a drawn picture leads where Easel does not go: neither a download nor a drawing would help."""

    tries = 1


class DownloadFailed(UpstreamError):
    """The provider has drawn a picture, and its link leads to nothing now. A further try fetches it and draws none."""

    status = 502
    code = "DOWNLOAD_FAILED"
    tries = 8
    drawn = True


class ProviderUnreachable(UpstreamError):
    code = "UPSTREAM_ERROR"
    tries = 8  # with the pauses between them, about ten minutes


class GenerationTimeout(UpstreamError):
    status = 504
    code = "TIMEOUT"
    tries = 3
    drawn = True


class InternalError(EaselError):
    """Easel's own fault: the caller can do nothing but try again or ask the owner."""

    status = 500
    code = "UNKNOWN"
    tries = 4
    drawn = True


class InvalidSetting(InternalError):
    """The deployment's own configuration is wrong; the message names the variable and what it should hold."""


class ContactLost(InternalError):
    """The connection to Lambda broke: the function may have been invoked, or not."""


class Stalled(InternalError):
    """A batch makes no progress. The state machine knows this error by its name and does not repeat the step."""
