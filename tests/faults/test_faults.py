"""What every fault of a provider comes to, whatever door the call took."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from easel import catalog
from easel.errors import (
    AnswerLost,
    AuthExpired,
    AuthInvalid,
    DownloadFailed,
    EaselError,
    GenerationFailed,
    GenerationTimeout,
    InvalidDimensions,
    InvalidPrompt,
    LinkRefused,
    ModelRetired,
    NoAllowance,
    NoPicture,
    PromptRejected,
    ProviderError,
    ProviderUnreachable,
    QuotaExceeded,
    RateLimited,
    SpaceBroke,
)
from easel.store import images
from tests.faults import faults_page
from tests.faults.doors import Case, cases

if TYPE_CHECKING:
    from tests.faults.doors import Run

NAMES = tuple(catalog.providers())
EXPECTED: dict[str, type[EaselError] | None] = {
    "error": ProviderError,
    "huggingface error": GenerationFailed,
    "html": ProviderError,
    "huggingface html": ProviderUnreachable,
    "gitee html": AnswerLost,
    "gateway": AnswerLost,
    "html200": ProviderError,
    "quota": QuotaExceeded,
    "rate": RateLimited,
    "ratefraction": RateLimited,
    "ratedate": RateLimited,
    "ratelist": RateLimited,
    "ratelimit": RateLimited,
    "auth": AuthInvalid,
    "expired": AuthExpired,
    "huggingface expired": ProviderUnreachable,
    "moderation": PromptRejected,
    "busy": RateLimited,
    "gitee busy": ProviderError,
    "loading": ProviderError,
    "unavailable": ProviderError,
    "huggingface unavailable": ProviderUnreachable,
    "notfound": ProviderError,
    "hang": GenerationTimeout,
    "cut": ProviderUnreachable,
    "garbage": NoPicture,
    "badjson": NoPicture,
    "empty": NoPicture,
    "refused200": ProviderError,
    "retired": ModelRetired,
    "payment": QuotaExceeded,
    "quota200": QuotaExceeded,
    "toolong": InvalidPrompt,
    "badsize": InvalidDimensions,
    "wall": ProviderUnreachable,
    "magicubes": QuotaExceeded,
    "email": AuthInvalid,
    "credits": RateLimited,
    "illegal": GenerationFailed,
    "worker": SpaceBroke,
    "schedule": ProviderUnreachable,
    "ownerlimit": RateLimited,
    "package": NoAllowance,
    "interface": ProviderError,
    "b64": None,
    "datalink": None,
    "b64lines": None,
    "b64urlsafe": None,
    "oddstate": GenerationFailed,
    "outputs": None,
    "internal": LinkRefused,
    "numbertask": None,
    "never": GenerationTimeout,
    "failed": GenerationFailed,
    "canceled": GenerationFailed,
    "succeeded": None,
    "lost": GenerationFailed,
    "pollerror": None,
    "hangpoll": None,
    "failedtext": GenerationFailed,
    "failedoutput": GenerationFailed,
    "balance": ModelRetired,
    "unbound": AuthInvalid,
    "realname": AuthInvalid,
    "error-null": GenerationFailed,
    "runs": QuotaExceeded,
    "nogpu": RateLimited,
    "silent": GenerationTimeout,
    "text": None,
    "queuefull": RateLimited,
    "misfit": ProviderError,
    "sleeping": ProviderUnreachable,
    "building": ProviderUnreachable,
    "paused": ProviderUnreachable,
    "moved": ProviderError,
    "badimage": ProviderError,
    "bigimage": ProviderError,
    "truncated": ProviderError,
    "wrongsize": None,
    "wrongformat": None,
    "avif": None,
    "tiff": ProviderError,
    "htmlimage": ProviderError,
    "gone": DownloadFailed,
    "slowimage": DownloadFailed,
    "redirect": LinkRefused,
    "early": None,
    "late": DownloadFailed,
    "hop": None,
}
"""The error by fault, for all providers that are not named; None is a picture."""
UNTIL_MIDNIGHT = pytest.approx(43200, abs=43260)
RETRY_AFTER = {
    **{f"gitee {fault}": UNTIL_MIDNIGHT for fault in ("payment", "quota", "quota200")},
    **{f"modelscope {fault}": 1800 for fault in ("magicubes", "payment", "quota", "quota200")},
    "huggingface runs": UNTIL_MIDNIGHT,
    **{f"{provider} {fault}": 7 for provider in NAMES for fault in ("ratefraction", "ratelist", "ratelimit")},
    **{f"{provider} ratedate": pytest.approx(3600, abs=600) for provider in NAMES},
    "gitee rate": 7,
    "gitee loading": 30,
    "modelscope loading": 30,
    "huggingface quota": 86349,
    "huggingface rate": 7,
    "huggingface expired": 10,
    "huggingface loading": 30,
    "huggingface busy": 30,
    "huggingface nogpu": 30,
    "huggingface queuefull": 30,
    "huggingface html": 60,
    "huggingface unavailable": 60,
    "huggingface sleeping": 60,
    "huggingface building": 180,
    "huggingface credits": 60,
    "huggingface schedule": 30,
    "huggingface ownerlimit": 600,
}
OPENAI_TYPES = {400: "invalid_request_error", 401: "authentication_error", 410: "invalid_request_error"}
OPENAI_CODES = {
    "RATE_LIMITED": "rate_limit_exceeded",
    "UNKNOWN": "server_error",
    "AUTH_INVALID": "invalid_api_key",
    "AUTH_EXPIRED": "invalid_api_key",
    "PROMPT_REJECTED": "content_policy_violation",
    "QUOTA_EXCEEDED": "insufficient_quota",
}
"""OpenAI's codes that are not Easel's own in lower case."""
MENDED = ("huggingface sleeping", *(f"{provider} late" for provider in catalog.providers()))
"""What a batch's second try finds gone."""
ACCEPTED = ("never", "badimage", "bigimage", "truncated", "tiff", "htmlimage", "gone", "slowimage", "late")
"""The provider has a task or a picture by then: a further try draws none."""


