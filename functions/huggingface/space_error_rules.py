"""Tables of the texts with which Spaces fail, and the error for each. Each form of reporting has its own table.

The texts are from docs/providers/huggingface.md: #zerogpus-texts and #space-states. The first matching row wins.
"""

from __future__ import annotations

from dataclasses import dataclass

from easel.common import public_urls
from easel.errors import (
    EaselError,
    GenerationFailed,
    InvalidParams,
    ModelMissing,
    PromptRejected,
    ProviderError,
    ProviderUnreachable,
    QuotaExceeded,
    RateLimited,
    SpaceFailed,
)
from easel.errors.base import RETRY_ADVICE

BUSY_SECONDS = 30
"""Seconds after which to retry a busy Space that names no time."""


@dataclass(frozen=True)
class SpaceFailure:
    """A way in which a Space fails, and the error that the caller gets.

    Attributes:
        kind: the class of the error.
        text: the rest of a sentence that begins with the Space's name.
        retry_after: seconds after which a retry makes sense.
        max_attempts: maximum attempts to connect to the Space before the error is raised.
        wakes: True if connecting wakes the Space, so that Easel waits for it.
        field: the invalid field of the request.
        upstream: the Space's own message.
        by_zerogpu: True if ZeroGPU limits the caller. Other limits are the Space's, and start no token's cooldown.
    """

    kind: type[EaselError]
    text: str
    retry_after: int | None = None
    max_attempts: int = 1
    wakes: bool = False
    field: str | None = None
    upstream: str = ""
    by_zerogpu: bool = False

    @property
    def is_own_limit(self) -> bool:
        """True if the Space has no capacity for any caller. It has generated nothing, and another Space may do so."""
        return issubclass(self.kind, RateLimited | QuotaExceeded) and not self.by_zerogpu

    def error(self, host: str = "") -> EaselError:
        """Return the error for the caller. `host` is the Space's."""
        error = self.kind(
            f"{self.field}: {self.text}" if self.field else f"{name_of_space(host)} {self.text}",
            provider="huggingface",
            field=self.field,
            upstream=self.upstream,
            retry_after=self.retry_after,
        )
        error.concerns_model = not self.by_zerogpu
        return error


def name_of_space(host: str) -> str:
    """Return the Space's name for callers, which contains the host unless that is a private address."""
    return f"the Space {host}" if public_urls.is_public(f"https://{host}") else "the Space"


Row = tuple[str, SpaceFailure]

TOKENS = "https://huggingface.co/settings/tokens"
ELSEWHERE = "use another model or provider"
MOVED = SpaceFailure(
    ModelMissing,
    "does not exist here: it was moved, renamed, deleted or made private. The deployment's owner can set another in "
    f"HF_SPACE_URLS; meanwhile {ELSEWHERE}",
)
FULL = SpaceFailure(RateLimited, "has a full queue; try again in a while", BUSY_SECONDS)
ASLEEP = SpaceFailure(ProviderUnreachable, "is asleep and starting; try again in a minute", 60, wakes=True)
UNREADABLE = SpaceFailure(ProviderError, f"returned an unreadable response; {RETRY_ADVICE}")
CHANGED = SpaceFailure(
    ProviderError,
    "has changed: it no longer accepts Easel's arguments. The deployment's owner can set another Space in "
    f"HF_SPACE_URLS; meanwhile {ELSEWHERE}",
)

# Texts on the page of a Space that is not running.
STATES: tuple[Row, ...] = (
    ("queue is full", FULL),
    (
        "queue is stopped",
        SpaceFailure(ProviderUnreachable, "is restarting; try again in a minute", 60, wakes=True),
    ),
    ("paused", SpaceFailure(ProviderUnreachable, f"is paused, and only its owner can start it; {ELSEWHERE}")),
    ("building", SpaceFailure(ProviderUnreachable, "is being built; try again in some minutes", 180)),
    (
        r"in error|(runtime|build|config\w{0,20}) error|no application file",
        SpaceFailure(ProviderUnreachable, f"is broken until its owner repairs it; {ELSEWHERE}"),
    ),
    (r"sleeping|asleep|waking|starting|preparing", ASLEEP),
    ("busy|too many", SpaceFailure(RateLimited, "is too busy; try again in a while", BUSY_SECONDS)),
)

