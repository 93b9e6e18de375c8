"""What goes wrong with Spaces, row by row: quota texts, job texts, pages, exceptions."""

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
    SpaceBroke,
)
from easel.providers.prompt_redaction import PromptText
from space_errors import of_answer, of_link, of_text
from space_http import SpaceResponse

TOKEN = "hf_secret"
DAY = 86400
JOIN = '<a style="white-space: nowrap" href="https://huggingface.co/join">Create a free account</a> to get more,'
PRO = '<a href="https://huggingface.co/subscribe/pro">Subscribe to Hugging Face PRO</a>'
LOGIN = "Authenticate with a Hugging Face token for more quota."


@pytest.mark.parametrize(
    ("title", "text", "retry_after"),
    [
        ("", "You have exceeded your GPU quota (42s left vs. 60s requested). Please retry in 0:10:05", 605),
        (
            "Error",
            f"You have exceeded your GPU quota (42s left vs. 60s requested). {JOIN} or retry in 23:59:59",
            DAY - 1,
        ),
        ("", "You have exceeded your GPU quota (60s requested vs. 42s left).", None),
        (
            "ZeroGPU quota exceeded",
            f"You have exceeded your free ZeroGPU quota (120s requested vs. 156s left). Try again in 23:51:16. {PRO}",
            85876,
        ),
        ("", "You have exceeded your Pro GPU quota (60s requested vs. 6s left). Try again in 1:02:03", 3723),
        (
            "ZeroGPU quota exceeded",
            f"You have exceeded your ZeroGPU quota (146s requested vs. 62s left). Try again in 23:59:09. {LOGIN}",
            86349,
        ),
        ("", "You have exceeded your ZeroGPU runs limit.", None),
        ("ZeroGPU quota exceeded", "", None),
        ("ZeroGPU quota exceeded", "Try again in 0:10:05", 605),
        ("", "You have exceeded your GPU quota. Try again in 1 day, 3:04:05", DAY),
        ("", f"You have exceeded your GPU quota. Try again in {'9' * 330} days, 3:04:05", DAY),
        ("", f"You have exceeded your GPU quota. Try again in {'9' * 400}:04:05", DAY),
    ],
)
def test_a_quota_text_of_any_age_is_told_with_its_time(title: str, text: str, retry_after: int | None) -> None:
    error = of_text(title, text, None).error("x.hf.space")
    assert type(error) is QuotaExceeded
    assert error.retry_after == retry_after
    assert "send a Hugging Face token in X-HF-Token" in error.message
    assert "tomorrow" in error.message if retry_after is None else "try again in " in error.message
    assert "<" not in (error.upstream or "")


def test_a_quota_error_with_a_token_advises_no_token() -> None:
    error = of_text("", "You have exceeded your ZeroGPU runs limit.", TOKEN).error("x.hf.space")
    assert "this token" in error.message
    assert "X-HF-Token" not in error.message


