"""The front door: validate a call, create its job, invoke the function once and wait; and each step's failures."""

from __future__ import annotations

import json
import threading
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from easel.common.deadline import ends_within, in_thread
from easel.errors import AuthInvalid, EaselError, GenerationTimeout, InvalidParams, ProviderError, RateLimited
from easel.front_door import dispatch, handover, invoke, wait
from easel.front_door.http_messages import HttpRequest, HttpResponse
from easel.front_door.validation import parse_generate
from easel.settings import settings
from easel.store import jobs
from easel.store.records import Job, Result
from tests.harness.cloud import Cloud, Dropped
from tests.harness.functions import FunctionDied, Functions
from tests.harness.patience import HANGS_SECONDS, until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TOKEN = "gitee-token-for-tests"
RESULT = Result(key="images/1.png", format="PNG", width=64, height=64, size=3, seed=42, seconds=0.1)


class Provider:
    """A provider's function that runs `act` for a job and records its events."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.act: Callable[[Job], Any] = lambda job: jobs.succeed(job, RESULT, job.warnings)

    def __call__(self, event: dict[str, Any], context: object) -> Any:
        self.events.append(event)
        job = jobs.claim(Job.from_json(event["job"]))
        if not job:
            return jobs.get(event["job"]["id"]).to_json()
        answer = self.act(job)
        return answer.to_json() if isinstance(answer, Job) else answer


@pytest.fixture(scope="module")
def _served() -> Iterator[tuple[Cloud, Functions, Provider]]:
    provider = Provider()
    functions = Functions({"easel-gitee": provider, "easel-huggingface": provider})
    cloud = Cloud(functions.invoke)
    yield cloud, functions, provider
    cloud.close()


@pytest.fixture
def served(_served: tuple[Cloud, Functions, Provider], monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    cloud, functions, provider = _served
    for name, value in cloud.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("FUNCTION_PREFIX", "easel-")
    provider.__init__()  # type: ignore[misc]
    yield cloud
    functions.wait_until_idle()


@pytest.fixture
def functions(_served: tuple[Cloud, Functions, Provider]) -> Functions:
    return _served[1]


@pytest.fixture
def provider(served: Cloud, _served: tuple[Cloud, Functions, Provider]) -> Provider:
    return _served[2]


def generate(
    fields: dict[str, Any] | None = None,
    source: str = "192.0.2.1",
    agent: str = "",
    late: float = 0.0,
    url_seconds: float | None = None,
    **headers: str,
) -> HttpResponse:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    body = json.dumps({"prompt": "a cat", "seed": 1, **(fields or {})}).encode()
    known = {"host": "api.test", "x-api-key": TOKEN, **sent}
    call = HttpRequest(body, known, "/api/generate", "id-1", late, source, agent, url_seconds)
    return dispatch.answer(call, parse_generate)


def held(provider: Provider) -> threading.Event:
    """Let the provider generate nothing until the event is set."""
    release = threading.Event()
    provider.act = lambda job: release.wait(HANGS_SECONDS) and jobs.succeed(job, RESULT, ())
    return release


def outcome_of(answer: HttpResponse) -> tuple[int, str]:
    return answer.status, code_of(answer)


def code_of(answer: HttpResponse) -> str:
    return str((answer.body or {}).get("code"))


def job_of(answer: HttpResponse) -> Job:
    return jobs.get(str((answer.body or {})["jobId"]))


@pytest.mark.parametrize(
    ("headers", "warnings"),
    [
        ({"authorization": "Bearer something"}, 1),
        ({"api_key": "something"}, 1),
        ({"authorization": "Bearer something", "x_hf_token": "own"}, 0),
        ({"authorization": "Basic something"}, 0),
        ({"x_ms_token": "for other calls"}, 0),
    ],
)
def test_an_unreadable_token_is_a_warning_next_to_the_picture(
    provider: Provider, headers: dict[str, Any], warnings: int
) -> None:
    answer = generate({"provider": "huggingface"}, **headers)
    assert answer.body
    assert (answer.status, len(answer.body["warnings"])) == (200, warnings)
    assert all("was ignored" in text and "X-HF-Token" in text for text in answer.body["warnings"])


def test_a_call_creates_a_job_and_returns_its_picture(served: Cloud, provider: Provider) -> None:
    with served.counting() as calls:
        answer = generate()
    assert calls == {"dynamodb.PutItem": 1, "lambda.Invoke": 1, "dynamodb.UpdateItem": 1}
    (event,) = provider.events
    assert (event["token"], event["claim"]) == (TOKEN, True)
    assert (answer.status, job_of(answer).status) == (200, "succeeded")


def test_an_invalid_request_creates_no_job(served: Cloud, provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    with served.counting() as calls:
        assert outcome_of(generate({"steps": 9.5})) == (400, "INVALID_PARAMS")
        assert outcome_of(generate({"model": "flux"})) == (400, "INVALID_MODEL")
        assert outcome_of(generate(x_api_key="")) == (401, "AUTH_REQUIRED")
        for key in ("", "x" * 256):
            assert outcome_of(generate(idempotency_key=key)) == (400, "INVALID_REQUEST")
    assert set(calls) <= {"s3.GetObject"}  # one read of the owner's own catalog
    monkeypatch.delenv("FUNCTION_PREFIX")
    settings.cache_clear()
    answer = generate()
    assert outcome_of(answer) == (500, "UNKNOWN")
    assert "FUNCTION_PREFIX" in (answer.body or {})["error"]
    assert not provider.events


def test_a_failed_job_is_answered_with_its_error(served: Cloud, provider: Provider) -> None:
    provider.act = partial(jobs.fail, error=ProviderError("it broke", provider="gitee"))
    assert outcome_of(generate(idempotency_key=TOKEN[:5])) == (502, "PROVIDER_ERROR")
    assert TOKEN not in json.dumps(served.items())


def test_respond_async_answers_at_once(provider: Provider, functions: Functions) -> None:
    release = held(provider)
    answer = generate(prefer="respond-async")
    body = answer.body or {}
    assert (answer.status, body["status"]) == (202, "queued")
    assert answer.headers["Preference-Applied"] == "respond-async"
    assert answer.headers["Location"].endswith(f"/api/jobs/{body['jobId']}")
    release.set()
    functions.wait_until_idle()
    assert provider.events[0]["claim"]


def test_a_late_call_is_redirected_and_the_job_continues(provider: Provider, functions: Functions) -> None:
    release = held(provider)
    answer = generate(prefer="wait=1")
    assert (answer.status, (answer.body or {})["status"], job_of(answer).status) == (202, "running", "running")
    assert answer.headers["Retry-After"]
    release.set()
    functions.wait_until_idle()
    assert job_of(answer).status == "succeeded"
    assert len(provider.events) == 1


@pytest.mark.parametrize(
    ("death", "status", "code"),
    [
        (FunctionDied.killed(), 500, "UNKNOWN"),
        (FunctionDied.timed_out(300), 504, "TIMEOUT"),
        (FunctionDied("Runtime.OutOfMemory", "RequestId: 1 Error: Runtime exited"), 500, "UNKNOWN"),
    ],
    ids=["killed", "timed-out", "out-of-memory"],
)
@pytest.mark.parametrize("drawn", [True, False])
def test_a_function_that_dies_ends_its_job(
    death: FunctionDied, status: int, code: str, drawn: bool, provider: Provider
) -> None:
    died: list[Job] = []

    def die(job: Job) -> None:
        died.append(jobs.succeed(job, RESULT, ()) if drawn else job)
        raise death

    provider.act = die
    answer = generate()
    stored = jobs.get(died[0].id)
    if drawn:
        assert (answer.status, stored.status) == (200, "succeeded")
    else:
        assert (*outcome_of(answer), stored.status, stored.error_status) == (status, code, "failed", status)


@pytest.mark.parametrize(("prefer", "status"), [("wait=25", 200), ("wait=1", 202), ("respond-async", 202)])
def test_a_lost_connection_does_not_end_the_job(
    prefer: str, status: int, served: Cloud, provider: Provider, functions: Functions
) -> None:
    seen: list[Job] = []
    release = threading.Event()

    def slow(job: Job) -> Job:
        seen.append(job)
        release.wait(HANGS_SECONDS)
        return jobs.succeed(job, RESULT, ())

    def begun() -> bool:
        if seen and status == 200:
            release.set()
        return bool(seen)

    provider.act = slow
    with served.cutting("lambda.Invoke", once=begun):
        assert generate(prefer=prefer).status == status
    until(lambda: seen)
    release.set()
    functions.wait_until_idle()
    assert len(seen) == 1
    assert jobs.get(seen[0].id).status == "succeeded"


@pytest.mark.parametrize("prefer", ["wait=5", "respond-async"])
def test_an_undelivered_invocation_is_sent_again(
    prefer: str, served: Cloud, provider: Provider, functions: Functions
) -> None:
    left = iter([Dropped()])
    with served.rule("lambda.Invoke", lambda: next(left, None)), served.counting() as calls:
        answer = generate(prefer=prefer)
    functions.wait_until_idle()
    assert calls["lambda.Invoke"] == 2
    assert job_of(answer).status == "succeeded"
    assert len(provider.events) == 1


@pytest.mark.parametrize("prefer", ["wait=5", "respond-async"])
def test_an_unreachable_function_fails_the_job_at_once(prefer: str, served: Cloud, provider: Provider) -> None:
    with served.rule("lambda.Invoke", Dropped), served.counting() as calls:
        answer = generate({"prompt": f"never {prefer}"}, prefer=prefer)
    assert calls["lambda.Invoke"] == 2
    assert outcome_of(answer) == (500, "UNKNOWN")
    assert "could not reach its function" in (answer.body or {})["error"]
    (left,) = [item for item in served.items() if "job" in item and f"never {prefer}" in item["job"]["S"]]
    assert left["status"]["S"] == "failed"
    assert not provider.events


@pytest.mark.parametrize("answer", [None, [], {"statusCode": 200}, "text", {"id": 1}], ids=str)
def test_an_answer_that_is_not_a_job_is_an_internal_error(answer: Any, provider: Provider) -> None:
    provider.act = lambda job: answer
    assert code_of(generate()) == "UNKNOWN"


def test_a_job_of_another_invocation_is_waited_for(provider: Provider) -> None:
    def elsewhere(job: Job) -> Job:
        in_thread(jobs.succeed, job, RESULT, ())
        return job

    provider.act = elsewhere
    assert generate().status == 200


@pytest.mark.parametrize("prefer", ["", "respond-async"])
@pytest.mark.parametrize(
    ("code", "status", "outcome"),
    [("TooManyRequestsException", 429, (429, "RATE_LIMITED")), ("ServiceException", 500, (500, "UNKNOWN"))],
)
def test_a_refused_invocation_is_not_retried(
    prefer: str, code: str, status: int, outcome: tuple[int, str], served: Cloud, provider: Provider
) -> None:
    with served.refusing("lambda.Invoke", code, status), served.counting() as calls:
        answer = generate(prefer=prefer)
    assert (calls["lambda.Invoke"], outcome_of(answer)) == (1, outcome)
    assert bool(answer.headers.get("Retry-After")) == (status == 429)
    assert not provider.events


def test_no_function_is_invoked_while_the_table_throttles(served: Cloud, provider: Provider) -> None:
    with served.refusing("dynamodb.PutItem", "ThrottlingException"):
        answer = generate(prefer="respond-async")
    assert outcome_of(answer) == (429, "RATE_LIMITED")
    assert "nothing was generated" in (answer.body or {})["error"]
    assert not provider.events


def test_an_idempotency_key_is_per_caller_and_request(provider: Provider) -> None:
    first, second = (generate(idempotency_key="key-1") for _ in range(2))
    assert first == second
    assert outcome_of(generate({"prompt": "a dog"}, idempotency_key="key-1")) == (422, "INVALID_REQUEST")
    assert len(provider.events) == 1
    generate(idempotency_key="key-1", x_api_key="another-token-for-tests")
    assert len(provider.events) == 2


@pytest.mark.parametrize(("source", "agent"), [("192.0.2.2", "curl"), ("192.0.2.1", "firefox")])
def test_anonymous_callers_differ_by_address_or_agent(
    source: str, agent: str, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields, key = {"provider": "huggingface"}, f"key-{source}-{agent}"
    mine = [generate(fields, agent="curl", idempotency_key=key, x_forwarded_for=said) for said in ("a", "b")]
    foreign = generate(fields, source=source, agent=agent, idempotency_key=key)
    assert mine[0].body == mine[1].body
    assert job_of(foreign).id != job_of(mine[0]).id
    assert len(provider.events) == 2


@pytest.mark.parametrize("error", [RateLimited("wait"), ProviderError("broke"), GenerationTimeout("late")], ids=repr)
def test_a_repeat_after_a_transient_failure_starts_a_new_job(error: EaselError, provider: Provider) -> None:
    key = f"passing-{error.code}"
    provider.act = partial(jobs.fail, error=error)
    assert generate(idempotency_key=key).status == error.status
    provider.act = lambda job: jobs.succeed(job, RESULT, job.warnings)
    first, second = (generate(idempotency_key=key) for _ in range(2))
    assert first.status == 200
    assert first == second
    assert len(provider.events) == 2


@pytest.mark.parametrize("error", [InvalidParams("url: is none"), AuthInvalid("no")], ids=repr)
def test_a_repeat_of_a_refused_request_is_refused_again(error: EaselError, provider: Provider) -> None:
    provider.act = partial(jobs.fail, error=error)
    first, second = (generate(idempotency_key=f"refused-{error.code}") for _ in range(2))
    assert (first, len(provider.events)) == (second, 1)


@pytest.mark.parametrize("retried", [True, False])
def test_simultaneous_repeats_share_one_generation(retried: bool, provider: Provider, functions: Functions) -> None:
    key, release, begun = f"together-{retried}", threading.Event(), list[Job]()
    if retried:
        provider.act = partial(jobs.fail, error=ProviderError("broke"))
        generate(idempotency_key=key)

    def act(job: Job) -> Job:
        begun.append(job)
        release.wait(HANGS_SECONDS)
        return jobs.succeed(job, RESULT, ())

    provider.act = act
    calls = [in_thread(generate, idempotency_key=key, url_seconds=HANGS_SECONDS) for _ in range(4)]
    until(lambda: begun)
    release.set()
    answers = [call.result(timeout=HANGS_SECONDS) for call in calls]
    functions.wait_until_idle()
    assert {(answer.status, job_of(answer).id) for answer in answers} == {(200, job.id) for job in begun}
    assert len(begun) == 1


def test_a_repeat_of_a_deleted_job_starts_a_new_one(served: Cloud, provider: Provider) -> None:
    gone = job_of(generate(idempotency_key="gone")).id
    served.client("dynamodb").delete_item(TableName=served.environment["JOBS_TABLE"], Key={"id": {"S": gone}})
    assert generate(idempotency_key="gone").status == 200
    assert len(provider.events) == 2


def test_a_cold_start_shortens_the_wait(provider: Provider) -> None:
    assert generate(late=29.0).status == 303


def test_a_call_to_the_function_url_waits_for_its_picture(
    provider: Provider, functions: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAIT_SECONDS", "0.1")
    settings.cache_clear()
    release = held(provider)
    call = in_thread(generate, url_seconds=HANGS_SECONDS)
    until(lambda: provider.events)
    assert not ends_within(call, 0.3)
    release.set()
    assert call.result(HANGS_SECONDS).status == 200
    functions.wait_until_idle()


def test_the_function_urls_last_answer_has_the_jobs_url(provider: Provider, functions: Functions) -> None:
    release = held(provider)
    answer = generate({"prompt": "unfinished"}, url_seconds=wait.ANSWER_SECONDS + 0.3)
    release.set()
    functions.wait_until_idle()
    (job,) = [Job.from_json(event["job"]) for event in provider.events]
    assert (answer.status, code_of(answer), answer.headers["X-Should-Retry"]) == (504, "TIMEOUT", "false")
    for address in (f"https://api.test/api/generate/{job.id} ", f"https://api.test/api/jobs/{job.id} "):
        assert address in (answer.body or {})["error"]
    assert jobs.get(job.id).status == "succeeded"


def test_a_preference_is_honored_at_the_function_url(provider: Provider, functions: Functions) -> None:
    release = held(provider)
    answer = generate(prefer="wait=0", url_seconds=60)
    release.set()
    functions.wait_until_idle()
    assert (answer.status, answer.headers["Preference-Applied"]) == (202, "wait=0")


def test_a_repeat_at_the_function_url_joins_the_first_call(provider: Provider, functions: Functions) -> None:
    release = held(provider)
    first = generate(idempotency_key="both addresses", prefer="wait=0")
    repeat = in_thread(generate, idempotency_key="both addresses", url_seconds=HANGS_SECONDS)
    release.set()
    assert job_of(repeat.result(HANGS_SECONDS)) == job_of(first)
    functions.wait_until_idle()
    assert len(provider.events) == 1


@pytest.mark.parametrize("answers_reads", [True, False])
def test_a_result_is_noticed_if_the_connection_is_dead(
    answers_reads: bool, served: Cloud, provider: Provider, functions: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The function stores its result, but its response never arrives. The table may fail once."""
    monkeypatch.setattr(dispatch, "SILENT_SECONDS", 0.1)
    release = threading.Event()

    def act(job: Job) -> Job:
        ended = jobs.succeed(job, RESULT, ())
        release.wait(HANGS_SECONDS)
        return ended

    provider.act = act
    with served.refusing("dynamodb.GetItem", "ValidationException", times=0 if answers_reads else 1):
        assert generate(url_seconds=HANGS_SECONDS).status == 200
    release.set()
    functions.wait_until_idle()
    assert len(provider.events) == 1


