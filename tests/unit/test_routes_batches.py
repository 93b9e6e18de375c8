"""The batch routes: who may call them, what they take and answer."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from fastapi.testclient import TestClient

from easel.batch import batches, progress
from easel.budgets import keys
from easel.errors import QuotaExceeded
from easel.front_door.request_body import MAX_VALUES
from router import app
from tests.harness.batches import World, worlds
from tests.harness.easel_keys import bearer, give_key
from tests.harness.openapi_check import Description
from tests.harness.patience import until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.harness.cloud import Cloud

KEYS = keys.make(), keys.make()
KEY = bearer(KEYS[0])


@pytest.fixture
def world(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    for found in worlds(cloud, monkeypatch):
        for text in KEYS:
            give_key(cloud, text, batches=True)
        yield found


@pytest.fixture
def client(world: World) -> Iterator[TestClient]:
    with TestClient(app, "https://easel.test", headers=KEY, follow_redirects=False) as found:
        yield found


ROUTES = [
    ("POST", "/api/batches"), ("POST", "/api/batches/uploads"), ("GET", "/api/batches"),
    ("GET", "/api/batches/x"), ("DELETE", "/api/batches/x"), ("GET", "/api/batches/x/results"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_every_route_wants_a_key_that_may_run_batches(client: TestClient, cloud: Cloud, method: str, path: str) -> None:
    for given in ("Bearer wrong", f"Bearer {keys.make()}", f"Bearer {KEYS[0]},{KEYS[1]}"):
        answer = client.request(method, path, headers={"Authorization": given})
        assert (answer.status_code, answer.json()["code"]) == (401, "AUTH_INVALID")
        assert answer.headers["www-authenticate"] == "Bearer"
    for given in ("", "Bearer", f"Basic {KEYS[0]}"):
        answer = client.request(method, path, headers={"Authorization": given})
        assert (answer.status_code, answer.json()["code"]) == (401, "AUTH_REQUIRED")
        assert answer.headers["www-authenticate"] == "Bearer"
    pictures_only = give_key(cloud, name="bob")
    answer = client.request(method, path, headers=bearer(pictures_only))
    assert (answer.status_code, answer.json()["code"]) == (403, "AUTH_INVALID")
    assert "'bob' may not run batches" in answer.json()["error"]


def test_a_revoked_key_stops_at_once(client: TestClient, cloud: Cloud) -> None:
    text = give_key(cloud, batches=True)
    assert client.get("/api/batches/x", headers=bearer(text)).status_code == 404
    give_key(cloud, text, batches=True, revoked=1.0)
    assert client.get("/api/batches/x", headers=bearer(text)).status_code == 401


def test_a_batch_is_its_keys_alone(world: World, client: TestClient) -> None:
    body = {"requests": [{"prompt": f"a private cat of {world.name}"}]}
    mine = client.post("/api/batches", json=body).json()["batchId"]
    theirs = client.post("/api/batches", json=body, headers=bearer(KEYS[1])).json()["batchId"]
    assert mine != theirs
    for method, path in (("GET", mine), ("DELETE", mine), ("GET", f"{mine}/results")):
        answer = client.request(method, f"/api/batches/{path}", headers=bearer(KEYS[1]))
        assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
    assert client.post("/api/batches", json={"retry": mine}, headers=bearer(KEYS[1])).status_code == 404
    assert client.get(f"/api/batches/{mine}").status_code == 200
    uploads = [
        client.post("/api/batches/uploads", json={"size": 9, "digest": "d"}, headers=bearer(key)).json() for key in KEYS
    ]
    assert uploads[0]["manifest"] != uploads[1]["manifest"]
    refused = client.post("/api/batches", json={"manifest": uploads[0]["manifest"]}, headers=bearer(KEYS[1]))
    assert (refused.status_code, refused.json()["details"]["field"]) == (400, "manifest")
    assert "must be an upload of this key" in refused.json()["error"]


def test_a_batch_without_a_key_is_visible_to_batch_keys(world: World, client: TestClient) -> None:
    batch = batches.new("s3://b/k", world.name, 1, endpoint="", scheduled=None)
    batches.create(batch)
    for text in KEYS:
        assert client.get(f"/api/batches/{batch.id}", headers=bearer(text)).status_code == 200


def test_a_key_lists_its_batches_newest_first_in_pages(world: World, cloud: Cloud, client: TestClient) -> None:
    text = give_key(cloud, batches=True)
    made = []
    for number in range(3):
        batch = batches.new(f"s3://b/{number}", world.name, 1, endpoint="", scheduled=None, started_by=keys.id_of(text))
        batches.create(batch.replace(created=1_800_000_000.0 + number))
        made.append(batch.id)
    first = client.get("/api/batches?limit=2", headers=bearer(text)).json()
    assert [each["batchId"] for each in first["batches"]] == [made[2], made[1]]
    assert {each["status"] for each in first["batches"]} == {"planning"}
    second = client.get(f"/api/batches?limit=2&cursor={first['next']}", headers=bearer(text)).json()
    assert [each["batchId"] for each in second["batches"]] == [made[0]]
    assert "next" not in second
    assert client.get("/api/batches", headers=bearer(give_key(cloud, batches=True))).json() == {"batches": []}


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
    bodies = body, body, {**body, "scheduledTime": "tonight"}
    first, second, other = (client.post("/api/batches", json=each).json() for each in bodies)
    assert first["batchId"] == second["batchId"] != other["batchId"]
    assert [each["startedBefore"] for each in (first, second, other)] == [False, True, False]


def test_an_upload_names_the_batch_that_its_file_ran_as(world: World, cloud: Cloud, client: TestClient) -> None:
    announced = {"size": 14, "name": "p.csv", "digest": world.name}
    before = client.post("/api/batches/uploads", json=announced).json()
    assert "batch" not in before
    bucket, _, place = before["manifest"].removeprefix("s3://").partition("/")
    cloud.client("s3").put_object(Bucket=bucket, Key=place, Body=b"prompt\na cat\n")
    assert "batch" not in client.post("/api/batches/uploads", json=announced).json()
    started = client.post("/api/batches", json={"manifest": before["manifest"]}).json()
    again = client.post("/api/batches/uploads", json=announced).json()["batch"]
    assert (again["batchId"], again["statusUrl"]) == (started["batchId"], started["statusUrl"])
    theirs = client.post("/api/batches/uploads", json=announced, headers=bearer(KEYS[1])).json()
    assert "batch" not in theirs


def test_cancelling_tells_the_status(world: World, client: TestClient) -> None:
    world.providers["gitee"].hold()
    body = {"requests": [{"prompt": f"mouse {number} of {world.name}"} for number in range(20)]}
    batch_id = client.post("/api/batches", json=body).json()["batchId"]
    until(lambda: client.get(f"/api/batches/{batch_id}").json()["status"] == "running")
    cancelled = client.delete(f"/api/batches/{batch_id}").json()
    assert (cancelled["status"], cancelled["counts"]["pending"]) == ("cancelled", 0)
    assert cancelled["counts"]["cancelled"] + cancelled["counts"]["running"] == 20
    world.providers["gitee"].release()
    results = world.run(batches.get(batch_id))
    assert len(world.providers["gitee"].calls) <= 4
    assert all(line["status"] in ("cancelled", "succeeded") for line in results)
    assert client.get(f"/api/batches/{batch_id}").json()["status"] == "cancelled"


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ("nonsense", "must be a JSON object"),
        ("[]", "JSON object"),
        ("{}", "exactly one"),
        ('{"requests": []}', "at least one"),
        ('{"requests": 5}', "requests"),
        ('{"requests": [{}], "manifest": "s3://a/b"}', "exactly one"),
        ('{"manifest": "https://a/b"}', "s3://"),
        ('{"manifest": "s3://bucket"}', "s3://"),
        ('{"manifest": "s3://easel-nowhere/b"}', "an upload of this key"),
        ('{"manifest": "s3://BUCKET/images/x.png"}', "an upload of this key"),
        ('{"manifest": "s3://BUCKET/manifests/none.csv"}', "no object"),
        ('{"request": [{}]}', "request"),
    ],
)
def test_what_starts_no_batch_is_refused_and_says_why(
    world: World, client: TestClient, body: str, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEY_MANIFESTS", "manifests/none.csv")
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
    began = time.time()
    found = client.post("/api/batches", json={"requests": [{"prompt": f"a cat of {world.name}"}]}).json()
    until(lambda: "waitingFor" in client.get(f"/api/batches/{found['batchId']}").json())
    until(lambda: [event for event in world.invoked("batch") if event.get("step") == "round"])
    (wait,) = client.get(f"/api/batches/{found['batchId']}").json()["waitingFor"]
    assert (wait["provider"], wait["cause"], wait["reason"]) == ("gitee", "quota", "today's quota is used up")
    assert began + 7200 <= wait["until"] <= time.time() + 7200
    assert client.delete(f"/api/batches/{found['batchId']}").json()["status"] == "cancelled"
    (line,) = world.run(batches.get(found["batchId"]))  # a wait of hours does not keep it
    assert line["status"] == "cancelled"


def test_the_eta_is_absent_while_everything_waits() -> None:
    stored = batches.new("s3://b/m", "1", 1, endpoint="", scheduled=None)
    batch = stored.replace(began=1000.0, finished=1010.0, status="running")
    counts = {"succeeded": 5, "failed": 1, "invalid": 1, "running": 0, "pending": 5}
    assert progress._pace(batch, counts, steady=True)["eta_seconds"] == 10
    assert progress._pace(batch, counts, steady=False)["eta_seconds"] is None


@pytest.mark.parametrize("body", [{}, {"size": 0}, {"size": 10**10}, {"size": "9"}, {"size": None}, {"size": 1e400}])
def test_an_upload_is_announced_with_its_size(body: dict[str, Any], client: TestClient) -> None:
    answer = client.post("/api/batches/uploads", content=json.dumps(body))
    assert answer.status_code == 400


def test_a_large_manifest_has_a_stable_upload_place(client: TestClient) -> None:
    first, second = (
        client.post("/api/batches/uploads", json={"size": 9, "name": "my/prompts.csv", "digest": "abc"})
        for _ in range(2)
    )
    assert first.status_code == 201
    assert first.json()["manifest"] == second.json()["manifest"]
    place = f"/batches/uploads/{keys.id_of(KEYS[0])[:24]}/abc/my-prompts.csv"
    assert first.json()["manifest"].endswith(place)
    assert first.json()["uploadUrl"].startswith("http")
    assert first.json()["uploadHeaders"] == {"Content-Type": "application/octet-stream"}
    other = client.post("/api/batches/uploads", json={"size": 9})
    assert other.json()["manifest"] != first.json()["manifest"]


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
        client.get(f"{path}/results?cursor=none")
        world.run(batches.get(batch_id))
        client.get(path)
        client.get(f"{path}/results")
        client.get(f"{path}/results?limit=1000")
        client.delete(path)
        client.post("/api/batches", json={})
        client.post("/api/batches", json={"retry": "unknown"})
        client.post("/api/batches/uploads", json={"size": 9})
        client.post("/api/batches/uploads", json=[])
        for path_of_body in ("/api/batches", "/api/batches/uploads"):
            client.post(path_of_body, json=[0] * (MAX_VALUES + 1))
        for method, unknown in ROUTES:
            client.request(method, unknown)
            client.request(method, unknown, headers={"Authorization": ""})
        with cloud.refusing("dynamodb.GetItem", "InternalServerError", 500):
            for method, unknown in ROUTES:
                client.request(method, unknown)
        pictures_only = give_key(cloud)
        for method, unknown in ROUTES:
            client.request(method, unknown, headers=bearer(pictures_only))
        for page in ("", "?limit=0", "?cursor=x"):
            client.get(f"/api/batches{page}")
    for method, path in ROUTES:
        name = f"{method} {path.replace('/x', '/{batch_id}')}"
        assert description.never_seen(name) == set(), name
