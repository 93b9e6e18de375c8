"""The result of every fault of a provider, for each way to call."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from easel import catalog
from easel.store import images
from tests.faults import faults_page
from tests.faults.cases import Case, cases
from tests.faults.expected import ACCEPTED, MENDED, RETRY_AFTER, begun, error_of, may_be_drawn, rests, waits

if TYPE_CHECKING:
    from tests.faults.doors import Run

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


@pytest.mark.parametrize("case", [case for case in cases() if case.door != "batch"], ids=str)
def test_a_call_gets_the_faults_error_and_costs_one_call(case: Case, run: Run) -> None:
    seen, kind = run.seen[case], error_of(case.provider, case.fault)
    assert (seen.status, seen.code) == ((kind.status, kind.code) if kind else (200, "")), seen.answer
    assert seen.retry_after == RETRY_AFTER.get(f"{case.provider} {case.fault}")
    assert seen.calls == 1
    assert seen.may_be_drawn == may_be_drawn(case.provider, case.fault)
    assert seen.begun == begun(case.provider, case.fault)
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
    seen, kind = run.seen[case], error_of(case.provider, case.fault)
    again = kind is not None and kind.max_attempts > 1
    assert (seen.waits, seen.rests) == (waits(kind), rests(case.provider, case.fault))
    assert seen.calls == (2 if again and case.fault not in ACCEPTED else 1)
    assert seen.waits or seen.job.attempts == (2 if again else 1)
    if kind is None or waits(kind) or f"{case.provider} {case.fault}" in MENDED:
        assert seen.answer == {}
    else:
        assert (seen.status, seen.code) == (kind.status, kind.code)


def test_no_fault_costs_a_second_picture(run: Run) -> None:
    known = {case: seen for case, seen in run.seen.items() if case.fault not in faults_page.UNKNOWN}
    assert {str(case) for case, seen in known.items() if seen.drawn > 1} == set()
    assert {str(case) for case, seen in known.items() if seen.job.result and seen.drawn != 1} == set()


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


def test_every_outcome_is_recorded(run: Run) -> None:
    """Each job's record matches its caller's response, and each link leads to its picture."""
    for case, seen in run.seen.items():
        if seen.waits:
            assert (seen.job.status, seen.job.attempts) == ("queued", 0), case
        elif seen.code:
            error = seen.answer
            if case.door == "v1" and seen.status == 401:  # it names the header of /v1 instead of the provider's
                error = {**error, "error": str(error["error"]).removeprefix("Authorization: ")}
            assert (seen.job.status, seen.job.error) == ("failed", error), case
        else:
            assert seen.job.status == "succeeded", case
            assert images.inspect(seen.picture, case.provider).width in (256, 512), case


def test_every_provider_serves_the_next_call(run: Run) -> None:
    assert run.afterwards == dict.fromkeys(catalog.providers(), 200)


def test_the_page_of_faults_matches_the_results(run: Run, request: pytest.FixtureRequest) -> None:
    text = faults_page.block(run.seen)
    if request.config.getoption("--write-faults", default=False):
        faults_page.write(text)
    assert text in faults_page.FILE.read_text("utf-8"), 'make test ARGS="tests/faults --write-faults" writes it'
