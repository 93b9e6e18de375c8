"""`/v1/files`: stored, listed, read and removed, by the key that they belong to alone."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from fastapi.testclient import TestClient

from easel.batch import batches
from easel.budgets import keys
from easel.common import aws
from router import app
from tests.harness.easel_keys import bearer, give_key
from tests.harness.openapi_check import Description
from v1 import files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.harness.cloud import Cloud

KEYS = keys.make(), keys.make()
LINES = b'{"custom_id": "cat", "method": "POST", "url": "/v1/images/generations", "body": {"prompt": "a cat"}}\n'
UNKNOWN = f"file-{'0' * 32}"


@pytest.fixture(scope="module")
def description() -> Description:
    return Description(TestClient(app).get("/openapi.json").json())


@pytest.fixture
def client(cloud: Cloud, description: Description) -> Iterator[TestClient]:
    for text in KEYS:
        give_key(cloud, text, batches=True)
    with TestClient(app, "https://easel.test", headers=bearer(KEYS[0]), follow_redirects=False) as found:
        with description.watching(found):
            yield found
        for file in found.get("/v1/files").json()["data"]:
            found.delete(f"/v1/files/{file['id']}")  # tests share the bucket


def upload(client: TestClient, content: bytes = LINES, name: str = "lines.jsonl", **fields: str) -> dict[str, Any]:
    answer = client.post("/v1/files", files={"file": (name, content)}, data={"purpose": "batch", **fields})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def error_of(answer: Any) -> tuple[int, str, str | None]:
    error = answer.json()["error"]
    return answer.status_code, error["code"], error["param"]


def refused_keys(client: TestClient, cloud: Cloud, method: str, path: str) -> list[tuple[int, str]]:
    """The errors of a route for no key, an unknown key and a key without batches, and while the table fails."""

    def call(**headers: str) -> tuple[int, str]:
        return error_of(client.request(method, path, headers=headers))[:2]

    wrong = ({"Authorization": ""}, bearer(keys.make()), bearer(give_key(cloud)))
    errors = [call(**headers) for headers in wrong]
    with cloud.refusing("dynamodb.GetItem", "InternalServerError", 500):
        return [*errors, call()]


REFUSED_KEYS = [(401, "invalid_api_key"), (401, "invalid_api_key"), (403, "permission_denied"), (500, "server_error")]


def content(client: TestClient, file_id: str) -> bytes:
    answer = client.get(f"/v1/files/{file_id}/content")
    assert answer.status_code == 302
    return httpx2.get(answer.headers["Location"]).content


def test_a_file_is_stored_byte_for_byte_and_told_as_openai_does(client: TestClient) -> None:
    file = upload(client)
    assert (file["object"], file["bytes"], file["filename"], file["purpose"]) == (
        "file", len(LINES), "lines.jsonl", "batch",
    )  # fmt: skip
    assert re.fullmatch("file-[0-9a-f]{32}", file["id"])
    assert file["expires_at"] == batches.expires(file["created_at"])
    assert client.get(f"/v1/files/{file['id']}").json() == file
    assert content(client, file["id"]) == LINES


def test_a_file_that_was_removed_is_gone(client: TestClient, cloud: Cloud) -> None:
    file = upload(client)
    assert client.delete(f"/v1/files/{file['id']}").json() == {"id": file["id"], "object": "file", "deleted": True}
    for method, path in (("GET", ""), ("GET", "/content"), ("DELETE", "")):
        assert error_of(client.request(method, f"/v1/files/{file['id']}{path}")) == (404, "not_found", "id")
    assert not [key for key in cloud.stored() if file["id"] in key]


def test_files_are_listed_newest_first_in_pages(client: TestClient) -> None:
    ids = [upload(client, name=f"{number}.jsonl")["id"] for number in range(3)]
    page = client.get("/v1/files", params={"limit": 2}).json()
    assert page["has_more"] is True
    assert [file["id"] for file in page["data"]] == ids[:0:-1]
    assert (page["first_id"], page["last_id"]) == (page["data"][0]["id"], page["data"][1]["id"])
    rest = client.get("/v1/files", params={"limit": 2, "after": page["last_id"]}).json()
    assert ([file["id"] for file in rest["data"]], rest["has_more"]) == (ids[:1], False)
    assert [file["id"] for file in client.get("/v1/files?order=asc&purpose=batch").json()["data"]] == ids
    later = client.get("/v1/files", params={"order": "asc", "limit": 1, "after": ids[0]}).json()
    assert ([file["id"] for file in later["data"]], later["has_more"]) == ([ids[1]], True)
    assert client.get("/v1/files?purpose=batch_output").json() == {"object": "list", "data": [], "has_more": False}


def test_more_files_than_s3_lists_at_once_are_all_listed(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [upload(client, name=f"{number}.jsonl")["id"] for number in range(5)]
    s3 = aws.s3()
    monkeypatch.setattr(s3, "list_objects_v2", partial(s3.list_objects_v2, MaxKeys=2))
    assert [file["id"] for file in client.get("/v1/files").json()["data"]] == ids[::-1]
    page = client.get("/v1/files", params={"limit": 3, "after": ids[4]}).json()
    assert ([file["id"] for file in page["data"]], page["has_more"]) == (ids[3:0:-1], True)


@pytest.mark.parametrize("query", ["limit=0", "limit=10001", "limit=many", "order=up", "after=file-1"])
def test_a_page_that_cannot_be_is_refused(query: str, client: TestClient) -> None:
    status, code, param = error_of(client.get(f"/v1/files?{query}"))
    assert (status, code, param) == (400, "invalid_request", query.partition("=")[0])


def test_nobody_sees_anothers_files(client: TestClient) -> None:
    file = upload(client)
    other = bearer(KEYS[1])
    assert client.get("/v1/files", headers=other).json()["data"] == []
    for method, path in (("GET", ""), ("GET", "/content"), ("DELETE", "")):
        answer = client.request(method, f"/v1/files/{file['id']}{path}", headers=other)
        assert error_of(answer) == (404, "not_found", "id")
    assert content(client, file["id"]) == LINES


@pytest.mark.parametrize("file_id", [UNKNOWN, "file-1", "file-..", "batch", "file-" + "x" * 500])
def test_an_id_that_is_none_is_not_found(file_id: str, client: TestClient) -> None:
    assert error_of(client.get(f"/v1/files/{file_id}")) == (404, "not_found", "id")


@pytest.mark.parametrize("purpose", ["fine-tune", "", "batch_output"])
def test_only_files_for_batches_are_taken(purpose: str, client: TestClient) -> None:
    answer = client.post("/v1/files", files={"file": ("a.jsonl", LINES)}, data={"purpose": purpose})
    assert error_of(answer) == (400, "invalid_request", "purpose")
    assert error_of(client.post("/v1/files", files={"file": ("a.jsonl", LINES)}))[2] == "purpose"


def test_a_form_without_a_file_is_refused(client: TestClient) -> None:
    sent = {"purpose": (None, b"batch")}
    assert error_of(client.post("/v1/files", files=sent)) == (400, "invalid_request", "file")
    assert error_of(client.post("/v1/files", files={**sent, "file": ("a", b"")})) == (400, "invalid_request", "file")
    assert error_of(client.post("/v1/files", content=b"x")) == (400, "invalid_request", "body")


@pytest.mark.parametrize("name", ["../../b/results.jsonl", "a/b c?.jsonl", "猫", "x" * 300, '"'])
def test_any_file_name_is_taken_and_none_leads_elsewhere(name: str, client: TestClient) -> None:
    file = upload(client, name=name)
    assert re.fullmatch(r"[A-Za-z0-9._-]{1,100}", file["filename"])
    assert content(client, file["id"]) == LINES


def test_a_file_that_is_too_large_for_a_call_is_told_an_address(client: TestClient) -> None:
    fits = upload(client, b"x" * files.MAX_BYTES)
    assert fits["bytes"] == files.MAX_BYTES
    large = b"x" * (files.MAX_BYTES + 1)
    answer = client.post("/v1/files", files={"file": ("large.jsonl", large)}, data={"purpose": "batch"})
    assert error_of(answer) == (413, "payload_too_large", "file")
    assert answer.headers["X-Should-Retry"] == "false"
    told = re.search(r"PUT it within an hour to (\S+) and use it as (\S+)$", answer.json()["error"]["message"])
    assert told
    assert error_of(client.get(f"/v1/files/{told[2]}"))[0] == 404
    httpx2.put(told[1], content=large).raise_for_status()
    found = client.get(f"/v1/files/{told[2]}").json()
    assert (found["bytes"], found["filename"]) == (len(large), "large.jsonl")


def test_a_large_file_can_be_announced(client: TestClient) -> None:
    body = {"purpose": "batch", "filename": "large.jsonl", "bytes": len(LINES)}
    announced = client.post("/v1/files", json=body).json()
    assert announced["bytes"] == len(LINES)
    easel = announced["easel"]
    httpx2.put(easel["uploadUrl"], content=LINES, headers=easel["uploadHeaders"]).raise_for_status()
    assert client.get(f"/v1/files/{announced['id']}").json()["bytes"] == len(LINES)
    assert error_of(client.post("/v1/files", json={"filename": "a"})) == (400, "invalid_request", "purpose")


@pytest.mark.parametrize("size", [None, 0, -1, 10**10, "120", True, 1.5])
def test_a_file_is_announced_with_its_size(size: Any, client: TestClient) -> None:
    answer = client.post("/v1/files", json={"purpose": "batch", "filename": "large.jsonl", "bytes": size})
    assert error_of(answer) == (400, "invalid_request", "bytes")


ROUTES = [
    ("POST", ""), ("GET", ""), ("GET", f"/{UNKNOWN}"), ("DELETE", f"/{UNKNOWN}"), ("GET", f"/{UNKNOWN}/content"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_every_route_needs_a_key_that_may_run_batches(method: str, path: str, client: TestClient, cloud: Cloud) -> None:
    assert refused_keys(client, cloud, method, f"/v1/files{path}") == REFUSED_KEYS


@pytest.mark.usefixtures("cloud")
def test_every_described_status_was_answered(description: Description) -> None:
    """What the tests above have seen."""
    assert description.unanswered("/v1/files") == {}
    assert len(description.operations("/v1/files")) == len(ROUTES)
