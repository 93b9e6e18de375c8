"""Every error a caller can get, as one tree.

```
EaselError
├── CallerError            the request is at fault; nothing reached a provider
│   ├── InvalidRequest     400 INVALID_REQUEST
│   ├── InvalidProvider    400 INVALID_PROVIDER
│   ├── InvalidModel       400 INVALID_MODEL
│   ├── InvalidPrompt      400 INVALID_PROMPT
│   ├── InvalidDimensions  400 INVALID_DIMENSIONS
│   ├── InvalidParams      400 INVALID_PARAMS
│   ├── AuthRequired       401 AUTH_REQUIRED
│   ├── NotFound           404 NOT_FOUND
│   ├── MethodNotAllowed   405 METHOD_NOT_ALLOWED
│   ├── Cancelled          409 CANCELLED            the job was cancelled before it began
│   ├── PayloadTooLarge    413 PAYLOAD_TOO_LARGE
│   └── KeyReused          422 INVALID_REQUEST      an Idempotency-Key came back with another body
├── ProviderFault          the provider refused or failed
│   ├── AuthInvalid        401 AUTH_INVALID
│   ├── AuthExpired        401 AUTH_EXPIRED
│   ├── RateLimited        429 RATE_LIMITED
│   ├── QuotaExceeded      429 QUOTA_EXCEEDED       what may be used is used up, until it comes back
│   │   └── NoAllowance    429 QUOTA_EXCEEDED       the account has nothing to use at all, and no day will change that
│   ├── PromptRejected     400 PROMPT_REJECTED      its moderation refused the prompt, or the picture that came of it
│   ├── GenerationFailed   500 GENERATION_FAILED    it took the work and could not do it
│   ├── ProviderError      502 PROVIDER_ERROR       it answered with an error, or with something that is no answer
│   ├── UpstreamError      502 UPSTREAM_ERROR       it could not be reached, or hung up
│   └── GenerationTimeout  504 TIMEOUT
└── Unknown                500 UNKNOWN              Easel's own fault
```
"""

from __future__ import annotations

from typing import Any, ClassVar, Self

from easel.upstream import redact, shown


class EaselError(Exception):
    """An error with everything its answer needs.

    Args:
        message: one sentence for the caller: what was wrong, what is allowed, what to do next.
        provider: id of the provider concerned.
        field: the request's field at fault.
        upstream: the provider's answer or message; reduced to a message that may be shown, so raw text may be passed.
        retry_after: seconds after which a new try makes sense.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "UNKNOWN"
    tries: ClassVar[int] = 1
    """How often a batch tries a job in all that ends with this error; 1 means that a repeat would say the same."""
    dead_token: ClassVar[bool] = False
    """Whether the error means that this token will not work for this model, while another one may."""

    def __init__(
        self,
        message: str,
        *,
        provider: str | None = None,
        field: str | None = None,
        upstream: str | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.provider = provider
        self.field = field
        self.upstream = (shown(upstream) or None) if upstream else None
        self.retry_after = retry_after

    def without(self, secret: str | None) -> Self:
        """The same error, free of the token and of the chain of causes, whose texts may hold it."""
        return type(self)(
            redact(self.message, secret),
            provider=self.provider,
            field=self.field,
            upstream=redact(self.upstream, secret) if self.upstream else None,
            retry_after=self.retry_after,
        )

    def body(self) -> dict[str, Any]:
        """The JSON body of the answer: `{"error", "code", "details"}`; the only place that builds one."""
        details = {
            "provider": self.provider,
            "field": self.field,
            "upstream": self.upstream,
            "retryAfter": self.retry_after,
        }
        present = {name: value for name, value in details.items() if value is not None}
        return {"error": self.message, "code": self.code, "details": present}


class CallerError(EaselError):
    """The request is at fault; nothing reached a provider."""

    status = 400
    code = "INVALID_REQUEST"


class InvalidRequest(CallerError):
    pass


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


class NotFound(CallerError):
    status = 404
    code = "NOT_FOUND"


class MethodNotAllowed(CallerError):
    status = 405
    code = "METHOD_NOT_ALLOWED"


class Cancelled(CallerError):
    """The caller cancelled the job before anybody had begun it."""

    status = 409
    code = "CANCELLED"


class PayloadTooLarge(CallerError):
    status = 413
    code = "PAYLOAD_TOO_LARGE"


class KeyReused(CallerError):
    """An `Idempotency-Key` came back with another body (status as in the IETF draft of that header)."""

    status = 422


class ProviderFault(EaselError):
    """The provider refused or failed."""

    status = 502
    code = "PROVIDER_ERROR"


class AuthInvalid(ProviderFault):
    status = 401
    code = "AUTH_INVALID"
    dead_token = True


class AuthExpired(ProviderFault):
    status = 401
    code = "AUTH_EXPIRED"
    dead_token = True


class RateLimited(ProviderFault):
    status = 429
    code = "RATE_LIMITED"


class QuotaExceeded(ProviderFault):
    status = 429
    code = "QUOTA_EXCEEDED"


class NoAllowance(QuotaExceeded):
    """The account has no package, no balance or no access for this model. Only its owner can change that."""

    dead_token = True


class PromptRejected(ProviderFault):
    """Moderation refused the prompt or the picture; another prompt may pass, the same one will not."""

    status = 400
    code = "PROMPT_REJECTED"


class GenerationFailed(ProviderFault):
    status = 500
    code = "GENERATION_FAILED"


class ProviderError(ProviderFault):
    tries = 4  # a 5xx passes; a refusal that no adapter knows does not get better


class UpstreamError(ProviderFault):
    code = "UPSTREAM_ERROR"
    tries = 8  # with the pauses between them, about ten minutes


class GenerationTimeout(ProviderFault):
    status = 504
    code = "TIMEOUT"
    tries = 3  # the provider may have drawn, and charged for, each of them


class Unknown(EaselError):
    """Easel's own fault: the caller can do nothing but try again or ask the owner."""

    tries = 4


BY_CODE: dict[str, type[EaselError]] = {
    kind.code: kind
    for kind in (
        *(InvalidRequest, InvalidProvider, InvalidModel, InvalidPrompt, InvalidDimensions, InvalidParams),
        *(AuthRequired, AuthInvalid, AuthExpired, NotFound, MethodNotAllowed, Cancelled, PayloadTooLarge),
        *(
            RateLimited,
            QuotaExceeded,
            PromptRejected,
            GenerationFailed,
            ProviderError,
            UpstreamError,
            GenerationTimeout,
            Unknown,
        ),
    )
}


def from_body(body: dict[str, Any]) -> EaselError:
    """The error that `body()` was made of; a job keeps it in this form."""
    details = body.get("details") or {}
    return BY_CODE.get(str(body.get("code")), Unknown)(
        str(body.get("error")),
        provider=details.get("provider"),
        field=details.get("field"),
        upstream=details.get("upstream"),
        retry_after=details.get("retryAfter"),
    )
