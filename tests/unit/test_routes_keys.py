"""`/api/key` and `/api/jobs`: a key's holder sees the key's limits and jobs, and no other key's."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from easel.budgets import charges, keys, periods
from easel.budgets.charges import Charge
from easel.errors import PromptRejected
from easel.store import jobs
from easel.store.payer import Payer, PayerKind
from easel.store.records import GenerationRequest, Result
from tests.harness.easel_keys import bearer, give_key
from tests.harness.router_client import HOST, client

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

    from tests.harness.cloud import Cloud

__all__ = ["client"]  # a fixture

REQUEST = GenerationRequest(provider="gitee", model="z-image-turbo", prompt="a cat", width=512, height=512, steps=9)


@pytest.mark.parametrize("path", ["/api/key", "/v1/key", "/api/jobs"])
def test_every_route_needs_a_key(path: str, client: TestClient, cloud: Cloud) -> None:
    refused = [
        ({}, "AUTH_REQUIRED"),
        ({"Authorization": "Bearer gitee-token-for-tests"}, "AUTH_INVALID"),
        (bearer(keys.make()), "AUTH_INVALID"),
        (bearer(give_key(cloud, revoked=1.0)), "AUTH_INVALID"),
        (bearer(give_key(cloud, until=time.time() - 1)), "AUTH_INVALID"),
    ]
    for headers, code in refused:
        answer = client.get(path, headers=headers)
        error = answer.json()["easel"] if path.startswith("/v1") else answer.json()
        assert (answer.status_code, error["code"]) == (401, code)
        assert answer.headers["www-authenticate"] == "Bearer"
    assert client.get(path, headers={"X-Easel-Key": give_key(cloud)}).status_code == 200
    with cloud.refusing("dynamodb.GetItem", "InternalServerError", 500):
        assert client.get(path, headers=bearer(keys.make())).status_code == 500


@pytest.mark.parametrize("path", ["/api/key", "/v1/key"])
def test_a_holder_sees_limits_use_and_reset_times(path: str, client: TestClient, cloud: Cloud, noon: float) -> None:
    text = give_key(cloud, name="alice", day=10, minute=5, at_once=3, models=("gitee/*",), until=4e9)
    payer, now = Payer.of_key(keys.id_of(text)), noon
    for number in range(2):
        charges.reserve(Charge(f"job-{number}", (payer,), now), payer)
    answer = client.get(path, headers=bearer(text))
    body = answer.json()
    ends = {kind: periods.of(kind, now).ends for kind in ("minute", "day", "month")}
    use = body["use"]
    assert (use["picturesToday"]["used"], use["picturesToday"]["left"]) == (2, 8)
    assert use["picturesToday"]["resetsAt"] >= ends["day"]
    assert use["picturesThisMonth"] == {"used": 2, "resetsAt": ends["month"], "resetsIn": ends["month"] - now}
    assert use["callsAtOnce"] == {"used": 2, "limit": 3, "left": 1}
    assert use["callsThisMinute"]["limit"] == 5
    assert (body["name"], body["models"], body["batches"], body["expiresAt"]) == ("alice", ["gitee/*"], False, 4e9)
    assert answer.headers["ratelimit-policy"] == (
        '"minute";q=5;w=60, "running";q=3;qu="concurrent-requests", "day";q=10;w=86400'
    )
    assert answer.headers["cache-control"] == "no-store"
    assert not any(secret in answer.text for secret in (text, keys.id_of(text)))


def test_a_holder_sees_its_own_jobs_newest_first_in_pages(client: TestClient, cloud: Cloud) -> None:
    text = give_key(cloud)
    payers = (Payer.of_key(keys.id_of(text)),)
    queued, failed, drawn = (
        jobs.new(REQUEST, payers=payers).replace(created=1_800_000_000.0 + number, deadline=4e9) for number in range(3)
    )
    for job in (queued, failed, drawn, jobs.new(REQUEST, payers=(Payer(PayerKind.ANONYMOUS, "x"),))):
        jobs.create(job)
    result = Result(key=f"images/{drawn.id}.png", format="PNG", width=1, height=1, seed=1, seconds=1.0)
    jobs.succeed(jobs.claim(drawn) or drawn, result, ())
    jobs.fail(jobs.claim(failed) or failed, PromptRejected("no"))

    def listed(query: str) -> dict[str, Any]:
        body: dict[str, Any] = client.get(f"/api/jobs?{query}", headers=bearer(text)).json()
        return {**body, "ids": [job["jobId"] for job in body["jobs"]]}

    first = listed("limit=2")
    assert first["ids"] == [drawn.id, failed.id]
    assert [job["status"] for job in first["jobs"]] == ["succeeded", "failed"]
    assert first["jobs"][0]["url"] == f"{HOST}/api/images/{drawn.id}.png"
    assert first["jobs"][1]["code"] == "PROMPT_REJECTED"
    assert listed(f"limit=2&cursor={first['next']}")["ids"] == [queued.id]
    assert listed("status=failed")["ids"] == [failed.id]
    for wrong in ("limit=x", "status=done", "cursor=x"):
        assert client.get(f"/api/jobs?{wrong}", headers=bearer(text)).status_code == 400
    assert client.get("/api/jobs", headers=bearer(give_key(cloud))).json() == {"jobs": []}
