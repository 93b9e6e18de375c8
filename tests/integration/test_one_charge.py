"""From a job's creation to its answer: whichever call to AWS fails, one picture is generated, stored and charged.

A call fails before it takes effect (`Dropped`) or after it (`Cut`), once or repeatedly. The caller then repeats with
the same Idempotency-Key, as SDKs do.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from easel.front_door import dispatch
from easel.store import jobs
from tests.harness import documents
from tests.harness.cloud import Cut, Dropped, Refusal
from tests.harness.easel_keys import bearer, give_key
from tests.integration.conftest import charged

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx2

    from tests.harness.stack import Stack

SMALL = {"width": 256, "height": 256, "provider": "gitee"}


@dataclass
class Caller:
    """A caller with a key, which sends an Idempotency-Key with its calls."""

    stack: Stack
    text: str
    mark: str

    def generate(self, **headers: str) -> httpx2.Response:
        body = {**SMALL, "prompt": self.mark}
        sent = {**bearer(self.text), "Idempotency-Key": self.mark, **headers}
        return self.stack.wait_on(self.stack.http.post("/api/generate", json=body, headers=sent))

    def charged(self) -> int:
        return charged(self.stack, self.text)

    def drawn(self) -> int:
        return len(self.stack.received("gitee", self.mark))


@pytest.fixture
def caller(
    stack: Stack,
    give_tokens: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> Caller:
    give_tokens(gitee="own-gitee-token-for-tests")
    monkeypatch.setattr(dispatch, "UNSTARTED_SECONDS", 0.0)
    return Caller(stack, give_key(stack.cloud), f"one charge {request.node.name}")


CALLS = {
    "the job and its key": ("dynamodb.TransactWriteItems", b"idempotency#"),
    "the Easel key's limits, a read": ("dynamodb.GetItem", b'"key#'),
    "the charge": ("dynamodb.UpdateItem", b"SET #mark"),
    "the invocation": ("lambda.Invoke", b'"job"'),
    "the claim": ("dynamodb.PutItem", b'"running"'),
    "the deployment's token, a read": ("ssm.GetParameter", b"/tokens/gitee"),
    "which tokens are cooling down, a read": ("dynamodb.GetItem", b'"tokens#'),
    "the picture's link": ("dynamodb.PutItem", b'"accepted#'),
    "the picture": ("s3.PutObject", b"PNG"),
    "the end": ("dynamodb.UpdateItem", b"outcome = :outcome"),
    "the token's use": ("dynamodb.UpdateItem", b'"drawn#'),
    "the settlement": ("dynamodb.UpdateItem", b"REMOVE #mark"),
}
"""The calls to AWS of a call with a key, in their order: the operation, and what its request holds."""


COLUMNS = {Dropped: "it never arrives", Cut: "its answer is lost", Refusal: "AWS answers 500"}
((_, ROWS),) = documents.tables(documents.TEXTS["docs/inside/call.md"])


def described(name: str, failure: Refusal, lasting: bool) -> list[str]:
    """Return the statuses that the documentation has for the first answer."""
    (row,) = [row for row in ROWS if row["the call"] == name]
    return row[COLUMNS[type(failure)]].split(" / ")[lasting].split(" or ")


def test_every_call_to_aws_is_documented(caller: Caller, stack: Stack) -> None:
    with stack.cloud.recording() as recorded:
        assert caller.generate().status_code == 200
        stack.functions.wait_until_idle()
    made = [(operation, body) for operation, body in recorded if b"/catalog/overlay.toml" not in body]  # at a start
    named = [
        [name for name, (known, held) in CALLS.items() if known == operation and held in body]
        for operation, body in made
    ]
    assert sorted(named) == sorted([name] for name in CALLS)
    assert [row["the call"] for row in ROWS] == list(CALLS)


BROKEN = Refusal(500, "InternalServerError")
OF_EACH_SERVICE = ("the charge", "the picture", "the deployment's token, a read", "the invocation")
FAILURES = [
    *((name, failure, True) for failure in (Dropped(), Cut(), BROKEN) for name in CALLS),
    *((name, Cut(), False) for name in CALLS),
    # botocore retries a call that did not arrive, in the same way for all calls of a service
    *((name, failure, False) for failure in (Dropped(), BROKEN) for name in OF_EACH_SERVICE),
]


@pytest.mark.parametrize(
    ("name", "failure", "lasting"),
    FAILURES,
    ids=[f"{name} {type(failure).__name__} {'lasting' if lasting else 'once'}" for name, failure, lasting in FAILURES],
)
def test_a_call_that_fails_costs_one_picture_and_one_charge(
    name: str, failure: Refusal, lasting: bool, caller: Caller, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation, held = CALLS[name]
    begun = threading.Event()

    def first() -> Refusal | None:
        if begun.is_set():
            return None
        begun.set()
        return failure

    def later() -> Refusal | None:
        return failure if lasting and begun.is_set() else None

    with stack.cloud.rule(operation, first, held), stack.cloud.rule(operation, later):
        answer = caller.generate()
        stack.functions.wait_until_idle()
    assert begun.is_set()
    assert str(answer.status_code) in described(name, failure, lasting)
    if answer.status_code != 200:
        answer = caller.generate()
        stack.functions.wait_until_idle()
    assert answer.status_code == 200, answer.json()
    monkeypatch.setattr(jobs, "SILENT_SECONDS", 0.0)  # no function runs that could write a heartbeat
    assert caller.generate().json()["imageDetails"]["url"] == answer.json()["imageDetails"]["url"]
    assert (caller.drawn(), caller.charged()) == (1, 1)


ASYNC = {"Prefer": "respond-async"}


@pytest.mark.parametrize(
    ("headers", "operation", "number"),
    [
        ({}, "dynamodb.PutItem", 1),  # the claim, which stores the job as well
        ({}, "lambda.Invoke", 1),
        (ASYNC, "dynamodb.PutItem", 1),  # the job
        (ASYNC, "dynamodb.PutItem", 2),  # the claim
        (ASYNC, "lambda.Invoke", 1),
    ],
)
def test_a_lost_response_without_a_key_repeats_no_picture(
    headers: dict[str, str], operation: str, number: int, caller: Caller, stack: Stack
) -> None:
    answers = iter([*[None] * (number - 1), Cut()])
    body, sent = {**SMALL, "prompt": caller.mark}, {**bearer(caller.text), **headers}
    with stack.cloud.rule(operation, lambda: next(answers, None)):
        answer = stack.wait_on(stack.http.post("/api/generate", json=body, headers=sent))
        job = stack.ended(answer)
    assert next(answers, None) is None
    assert job["status"] == "succeeded"
    assert stack.picture(job["imageDetails"])
    assert (caller.drawn(), caller.charged()) == (1, 1)


def test_a_retry_starts_what_the_first_call_could_not(caller: Caller, stack: Stack) -> None:
    with (
        stack.cloud.rule("dynamodb.TransactWriteItems", Cut),
        stack.cloud.refusing("dynamodb.GetItem", "AccessDeniedException"),
    ):
        assert caller.generate().status_code == 500
    assert caller.generate().status_code == 200
    assert (caller.drawn(), caller.charged()) == (1, 1)


@pytest.mark.parametrize("prefer", ["", "respond-async"])
def test_an_unrecorded_stored_picture_is_found(
    prefer: str, caller: Caller, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "SILENT_SECONDS", 0.0)
    with stack.cloud.rule("dynamodb.UpdateItem", lambda: Dropped() if caller.drawn() else None):
        first = caller.generate(Prefer=prefer)
        stack.functions.wait_until_idle()
    second = caller.generate()
    assert second.status_code == 200, (first.json(), second.json())
    assert first.json()["jobId"] == second.json()["jobId"]
    job = stack.http.get(f"/api/jobs/{second.json()['jobId']}", headers=bearer(caller.text)).json()
    assert job["status"] == "succeeded"
    assert (caller.drawn(), caller.charged()) == (1, 1)
