"""`/api/usage`: the use of a key, as JSON and CSV, without other keys' use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import ledger
from easel.budgets import keys
from easel.store import jobs
from easel.store.payer import Payer
from easel.store.records import GenerationRequest, Result
from tests.harness.easel_keys import bearer, give_key
from tests.harness.functions import Context
from tests.harness.router_client import client

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

    from tests.harness.cloud import Cloud

__all__ = ["client"]  # a fixture

REQUEST = GenerationRequest(provider="modelscope", model="Tongyi-MAI/Z-Image-Turbo", prompt="a cat")
RESULT = Result(key="images/x.png", format="PNG", width=512, height=512, seed=42, seconds=1.5)
LINE = {
    "day": "2027-01-15", "provider": "modelscope", "model": "Tongyi-MAI/Z-Image-Turbo", "outcome": "succeeded",
    "pictures": 2, "seconds": 3.0, "awsUsd": 0.000036, "price": 2.0, "priceUnit": "magicubes",
}  # fmt: skip


@pytest.fixture
def headers(cloud: Cloud, noon: float) -> dict[str, str]:
    """Return the headers of a key that has generated two pictures. Another key has generated one."""
    own, other = give_key(cloud), give_key(cloud)
    records = []
    for number, text in enumerate((own, own, other)):
        job = jobs.new(REQUEST, payers=[Payer.of_key(keys.id_of(text))])
        ended = job.replace(status="succeeded", finished=noon, result=RESULT)
        records.append({"dynamodb": {"SequenceNumber": str(number), "NewImage": jobs.as_item(ended)}})
    ledger.handler({"Records": records}, Context("easel-ledger", 60))
    return bearer(own)


def test_a_key_sees_its_own_pictures(client: TestClient, headers: dict[str, str]) -> None:
    answer = client.get("/api/usage", headers=headers)
    assert answer.headers["cache-control"] == "no-store"
    dates = {"from": "2026-12-17", "to": "2027-01-15", "timeZone": "UTC"}
    assert answer.json() == {"key": "alice", **dates, "usage": [LINE]}
    assert client.get("/api/usage?from=2027-01-01&to=2027-01-14", headers=headers).json()["usage"] == []


@pytest.mark.parametrize(
    ("query", "accept", "media"),
    [
        ("?format=csv", "*/*", "text/csv"),
        ("", "text/csv", "text/csv"),
        ("?format=json", "text/csv", "application/json"),
        ("?from=&to=&format=", "*/*", "application/json"),
    ],
)
def test_a_caller_chooses_json_or_csv(
    query: str, accept: str, media: str, client: TestClient, headers: dict[str, str]
) -> None:
    answer = client.get(f"/api/usage{query}", headers={**headers, "Accept": accept})
    assert answer.headers["content-type"].partition(";")[0] == media
    if media == "text/csv":
        first = answer.text.splitlines()[1]
        assert first.startswith("2027-01-15,alice,modelscope,Tongyi-MAI/Z-Image-Turbo,succeeded,2,")


def test_wrong_dates_and_formats_are_refused(client: TestClient, headers: dict[str, str]) -> None:
    for query in ("from=today", "from=2027-01-16", "from=2020-01-01", "format=xml"):
        assert client.get(f"/api/usage?{query}", headers=headers).status_code == 400, query


def test_usage_needs_a_key(client: TestClient, cloud: Cloud, headers: dict[str, Any]) -> None:
    assert client.get("/api/usage").status_code == 401
    with cloud.refusing("dynamodb.BatchGetItem", "InternalServerError", 500):
        assert client.get("/api/usage", headers=headers).status_code == 500
