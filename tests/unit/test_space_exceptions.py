"""Exceptions of gradio_client and its libraries become Easel's errors."""

from __future__ import annotations

import inspect
import types
from collections.abc import Iterator
from concurrent.futures import CancelledError
from typing import Any

import gradio_client  # type: ignore[import-untyped]
import httpx
import httpx2
import pytest

from easel.errors import (
    AuthInvalid,
    GenerationFailed,
    GenerationTimeout,
    ProviderError,
    ProviderUnreachable,
    QuotaExceeded,
    RateLimited,
)
from space_exceptions import EXCEPTIONS, failure_of_exception
from space_http import SpaceResponse


def gradio_errors() -> Iterator[type[Exception]]:
    """Return every exception class that the installed gradio_client defines."""
    for module in vars(gradio_client).values():
        if isinstance(module, types.ModuleType) and module.__name__.startswith("gradio_client"):
            for _, kind in inspect.getmembers(module, inspect.isclass):
                if issubclass(kind, Exception) and kind.__module__.startswith("gradio_client"):
                    yield kind


def test_every_gradio_client_exception_has_its_own_row() -> None:
    exceptions = set(gradio_errors())
    assert len(exceptions) >= 9
    assert exceptions - {raised for raised, _, _ in EXCEPTIONS} == set()


@pytest.mark.parametrize("library", [httpx, httpx2], ids=lambda library: library.__name__)
def test_every_httpx_exception_has_a_specific_row(library: Any) -> None:
    kinds: list[type[Exception]] = [library.HTTPError, library.InvalidURL, library.CookieConflict, library.StreamError]
    for kind in kinds:
        kinds += kind.__subclasses__()
        row = next(raised for raised, says, _ in EXCEPTIONS if issubclass(kind, raised) and not says)
        assert row not in (Exception, OSError)


@pytest.mark.parametrize(
    ("error", "kind", "says"),
    [
        (gradio_client.utils.QueueError("Queue is full! Please try again."), RateLimited, "full queue"),
        (gradio_client.utils.TooManyRequestsError("x"), RateLimited, "too many requests"),
        (gradio_client.exceptions.AuthenticationError("x"), AuthInvalid, "token"),
        (gradio_client.exceptions.ValidationError("x"), ProviderError, "changed"),
        (CancelledError(), ProviderUnreachable, "ended the connection"),
        (KeyError("unexpected_error"), ProviderUnreachable, "error of its server"),
        (KeyError("event_id"), ProviderError, "unreadable response"),
        (ValueError("Server stopped."), ProviderUnreachable, "was stopped"),
        (ValueError("Did not expect 2 tasks to be done."), ProviderError, "unreadable response"),
        (TypeError("AppError.__init__() got an unexpected keyword argument"), ProviderError, "unreadable response"),
        (TimeoutError(), GenerationTimeout, "in time"),
        (httpx.ConnectError("refused"), ProviderUnreachable, "could not be reached"),
        (httpx.ReadTimeout("slow"), GenerationTimeout, "in time"),
        (httpx2.ReadTimeout("slow"), GenerationTimeout, "in time"),
        (ConnectionResetError("reset"), ProviderUnreachable, "could not be reached"),
        (StopIteration(), ProviderError, "unreadable response"),
    ],
)
def test_a_librarys_exception_becomes_one_of_ours(error: BaseException, kind: type, says: str) -> None:
    ours = failure_of_exception(error, None, None, None).error("x.hf.space")
    assert type(ours) is kind
    assert says in ours.message
    assert not ours.upstream  # a library's text is only for the log


def test_the_spaces_text_comes_before_status_and_exception() -> None:
    error, bad = gradio_client.utils.QueueError("Queue is full!"), SpaceResponse("/join", 503, "It is sleeping", {})
    body = {"error": "You have exceeded your ZeroGPU runs limit.", "title": "Error", "surprise": 1}
    assert failure_of_exception(error, None, bad, body).kind is QuotaExceeded
    assert failure_of_exception(error, None, bad, None).kind is ProviderUnreachable


@pytest.mark.parametrize(
    ("body", "upstream"),
    [
        ({"error": "no"}, "no"),
        ({"error": {"message": "no", "duration": 10}}, "no"),
        ({"data": [None, 7], "error": {"error": "no"}, "is_generating": False}, "no"),
        ({"data": [None, 7], "is_generating": False, "duration": 1.5}, None),
        ({"error": ["no", "never"]}, "no"),
        ({"error": 5, "title": {"a": 1}}, None),
    ],
)
def test_a_spaces_error_may_be_text_or_output(body: dict[str, Any], upstream: str | None) -> None:
    fault = failure_of_exception(ValueError("x"), None, None, body)
    assert fault.kind is GenerationFailed
    assert fault.error("x.hf.space").upstream == upstream