def expected(case: Case) -> type[EaselError] | None:
    name = f"{case.provider} {case.fault}"
    return EXPECTED[name] if name in EXPECTED else EXPECTED[case.fault]


@pytest.mark.parametrize("case", [case for case in cases() if case.door != "batch"], ids=str)
def test_a_call_gets_the_faults_error_and_costs_one_call(case: Case, run: Run) -> None:
    seen, kind = run.seen[case], expected(case)
    assert (seen.status, seen.code) == ((kind.status, kind.code) if kind else (200, "")), seen.answer
    assert seen.retry_after == RETRY_AFTER.get(f"{case.provider} {case.fault}")
    assert seen.calls == 1
    if kind:
        assert bool(seen.openai) == (case.door == "v1")
        text = re.sub(r"https://\S+", "", seen.answer["error"])
        assert case.provider not in text  # which has the name that people know
        assert seen.answer["details"]["provider"] == case.provider


def test_an_error_on_v1_has_openais_shape(run: Run) -> None:
    for case, seen in run.seen.items():
        if seen.openai:
            kind = OPENAI_TYPES.get(seen.status, "api_error")
            code = OPENAI_CODES.get(seen.code, seen.code.lower())
            expected = {"message": seen.answer["error"], "type": code if seen.status == 429 else kind, "code": code}
            assert {name: seen.openai[name] for name in expected} == expected, case
            param = "Authorization" if seen.status == 401 else seen.answer["details"].get("field")
            assert seen.openai["param"] == param, case


@pytest.mark.parametrize("case", [case for case in cases() if case.door == "batch"], ids=str)
def test_a_batch_retries_waits_or_fails_with_the_same_error(case: Case, run: Run) -> None:
    seen, kind = run.seen[case], expected(case)
    waits = bool(kind) and issubclass(kind or EaselError, RateLimited | QuotaExceeded) and kind is not NoAllowance
    again = bool(kind) and (kind or EaselError).tries > 1
    assert seen.waits == waits
    assert seen.calls == (2 if again and case.fault not in ACCEPTED else 1)
    assert seen.waits or seen.job.attempts == (2 if again else 1)
    if kind is None or waits or f"{case.provider} {case.fault}" in MENDED:
        assert seen.answer == {}
    else:
        assert (seen.status, seen.code) == (kind.status, kind.code)


@pytest.mark.parametrize("door", ["v1", "own route"])
def test_each_error_is_brought_about_by_every_door(door: str) -> None:
    errors = {(case.door == door, expected(case)) for case in cases()}
    assert {kind for there, kind in errors if there} == {kind for _, kind in errors}


def test_no_picture_is_drawn_for_nothing(run: Run) -> None:
    told = {case: seen for case, seen in run.seen.items() if case.fault not in faults_page.UNTOLD}
    assert {str(case) for case, seen in told.items() if seen.drawn > 1} == set()
    assert {str(case) for case, seen in told.items() if seen.job.result and seen.drawn != 1} == set()


def test_no_response_contains_html_or_a_providers_host(run: Run) -> None:
    hosts = {*run.hosts, *(host.partition(":")[0] for host in run.hosts), "169.254.169.254"}
    failed = {case: json.dumps(seen.answer) for case, seen in run.seen.items() if seen.code}
    foreign = ("<", "nginx", *hosts)
    assert [(str(case), text) for case, text in failed.items() if any(one in text for one in foreign)] == []
    assert {case for case, text in failed.items() if len(text) > 1200} == set()


def test_every_error_names_its_provider(run: Run) -> None:
    failed = {case: seen.answer for case, seen in run.seen.items() if seen.code}
    assert {frozenset(answer) for answer in failed.values()} == {frozenset({"error", "code", "details"})}
    assert {str(case) for case, answer in failed.items() if answer["details"]["provider"] != case.provider} == set()


def test_no_key_and_no_token_is_stored_printed_or_answered(run: Run) -> None:
    for case, seen in run.seen.items():
        run.watch.answered(str(case), json.dumps([seen.answer, seen.job.to_json()]))
    assert run.watch.leaks() == []


def test_every_picture_is_settled_at_the_callers_key(run: Run) -> None:
    assert run.held == []


def test_nothing_is_lost(run: Run) -> None:
    """Each job's record matches its caller's response, and each link leads to its picture."""
    for case, seen in run.seen.items():
        if seen.waits:
            assert (seen.job.status, seen.job.attempts) == ("queued", 0), case
        elif seen.code:
            told = seen.answer
            if case.door == "v1" and seen.status == 401:  # which names the header of /v1 in place of the provider's
                told = {**told, "error": str(told["error"]).removeprefix("Authorization: ")}
            assert (seen.job.status, seen.job.error) == ("failed", told), case
        else:
            assert seen.job.status == "succeeded", case
            assert images.inspect(seen.picture, case.provider).width in (256, 512), case


def test_every_provider_serves_the_next_call(run: Run) -> None:
    assert run.afterwards == dict.fromkeys(catalog.providers(), 200)


def test_the_page_of_faults_has_what_was_seen(run: Run, request: pytest.FixtureRequest) -> None:
    text = faults_page.block(run.seen)
    if request.config.getoption("--write-faults", default=False):
        faults_page.write(text)
    assert text in faults_page.FILE.read_text("utf-8"), 'make test ARGS="tests/faults --write-faults" writes it'
