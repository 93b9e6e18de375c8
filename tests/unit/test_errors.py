"""The error tree: one code and status per cause. Errors contain no token and no web page."""

import re
from collections.abc import Iterator

import pytest

from easel import errors
from easel.common.token_redaction import WITHHELD
from easel.errors import CallerError, EaselError, UpstreamError, from_body

TOKEN = "gitee-token-for-tests"

# The table of codes in the design.
CODES = {
    400: {
        "INVALID_REQUEST",
        "INVALID_PROVIDER",
        "INVALID_MODEL",
        "INVALID_PROMPT",
        "INVALID_DIMENSIONS",
        "INVALID_PARAMS",
        "PROMPT_REJECTED",
    },
    401: {"AUTH_REQUIRED", "AUTH_INVALID", "AUTH_EXPIRED"},
    404: {"NOT_FOUND"},
    405: {"METHOD_NOT_ALLOWED"},
    409: {"CANCELLED"},
    410: {"MODEL_RETIRED"},
    413: {"PAYLOAD_TOO_LARGE"},
    429: {"RATE_LIMITED", "QUOTA_EXCEEDED"},
    500: {"GENERATION_FAILED", "UNKNOWN"},
    501: {"NOT_SUPPORTED"},
    502: {"PROVIDER_ERROR", "UPSTREAM_ERROR", "NO_PICTURE", "DOWNLOAD_FAILED"},
    504: {"TIMEOUT"},
}


def below(kind: type[EaselError]) -> Iterator[type[EaselError]]:
    """Return the classes below one, in the order of their definition."""
    for child in kind.__subclasses__():
        yield child
        yield from below(child)


SIDES = (CallerError, UpstreamError, errors.InternalError)
"""Whose doing an error is: the caller's, the provider's, Easel's own."""
RAISED = [kind for kind in below(EaselError) if kind not in SIDES[:2]]
"""The classes that are raised: all but the heads of the first two families."""


def test_each_documented_code_belongs_to_one_class() -> None:
    setting = [kind for kind in below(EaselError) if "code" in vars(kind)]
    assert len({kind.code for kind in setting}) == len(setting)
    assert {kind.code: kind.status for kind in setting} == {
        code: status for status, codes in CODES.items() for code in codes
    }
    assert (errors.KeyReused.status, errors.KeyReused.code) == (422, "INVALID_REQUEST")


def test_the_docstring_draws_the_actual_tree() -> None:
    drawn = (errors.__doc__ or "").partition("```")[2].partition("```")[0].strip().splitlines()[1:]
    found = [(re.match(r"[│├└─ ]*", row), row) for row in drawn]
    depths = {row[match.end() :].split()[0]: match.end() // 4 for match, row in found if match}
    assert depths == {
        kind.__name__: kind.__mro__.index(EaselError)
        for kind in below(EaselError)
        if kind.__module__ == errors.__name__
    }
    for kind in RAISED:
        assert any(f" {kind.__name__} " in row and f"{kind.status} {kind.code}" in row for row in drawn), kind


def test_callers_and_providers_errors_share_no_class() -> None:
    assert {kind for kind in below(EaselError) if not kind.__module__.startswith("easel.errors")} == set()
    for kind in RAISED:
        assert sum(issubclass(kind, side) for side in SIDES) == 1, kind
    assert issubclass(errors.PromptRejected, UpstreamError)
    assert (errors.PromptRejected.max_attempts, errors.PromptRejected.dead_token) == (1, False)


@pytest.mark.parametrize("kind", RAISED, ids=lambda kind: kind.__name__)
def test_a_body_is_unchanged_after_storing_it_in_a_job(kind: type[EaselError]) -> None:
    error = kind("why", provider="gitee", field="steps", upstream="busy", retry_after=7)
    again = from_body(error.body())
    assert again.body() == error.body()


def test_a_body_omits_unknown_details() -> None:
    assert errors.NotFound("no such job").body() == {"error": "no such job", "code": "NOT_FOUND", "details": {}}
    assert errors.RateLimited("again", retry_after=0).body()["details"] == {"retryAfter": 0}


@pytest.mark.parametrize("body", [{}, {"code": "NEW_CODE", "error": "x"}, {"details": None}])
def test_a_stored_body_of_another_version_reads_as_unknown(body: dict[str, object]) -> None:
    assert isinstance(from_body(body), errors.InternalError)


def test_an_errors_upstream_text_becomes_plain() -> None:
    error = errors.ProviderError("x", upstream='{"message": "Bad <b>prompt</b> ' + "y" * 2000 + '"}')
    assert error.upstream is not None
    assert error.upstream.startswith("Bad prompt y")
    assert len(error.upstream) == 500
    assert errors.ProviderError("x", upstream="<h1>Bad gateway</h1>nginx/secret-host").upstream is None


def test_removing_the_token_keeps_the_rest_of_the_error() -> None:
    details = {"provider": "gitee", "field": "x", "retry_after": 7}
    error = errors.RateLimited(f"{TOKEN} waits", upstream=f"for {TOKEN}", **details)  # type: ignore[arg-type]
    error.__cause__ = ValueError(TOKEN)
    error.max_attempts, error.drawn = 1, True
    cut = error.without(TOKEN)
    text = f"the provider refused or failed {WITHHELD}"
    assert cut.body() == errors.RateLimited(text, upstream=WITHHELD, **details).body()  # type: ignore[arg-type]
    assert (type(cut), cut.__cause__, cut.max_attempts, cut.drawn) == (errors.RateLimited, None, 1, True)