def record(job: Job, **ended: Any) -> dict[str, Any]:
    """Return Lambda's record of an asynchronous invocation that failed."""
    event = invoke.job_event(job, TOKEN)
    return {"requestPayload": event, "responseContext": {"functionError": "Unhandled"}, **ended}


def test_a_crash_before_the_job_begins_fails_it(served: Cloud) -> None:
    job = queued()
    handover.died(record(job))
    stored = jobs.get(job.id)
    assert (stored.status, stored.error_status, (stored.error or {})["code"]) == ("failed", 500, "UNKNOWN")
    assert not stored.settled  # the same Idempotency-Key may start a new job
    assert jobs.claim(job) is None


def test_a_job_that_has_begun_is_left_to_its_worker(served: Cloud) -> None:
    job = queued()
    assert jobs.claim(job)
    handover.died(record(job))
    assert jobs.get(job.id).status == "running"
    jobs.succeed(job, RESULT, ())
    handover.died(record(job))
    assert jobs.get(job.id).status == "succeeded"


def test_an_expired_event_leaves_its_job_to_the_deadline(served: Cloud) -> None:
    job = queued()
    handover.died(record(job, responseContext=None))
    handover.died({"requestPayload": {"not": "a job"}, "responseContext": {"functionError": "Unhandled"}})
    assert jobs.get(job.id).status == "queued"


def test_if_the_table_fails_lambda_repeats_the_record(served: Cloud) -> None:
    job = queued()
    with served.refusing("dynamodb.PutItem", "InternalServerError", 500), pytest.raises(EaselError):
        handover.died(record(job))
    assert jobs.get(job.id).status == "queued"


def queued() -> Job:
    headers = {"x-api-key": TOKEN}
    job = jobs.new(parse_generate(b'{"prompt": "a cat"}', headers).request)
    jobs.create(job)
    return job


def test_a_late_first_attempt_joins_its_retry(provider: Provider) -> None:
    """The first attempt's function started slowly, so the client's retry arrived first."""
    repeat = generate({"prompt": "overtaken"}, x_stainless_retry_count="1")
    first = generate({"prompt": "overtaken"}, x_stainless_retry_count="0", late=5.0)
    assert job_of(first) == job_of(repeat)
    assert len(provider.events) == 1
