"""The error tree: one code and status per cause, and a provider's text made harmless."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from easel import errors
from easel.errors import CallerError, EaselError, ProviderFault, from_body, plain_text, redact

# The design's table of codes.
CODES = {
    400: {
        "INVALID_REQUEST",
        "INVALID_PROVIDER",
        "INVALID_MODEL",
        "INVALID_PROMPT",
        "INVALID_DIMENSIONS",
        "INVALID_PARAMS",
    },
    401: {"AUTH_REQUIRED", "AUTH_INVALID", "AUTH_EXPIRED"},
    404: {"NOT_FOUND"},
    405: {"METHOD_NOT_ALLOWED"},
    409: {"CANCELLED"},
    413: {"PAYLOAD_TOO_LARGE"},
    429: {"RATE_LIMITED", "QUOTA_EXCEEDED"},
    500: {"GENERATION_FAILED", "UNKNOWN"},
    502: {"PROVIDER_ERROR", "UPSTREAM_ERROR"},
    504: {"TIMEOUT"},
}


def every_error() -> list[type[EaselError]]:
    """The tree's leaves as the layer defines them; deployments' and functions' own kinds are beside the table."""
    found, waiting = [], [EaselError]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        below = [sub for sub in kind.__subclasses__() if sub.__module__ == "easel.errors"]
        if kind.__module__ == "easel.errors" and not below:
            found.append(kind)
    return found


def test_the_tree_has_exactly_the_codes_and_statuses_of_the_design() -> None:
    tree = [kind for kind in every_error() if kind is not errors.KeyReused]
    statuses = {kind.code: kind.status for kind in tree} | {errors.Unknown.code: errors.Unknown.status}
    assert statuses == {code: status for status, codes in CODES.items() for code in codes}


def test_no_two_errors_share_a_code_but_the_key_used_twice() -> None:
    tree = [kind for kind in every_error() if kind is not errors.KeyReused]
    assert len({kind.code for kind in tree}) == len(tree)
    assert (errors.KeyReused.status, errors.KeyReused.code) == (422, "INVALID_REQUEST")


def test_the_picture_of_the_tree_in_the_docstring_is_the_tree() -> None:
    assert errors.__doc__ is not None
    for kind in every_error():
        rows = [line for line in errors.__doc__.splitlines() if f" {kind.__name__} " in line]
        assert len(rows) == 1, kind
        assert f"{kind.status} {kind.code}" in rows[0]


def test_the_callers_faults_and_the_providers_never_share_a_class() -> None:
    for kind in every_error():
        assert sum(issubclass(kind, side) for side in (CallerError, ProviderFault, errors.Unknown)) == 1, kind


@pytest.mark.parametrize("kind", every_error(), ids=lambda kind: kind.__name__)
def test_a_body_survives_being_stored_in_a_job(kind: type[EaselError]) -> None:
    error = kind("why", provider="gitee", field="steps", upstream="busy", retry_after=7)
    again = from_body(error.body())
    assert again.body() == error.body()


def test_a_body_leaves_out_what_is_not_known() -> None:
    assert errors.NotFound("no such job").body() == {"error": "no such job", "code": "NOT_FOUND", "details": {}}


def test_a_retry_after_of_zero_is_told() -> None:
    assert errors.RateLimited("again", retry_after=0).body()["details"] == {"retryAfter": 0}


@pytest.mark.parametrize("body", [{}, {"code": "NEW_CODE", "error": "x"}, {"details": None}])
def test_a_stored_body_of_another_version_reads_as_unknown(body: dict[str, object]) -> None:
    assert isinstance(from_body(body), errors.Unknown)


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("Server is busy", "Server is busy"),
        (
            "<html><head><title>502</title></head><body><h1>Bad gateway</h1>\n<hr>nginx</body></html>",
            "Bad gateway nginx",
        ),
        ("before<script>alert('x')</script>after", "before after"),
        ("before<style>a{b}</style >after", "before after"),
        ("before<script>never closed", "before"),
        ("a <img src='x", "a img src='x"),
        ("3 < 4 and 5 > 4", "3 4"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;", "script alert(1) /script"),
        ("<!-- a\ncomment -->text", "text"),
        ("bell\x07 and\x00 null\r\nline\ttab", "bell and null line tab"),
        ("right-to-left \u202eoverride and \ud800 surrogate", "right-to-left override and surrogate"),
        ("尚未绑定到任何资源包", "尚未绑定到任何资源包"),
        ("", ""),
    ],
)
def test_a_providers_text_loses_markup_and_control_characters(raw: str, plain: str) -> None:
    assert plain_text(raw) == plain


def test_a_providers_text_is_cut_short() -> None:
    assert plain_text("x" * 501) == "x" * 499 + "…"
    assert plain_text("x" * 500) == "x" * 500
    assert len(plain_text("<p>word</p>" * 100_000)) <= 500


@given(st.text(alphabet=st.sampled_from("<>&;/!- \nabscriptlgt#x3")))
def test_no_text_keeps_a_bracket_or_a_control_character(raw: str) -> None:
    plain = plain_text(raw)
    assert not set(plain) & set("<>")
    assert plain.isprintable()


def test_an_error_makes_its_upstream_text_plain_by_itself() -> None:
    error = errors.ProviderError("x", upstream="<h1>Bad</h1>" + "y" * 2000)
    assert error.upstream is not None
    assert error.upstream.startswith("Bad y")
    assert len(error.upstream) == 500


def test_a_token_that_a_provider_repeats_is_cut_out() -> None:
    told = redact("the token gitee-token-for-tests is bad", "gitee-token-for-tests")
    assert told == "the token [token] is bad"
    assert redact("nothing to hide", None) == "nothing to hide"
