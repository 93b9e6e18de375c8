"""The batch routes: who may call them, what they take and answer."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from fastapi.testclient import TestClient

import api_operations
import batches_api
from easel import tokens
from easel.batch import batches
from easel.batch.start import BatchRequest
from easel.errors import QuotaExceeded
from easel.settings import settings
from router import app
from tests.harness.batches import World, worlds
from tests.harness.described import Description

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.harness.cloud import Cloud

KEY = {"Authorization": "Bearer second"}


@pytest.fixture
def world(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    for found in worlds(cloud, monkeypatch):
        found.put("access-keys", "first,second")
        yield found


@pytest.fixture
def client(world: World) -> Iterator[TestClient]:
    with TestClient(app, "https://easel.test", headers=KEY, follow_redirects=False) as found:
        yield found


ROUTES = [
    ("POST", "/api/batches"), ("POST", "/api/batches/uploads"), ("GET", "/api/batches/x"),
    ("DELETE", "/api/batches/x"), ("GET", "/api/batches/x/results"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_every_route_wants_an_access_key(client: TestClient, method: str, path: str) -> None:
    for given in ("", "Bearer", "Bearer wrong", "Bearer first,second", "Basic second", "second"):
        answer = client.request(method, path, headers={"Authorization": given})
        assert (answer.status_code, answer.json()["code"]) == (401, "AUTH_INVALID")
        assert answer.headers["www-authenticate"] == "Bearer"


def test_without_a_key_set_they_are_closed_and_say_how_to_set_one(world: World, client: TestClient) -> None:
    world.monkeypatch.setenv("PARAMETERS_PATH", "/nobody")
    settings.cache_clear()
    for method, path in ROUTES:
        answer = client.request(method, path)
        assert answer.status_code == 403
        assert "aws ssm put-parameter --type SecureString --name /nobody/access-keys" in answer.json()["error"]


def test_a_batch_is_accepted_run_and_its_results_are_a_redirect(world: World, client: TestClient) -> None:
    accepted = client.post("/api/batches", json={"requests": [{"prompt": f"a cat of {world.name}"}, {}]})
    assert accepted.status_code == 202
    found = accepted.json()
    assert found["statusUrl"] == accepted.headers["location"] == f"https://easel.test/api/batches/{found['batchId']}"
    assert found["status"] == "planning"
    assert client.get("/api/batches/b-none/results").status_code == 404

    world.run(batches.get(found["batchId"]))
    shown = client.get(f"/api/batches/{found['batchId']}").json()
    assert shown["status"] == "completed"
    assert shown["counts"] == {
        "requests": 2, "succeeded": 1, "failed": 1, "invalid": 1, "running": 0, "pending": 0, "cancelled": 0,
    }  # fmt: skip
    assert shown["resultsUrl"].endswith("/results")
    redirect = client.get(f"/api/batches/{found['batchId']}/results")
    assert redirect.status_code == 302
    assert f"batches/{found['batchId']}/results.jsonl" in redirect.headers["location"]


def test_the_same_body_again_is_the_same_batch(world: World, client: TestClient) -> None:
    body = {"requests": [{"prompt": f"a dog of {world.name}"}]}
    first, second = (client.post("/api/batches", json=body).json()["batchId"] for _ in range(2))
    other = client.post("/api/batches", json={**body, "scheduledTime": "tonight"}).json()["batchId"]
    assert first == second != other


def test_cancelling_tells_the_status(world: World, client: TestClient) -> None:
    world.providers["gitee"].seconds = 1
    body = {"requests": [{"prompt": f"mouse {number} of {world.name}"} for number in range(20)]}
    batch_id = client.post("/api/batches", json=body).json()["batchId"]
    assert client.delete(f"/api/batches/{batch_id}").json()["status"] == "cancelled"
    results = world.run(batches.get(batch_id))
    assert len(world.providers["gitee"].calls) <= 4
    assert all(line["status"] in ("cancelled", "succeeded") for line in results)
    assert client.get(f"/api/batches/{batch_id}").json()["status"] == "cancelled"


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ("nonsense", "not JSON"),
        ("[]", "JSON object"),
        ("{}", "exactly one"),
        ('{"requests": []}', "at least one"),
        ('{"requests": 5}', "requests"),
        ('{"requests": [{}], "manifest": "s3://a/b"}', "exactly one"),
        ('{"manifest": "https://a/b"}', "s3://"),
        ('{"manifest": "s3://bucket"}', "s3://"),
        ('{"manifest": "s3://easel-nowhere/b"}', "ManifestBucket"),
        ('{"manifest": "s3://BUCKET/images/x.png"}', "manifests/"),
        ('{"manifest": "s3://BUCKET/manifests/none.csv"}', "no object"),
        ('{"request": [{}]}', "request"),
    ],
)
def test_what_starts_no_batch_is_refused_and_says_why(world: World, client: TestClient, body: str, word: str) -> None:
    answer = client.post("/api/batches", content=body.replace("BUCKET", world.bucket))
    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_REQUEST")
    assert word in answer.json()["error"]


def test_an_unknown_batch_is_not_found(client: TestClient) -> None:
    for answer in (client.get("/api/batches/nope"), client.delete("/api/batches/nope")):
        assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
    assert client.post("/api/batches", json={"retry": "nope"}).status_code == 404
    assert client.get(f"/api/batches/{'b' * 3000}").status_code == 404


def test_what_a_batch_waits_for_is_told(world: World, client: TestClient) -> None:
    def used_up(request: object, token: str | None) -> None:
        raise QuotaExceeded("today's quota is used up", provider="gitee", retry_after=7200)

    world.hurry(scale=1)
    world.providers["gitee"].answer = used_up
    found = client.post("/api/batches", json={"requests": [{"prompt": f"a cat of {world.name}"}]}).json()
    world.wait(lambda: "waitingFor" in client.get(f"/api/batches/{found['batchId']}").json())
    world.wait(lambda: [event for event in world.invoked("batch") if event.get("step") == "round"])
    (wait,) = client.get(f"/api/batches/{found['batchId']}").json()["waitingFor"]
    assert (wait["provider"], wait["reason"]) == ("gitee", "today's quota is used up")
    assert wait["until"] == pytest.approx(time.time() + 7200, abs=60)
    assert client.delete(f"/api/batches/{found['batchId']}").json()["status"] == "cancelled"
    (line,) = world.run(batches.get(found["batchId"]))  # a wait of hours does not keep it
    assert line["status"] == "cancelled"


def test_the_time_left_is_told_while_something_runs_but_not_while_all_that_is_left_waits() -> None:
    stored = batches.new("s3://b/m", "1", 1, endpoint="", scheduled=None)
    batch = replace(stored, began=1000.0, finished=1010.0, status="running")
    counts = {"succeeded": 5, "failed": 1, "invalid": 1, "running": 0, "pending": 5}
    assert batches_api._pace(batch, counts, steady=True)["etaSeconds"] == 10
    assert batches_api._pace(batch, counts, steady=False)["etaSeconds"] is None


def test_a_large_manifest_is_uploaded_first_and_the_same_one_to_the_same_place(client: TestClient) -> None:
    first, second = (
        client.post("/api/batches/uploads", json={"name": "my/prompts.csv", "digest": "abc"}) for _ in range(2)
    )
    assert first.status_code == 201
    assert first.json()["manifest"] == second.json()["manifest"]
    assert first.json()["manifest"].endswith("/batches/uploads/abc/my-prompts.csv")
    assert first.json()["uploadUrl"].startswith("http")
    other = client.post("/api/batches/uploads")
    assert other.json()["manifest"] != first.json()["manifest"]


def test_a_key_set_later_is_known_within_a_minute(world: World, client: TestClient) -> None:
    assert tokens.KEPT_SECONDS <= 60
    world.put("access-keys", "third")
    assert client.get("/api/batches/x", headers={"Authorization": "bearer third"}).status_code == 404


def test_every_status_that_is_described_is_answered_and_no_other(
    world: World, client: TestClient, cloud: Cloud
) -> None:
    description = Description(client.get("/openapi.json").json())
    with description.watching(client):
        body = {"requests": [{"prompt": f"a cat of {world.name}"}, {"steps": 99}]}
        batch_id = client.post("/api/batches", json=body).json()["batchId"]
        path = f"/api/batches/{batch_id}"
        client.get(path)
        client.get(f"{path}/results")
        world.run(batches.get(batch_id))
        client.get(path)
        client.get(f"{path}/results")
        client.delete(path)
        client.post("/api/batches", json={})
        client.post("/api/batches", json={"retry": "unknown"})
        client.post("/api/batches/uploads")
        client.post("/api/batches/uploads", json=[])
        for method, unknown in ROUTES:
            client.request(method, unknown)
            client.request(method, unknown, headers={"Authorization": ""})
        with cloud.refusing("ssm.GetParameter", "InternalServerError", 500):
            tokens.forget()
            for method, unknown in ROUTES:
                client.request(method, unknown)
        world.monkeypatch.setenv("PARAMETERS_PATH", "/nobody")
        settings.cache_clear()
        for method, unknown in ROUTES:
            client.request(method, unknown)
    for method, path in ROUTES:
        name = f"{method} {path.replace('/x', '/{batch_id}')}"
        assert description.never_seen(name) == set(), name


def test_the_documented_body_is_what_starts_a_batch() -> None:
    assert [each.name for each in api_operations.BATCH_FIELDS] == list(BatchRequest.__dataclass_fields__)
