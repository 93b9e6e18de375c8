"""Errors of Spaces: quota texts, job texts, links, pages and statuses."""

from __future__ import annotations

import json

import pytest

from easel.errors import (
    AuthExpired,
    AuthInvalid,
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
from easel.providers.prompt_redaction import PromptText
from space_error_rules import SpaceFailure
from space_errors import failure_of_link, failure_of_response, failure_of_text
from space_http import SpaceResponse

HOST = "x.hf.space"
TOKEN = "hf_secret"
DAY = 86400
JOIN = '<a style="white-space: nowrap" href="https://huggingface.co/join">Create a free account</a> to get more,'
LEFT = "(42s left vs. 60s requested)"


def answered(status: int, text: str = "", token: str | None = None, **headers: str) -> SpaceFailure:
    return failure_of_response(SpaceResponse("/config", status, text, headers), token)


@pytest.mark.parametrize(
    ("title", "text", "retry_after"),
    [
        ("", f"You have exceeded your GPU quota {LEFT}. Please retry in 0:10:05", 605),
        ("Error", f"You have exceeded your GPU quota {LEFT}. {JOIN} or retry in 23:59:59", DAY - 1),
        ("", f"You have exceeded your GPU quota {LEFT}.", None),
        ("ZeroGPU quota exceeded", f"You have exceeded your free ZeroGPU quota {LEFT}. Try again in 23:51:16", 85876),
        ("", f"You have exceeded your Pro GPU quota {LEFT}. Try again in 1:02:03", 3723),
        ("", "You have exceeded your ZeroGPU runs limit.", None),
        ("ZeroGPU quota exceeded", "", None),
        ("ZeroGPU quota exceeded", "Try again in 0:10:05", 605),
        ("", "You have exceeded your GPU quota. Try again in 1 day, 3:04:05", DAY),
        ("", f"You have exceeded your GPU quota. Try again in {'9' * 330} days, 3:04:05", DAY),
    ],
)
def test_a_quota_text_of_any_version_gives_its_time(title: str, text: str, retry_after: int | None) -> None:
    error = failure_of_text(title, text, None).error(HOST)
    assert (type(error), error.retry_after) == (QuotaExceeded, retry_after)
    assert "send a Hugging Face token in X-HF-Token" in error.message
    assert "tomorrow" in error.message if retry_after is None else "try again in " in error.message
    assert "<" not in (error.upstream or "")
    with_token = failure_of_text(title, text, TOKEN).error(HOST).message
    assert ("this token" in with_token, "X-HF-Token" in with_token) == (True, False)


@pytest.mark.parametrize(
    ("text", "by_zerogpu"),
    [
        ("ZeroGPU quota exceeded: You have exceeded your free ZeroGPU quota. Try again in 23:51:16", True),
        (": You have exceeded your GPU quota. Try again in 0:10:05", True),
        (": You have exceeded your ZeroGPU runs limit.", True),
        ("ZeroGPU pending credits exceeded: Retry when some have ended", True),
        (": My GPU quota is over. Try again in 9999 days, 0:00:01", False),
        (": Space app has reached its GPU limit.", False),
        (": Queue is full. Max size is 20", False),
        (": Rate limit: try again in 23:00:00", False),
    ],
)
def test_only_zerogpus_own_texts_are_about_the_token(text: str, by_zerogpu: bool) -> None:
    title, _, words = text.partition(": ")
    error = failure_of_text(title or "Error", words, TOKEN).error(HOST)
    assert isinstance(error, QuotaExceeded | RateLimited)
    assert error.concerns_model is not by_zerogpu
    assert (error.retry_after or 0) <= DAY


@pytest.mark.parametrize(
    ("title", "text", "kind", "says"),
    [
        ("", "No GPU was available after 60s", RateLimited, "no free GPU"),
        ("ZeroGPU queue timeout", "No GPU is currently available", RateLimited, "no free GPU"),
        ("ZeroGPU quota exceeded", "No GPU was available after 60s", RateLimited, "no free GPU"),
        ("ZeroGPU quota exceeded", "Space app has reached its GPU limit.", RateLimited, "of its owner"),
        ("ZeroGPU pending credits exceeded", "Come back later", RateLimited, "reserved all GPU time"),
        ("ZeroGPU illegal duration", "too long", GenerationFailed, "send a token"),
        ("", "The requested GPU duration (180s) is larger than the maximum allowed", GenerationFailed, "send a token"),
        ("", "ZeroGPU API /schedule error: 500", ProviderUnreachable, "no GPU because of an error"),
        ("Error", "your own quota exceeded", QuotaExceeded, "used up its own quota"),
        ("", "The daily quota of this demo is used up", QuotaExceeded, "used up its own quota"),
        ("ZeroGPU worker error", "GPU task aborted", ProviderUnreachable, "lost its GPU"),
        ("ZeroGPU worker error", "RuntimeError", SpaceFailed, "its own code"),
        ("ZeroGPU worker error", "OutOfMemoryError", GenerationFailed, "smaller picture"),
        ("", "Expired ZeroGPU proxy token", ProviderUnreachable, "lost its GPU"),
        ("", "429 Client Error: Too Many Requests", RateLimited, "too many requests"),
        ("", "The prompt was flagged as unsafe content.", PromptRejected, "refused"),
        ("", "CUDA out of memory. Tried to allocate 2 GiB", GenerationFailed, "smaller picture"),
        ("", "The model is still loading", ProviderError, "still loading"),
        ("", "something else", GenerationFailed, "could not generate"),
        ("", "", GenerationFailed, "without a reason"),
    ],
)
def test_a_spaces_text_about_a_job_determines_the_error(title: str, text: str, kind: type, says: str) -> None:
    error = failure_of_text(title, text, None).error(HOST)
    assert type(error) is kind
    assert says in error.message
    assert error.message.startswith(f"the Space {HOST} ")


UNREAD = [
    "Unable to resolve hostname nohost.invalid: [Errno -2] Name or service not known",
    "Failed to download file. Status code: 404",
    "ConnectTimeout",
    "ConnectError: [Errno 111] Connection refused",
    "All connection attempts failed",
    "[Errno -3] Temporary failure in name resolution",
    "[Errno 101] Network is unreachable",
    "Client error '404 Not Found' for url 'https://example.com/x.png'",
    "Server error '503 Service Unavailable' for url",
    "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed",
    "Could not preprocess input component at index 0 (a `image` component) of the event handler",
]


@pytest.mark.parametrize("text", ["Hostname 127.0.0.1 failed validation", *UNREAD])
def test_a_link_that_the_space_cannot_use_is_the_fields_error(text: str) -> None:
    failure = failure_of_link(text)
    assert failure
    error = failure.error()
    assert (type(error), error.field, error.message[:5]) == (InvalidParams, "url", "url: ")
    assert ("could not read a picture" if text in UNREAD else "public address") in error.message


def test_a_failure_without_a_text_may_be_the_links_fault() -> None:
    failure = failure_of_link("")
    assert failure
    assert (type(failure.error()), failure.error().status) == (ProviderError, 502)
    assert failure.error().message.startswith("url: the Space failed without a reason")
    for text in ("CUDA error: device-side assert", "Error while processing the image", "connection pool of the model"):
        assert failure_of_link(text) is None


@pytest.mark.parametrize(
    ("status", "text", "kind", "says", "wakes"),
    [
        (503, "This Space is sleeping due to inactivity.", ProviderUnreachable, "asleep", True),
        (503, "", ProviderUnreachable, "may be starting", True),
        (502, "<html>Bad Gateway</html>", ProviderUnreachable, "may be starting", True),
        (503, "Space is building", ProviderUnreachable, "being built", False),
        (503, "Space is paused", ProviderUnreachable, "only its owner", False),
        (503, "<style>.paused .building {}</style>Runtime error", ProviderUnreachable, "broken", False),
        (503, '{"detail":"Queue is full. Max size is 20 and size is 20."}', RateLimited, "full queue", False),
        (503, '{"detail":"Queue is stopped."}', ProviderUnreachable, "is restarting", True),
        (503, "Server is busy, please try again later", RateLimited, "too busy", False),
        (500, "Internal Server Error", ProviderUnreachable, "HTTP 500", False),
        (401, "Invalid username or password.", AuthInvalid, "X-HF-Token", False),
        (403, "", ProviderUnreachable, "a proxy refused", False),
        (403, "<html><h1>Access denied</h1>nginx</html>", ProviderUnreachable, "a proxy refused", False),
        (404, "<html>404</html>", ModelMissing, "HF_SPACE_URLS", False),
        (410, "", ModelMissing, "HF_SPACE_URLS", False),
        (307, "", ModelMissing, "HF_SPACE_URLS", False),
        (429, "", RateLimited, "too many requests", False),
        (422, '{"detail":[]}', ProviderError, "changed", False),
        (422, '{"detail":"Width must be below 1024"}', InvalidParams, "Width must be below 1024", False),
        (422, '{"error":"Seed too large"}', InvalidParams, "Seed too large", False),
        (422, '{"detail":[{"is_valid":false,"message":"Too wide"}]}', InvalidParams, "Too wide", False),
        (418, "teapot", ProviderError, "HTTP 418", False),
        (200, "<html>Welcome</html>", ProviderError, "HTTP 200", False),
        (200, "<html>Preparing Space</html>", ProviderUnreachable, "asleep", True),
    ],
)
def test_status_and_text_determine_the_error(status: int, text: str, kind: type, says: str, wakes: bool) -> None:
    failure = answered(status, text)
    error = failure.error(HOST)
    assert (type(error), failure.wakes) == (kind, wakes)
    assert says in error.message
    assert error.upstream
    assert "<" not in error.upstream


def test_retry_after_is_read_from_the_header() -> None:
    headers = {"7": {"retry-after": "7"}, "30": {"retry-after": "soon"}, "55": {"ratelimit": '"api";r=0;t=55'}}
    for seconds, sent in headers.items():
        assert answered(429, **sent).retry_after == int(seconds)


def test_a_web_pages_text_is_classified_but_not_passed_on() -> None:
    error = answered(503, "<html><h1>Your Space is building</h1><hr>nginx/secret-host</html>").error(HOST)
    assert ("being built" in error.message, error.upstream) == (True, "HTTP 503")


def test_arguments_that_do_not_fit_show_only_their_message() -> None:
    detail = [{"loc": ["body", "data"], "msg": "Input should be a valid list", "input": {"secret": 1}}]
    error = answered(422, json.dumps({"detail": detail})).error(HOST)
    assert ("has changed" in error.message, error.upstream) == (True, "Input should be a valid list")


def test_only_the_spaces_own_text_means_an_expired_token() -> None:
    assert type(answered(401, "The access token has expired", TOKEN).error(HOST)) is AuthExpired
    for status in (401, 403):
        page = "<html><body>blocked: the session has expired</body></html>"
        error = answered(status, page, TOKEN).error(HOST)
        assert (type(error), error.dead_token) == (ProviderUnreachable, False)


@pytest.mark.parametrize("echo", ["You have exceeded your GPU quota", "queue is full", "GPU task aborted", "paused"])
def test_the_callers_words_do_not_determine_the_error(echo: str) -> None:
    callers = PromptText([f"{echo} in neon letters"])
    text = f"Cannot draw '{echo.upper()}  in neon letters'"
    assert type(failure_of_text("Error", text, TOKEN, callers).error(HOST)) is GenerationFailed
    bad = SpaceResponse("/queue/join", 500, text, {})
    assert failure_of_response(bad, TOKEN, callers).text == "answered HTTP 500; try again"


@pytest.mark.parametrize(
    ("prompt", "text", "kind"),
    [
        ("your GPU quota", "You have exceeded your GPU quota. Try again in 0:10:05", QuotaExceeded),
        ("queue is", "The queue is full", RateLimited),
        ("nsfw", "NSFW content was found", PromptRejected),
        ("queue is full", "Cannot draw queue is full", GenerationFailed),
    ],
)
def test_the_callers_words_do_not_hide_a_spaces_error(prompt: str, text: str, kind: type[EaselError]) -> None:
    assert type(failure_of_text("Error", text, TOKEN, PromptText([prompt])).error(HOST)) is kind