@pytest.mark.parametrize(
    ("title", "text", "kind", "says"),
    [
        ("", "No GPU was available after 60s", RateLimited, "no free GPU"),
        ("ZeroGPU queue timeout", "No GPU is currently available", RateLimited, "no free GPU"),
        ("", "Space app has reached its GPU limit.", RateLimited, "of its owner"),
        ("ZeroGPU quota exceeded", "No GPU was available after 60s", RateLimited, "no free GPU"),
        ("ZeroGPU quota exceeded", "Space app has reached its GPU limit.", RateLimited, "of its owner"),
        ("ZeroGPU pending credits exceeded", "Come back later", RateLimited, "booked all GPU time"),
        ("ZeroGPU illegal duration", "too long", GenerationFailed, "needs a token"),
        ("", "The requested GPU duration (180s) is larger than the maximum allowed", GenerationFailed, "needs a token"),
        ("", "ZeroGPU API /schedule error: 500", ProviderUnreachable, "no GPU because of an error"),
        ("Error", "your own quota exceeded", QuotaExceeded, "its own quota is used up"),
        ("", "The daily quota of this demo is used up", QuotaExceeded, "its own quota is used up"),
        ("", "GPU task aborted", ProviderUnreachable, "lost its GPU"),
        ("ZeroGPU worker error", "GPU task aborted", ProviderUnreachable, "lost its GPU"),
        ("ZeroGPU worker error", "RuntimeError", SpaceBroke, "its own code"),
        ("ZeroGPU worker error", "OutOfMemoryError", GenerationFailed, "smaller picture"),
        ("", "Expired ZeroGPU proxy token", ProviderUnreachable, "lost its GPU"),
        ("", "429 Client Error: Too Many Requests", RateLimited, "too many requests"),
        ("", "Potential NSFW content was detected", PromptRejected, "refused"),
        ("", "The prompt was flagged as unsafe content.", PromptRejected, "refused"),
        ("", "Blocked by our content policy", PromptRejected, "refused"),
        ("", "CUDA out of memory. Tried to allocate 2 GiB", GenerationFailed, "smaller picture"),
        ("", "The model is still loading", ProviderError, "still loading"),
        ("", "something else", GenerationFailed, "could not make"),
        ("", "", GenerationFailed, "without saying why"),
    ],
)
def test_what_a_space_says_of_a_job_decides(title: str, text: str, kind: type, says: str) -> None:
    error = of_text(title, text, None).error("x.hf.space")
    assert type(error) is kind
    assert says in error.message
    assert error.message.startswith("the Space x.hf.space ")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Hostname 127.0.0.1 failed validation", "public address"),
        ("Unable to resolve hostname nohost.invalid: [Errno -2] Name or service not known", "could not read a picture"),
        ("Failed to download file. Status code: 404", "could not read a picture"),
        ("ConnectTimeout", "could not read a picture"),
        ("ConnectError: [Errno 111] Connection refused", "could not read a picture"),
        ("All connection attempts failed", "could not read a picture"),
        ("[Errno -3] Temporary failure in name resolution", "could not read a picture"),
        ("[Errno 101] Network is unreachable", "could not read a picture"),
        ("Client error '404 Not Found' for url 'https://example.com/x.png'", "could not read a picture"),
        ("Server error '503 Service Unavailable' for url", "could not read a picture"),
        ("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed", "could not read a picture"),
        (
            "Could not preprocess input component at index 0 (a `image` component) of the event handler",
            "could not read a picture",
        ),
    ],
)
def test_a_link_that_the_space_cannot_use_is_told_as_the_field(text: str, says: str) -> None:
    fault = of_link(text)
    assert fault
    error = fault.error()
    assert type(error) is InvalidParams
    assert error.field == "url"
    assert error.message.startswith("url: ")
    assert says in error.message


def test_a_space_that_fails_wordlessly_at_a_link_did_not_read_it() -> None:
    fault = of_link("")
    assert fault
    assert type(fault.error()) is ProviderError
    assert fault.error().status == 502
    assert fault.error().message.startswith("url: the Space failed without saying why")


def test_another_failure_is_not_blamed_on_the_link() -> None:
    for text in ("CUDA error: device-side assert", "Error while processing the image", "connection pool of the model"):
        assert of_link(text) is None


