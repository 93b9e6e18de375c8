"""`GET /v1/tasks/{id}`: the jobs of one call as a task, from its start to its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from easel.budgets import keys
from easel.errors import Cancelled, PromptRejected
from easel.settings import settings
from easel.store import jobs
from easel.store.payer import Payer
from easel.store.records import GenerationRequest, Job, Progress, Result
from tests.harness.easel_keys import bearer, give_key
from tests.harness.router_client import HOST, client

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

    from tests.harness.cloud import Cloud

__all__ = ["client"]  # a fixture

REQUEST = GenerationRequest(
    provider="gitee", model="z-image-turbo", prompt="a cat", width=64, height=48, steps=9, response_format="url"
)
PICTURE = Result(key="images/b1.png", format="PNG", width=64, height=48, size=1, seed=7, seconds=1.5)
REFUSED = PromptRejected("the prompt was refused", provider="gitee")


def stored(*payers: Payer) -> Job:
    job = jobs.new(REQUEST, payers=payers)
    jobs.create(job)
    return job


def begun() -> Job:
    claimed = jobs.claim(stored())
    assert claimed
    return claimed


def task(client: TestClient, *made: Job) -> dict[str, Any]:
    answer = client.get(f"/v1/tasks/{','.join(job.id for job in made)}")
    body: dict[str, Any] = answer.json()
    assert answer.status_code == body["code"] == 200
    assert (body["id"], body["task_id"], body["status"]) == (body["data"]["id"],) * 2 + (body["data"]["status"],)
    details: dict[str, Any] = body["data"]
    return details


def test_a_task_is_pending_then_processing_then_completed(client: TestClient) -> None:
    job = stored()
    assert (task(client, job)["status"], task(client, job)["progress"]) == ("pending", 0)
    claimed = jobs.claim(job)
    assert claimed
    jobs.progress(job.id, Progress(percent=40))
    assert (task(client, job)["status"], task(client, job)["progress"]) == ("processing", 40)
    jobs.succeed(claimed, PICTURE, ())
    done = task(client, job)
    assert (done["status"], done["progress"]) == ("completed", 100)
    (image,) = done["result"]["images"]
    assert image["url"] == [f"{HOST}/api/images/b1.png"] == [done["result"]["data"][0]["url"]]
    assert image["expires_at"] == pytest.approx(done["completed"] + 30 * 86400, abs=1)


def test_a_task_of_several_pictures_has_the_finished_ones(client: TestClient) -> None:
    drawn, refused = begun(), begun()
    jobs.succeed(drawn, PICTURE, ())
    assert (task(client, drawn, refused)["status"], task(client, drawn, refused)["progress"]) == ("processing", 50)
    jobs.fail(refused, REFUSED)
    done = task(client, drawn, refused)
    assert (done["status"], len(done["result"]["images"])) == ("completed", 1)
    assert done["result"]["easel"]["errors"][0]["jobId"] == refused.id


def test_a_task_without_a_picture_has_failed_with_the_reason(client: TestClient) -> None:
    job = begun()
    jobs.fail(job, REFUSED)
    failed = task(client, job)
    assert (failed["status"], failed["error"]["code"]) == ("failed", "content_policy_violation")
    cancelled = jobs.give_up(stored(), Cancelled("the job was cancelled"))
    assert task(client, cancelled)["status"] == "cancelled"


def test_a_missing_or_foreign_task_is_a_404(client: TestClient, cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.get("/v1/tasks/nobody").status_code == 404
    assert client.get(f"/v1/tasks/{','.join('x' * 11)}").status_code == 400
    monkeypatch.setenv("ACCESS", "keys")
    monkeypatch.setenv("PICTURES_NEED_KEY", "true")
    settings.cache_clear()
    alice, bob = give_key(cloud), give_key(cloud)
    job = stored(Payer.of_key(keys.id_of(alice)))
    statuses = [client.get(f"/v1/tasks/{job.id}", headers=bearer(key)).status_code for key in (alice, bob)]
    assert [*statuses, client.get(f"/v1/tasks/{job.id}").status_code] == [200, 404, 401]
