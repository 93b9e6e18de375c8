"""The contract of a provider's adapter: its arguments and its result.

A provider's folder `functions/{id}/` has a module `{id}.py` with an adapter and one line that makes its Lambda handler:

    handler = lambda_handler("acme", lambda provider: Acme(provider.url))

An adapter calls its provider through `easel.providers.http.Http`, which limits every call in time and size, and raises
the `UpstreamError` family of `easel.errors`. It only deals with the protocol. `easel.generation` downloads, checks and
stores the picture, updates the job, and withholds provider texts that contain the token.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, runtime_checkable

from easel.common.contents import Content
from easel.common.deadline import Deadline
from easel.store.records import GenerationRequest, Progress


@dataclass(frozen=True)
class GeneratedImage:
    """A generated picture: a link to it, or its bytes.

    Attributes:
        origin: the base URL that was called. A link to this origin is followed even to a private address, as in a
            local stack; any other link must lead to one of the provider's `image_hosts`.
        url: the provider's link to the picture, or None.
        data: the picture's bytes, or None.
        seed: the seed that the provider says it used, or None.
        space: the URL of the Space that drew, or "".
        headers: sent when the link is fetched, and only to `origin`; they may hold the token.
        warnings: sentences for the caller, for example about a raised guidance scale.
        price: the picture's price as the provider reports it, in the provider's unit, or None.
    """

    origin: str
    url: str | None = None
    data: Content | None = field(default=None, repr=False)
    seed: int | None = None
    space: str = ""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    warnings: tuple[str, ...] = ()
    price: float | None = None


class Run(NamedTuple):
    """One call of an adapter.

    Attributes:
        deadline: limits every wait.
        report: call it with the provider's progress.
        task: the id of a task that an earlier call started with the same request and token, or "". The adapter resumes
            it instead of starting another one. It raises `TaskUnknown` if the provider no longer knows the task.
        accept: stores the id of the accepted task as soon as it is known, so that a later call can resume the task. The
            adapter passes "" if the task has ended without a picture.
    """

    deadline: Deadline
    report: Callable[[Progress], None] = lambda progress: None
    task: str = ""
    accept: Callable[[str], None] = lambda task: None


class Adapter(Protocol):
    """Speaks one provider's protocol."""

    def generate(self, request: GenerationRequest, token: str | None, run: Run) -> GeneratedImage:
        """Generate one picture.

        The call that generates is sent once, whatever the response, because the provider may charge for a second one.

        Args:
            request: validated against the catalog. Every field has its final value.
            token: the provider's credential. None only if the catalog requires none. It must not be logged or stored.
            run: the deadline, the task to resume, and callbacks.

        Returns:
            The picture's link or bytes.

        Raises:
            UpstreamError: one of its classes, for any refusal or failure of the provider.
        """


@runtime_checkable
class SupportsAllowanceCheck(Protocol):
    """An adapter for a provider that reports whether a token can pay."""

    def has_allowance(self, token: str) -> bool | None:
        """Return whether the token can pay for a picture. None if the provider does not say. Raise nothing."""
