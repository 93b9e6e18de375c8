"""Batches with failures: quotas run out, tokens are refused, workers die, responses are lost."""

from __future__ import annotations

import json
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from easel import catalog
from easel.batch import batches, claims, worker
from easel.common import aws
from easel.errors import AuthInvalid, NoAllowance, ProviderUnreachable, QuotaExceeded, RateLimited
from easel.handler import lambda_handler
from easel.providers import progress
from tests.harness.batches import Killed, World, worlds
from tests.harness.functions import Context
from tests.harness.patience import HANGS_SECONDS, until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from easel.store.records import GenerationRequest
    from tests.harness.cloud import Cloud

THROTTLE = "TooManyRequestsException"


@pytest.fixture
def world(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    yield from worlds(cloud, monkeypatch)


def cats(count: int, **more: Any) -> list[dict[str, Any]]:
    return [{"prompt": f"cat {number}", **more} for number in range(count)]


def succeeded(results: list[dict[str, Any]]) -> int:
    return sum(line["status"] == "succeeded" for line in results)


def test_a_used_up_quota_waits_without_using_attempts(world: World) -> None:
    world.monkeypatch.setattr(worker, "CHILD_SECONDS", 200.0)
    left = iter(range(5))
    back = threading.Event()

    def answer(request: GenerationRequest, token: str | None) -> None:
        if next(left, None) is None and not back.is_set():
            raise QuotaExceeded("used up", provider="gitee", retry_after=400)

    world.providers["gitee"].answer = answer
    world.wait_for(back, beyond=300)
    began = time.time()
    batch = world.start(requests=[*cats(12), *cats(4, provider="modelscope")])
    until(lambda: len(world.providers["modelscope"].drawn) == 4)
    until(lambda: batches.get(batch.id).waiting)
    waiting = batches.get(batch.id).waiting["gitee/z-image-turbo"]
    assert began + 400 <= waiting["until"] <= time.time() + 400
    assert waiting["reason"] == "used up"
    # Four calls may be in progress when the quota ends. No call follows.
    assert len(world.providers["gitee"].calls) <= 5 + 4
    until(lambda: len([event for event in world.invoked("batch") if event.get("step") == "round"]) == 2)
    world.functions.wait_until_idle()
    invoked = len(world.invocations)
    time.sleep(1)
    assert len(world.invocations) == invoked  # nothing runs and nothing polls during the wait
    back.set()
    results = world.run(batch)
    assert succeeded(results) == 16
    assert len(world.pictures(batch)) == 16
    assert {claim.job.attempts for claim in claims.read_all([line["jobId"] for line in results]).values()} == {1}


def test_a_dead_token_fails_its_models_jobs_with_the_reason(world: World) -> None:
    dead = catalog.provider("gitee").models[0].id

    def answer(request: GenerationRequest, token: str | None) -> None:
        if request.model == dead:
            raise NoAllowance("bind a package first", provider="gitee")

    world.providers["gitee"].answer = answer
    batch = world.start(requests=[*cats(10), *cats(3, model="Qwen-Image")])
    results = world.run(batch)
    assert succeeded(results) == 3
    reasons = {line["error"]["message"] for line in results[:10]}
    assert all(reason.endswith("bind a package first") for reason in reasons), reasons
    assert len(world.providers["gitee"].calls) <= 3 + 4 + 1

    world.providers["gitee"].answer = lambda request, token: None  # its owner has replaced it
    assert succeeded(world.run(world.start(retry=batch.id))) == 13


def test_a_dead_token_leaves_the_work_to_the_others(world: World) -> None:
    world.put("tokens/gitee", "dead,alive")

    def answer(request: GenerationRequest, token: str | None) -> None:
        if token == "dead":
            raise AuthInvalid("refused", provider="gitee")

    world.providers["gitee"].answer = answer
    assert succeeded(world.run(world.start(requests=cats(6)))) == 6
    assert len(world.invoked("gitee")) == 6


def test_children_started_twice_generate_once(world: World) -> None:
    """Express children may start twice. The claim on the job decides which worker continues."""
    world.providers["gitee"].seconds = 0.3
    batch = world.start(requests=cats(6))
    until(lambda: len(world.invoked("gitee")) >= 4)
    handler = lambda_handler("gitee", lambda provider: world.providers["gitee"])
    for event in list(world.invoked("gitee")):
        answer = handler({**event, "worker": "another"}, Context("gitee", 240))
        assert answer["next"] in ("soon", "later", "ended")
    assert succeeded(world.run(batch)) == 6
    assert len(world.providers["gitee"].calls) == 6
    assert len(world.pictures(batch)) == 6
    assert batches.get(batch.id).counts == {
        "requests": 6, "succeeded": 6, "failed": 0, "cancelled": 0, "invalid": 0,
    }  # fmt: skip


def test_a_batch_started_twice_runs_once(world: World) -> None:
    threads = [threading.Thread(target=world.start, kwargs={"requests": cats(5)}) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    batch = world.start(requests=cats(5))
    assert succeeded(world.run(batch)) == 5
    assert len(world.providers["gitee"].calls) == 5


def test_a_dead_worker_is_replaced_a_limited_number_of_times(world: World) -> None:
    left = iter(range(2))

    def answer(request: GenerationRequest, token: str | None) -> None:
        if request.prompt == "cat 3" or (request.prompt == "cat 1" and next(left, None) is not None):
            raise Killed

    world.providers["gitee"].answer = answer
    batch = world.start(requests=cats(6))
    results = world.run(batch)
    assert (succeeded(results), results[3]["error"]["code"]) == (5, "TIMEOUT")
    assert len(world.pictures(batch)) == 5
    assert sorted(world.providers["gitee"].drawn) == ["cat 0", "cat 1", "cat 2", "cat 4", "cat 5"]
    assert world.deaths == 2 + worker.MAX_WORKER_DEATHS + 1


def test_a_dead_workers_stored_picture_is_not_made_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    alive = claims.succeed
    deaths = iter(range(2))

    def dying(*given: Any) -> Any:
        if next(deaths, None) is not None:
            raise Killed
        return alive(*given)

    monkeypatch.setattr(claims, "succeed", dying)
    assert succeeded(world.run(world.start(requests=cats(6)))) == 6
    assert len(world.providers["gitee"].calls) == 6
    assert world.deaths == 2


def test_conflicting_counter_writes_are_retried(world: World) -> None:
    left = iter(range(5))
    reasons = [{"Code": "None"}, {"Code": "TransactionConflict", "Message": "busy"}]
    client = aws.dynamodb()
    write = client.transact_write_items

    def colliding(**given: Any) -> Any:
        if next(left, None) is not None:
            response: Any = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
            raise client.exceptions.TransactionCanceledException(response, "TransactWriteItems")
        return write(**given)

    world.monkeypatch.setattr(client, "transact_write_items", colliding)
    assert succeeded(world.run(world.start(requests=cats(4)))) == 4


def test_lambda_throttling_is_not_counted_as_an_attempt(world: World) -> None:
    left = iter(range(6))
    invoke = world.functions.invoke

    def throttled(name: str, kind: str, payload: bytes) -> Any:
        if name.endswith("-gitee") and next(left, None) is not None:
            from werkzeug.wrappers import Response

            headers = {"X-Amzn-ErrorType": THROTTLE, "X-Amzn-RequestId": "throttled"}
            return Response(json.dumps({"message": "Rate Exceeded"}), 429, headers, content_type="application/json")
        return invoke(name, kind, payload)

    with world.cloud.invoking(throttled):
        batch = world.start(requests=cats(3))
        results = world.run(batch)
    assert succeeded(results) == 3
    assert {claim.job.attempts for claim in claims.read_all([line["jobId"] for line in results]).values()} == {1}


def test_a_changed_manifest_fails_the_batch_and_its_execution(world: World) -> None:
    manifest = world.upload(b"".join(json.dumps(cat).encode() + b"\n" for cat in cats(3)))
    key = manifest.removeprefix(f"s3://{world.bucket}/")

    def change() -> None:
        aws.s3().put_object(Bucket=world.bucket, Key=key, Body=b'{"prompt": "another"}\n')

    with world.cloud.once_done("states.StartExecution", change):
        batch = world.start(manifest=manifest)
    (line,) = world.run(batch)
    assert line["status"] == "failed"
    assert "changed" in line["error"]["message"]
    assert batches.get(batch.id).status == "failed"
    assert world.execution(batch)["status"] == "FAILED"
    assert world.providers["gitee"].calls == []


def test_a_broken_function_fails_only_its_own_lines(world: World) -> None:
    world.functions.remove(f"{world.name}-gitee")
    batch = world.start(requests=[*cats(2), *cats(1, provider="modelscope")])
    results = world.run(batch)
    assert [line.get("error", {}).get("code") for line in results] == ["NOT_RUN", "NOT_RUN", None]
    assert world.execution(batch)["status"] == "FAILED"  # this raises the alarm
    assert "Incomplete" in world.execution(batch)["error"]


def test_a_batch_at_its_time_limit_ends_with_its_results(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(request: GenerationRequest, token: str | None) -> None:
        raise QuotaExceeded("used up", provider="gitee", retry_after=7200)

    world.providers["gitee"].answer = answer
    batch = world.start(requests=cats(2))
    until(lambda: world.providers["gitee"].calls)
    monkeypatch.setattr(batches, "MAX_DAYS", 0)
    results = world.run(batch)
    assert {line["error"]["code"] for line in results} == {"NOT_RUN"}
    assert batches.get(batch.id).status == "completed"
    assert world.execution(batch)["status"] == "FAILED"


def test_a_worker_writes_no_progress_and_few_items(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "QUIET_SECONDS", 0.0)
    monkeypatch.setattr(progress, "PROGRESS_SECONDS", 0.05)
    monkeypatch.setattr(worker, "HEARTBEAT_SECONDS", HANGS_SECONDS)  # a job may take longer on a busy machine
    world.providers["gitee"].seconds = 0.3
    batch = world.start(requests=cats(5))
    with world.cloud.counting() as calls:
        world.run(batch)
    assert calls["dynamodb.TransactWriteItems"] == 2 * 5  # claim and end of each job, counters included
    assert calls["dynamodb.UpdateItem"] == 5  # each picture at its token; neither progress nor heartbeats
    assert calls["s3.PutObject"] == 5 + 5  # pictures; plan, jobs, the children's output, results, summary


def test_an_echoed_deployment_token_is_not_leaked(world: World) -> None:
    secret = "deployment-token-for-tests"
    world.put("tokens/gitee", secret)
    kinds = iter([ProviderUnreachable, AuthInvalid, QuotaExceeded, RateLimited, ProviderUnreachable, AuthInvalid] * 20)

    def answer(request: GenerationRequest, token: str | None) -> None:
        upstream = f"Bearer {token} is wrong"
        # The retry delay replaces the default, which is midnight.
        raise next(kinds)(f"refused {token}", provider="gitee", upstream=upstream, retry_after=10)

    world.providers["gitee"].answer = answer
    batch = world.start(requests=cats(4))
    world.run(batch)
    status = batches.get(batch.id).to_json()
    assert secret not in json.dumps([status, world.results(batch), world.summary(batch)])
    assert not [where for where, text in world.cloud.texts() if secret in text]
    history = aws.stepfunctions().get_execution_history(executionArn=batch.execution, maxResults=1000)
    assert secret not in str(history)
