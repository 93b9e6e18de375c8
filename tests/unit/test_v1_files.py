"""`/v1/files`: files are stored, listed, read and deleted by their own key only."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from easel.batch import batches
from easel.budgets import keys
from easel.common import aws
from tests.harness import router_client
from tests.harness.easel_keys import bearer, give_key
from v1 import files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi.testclient import TestClient

    from tests.harness.cloud import Cloud
    from tests.harness.openapi_check import Description

KEYS = keys.make(), keys.make()
LINES = b'{"custom_id": "cat", "method": "POST", "url": "/v1/images/generations", "body": {"prompt": "a cat"}}\n'
UNKNOWN = f"file-{'0' * 32}"


@pytest.fixture(scope="module")
def description() -> Description:
    """The OpenAPI description, which records what the tests have seen."""
    return router_client.description()


@pytest.fixture
def client(cloud: Cloud, description: Description) -> Iterator[TestClient]:
    for text in KEYS:
        give_key(cloud, text, batches=True)
    with router_client.checked_client(bearer(KEYS[0]), description) as made:
        yield made


def upload(client: TestClient, content: bytes = LINES, name: str = "lines.jsonl", **fields: str) -> dict[str, Any]:
    answer = client.post("/v1/files", files={"file": (name, content)}, data={"purpose": "batch", **fields})
    assert answer.status_code == 200, answer.text
    file: dict[str, Any] = answer.json()
    return file


def error_of(answer: Any) -> tuple[int, str, str | None]:
    error = answer.json()["error"]
    return answer.status_code, error["code"], error["param"]


def refused_keys(client: TestClient, cloud: Cloud, method: str, path: str) -> list[tuple[int, str]]:
    """Return a route's errors for no key, an unknown key, a key without batches, and a failing table."""

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


def test_a_file_is_stored_byte_for_byte(client: TestClient) -> None:
    file = upload(client)
    assert (file["object"], file["filename"], file["purpose"]) == ("file", "lines.jsonl", "batch")
    assert file["bytes"] == len(LINES)
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


def test_an_invalid_page_is_refused(client: TestClient) -> None:
    for query in ("limit=0", "limit=10001", "limit=many", "order=up", "after=file-1"):
        error = error_of(client.get(f"/v1/files?{query}"))
        assert error == (400, "invalid_request", query.partition("=")[0])


def test_no_key_sees_another_keys_files(client: TestClient) -> None:
    file = upload(client)
    other = bearer(KEYS[1])
    assert client.get("/v1/files", headers=other).json()["data"] == []
    for method, path in (("GET", ""), ("GET", "/content"), ("DELETE", "")):
        answer = client.request(method, f"/v1/files/{file['id']}{path}", headers=other)
        assert error_of(answer) == (404, "not_found", "id")
    assert content(client, file["id"]) == LINES


def test_an_invalid_id_is_not_found(client: TestClient) -> None:
    for file_id in (UNKNOWN, "file-1", "file-..", "batch", "file-" + "x" * 500):
        assert error_of(client.get(f"/v1/files/{file_id}")) == (404, "not_found", "id")


def test_only_files_for_batches_are_accepted(client: TestClient) -> None:
    for data in ({"purpose": "fine-tune"}, {"purpose": ""}, {"purpose": "batch_output"}, {}):
        answer = client.post("/v1/files", files={"file": ("a.jsonl", LINES)}, data=data)
        assert error_of(answer) == (400, "invalid_request", "purpose")


def test_a_form_without_a_file_is_refused(client: TestClient) -> None:
    sent = {"purpose": (None, b"batch")}
    for form in (sent, {**sent, "file": ("a", b"")}):
        assert error_of(client.post("/v1/files", files=form)) == (400, "invalid_request", "file")
    assert error_of(client.post("/v1/files", content=b"x")) == (400, "invalid_request", "body")


def test_any_file_name_is_accepted_and_none_leads_elsewhere(client: TestClient) -> None:
    for name in ("../../b/results.jsonl", "a/b c?.jsonl", "猫", "x" * 300, '"'):
        file = upload(client, name=name)
        assert re.fullmatch(r"[A-Za-z0-9._-]{1,100}", file["filename"])
        assert content(client, file["id"]) == LINES


def test_a_file_over_the_call_limit_gets_an_upload_url(client: TestClient) -> None:
    assert upload(client, b"x" * files.MAX_BYTES)["bytes"] == files.MAX_BYTES
    large = b"x" * (files.MAX_BYTES + 1)
    answer = client.post("/v1/files", files={"file": ("large.jsonl", large)}, data={"purpose": "batch"})
    assert error_of(answer) == (413, "payload_too_large", "file")
    assert answer.headers["X-Should-Retry"] == "false"
    match = re.search(r" to (\S+) and use it as (\S+)$", answer.json()["error"]["message"])
    assert match
    url, file_id = match.groups()
    assert error_of(client.get(f"/v1/files/{file_id}"))[0] == 404
    httpx2.put(url, content=large).raise_for_status()
    file = client.get(f"/v1/files/{file_id}").json()
    assert (file["bytes"], file["filename"]) == (len(large), "large.jsonl")


def test_a_large_file_can_be_announced(client: TestClient) -> None:
    body = {"purpose": "batch", "filename": "large.jsonl", "bytes": len(LINES)}
    announced = client.post("/v1/files", json=body).json()
    assert announced["bytes"] == len(LINES)
    easel = announced["easel"]
    httpx2.put(easel["uploadUrl"], content=LINES, headers=easel["uploadHeaders"]).raise_for_status()
    assert client.get(f"/v1/files/{announced['id']}").json()["bytes"] == len(LINES)
    assert error_of(client.post("/v1/files", json={"filename": "a"})) == (400, "invalid_request", "purpose")


def test_a_file_is_announced_with_its_size(client: TestClient) -> None:
    for size in (None, 0, 10**10, "120", True, 1.5):
        answer = client.post("/v1/files", json={"purpose": "batch", "filename": "large.jsonl", "bytes": size})
        assert error_of(answer) == (400, "invalid_request", "bytes")


ROUTES = [
    ("POST", ""), ("GET", ""), ("GET", f"/{UNKNOWN}"), ("DELETE", f"/{UNKNOWN}"), ("GET", f"/{UNKNOWN}/content"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_every_route_needs_a_key_that_may_run_batches(method: str, path: str, client: TestClient, cloud: Cloud) -> None:
    assert refused_keys(client, cloud, method, f"/v1/files{path}") == REFUSED_KEYS


@pytest.mark.usefixtures("cloud")
def test_every_documented_status_was_returned(description: Description) -> None:
    """By the tests above."""
    assert description.unanswered("/v1/files") == {}
    assert len(description.operations("/v1/files")) == len(ROUTES)
