"""`/v1/batches`, run by the real state machine: a batch as OpenAI's SDKs see it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from fastapi.testclient import TestClient

from easel.budgets import keys
from easel.errors import PromptRejected
from easel.front_door.request_body import MAX_VALUES
from router import app
from tests.harness.batches import World, worlds
from tests.harness.easel_keys import bearer, give_key
from tests.harness.patience import until
from tests.harness.router_client import HOST, checked_client
from tests.unit.test_v1_files import REFUSED_KEYS, description, error_of, refused_keys, upload

if TYPE_CHECKING:
    from collections.abc import Iterator

    from easel.store.records import GenerationRequest
    from tests.harness.cloud import Cloud
    from tests.harness.openapi_check import Description

__all__ = ["description"]  # a fixture

KEYS = keys.make(), keys.make()
ENDPOINT = "/v1/images/generations"


@pytest.fixture
def world(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    yield from worlds(cloud, monkeypatch)


@pytest.fixture
def client(cloud: Cloud, description: Description) -> Iterator[TestClient]:
    for text in KEYS:
        give_key(cloud, text, batches=True)
    with checked_client(bearer(KEYS[0]), description) as made:
        yield made


def line(name: str, **body: Any) -> dict[str, Any]:
    asked = {"model": "gitee/z-image-turbo", "prompt": f"a {name}", "size": "512x512", **body}
    return {"custom_id": name, "method": "POST", "url": ENDPOINT, "body": asked}


def file_of(client: TestClient, *lines: Any) -> str:
    content = "\n".join(one if isinstance(one, str) else json.dumps(one) for one in lines)
    return str(upload(client, content.encode())["id"])


def wanted(file_id: str, **more: Any) -> dict[str, Any]:
    return {"input_file_id": file_id, "endpoint": ENDPOINT, "completion_window": "24h", **more}


def begin(client: TestClient, *lines: Any, **more: Any) -> dict[str, Any]:
    answer = client.post("/v1/batches", json=wanted(file_of(client, *lines), **more))
    assert answer.status_code == 200, answer.text
    batch: dict[str, Any] = answer.json()
    return batch


def ended(client: TestClient, world: World, batch: dict[str, Any]) -> dict[str, Any]:
    world.finished(batch["id"].removeprefix("batch_"))
    after: dict[str, Any] = client.get(f"/v1/batches/{batch['id']}").json()
    return after


def written(client: TestClient, file_id: str) -> dict[str, dict[str, Any]]:
    """Return the lines of a file by their `custom_id`."""
    link = client.get(f"/v1/files/{file_id}/content").headers["Location"]
    lines = [json.loads(each) for each in httpx2.get(link).text.splitlines()]
    return {each["custom_id"]: each for each in lines}


def test_a_batch_from_its_file_to_its_output(client: TestClient, world: World) -> None:
    batch = begin(client, line("cat", seed=7), line("dog", n=2, quality="high"), metadata={"run": "nightly"})
    assert batch["status"] in ("validating", "in_progress")
    assert batch["output_file_id"] is None
    after = ended(client, world, batch)
    assert (after["status"], after["metadata"], after["error_file_id"]) == ("completed", {"run": "nightly"}, None)
    assert after["request_counts"] == {"total": 3, "completed": 3, "failed": 0}
    assert after["created_at"] <= after["in_progress_at"] <= after["completed_at"] < after["expires_at"]
    lines = written(client, after["output_file_id"])
    cat, dog = lines["cat"]["response"], lines["dog"]["response"]
    assert (cat["status_code"], lines["cat"]["error"]) == (200, None)
    assert cat["body"]["easel"]["jobs"][0]["seed"] == 7
    assert cat["body"]["data"][0]["url"].startswith(f"{HOST}/api/images/b")
    assert len(dog["body"]["data"]) == 2
    assert "quality was ignored: Easel's models do not have this setting" in dog["body"]["easel"]["warnings"]
    one, two = (job["seed"] for job in dog["body"]["easel"]["jobs"])
    assert one != two
    output = client.get(f"/v1/files/{after['output_file_id']}").json()
    name = f"{batch['id'].removeprefix('batch_')}_output.jsonl"
    assert (output["purpose"], output["filename"]) == ("batch_output", name)


def test_lines_that_fail_are_in_the_error_file(client: TestClient, world: World) -> None:
    def refuse(request: GenerationRequest, token: str | None) -> None:
        if "bad" in request.prompt:
            raise PromptRejected("the prompt was refused", provider="gitee")

    world.providers["gitee"].answer = refuse
    good = line("cat"), line("bad"), line("lost", model="gpt-5"), line("small", size="1x1")
    strange = {**line("chat"), "url": "/v1/chat/completions"}, {"method": "POST"}, "no json"
    after = ended(client, world, begin(client, *good, *strange))
    assert after["status"] == "completed"
    assert after["request_counts"] == {"total": 7, "completed": 1, "failed": 6}
    assert list(written(client, after["output_file_id"])) == ["cat"]
    lines = written(client, after["error_file_id"])
    errors = {name: (each["response"]["status_code"], each["error"]["code"]) for name, each in lines.items()}
    assert errors == {
        "bad": (400, "content_policy_violation"),
        "lost": (404, "model_not_found"),
        "small": (400, "invalid_dimensions"),
        "chat": (400, "invalid_request"),
        "6": (400, "invalid_request"),
        "7": (400, "invalid_request"),
    }
    assert lines["small"]["response"]["body"]["error"]["param"] == "size"


def test_a_deployments_own_model_name_works_in_a_batch(
    client: TestClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODEL_ALIASES", '{"dall-e-3": "ms/flux-2"}')
    after = ended(client, world, begin(client, line("cat", model="dall-e-3")))
    assert after["request_counts"]["completed"] == 1
    assert world.providers["modelscope"].drawn == ["a cat"]


def test_a_cancelled_batch_reports_unstarted_lines(client: TestClient, world: World) -> None:
    world.providers["gitee"].seconds = 0.5
    batch = begin(client, *(line(f"cat {number}") for number in range(30)))
    until(lambda: world.providers["gitee"].calls)
    cancelled = client.post(f"/v1/batches/{batch['id']}/cancel").json()
    assert cancelled["status"] in ("cancelling", "cancelled")
    after = ended(client, world, batch)
    assert after["status"] == "cancelled"
    assert after["cancelled_at"] >= after["created_at"]
    made = written(client, after["output_file_id"]) if after["output_file_id"] else {}
    unmade = written(client, after["error_file_id"])
    assert len(made) + len(unmade) == 30
    assert {each["error"]["code"] for each in unmade.values()} == {"batch_cancelled"}
    assert after["request_counts"] == {"total": 30, "completed": len(made), "failed": len(unmade)}
    assert client.post(f"/v1/batches/{batch['id']}/cancel").json() == after


def test_the_same_file_gives_the_same_batch(client: TestClient, world: World) -> None:
    file_id = file_of(client, line("cat"))
    first = client.post("/v1/batches", json=wanted(file_id)).json()
    again = client.post("/v1/batches", json=wanted(file_id)).json()
    assert again["id"] == first["id"]
    ended(client, world, first)
    assert client.post("/v1/batches", json=wanted(file_id)).json()["status"] == "completed"
    assert len(world.providers["gitee"].calls) == 1
    other = begin(client, line("cat"))
    assert other["id"] != first["id"]
    ended(client, world, other)


def test_a_file_that_is_not_json_lines_starts_nothing(client: TestClient) -> None:
    file_id = file_of(client, "prompt", "a cat")
    answer = client.post("/v1/batches", json=wanted(file_id))
    assert answer.status_code == 400
    assert "JSON Lines" in answer.json()["error"]["message"]
    announced = client.post("/v1/files", json={"purpose": "batch", "bytes": 1}).json()
    assert error_of(client.post("/v1/batches", json=wanted(announced["id"]))) == (404, "not_found", "id")
    httpx2.put(announced["easel"]["uploadUrl"], content=b"").raise_for_status()
    answer = client.post("/v1/batches", json=wanted(announced["id"]))
    assert error_of(answer) == (400, "invalid_request", "input_file_id")


def test_a_batch_without_its_file_fails_as_a_whole(client: TestClient, world: World, cloud: Cloud) -> None:
    file_id = file_of(client, line("cat"))
    elsewhere = TestClient(app, HOST, headers=bearer(KEYS[0]))  # as in another process of the router
    with cloud.once_done("states.StartExecution", lambda: elsewhere.delete(f"/v1/files/{file_id}")):
        batch = client.post("/v1/batches", json=wanted(file_id)).json()
    after = ended(client, world, batch)
    assert (after["status"], after["output_file_id"], after["error_file_id"]) == ("failed", None, None)
    (error,) = after["errors"]["data"]
    assert "changed or removed" in error["message"]
    assert after["failed_at"] >= after["created_at"]


def test_an_invalid_batch_is_refused(client: TestClient) -> None:
    wrong: dict[str, list[Any]] = {
        "endpoint": ["/v1/chat/completions", None],
        "completion_window": ["1h"],
        "input_file_id": [None, 7],
        "metadata": ["a", {"a": 1}, {str(number): "x" for number in range(17)}],
        "model": ["a"],
    }
    for param, values in wrong.items():
        for value in values:
            answer = client.post("/v1/batches", json={**wanted("file-1"), param: value})
            assert error_of(answer) == (400, "invalid_request", param), value
    assert error_of(client.post("/v1/batches", json=[0] * (MAX_VALUES + 1)))[0] == 413


def test_batches_are_listed_newest_first_in_pages(client: TestClient, world: World) -> None:
    ids = [begin(client, line(f"cat {number}"))["id"] for number in range(3)]
    other = client.post("/api/batches", json={"requests": [{"prompt": f"a cat of {world.name}"}]}).json()["batchId"]
    listed = [batch["id"] for batch in client.get("/v1/batches").json()["data"]]
    assert listed[:3] == ids[::-1]
    assert f"batch_{other}" not in listed
    page = client.get("/v1/batches", params={"limit": 1, "after": ids[2]}).json()
    assert ([batch["id"] for batch in page["data"]], page["has_more"]) == ([ids[1]], True)
    assert error_of(client.get("/v1/batches?limit=0"))[2] == "limit"
    for unknown in ("batch_b0", other, "x" * 300):
        assert error_of(client.get(f"/v1/batches/{unknown}"))[0] == 404
        assert error_of(client.post(f"/v1/batches/{unknown}/cancel"))[0] == 404
        assert error_of(client.get(f"/v1/batches?after={unknown}"))[0] == 404
    for batch in ids:
        world.finished(batch.removeprefix("batch_"))
    world.finished(other)


def test_a_batch_and_its_output_are_private_to_their_key(client: TestClient, world: World) -> None:
    batch = ended(client, world, begin(client, line("cat")))
    other = bearer(KEYS[1])
    assert client.get("/v1/batches", headers=other).json()["data"] == []
    for path in (f"batches/{batch['id']}", f"files/{batch['output_file_id']}/content"):
        assert error_of(client.get(f"/v1/{path}", headers=other))[0] == 404
    assert error_of(client.post(f"/v1/batches/{batch['id']}/cancel", headers=other))[0] == 404
    assert error_of(client.post("/v1/batches", json=wanted(batch["input_file_id"]), headers=other))[0] == 404


ROUTES = [("POST", ""), ("GET", ""), ("GET", "/batch_b0"), ("POST", "/batch_b0/cancel")]


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_every_route_needs_a_key_that_may_run_batches(method: str, path: str, client: TestClient, cloud: Cloud) -> None:
    assert refused_keys(client, cloud, method, f"/v1/batches{path}") == REFUSED_KEYS


@pytest.mark.usefixtures("cloud")
def test_every_documented_status_was_returned(description: Description) -> None:
    """By the tests above."""
    assert description.unanswered("/v1/batches") == {}
    assert len(description.operations("/v1/batches")) == len(ROUTES)