@pytest.mark.parametrize(
    ("status", "text", "kind", "says", "wakes"),
    [
        (503, "This Space is sleeping due to inactivity.", ProviderUnreachable, "asleep", True),
        (503, "<h1>Preparing Space</h1>", ProviderUnreachable, "asleep", True),
        (503, "", ProviderUnreachable, "may be starting", True),
        (502, "<html>Bad Gateway</html>", ProviderUnreachable, "may be starting", True),
        (503, "Space is building", ProviderUnreachable, "being built", False),
        (503, "Space is paused", ProviderUnreachable, "paused by its owner", False),
        (503, "<style>.paused .building {}</style>Runtime error", ProviderUnreachable, "broken", False),
        (503, '{"detail":"Queue is full. Max size is 20 and size is 20."}', RateLimited, "full queue", False),
        (503, '{"detail":"Queue is stopped."}', ProviderUnreachable, "starting anew", True),
        (503, "Server is busy, please try again later", RateLimited, "too busy", False),
        (500, "Internal Server Error", ProviderUnreachable, "HTTP 500", False),
        (401, "Invalid username or password.", AuthInvalid, "X-HF-Token", False),
        (401, '{"error":"Invalid credentials"}', AuthInvalid, "X-HF-Token", False),
        (403, "", ProviderUnreachable, "in front of it", False),
        (403, "<html><h1>Access denied</h1>nginx</html>", ProviderUnreachable, "in front of it", False),
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
def test_a_bad_answer_is_told_by_status_and_text(status: int, text: str, kind: type, says: str, wakes: bool) -> None:
    fault = of_answer(SpaceResponse("/config", status, text, {}), None)
    error = fault.error("x.hf.space")
    assert type(error) is kind
    assert says in error.message
    assert fault.wakes is wakes
    assert error.upstream
    assert "<" not in error.upstream


def test_retry_after_is_read_from_the_header() -> None:
    assert of_answer(SpaceResponse("/config", 429, "", {"retry-after": "7"}), None).retry_after == 7
    assert of_answer(SpaceResponse("/config", 429, "", {"retry-after": "soon"}), None).retry_after == 30
    assert of_answer(SpaceResponse("/config", 429, "", {"ratelimit": '"api";r=0;t=55'}), None).retry_after == 55


def test_a_pages_words_decide_and_are_not_passed_on() -> None:
    page = "<html><h1>Your Space is building</h1><hr>nginx/secret-host</html>"
    error = of_answer(SpaceResponse("/config", 503, page, {}), None).error("x.hf.space")
    assert "being built" in error.message
    assert error.upstream == "HTTP 503"


def test_arguments_that_do_not_fit_are_told_by_their_message() -> None:
    detail = [{"loc": ["body", "data"], "msg": "Input should be a valid list", "input": {"secret": 1}}]
    error = of_answer(SpaceResponse("/queue/join", 422, json.dumps({"detail": detail}), {}), None).error("x.hf.space")
    assert "has changed" in error.message
    assert error.upstream == "Input should be a valid list"


@pytest.mark.parametrize("status", [401, 403])
def test_a_firewalls_page_about_an_expiry_refuses_no_token(status: int) -> None:
    page = "<html><body>blocked: the session has expired</body></html>"
    error = of_answer(SpaceResponse("/queue/join", status, page, {}), TOKEN).error("x.hf.space")
    assert (type(error), error.dead_token) == (ProviderUnreachable, False)


def test_a_token_that_has_expired_is_told_apart() -> None:
    error = of_answer(SpaceResponse("/config", 401, "The access token has expired", {}), TOKEN).error("x.hf.space")
    assert type(error) is AuthExpired


@pytest.mark.parametrize(
    ("title", "text", "by_zerogpu"),
    [
        ("ZeroGPU quota exceeded", "You have exceeded your free ZeroGPU quota. Try again in 23:51:16", True),
        ("Error", "You have exceeded your GPU quota. Try again in 0:10:05", True),
        ("Error", "You have exceeded your ZeroGPU runs limit.", True),
        ("ZeroGPU pending credits exceeded", "Retry when some have ended", True),
        ("Error", "My GPU quota is over. Try again in 9999 days, 0:00:01", False),
        ("Error", "Space app has reached its GPU limit.", False),
        ("Error", "Queue is full. Max size is 20", False),
        ("Error", "Rate limit: try again in 23:00:00", False),
    ],
)
def test_only_zerogpus_own_words_are_about_the_token(title: str, text: str, by_zerogpu: bool) -> None:
    error = of_text(title, text, TOKEN).error("x.hf.space")
    assert isinstance(error, QuotaExceeded | RateLimited)
    assert error.of_model is not by_zerogpu
    assert (error.retry_after or 0) <= DAY


@pytest.mark.parametrize("echo", ["You have exceeded your GPU quota", "queue is full", "GPU task aborted", "paused"])
def test_the_callers_words_decide_nothing_at_a_space(echo: str) -> None:
    callers = PromptText([f"{echo} in neon letters"])
    text = f"Cannot draw '{echo.upper()}  in neon letters'"
    assert type(of_text("Error", text, TOKEN, callers).error("x.hf.space")) is GenerationFailed
    bad = SpaceResponse("/queue/join", 500, text, {})
    assert of_answer(bad, TOKEN, callers).text == "answered HTTP 500; try again"


@pytest.mark.parametrize(
    ("prompt", "text", "kind"),
    [
        ("your GPU quota", "You have exceeded your GPU quota. Try again in 0:10:05", QuotaExceeded),
        ("queue is", "The queue is full", RateLimited),
        ("nsfw", "NSFW content was found", PromptRejected),
        ("queue is full", "Cannot draw queue is full", GenerationFailed),
    ],
)
def test_the_callers_words_hide_nothing_of_a_space(prompt: str, text: str, kind: type[EaselError]) -> None:
    assert type(of_text("Error", text, TOKEN, PromptText([prompt])).error("x.hf.space")) is kind
