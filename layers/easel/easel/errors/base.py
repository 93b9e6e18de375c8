"""The base class of Easel's errors, and their JSON form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any, ClassVar, Self

from easel.common.provider_text import short_message
from easel.common.token_redaction import WITHHELD, redacted

MESSAGE_LIMIT = 1000
"""Maximum characters of an error message, including a quotation from the provider."""

RETRY_ADVICE = "try again in a while, or use another model or provider"
"""The end of an error message: what the caller can do after a provider's error that may pass."""


class EaselError(Exception):
    """Base of all errors. It has the content of the error response.

    Args:
        message: one sentence for the caller: what was wrong, what is allowed, what to do next.
        provider: id of the provider, if the error concerns one.
        field: the invalid field of the request.
        upstream: the provider's response or message. Raw text is reduced to its message.
        retry_after: seconds until a retry may succeed.
        elsewhere: models with the same weights at other providers, each as `{"provider", "model"}`.
    """

    status: ClassVar[int]
    """The HTTP status of the response."""
    code: ClassVar[str]
    """The code in the response's body. One class sets each code, and its subclasses share it."""
    max_attempts: int = 1
    """Maximum attempts of a batch at a job that ends with this error. With 1, a retry would fail again or draw a second
    picture."""
    dead_token: ClassVar[bool] = False
    """True if this token will not work for this model, and another token may."""
    drawn: bool = False
    """True if the provider may have drawn and charged a picture in spite of the error."""
    concerns_model: bool = False
    """True if the model, such as a Space, is overloaded or broken for all callers. The model rests, not the token."""
    accepted: bool = False
    """True if the provider accepted the call before it failed. No other provider is asked for the picture then. If
    `drawn` is True, the provider may have accepted the call too."""
    job: str = ""
    """Id of the job that is stored as failed with this error, or ""."""
    headers: Mapping[str, str] = MappingProxyType({})
    """Additional headers of the response."""

    def __init__(
        self,
        message: str,
        *,
        provider: str | None = None,
        field: str | None = None,
        upstream: str | None = None,
        retry_after: int | None = None,
        elsewhere: Sequence[Mapping[str, str]] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.provider = provider
        self.field = field
        self.upstream = (short_message(upstream) or None) if upstream else None
        self.retry_after = retry_after
        self.elsewhere = tuple(elsewhere)

    def without(self, secret: str | None) -> Self:
        """Return the error for callers, without the token, private addresses and the chain of causes."""
        from easel.common.public_urls import without_private

        public = self.provider or ""
        message = without_private(redacted(self.message, secret, MESSAGE_LIMIT, public))
        message = f"the provider refused or failed {WITHHELD}" if message == WITHHELD else message
        upstream = without_private(redacted(self.upstream, secret, public=public)) if self.upstream else None
        return self._copy(message, self.field, upstream)

    def reworded(self, message: str) -> Self:
        """Return the same error with another message and without `field`."""
        return self._copy(message, None, self.upstream)

    def _copy(self, message: str, field: str | None, upstream: str | None) -> Self:
        copy = type(self)(
            message,
            provider=self.provider,
            field=field,
            upstream=upstream,
            retry_after=self.retry_after,
            elsewhere=self.elsewhere,
        )
        copy.drawn, copy.concerns_model, copy.max_attempts = self.drawn, self.concerns_model, self.max_attempts
        copy.accepted = self.accepted
        return copy

    def body(self) -> dict[str, Any]:
        """Return the JSON body of the response, `{"error", "code", "details"}`. No other code builds one."""
        details = {
            "provider": self.provider,
            "field": self.field,
            "upstream": self.upstream,
            "retryAfter": self.retry_after,
            "elsewhere": [dict(model) for model in self.elsewhere] or None,
        }
        present = {name: value for name, value in details.items() if value is not None}
        return {"error": self.message, "code": self.code, "details": present}


def from_body(body: dict[str, Any]) -> EaselError:
    """Return the error with this `body()`. Job records store their error as such a body."""
    details = body.get("details") or {}
    kinds = _kinds_by_code()
    return kinds.get(str(body.get("code")), kinds["UNKNOWN"])(
        str(body.get("error")),
        provider=details.get("provider"),
        field=details.get("field"),
        upstream=details.get("upstream"),
        retry_after=details.get("retryAfter"),
        elsewhere=details.get("elsewhere") or (),
    )


@cache
def _kinds_by_code() -> dict[str, type[EaselError]]:
    """Return the class that sets each code. All classes exist after the import of `easel.errors`."""
    return {kind.code: kind for kind in _subclasses(EaselError) if "code" in vars(kind)}


def _subclasses(kind: type[EaselError]) -> Iterator[type[EaselError]]:
    for child in kind.__subclasses__():
        yield child
        yield from _subclasses(child)
