"""The batch routes: permissions, requests and responses."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from easel.batch import batches, progress
from easel.budgets import keys
from easel.errors import QuotaExceeded
from easel.front_door.request_body import MAX_VALUES
from tests.harness.batches import World, worlds
from tests.harness.easel_keys import bearer, give_key
from tests.harness.patience import until
from tests.harness.router_client import HOST, checked_client, description

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi.testclient import TestClient

    from tests.harness.cloud import Cloud

KEYS = keys.make(), keys.make()
OTHER = bearer(KEYS[1])
ROUTES = [
    ("POST", "/api/batches"), ("POST", "/api/batches/uploads"), ("GET", "/api/batches"),
    ("GET", "/api/batches/x"), ("DELETE", "/api/batches/x"), ("GET", "/api/batches/x/results"),
]  # fmt: skip


@pytest.fixture
def world(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    yield from worlds(cloud, monkeypatch)


@pytest.fixture
def client(cloud: Cloud) -> Iterator[TestClient]:
    """A client of the router with the first of two keys that may run batches."""
    for text in KEYS:
        give_key(cloud, text, batches=True)
    with checked_client(bearer(KEYS[0])) as made:
        yield made


def begin(client: TestClient, *prompts: str, headers: dict[str, str] | None = None) -> str:
    """Start a batch of these prompts and return its id."""
    body = {"requests": [{"prompt": prompt} for prompt in prompts]}
    return str(client.post("/api/batches", json=body, headers=headers).json()["batchId"])


def announce(client: TestClient, *, headers: dict[str, str] | None = None, **fields: Any) -> dict[str, Any]:
    """Announce an upload and return the response body."""
    body: dict[str, Any] = client.post("/api/batches/uploads", json={"size": 9, **fields}, headers=headers).json()
    return body


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_every_route_needs_a_key_that_may_run_batches(client: TestClient, cloud: Cloud, method: str, path: str) -> None:
    refused = {
        f"Bearer {keys.make()}": (401, "AUTH_INVALID"),
        f"Bearer {KEYS[0]},{KEYS[1]}": (401, "AUTH_INVALID"),
        "": (401, "AUTH_REQUIRED"),
        f"Basic {KEYS[0]}": (401, "AUTH_REQUIRED"),
        f"Bearer {give_key(cloud, batches=True, revoked=1.0)}": (401, "AUTH_INVALID"),
        f"Bearer {give_key(cloud, name='bob')}": (403, "AUTH_INVALID"),
    }
    for given, expected in refused.items():
        answer = client.request(method, path, headers={"Authorization": given})
        assert (answer.status_code, answer.json()["code"]) == expected
        assert answer.headers.get("www-authenticate") == ("Bearer" if expected[0] == 401 else None)
    assert "'bob' may not run batches" in answer.json()["error"]


def test_a_batch_and_its_upload_are_private_to_their_key(world: World, client: TestClient) -> None:
    prompt = f"a private cat of {world.name}"
    mine = begin(client, prompt)
    assert mine != begin(client, prompt, headers=OTHER)
    for method, path in (("GET", mine), ("DELETE", mine), ("GET", f"{mine}/results")):
        answer = client.request(method, f"/api/batches/{path}", headers=OTHER)
        assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
    assert client.post("/api/batches", json={"retry": mine}, headers=OTHER).status_code == 404
    assert client.get(f"/api/batches/{mine}").status_code == 200
    manifest = announce(client, digest="d")["manifest"]
    assert manifest != announce(client, headers=OTHER, digest="d")["manifest"]
    refused = client.post("/api/batches", json={"manifest": manifest}, headers=OTHER)
    assert (refused.status_code, refused.json()["details"]["field"]) == (400, "manifest")
    assert "must be an upload of this key" in refused.json()["error"]


def test_a_batch_without_a_key_is_visible_to_batch_keys(client: TestClient) -> None:
    batch = batches.new("s3://b/k", "keyless", 1, endpoint="", scheduled=None)
    batches.create(batch)
    for text in KEYS:
        assert client.get(f"/api/batches/{batch.id}", headers=bearer(text)).status_code == 200


def test_an_unknown_batch_is_not_found(client: TestClient) -> None:
    for batch_id in ("nope", "b" * 3000):
        assert client.get(f"/api/batches/{batch_id}").status_code == 404


def test_a_key_lists_its_batches_newest_first_in_pages(cloud: Cloud, client: TestClient) -> None:
    text = give_key(cloud, batches=True)
    made = []
    for number in range(3):
        batch = batches.new(f"s3://b/{number}", "etag", 1, endpoint="", scheduled=None, started_by=keys.id_of(text))
        batches.create(batch.replace(created=1_800_000_000.0 + number))
        made.append(batch.id)
    first = client.get("/api/batches?limit=2", headers=bearer(text)).json()
    assert [(each["batchId"], each["status"]) for each in first["batches"]] == [
        (made[2], "planning"), (made[1], "planning"),
    ]  # fmt: skip
    second = client.get(f"/api/batches?limit=2&cursor={first['next']}", headers=bearer(text)).json()
    assert [each["batchId"] for each in second["batches"]] == [made[0]]
    assert "next" not in second
    assert client.get("/api/batches", headers=bearer(give_key(cloud, batches=True))).json() == {"batches": []}


def test_a_batch_runs_and_its_results_are_a_redirect(world: World, client: TestClient) -> None:
    accepted = client.post("/api/batches", json={"requests": [{"prompt": f"a cat of {world.name}"}, {}]})
    body = accepted.json()
    assert (accepted.status_code, body["status"], body["startedBefore"]) == (202, "planning", False)
    assert body["statusUrl"] == accepted.headers["location"] == f"{HOST}/api/batches/{body['batchId']}"
    world.run(batches.get(body["batchId"]))
    ended = client.get(f"/api/batches/{body['batchId']}").json()
    assert ended["status"] == "completed"
    assert ended["counts"] == {
        "requests": 2, "succeeded": 1, "failed": 1, "invalid": 1, "running": 0, "pending": 0, "cancelled": 0,
    }  # fmt: skip
    assert ended["resultsUrl"].endswith("/results")
    redirect = client.get(f"/api/batches/{body['batchId']}/results")
    assert redirect.status_code == 302
    assert f"batches/{body['batchId']}/results.jsonl" in redirect.headers["location"]


def test_the_same_body_gives_the_same_batch(world: World, client: TestClient) -> None:
    body = {"requests": [{"prompt": f"a dog of {world.name}"}]}
    bodies = body, body, {**body, "scheduledTime": "tonight"}
    first, second, other = (client.post("/api/batches", json=each).json() for each in bodies)
    assert first["batchId"] == second["batchId"] != other["batchId"]
    assert [each["startedBefore"] for each in (first, second, other)] == [False, True, False]


def test_an_upload_names_the_batch_of_its_file(world: World, cloud: Cloud, client: TestClient) -> None:
    upload: dict[str, Any] = {"size": 14, "name": "p.csv", "digest": world.name}
    before = announce(client, **upload)
    bucket, _, place = before["manifest"].removeprefix("s3://").partition("/")
    cloud.client("s3").put_object(Bucket=bucket, Key=place, Body=b"prompt\na cat\n")
    assert not {"batch"} & (before.keys() | announce(client, **upload).keys())
    started = client.post("/api/batches", json={"manifest": before["manifest"]}).json()
    again = announce(client, **upload)["batch"]
    assert (again["batchId"], again["statusUrl"]) == (started["batchId"], started["statusUrl"])
    assert "batch" not in announce(client, headers=OTHER, **upload)


def test_cancelling_returns_the_status(world: World, client: TestClient) -> None:
    world.providers["gitee"].hold()
    batch_id = begin(client, *(f"mouse {number} of {world.name}" for number in range(20)))
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
        ("{}", "exactly one"),
        ('{"requests": []}', "at least one"),
        ('{"requests": 5}', "requests"),
        ('{"requests": [{}], "manifest": "s3://a/b"}', "exactly one"),
        ('{"manifest": "https://a/b"}', "s3://"),
        ('{"manifest": "s3://BUCKET/images/x.png"}', "an upload of this key"),
        ('{"manifest": "s3://BUCKET/manifests/none.csv"}', "does not exist"),
        ('{"request": [{}]}', "request"),
    ],
)
def test_a_body_that_starts_no_batch_is_refused_with_a_reason(
    cloud: Cloud, client: TestClient, body: str, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEY_MANIFESTS", "manifests/none.csv")
    answer = client.post("/api/batches", content=body.replace("BUCKET", cloud.environment["IMAGES_BUCKET"]))
    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_REQUEST")
    assert word in answer.json()["error"]


def test_a_status_says_what_the_batch_waits_for(world: World, client: TestClient) -> None:
    def used_up(request: object, token: str | None) -> None:
        raise QuotaExceeded("today's quota is used up", provider="gitee", retry_after=7200)

    world.hurry(scale=1)
    world.providers["gitee"].answer = used_up
    began = time.time()
    batch_id = begin(client, f"a cat of {world.name}")
    until(lambda: "waitingFor" in client.get(f"/api/batches/{batch_id}").json())
    until(lambda: [event for event in world.invoked("batch") if event.get("step") == "round"])
    (wait,) = client.get(f"/api/batches/{batch_id}").json()["waitingFor"]
    assert (wait["provider"], wait["cause"], wait["reason"]) == ("gitee", "quota", "today's quota is used up")
    assert began + 7200 <= wait["until"] <= time.time() + 7200
    assert client.delete(f"/api/batches/{batch_id}").json()["status"] == "cancelled"
    (line,) = world.run(batches.get(batch_id))  # a wait of hours does not delay it
    assert line["status"] == "cancelled"


def test_the_eta_is_absent_while_everything_waits() -> None:
    stored = batches.new("s3://b/m", "1", 1, endpoint="", scheduled=None)
    batch = stored.replace(began=1000.0, finished=1010.0, status="running")
    counts = {"succeeded": 5, "failed": 1, "invalid": 1, "running": 0, "pending": 5}
    assert progress._speed(batch, counts, steady=True)["eta_seconds"] == 10
    assert progress._speed(batch, counts, steady=False)["eta_seconds"] is None


def test_an_upload_is_announced_with_its_size(client: TestClient) -> None:
    for size in (None, 0, 10**10, "9"):
        assert client.post("/api/batches/uploads", json={"size": size}).status_code == 400


def test_a_manifest_with_a_digest_has_a_stable_upload_key(client: TestClient) -> None:
    first, second = (announce(client, name="my/prompts.csv", digest="abc") for _ in range(2))
    assert first["manifest"] == second["manifest"]
    assert first["manifest"].endswith(f"/batches/uploads/{keys.id_of(KEYS[0])[:24]}/abc/my-prompts.csv")
    assert first["uploadUrl"].startswith("http")
    assert first["uploadHeaders"] == {"Content-Type": "application/octet-stream"}
    assert announce(client)["manifest"] != announce(client)["manifest"]


def test_every_documented_status_is_returned(world: World, client: TestClient, cloud: Cloud) -> None:
    described = description()
    with described.watching(client):
        batch_id = begin(client, f"a cat of {world.name}", "")
        path = f"/api/batches/{batch_id}"
        pages = (path, f"{path}/results", f"{path}/results?cursor=none", f"{path}/results?limit=1000")
        for page in pages:
            client.get(page)
        world.run(batches.get(batch_id))
        for page in (*pages, "/api/batches", "/api/batches?limit=0", "/api/batches?cursor=x"):
            client.get(page)
        client.delete(path)
        client.post("/api/batches", json={"retry": "unknown"})
        announce(client)
        for posted in ("/api/batches", "/api/batches/uploads"):
            client.post(posted, json={})
            client.post(posted, json=[0] * (MAX_VALUES + 1))
        for headers in ({}, {"Authorization": ""}, bearer(give_key(cloud))):
            for method, unknown in ROUTES:
                client.request(method, unknown, headers=headers)
        with cloud.refusing("dynamodb.GetItem", "InternalServerError", 500):
            for method, unknown in ROUTES:
                client.request(method, unknown)
    for method, path in ROUTES:
        name = f"{method} {path.replace('/x', '/{batch_id}')}"
        assert described.never_seen(name) == set(), name
