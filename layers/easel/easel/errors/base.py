"""The base of Easel's errors: what an error response is made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any, ClassVar, Self

from easel.common.provider_text import short_message
from easel.common.token_redaction import WITHHELD, redacted

MESSAGE_LIMIT = 1000
"""Characters of an error's sentence, of which a provider's words are a part."""

AGAIN = "try again in a while, or use another model or provider"
"""What a caller can do after an error of a provider's that may pass. It stands behind what was wrong."""


class EaselError(Exception):
    """Base of all errors, with all that the error response needs.

    Args:
        message: one sentence for the caller: what was wrong, what is allowed, what to do next.
        provider: id of the provider concerned.
        field: the request's field at fault.
        upstream: the provider's response or message; it is reduced to a message, so raw text may be passed.
        retry_after: seconds after which a new try makes sense.
        elsewhere: models with the same weights at other providers, each as `{"provider", "model"}`.
    """

    status: ClassVar[int]
    """The HTTP status of the answer."""
    code: ClassVar[str]
    """The code in the answer's body; each code is set by one class, and those below it share it."""
    tries: int = 1
    """How often a batch tries a job in all that ends with this error; 1 means that a repeat would say the same, or
    draw a picture again that was drawn."""
    dead_token: ClassVar[bool] = False
    """Whether the error means that this token will not work for this model, while another one may."""
    drawn: bool = False
    """Whether the provider may have drawn, and charged for, a picture in spite of the error."""
    of_model: bool = False
    """Whether the model, such as a Space, is at its limit or out of order for everybody: it rests, no token does."""
    accepted: bool = False
    """Whether the provider had accepted the call before it failed, so that no other provider is asked for the picture.
    Where `drawn` is True it may have."""
    job: str = ""
    """Id of the job that is stored as failed with this error, if the error is raised instead of the job returned."""
    headers: Mapping[str, str] = MappingProxyType({})
    """Headers of the answer that tell more."""

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
        """Return the same error with another sentence, which speaks of no field of the request."""
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
        copy.drawn, copy.of_model, copy.tries = self.drawn, self.of_model, self.tries
        copy.accepted = self.accepted
        return copy

    def body(self) -> dict[str, Any]:
        """Return the JSON body of the answer: `{"error", "code", "details"}`; the only place that builds one."""
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
    """Return the error whose `body()` this is. A job record keeps its error as such a body."""
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
    """Return the class that sets each code; complete once the package is imported."""
    return {kind.code: kind for kind in _below(EaselError) if "code" in vars(kind)}


def _below(kind: type[EaselError]) -> Iterator[type[EaselError]]:
    for child in kind.__subclasses__():
        yield child
        yield from _below(child)
