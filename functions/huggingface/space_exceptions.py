"""Classify the exceptions of gradio_client and of its libraries. The first row that fits wins."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import CancelledError
from functools import partial
from json import JSONDecodeError
from types import ModuleType
from typing import Any

import httpx
import httpx2
from gradio_client import exceptions, utils  # type: ignore[import-untyped]

from easel.common.provider_text import message
from easel.errors import AuthInvalid, GenerationTimeout, ProviderError, ProviderUnreachable, RateLimited
from easel.errors.base import RETRY_ADVICE
from easel.providers.prompt_redaction import NO_PROMPT, PromptText
from space_error_rules import BUSY_SECONDS, CHANGED, FAILED, FULL, UNREADABLE, SpaceFailure
from space_errors import MAX_ATTEMPTS, failure_of_response, failure_of_text
from space_http import LEADS_ELSEWHERE, SpaceResponse

TIMED_OUT = SpaceFailure(GenerationTimeout, f"did not respond in time; {RETRY_ADVICE}", max_attempts=MAX_ATTEMPTS)
Raised = tuple[type[BaseException], str, SpaceFailure]


def _rows(library: ModuleType) -> tuple[Raised, ...]:
    """Return the rows for an HTTP library: gradio_client uses httpx, huggingface_hub uses httpx2."""
    unreachable = partial(SpaceFailure, ProviderUnreachable, max_attempts=MAX_ATTEMPTS)
    wrong = partial(SpaceFailure, ProviderError, max_attempts=MAX_ATTEMPTS)
    return (
        (library.ConnectTimeout, "", unreachable(f"did not accept the connection in time; {RETRY_ADVICE}")),
        (library.PoolTimeout, "", unreachable(f"has no free connection; {RETRY_ADVICE}")),
        (
            library.TimeoutException,
            "",
            TIMED_OUT,
        ),
        (library.NetworkError, "", unreachable(f"could not be reached, or closed the connection; {RETRY_ADVICE}")),
        (library.RemoteProtocolError, "", unreachable(f"ended its response early; {RETRY_ADVICE}")),
        (library.DecodingError, "", wrong(f"returned a body that cannot be decoded; {RETRY_ADVICE}")),
        (library.TransportError, "", unreachable(f"could not be reached; {RETRY_ADVICE}")),
        (library.HTTPError, "", wrong(f"returned an unusable response; {RETRY_ADVICE}")),
        (library.InvalidURL, "", wrong(f"returned an invalid URL; {RETRY_ADVICE}")),
        (library.CookieConflict, "", wrong(f"sent cookies that contradict each other; {RETRY_ADVICE}")),
        (library.StreamError, "", unreachable(f"ended its response early; {RETRY_ADVICE}")),
    )


# Exceptions of gradio_client and its libraries. A test fails if one of them has an exception without a row here.
EXCEPTIONS: tuple[Raised, ...] = (
    (exceptions.AppError, "", FAILED),
    (exceptions.AuthenticationError, "", SpaceFailure(AuthInvalid, "requires a token; send a valid one in X-HF-Token")),
    (exceptions.ValidationError, "", CHANGED),
    (exceptions.SerializationSetupError, "", UNREADABLE),
    (utils.QueueError, "", FULL),
    (
        utils.TooManyRequestsError,
        "",
        SpaceFailure(RateLimited, "gets too many requests; try again in a while", BUSY_SECONDS),
    ),
    (utils.InvalidAPIEndpointError, "", CHANGED),
    (utils.APIInfoParseError, "", UNREADABLE),
    (utils.SpaceDuplicationError, "", UNREADABLE),
    # The event stream ended early. Easel's own cancellation comes after the error.
    (
        CancelledError,
        "",
        SpaceFailure(ProviderUnreachable, "ended the connection before the picture was done; try again"),
    ),
    (
        KeyError,
        "unexpected_error",
        SpaceFailure(ProviderUnreachable, "ended the connection because of an error of its server; try again"),
    ),
    (
        ValueError,
        "Server stopped",
        SpaceFailure(ProviderUnreachable, "was stopped before the picture was done; try again", 60),
    ),
    (
        ValueError,
        LEADS_ELSEWHERE,
        SpaceFailure(ProviderError, f"has a configuration that leads to another host; {RETRY_ADVICE}"),
    ),
    (TimeoutError, "", TIMED_OUT),
    *(row for library in (httpx, httpx2) for row in _rows(library)),
    (JSONDecodeError, "", SpaceFailure(ProviderError, f"returned something that is not JSON; {RETRY_ADVICE}")),
    (
        OSError,
        "",
        SpaceFailure(
            ProviderUnreachable,
            f"could not be reached, or closed the connection; {RETRY_ADVICE}",
            max_attempts=MAX_ATTEMPTS,
        ),
    ),
    (Exception, "", UNREADABLE),
)


def failure_of_exception(
    error: BaseException,
    token: str | None,
    bad: SpaceResponse | None,
    space_error: Mapping[str, Any] | None,
    callers: PromptText = NO_PROMPT,
) -> SpaceFailure:
    """Return the failure behind an exception: by the Space's error, else by its bad HTTP response, else by its class.

    The exception's own text comes from a library. Only the log gets it, as the error's cause.
    """
    if space_error is not None:
        title = space_error.get("title")
        return failure_of_text(title if isinstance(title, str) else "", message(space_error), token, callers)
    if bad:
        return failure_of_response(bad, token, callers)
    return next(f for raised, says, f in EXCEPTIONS if isinstance(error, raised) and says in str(error))
