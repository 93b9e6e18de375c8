"""The front door's work: validate, create, invoke once, wait; and each step's failures."""

from __future__ import annotations

import json
import threading
import time
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from easel.common.deadline import ends, in_thread
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
    """A function that answers a job as `act` says, and keeps the events it got."""

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


def code_of(answer: HttpResponse) -> str:
    return str((answer.body or {}).get("code"))


def job_of(answer: HttpResponse) -> Job:
    return jobs.get(str((answer.body or {})["jobId"]))


@pytest.mark.parametrize(
    ("headers", "warned"),
    [
        ({"authorization": "Bearer something"}, True),
        ({"api_key": "something"}, True),
        ({"authorization": "Bearer something", "x_hf_token": "own"}, False),
        ({"authorization": "Basic something"}, False),
        ({"x_ms_token": "for other calls"}, False),
    ],
)
def test_a_picture_without_a_token_warns_of_an_unread_one(
    served: Cloud, provider: Provider, headers: dict[str, Any], warned: bool
) -> None:
    answer = generate({"provider": "huggingface"}, **headers)
    assert answer.status == 200
    assert answer.body
    assert [text for text in answer.body["warnings"] if "was not read" in text and "X-HF-Token" in text] == (
        answer.body["warnings"] if warned else []
    )
    assert bool(answer.body["warnings"]) == warned


def test_a_call_creates_a_job_and_returns_its_picture(served: Cloud, provider: Provider) -> None:
    with served.counting() as calls:
        answer = generate()
    assert answer.status == 200
    assert calls == {"dynamodb.PutItem": 1, "lambda.Invoke": 1, "dynamodb.UpdateItem": 1}
    assert len(provider.events) == 1
    assert provider.events[0]["token"] == TOKEN
    assert provider.events[0]["claim"]
    assert job_of(answer).status == "succeeded"


def test_an_invalid_request_creates_no_job(served: Cloud, provider: Provider) -> None:
    with served.counting() as calls:
        assert code_of(generate({"steps": 9.5})) == "INVALID_PARAMS"
        assert code_of(generate({"model": "flux"})) == "INVALID_MODEL"
        assert code_of(generate(x_api_key="")) == "AUTH_REQUIRED"
    assert set(calls) <= {"s3.GetObject"}  # the look at the owner's own catalog
    assert not provider.events


def test_a_failed_job_answers_with_its_error(provider: Provider) -> None:
    provider.act = lambda job: jobs.fail(job, ProviderError("it broke", provider="gitee"))
    answer = generate()
    assert (answer.status, code_of(answer)) == (502, "PROVIDER_ERROR")


def test_respond_async_answers_at_once(provider: Provider, functions: Functions) -> None:
    release = threading.Event()
    provider.act = lambda job: release.wait(HANGS_SECONDS) and jobs.succeed(job, RESULT, ())
    answer = generate(prefer="respond-async")
    assert answer.status == 202
    assert (answer.body or {})["status"] == "queued"
    assert answer.headers["Preference-Applied"] == "respond-async"
    assert answer.headers["Location"].endswith(f"/api/jobs/{(answer.body or {})['jobId']}")
    release.set()
    functions.wait_until_idle()
    assert provider.events[0]["claim"]


def test_a_late_call_is_handed_over_and_the_work_goes_on(provider: Provider, functions: Functions) -> None:
    release = threading.Event()
    provider.act = lambda job: release.wait(HANGS_SECONDS) and jobs.succeed(job, RESULT, ())
    answer = generate(prefer="wait=1")
    assert answer.status == 202
    assert (answer.body or {})["status"] == "running"
    assert answer.headers["Retry-After"]
    assert job_of(answer).status == "running"
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
def test_a_function_that_dies_ends_its_job(death: FunctionDied, status: int, code: str, provider: Provider) -> None:
    died: list[Job] = []

    def die(job: Job) -> None:
        died.append(job)
        raise death

    provider.act = die
    answer = generate()
    assert (answer.status, code_of(answer)) == (status, code)
    stored = jobs.get(died[0].id)
    assert (stored.status, stored.error_status) == ("failed", status)