# Errors of a job that a Space accepted. The text is compared before the title, and both before the quota: ZeroGPU uses
# the title "ZeroGPU quota exceeded" also for texts about a missing GPU or about the Space's own limit.
TEXTS: tuple[Row, ...] = (
    (
        r"no gpu (was|is)\b.{0,60}available|zerogpu queue timeout",
        SpaceFailure(RateLimited, "found no free GPU; try again in a while", BUSY_SECONDS),
    ),
    (
        "reached its gpu limit",
        SpaceFailure(RateLimited, f"has used up the GPU time of its owner; try again later, or {ELSEWHERE}", 600),
    ),
    (
        "pending credits exceeded",
        SpaceFailure(
            RateLimited,
            "has reserved all GPU time of this caller for pictures in progress; try again in a minute",
            60,
            by_zerogpu=True,
        ),
    ),
    (
        r"illegal duration|gpu duration .{0,60}larger than the maximum",
        SpaceFailure(
            GenerationFailed,
            "requests more GPU time than the caller may use; send a token (X-HF-Token) of an account with more GPU "
            f"time, or {ELSEWHERE}",
        ),
    ),
    (
        "gpu task aborted|expired zerogpu proxy token",
        SpaceFailure(ProviderUnreachable, "lost its GPU before the picture was done; try again", 10),
    ),
    (
        r"/schedule error",
        SpaceFailure(ProviderUnreachable, "got no GPU because of an error at Hugging Face; try again", 30),
    ),
    ("queue is full", FULL),
    (
        r"too many requests|rate.?limit",
        SpaceFailure(RateLimited, "gets too many requests; try again in a while", BUSY_SECONDS),
    ),
    (
        "out of memory|outofmemoryerror",
        SpaceFailure(GenerationFailed, "ran out of memory; request a smaller picture or fewer steps"),
    ),
    ("zerogpu worker error", SpaceFailure(SpaceFailed, "failed with an error of its own code; try again once")),
)
REFUSED = SpaceFailure(PromptRejected, "refused the request or the generated picture; change the prompt")
OWN_QUOTA = SpaceFailure(QuotaExceeded, f"has used up its own quota; try again later, or {ELSEWHERE}")
LOADING = SpaceFailure(ProviderError, "is still loading its model; try again in a while", BUSY_SECONDS)
FAILED = SpaceFailure(GenerationFailed, f"could not generate the picture; change the request, or {ELSEWHERE}")

_UNREAD = (
    "unable to resolve|failed to download|of .{0,60} redirects|cannot identify image|preprocess input|valid hostname"
    r"|\bconnect(ion)? ?(error|timeout|timed out|refused|reset|aborted|closed|attempts? failed)"
    r"|\bread ?(error|timeout)\b|name or service not known|name resolution|no address associated|getaddrinfo"
    r"|(network|host) (is )?unreachable|no route to host|(client|server) error '[45]|status code:? [45]\d\d"
    "|certificate verify failed"
)

# Errors of a Space that could not fetch a picture's link (gradio's processing_utils and safehttpx).
LINK_TEXTS: tuple[Row, ...] = (
    (
        "failed validation",
        SpaceFailure(InvalidParams, "the Space accepts only links that lead to a public address", field="url"),
    ),
    (
        _UNREAD,
        SpaceFailure(
            InvalidParams,
            "the Space could not read a picture at this link; it must be a public image",
            field="url",
        ),
    ),
)

LINK_FAILURE = SpaceFailure(
    ProviderError,
    "the Space failed without a reason; usually it cannot read the picture at this link, which must be public",
    field="url",
)