def test_a_crash_after_the_jobs_end_keeps_the_picture(provider: Provider) -> None:
    def die(job: Job) -> None:
        jobs.succeed(job, RESULT, ())
        raise FunctionDied.killed()

    provider.act = die
    answer = generate()
    assert answer.status == 200
    assert job_of(answer).status == "succeeded"


@pytest.mark.parametrize(("prefer", "status"), [("wait=25", 200), ("wait=1", 202), ("respond-async", 202)])
def test_a_connection_lost_in_the_middle_does_not_end_the_job(
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
    release.set()
    functions.wait_until_idle()
    assert len(seen) == 1
    assert jobs.get(seen[0].id).status == "succeeded"


@pytest.mark.parametrize("prefer", ["wait=5", "respond-async"])
def test_an_invocation_that_did_not_arrive_is_sent_again(
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
def test_a_function_that_cannot_be_reached_fails_the_job_at_once(
    prefer: str, served: Cloud, provider: Provider
) -> None:
    with served.rule("lambda.Invoke", Dropped), served.counting() as calls:
        answer = generate({"prompt": f"never {prefer}"}, prefer=prefer)
    assert calls["lambda.Invoke"] == 2
    assert (answer.status, code_of(answer)) == (500, "UNKNOWN")
    assert "could not reach its function" in (answer.body or {})["error"]
    (left,) = [item for item in served.items() if "job" in item and f"never {prefer}" in item["job"]["S"]]
    assert left["status"]["S"] == "failed"
    assert not provider.events


def test_a_job_of_another_invocation_is_waited_for(provider: Provider) -> None:
    def elsewhere(job: Job) -> Job:
        threading.Timer(0.3, jobs.succeed, [job, RESULT, ()]).start()
        return job

    provider.act = elsewhere
    assert generate().status == 200


@pytest.mark.parametrize("answered", [None, [], {"statusCode": 200}, "text", {"id": 1}], ids=str)
def test_an_answer_that_is_no_job_is_easels_own_fault(answered: Any, provider: Provider) -> None:
    provider.act = lambda job: answered
    assert code_of(generate()) == "UNKNOWN"


@pytest.mark.parametrize("prefer", ["", "respond-async"])
def test_a_throttled_invocation_is_a_rate_limit(prefer: str, served: Cloud, provider: Provider) -> None:
    with served.refusing("lambda.Invoke", "TooManyRequestsException", 429):
        answer = generate(prefer=prefer)
    assert (answer.status, code_of(answer)) == (429, "RATE_LIMITED")
    assert answer.headers["Retry-After"]
    assert not provider.events


@pytest.mark.parametrize("prefer", ["", "respond-async"])
def test_invoking_is_tried_once_whatever_comes_back(prefer: str, served: Cloud) -> None:
    with served.refusing("lambda.Invoke", "ServiceException", 500), served.counting() as calls:
        assert code_of(generate(prefer=prefer)) == "UNKNOWN"
    assert calls["lambda.Invoke"] == 1


def test_a_table_that_throttles_means_that_nothing_runs(served: Cloud, provider: Provider) -> None:
    with served.refusing("dynamodb.PutItem", "ThrottlingException"):
        answer = generate(prefer="respond-async")
    assert (answer.status, code_of(answer)) == (429, "RATE_LIMITED")
    assert "nothing was generated" in (answer.body or {})["error"]
    assert not provider.events


def test_a_missing_function_prefix_is_reported(monkeypatch: pytest.MonkeyPatch, served: Cloud) -> None:
    monkeypatch.delenv("FUNCTION_PREFIX")
    answer = generate()
    assert (answer.status, code_of(answer)) == (500, "UNKNOWN")
    assert "FUNCTION_PREFIX" in (answer.body or {})["error"]


def test_a_repeated_key_gives_the_same_picture(provider: Provider) -> None:
    first, second = (generate(idempotency_key="key-1") for _ in range(2))
    assert first == second
    assert len(provider.events) == 1


def test_a_key_with_another_body_is_refused(provider: Provider) -> None:
    generate(idempotency_key="key-2")
    answer = generate({"prompt": "a dog"}, idempotency_key="key-2")
    assert (answer.status, code_of(answer)) == (422, "INVALID_REQUEST")
    assert len(provider.events) == 1


def test_a_key_of_another_callers_is_another_key(provider: Provider) -> None:
    generate(idempotency_key="key-3")
    generate(idempotency_key="key-3", x_api_key="another-token-for-tests")
    assert len(provider.events) == 2


@pytest.mark.parametrize(("source", "agent"), [("192.0.2.2", "curl"), ("192.0.2.1", "firefox")])
def test_anonymous_callers_are_told_apart_by_address_and_agent(
    source: str, agent: str, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields, key = {"provider": "huggingface"}, f"key-{source}-{agent}"
    mine = [generate(fields, agent="curl", idempotency_key=key, x_forwarded_for=said) for said in ("a", "b")]
    foreign = generate(fields, source=source, agent=agent, idempotency_key=key)
    assert mine[0].body == mine[1].body
    assert job_of(foreign).id != job_of(mine[0]).id
    assert len(provider.events) == 2


@pytest.mark.parametrize("error", [RateLimited("wait"), ProviderError("broke"), GenerationTimeout("late")], ids=repr)
def test_a_repeat_after_a_transient_failure_tries_again(error: EaselError, provider: Provider) -> None:
    key = f"passing-{error.code}"
    provider.act = partial(jobs.fail, error=error)
    assert generate(idempotency_key=key).status == error.status
    provider.act = lambda job: jobs.succeed(job, RESULT, job.warnings)
    first, second = (generate(idempotency_key=key) for _ in range(2))
    assert first.status == 200
    assert first == second
    assert len(provider.events) == 2


@pytest.mark.parametrize("error", [InvalidParams("url: is none"), AuthInvalid("no")], ids=repr)
def test_a_key_whose_request_was_refused_keeps_the_refusal(error: EaselError, provider: Provider) -> None:
    provider.act = partial(jobs.fail, error=error)
    first, second = (generate(idempotency_key=f"refused-{error.code}") for _ in range(2))
    assert first == second
    assert len(provider.events) == 1


def test_simultaneous_retries_make_one_generation(provider: Provider) -> None:
    provider.act = partial(jobs.fail, error=ProviderError("broke"))
    generate(idempotency_key="again")
    provider.act = lambda job: time.sleep(0.7) or jobs.succeed(job, RESULT, ())  # type: ignore[func-returns-value]
    calls = [in_thread(generate, idempotency_key="again") for _ in range(4)]
    assert {call.result(timeout=HANGS_SECONDS).status for call in calls} == {200}
    assert len(provider.events) == 2


def test_a_key_whose_job_is_gone_tries_again(served: Cloud, provider: Provider) -> None:
    gone = job_of(generate(idempotency_key="gone")).id
    served.client("dynamodb").delete_item(TableName=served.environment["JOBS_TABLE"], Key={"id": {"S": gone}})
    assert generate(idempotency_key="gone").status == 200
    assert len(provider.events) == 2


def test_a_repeat_waits_for_the_running_first_call(provider: Provider) -> None:
    provider.act = lambda job: time.sleep(0.7) or jobs.succeed(job, RESULT, ())  # type: ignore[func-returns-value]
    answers: list[HttpResponse] = []
    threads = [
        threading.Thread(target=lambda: answers.append(generate(idempotency_key="key-4", prefer="wait=10")))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status for answer in answers] == [200] * 3
    assert len({job_of(answer).id for answer in answers}) == 1
    assert len(provider.events) == 1


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_an_invalid_idempotency_key_is_refused(key: str, provider: Provider) -> None:
    answer = generate(idempotency_key=key)
    assert (answer.status, code_of(answer)) == (400, "INVALID_REQUEST")
    assert not provider.events


def test_no_token_is_stored(served: Cloud, provider: Provider) -> None:
    generate(idempotency_key=TOKEN[:5])
    provider.act = partial(jobs.fail, error=ProviderError("refused"))
    generate()
    assert TOKEN not in json.dumps(served.items())


def test_a_cold_start_shortens_the_wait(provider: Provider) -> None:
    call = HttpRequest(
        b'{"prompt": "a cat"}', {"host": "api.test", "x-api-key": TOKEN}, "/api/generate", "id-1", late=29.0
    )
    assert dispatch.answer(call, parse_generate).status == 303


def held(provider: Provider) -> threading.Event:
    """Have the provider draw nothing until the event is set."""
    release = threading.Event()
    provider.act = lambda job: release.wait(HANGS_SECONDS) and jobs.succeed(job, RESULT, ())
    return release


def test_a_call_to_the_function_url_waits_for_its_picture(
    provider: Provider, functions: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAIT_SECONDS", "0.1")
    settings.cache_clear()
    release = held(provider)
    call = in_thread(generate, url_seconds=HANGS_SECONDS)
    until(lambda: provider.events)
    assert not ends(call, 0.3)
    release.set()
    assert call.result(HANGS_SECONDS).status == 200
    functions.wait_until_idle()


def test_the_function_urls_last_answer_names_the_jobs_address(provider: Provider, functions: Functions) -> None:
    release = held(provider)
    answer = generate({"prompt": "unfinished"}, url_seconds=wait.ANSWER_SECONDS + 0.3)
    release.set()
    functions.wait_until_idle()
    (job,) = [Job.from_json(event["job"]) for event in provider.events]
    assert (answer.status, code_of(answer), answer.headers["X-Should-Retry"]) == (504, "TIMEOUT", "false")
    for address in (f"https://api.test/api/generate/{job.id} ", f"https://api.test/api/jobs/{job.id} "):
        assert address in (answer.body or {})["error"]
    assert jobs.get(job.id).status == "succeeded"


def test_a_preference_holds_at_the_function_url(provider: Provider, functions: Functions) -> None:
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
def test_a_picture_is_noticed_behind_a_dead_connection(
    answers_reads: bool, served: Cloud, provider: Provider, functions: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The function stores its result, and its response never arrives. A table that fails once changes nothing."""
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


def record(event: dict[str, Any], **ended: Any) -> dict[str, Any]:
    """What Lambda tells of an asynchronous invocation that failed."""
    return {"requestPayload": event, "responseContext": {"functionError": "Unhandled"}, **ended}


def test_a_crash_before_the_job_begins_fails_it_for_good(served: Cloud) -> None:
    job = queued()
    handover.died(record(invoke.job_event(job, TOKEN)))
    stored = jobs.get(job.id)
    assert (stored.status, stored.error_status, (stored.error or {})["code"]) == ("failed", 500, "UNKNOWN")
    assert not stored.settled  # the same Idempotency-Key may try again
    assert jobs.claim(job) is None


def test_a_job_that_was_begun_is_left_to_whoever_has_it(served: Cloud) -> None:
    job = queued()
    assert jobs.claim(job)
    handover.died(record(invoke.job_event(job, TOKEN)))
    assert jobs.get(job.id).status == "running"
    jobs.succeed(job, RESULT, ())
    handover.died(record(invoke.job_event(job, TOKEN)))
    assert jobs.get(job.id).status == "succeeded"


def test_an_event_that_grew_too_old_is_left_to_its_jobs_deadline(served: Cloud) -> None:
    job = queued()
    handover.died(record(invoke.job_event(job, TOKEN), responseContext=None))
    assert jobs.get(job.id).status == "queued"


def test_other_invocation_records_change_nothing(served: Cloud) -> None:
    handover.died(record({"not": "a job"}))


def test_a_failing_table_makes_lambda_repeat_the_record(served: Cloud) -> None:
    job = queued()
    with served.refusing("dynamodb.PutItem", "InternalServerError", 500), pytest.raises(EaselError):
        handover.died(record(invoke.job_event(job, TOKEN)))
    assert jobs.get(job.id).status == "queued"


def queued() -> Job:
    headers = {"x-api-key": TOKEN}
    job = jobs.new(parse_generate(b'{"prompt": "a cat"}', headers).request)
    jobs.create(job)
    return job


def test_a_first_try_that_its_repeat_has_overtaken_joins_it(provider: Provider) -> None:
    """The function that took the first try started slowly; the client hung up, and its repeat found a running one."""
    repeat = generate({"prompt": "overtaken"}, x_stainless_retry_count="1")
    first = generate({"prompt": "overtaken"}, x_stainless_retry_count="0", late=5.0)
    assert job_of(first) == job_of(repeat)
    assert len(provider.events) == 1
